"""Beyond the cable of the lab: a SOCKS proxy and, known to it alone, a mail server; until standard input ends."""

import json
import sys
from pathlib import Path

from evidence_kit.drill.mail_server import Inbox, PostOffice
from tests.fakes.internet import SocksRecorder
from tests.lab.world import ABROAD, GATEWAY

PROXY_PORT = 1081


def main(folder: Path) -> None:
    known = dict.fromkeys(("check-one.test", "check-two.test"), ABROAD) | {"localhost": "127.0.0.1"}
    with (
        PostOffice(Inbox(folder), folder / "mail-ca.pem") as office,
        SocksRecorder(known, GATEWAY, PROXY_PORT) as proxy,
    ):
        # The certificate names localhost too: which one that is, only the proxy can say.
        print(office.url().replace("@127.0.0.1:", "@localhost:"), flush=True)
        for _ in sys.stdin:
            print(json.dumps(proxy.asked), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
