"""The far side of the lab: the little internet on a namespace's own addresses, until standard input ends."""

import sys
from pathlib import Path

from evidence_kit.drill.fake_internet import FakeInternet
from tests.fakes.internet import SocksRecorder

ABROAD = "198.51.100.10"
HOME = "192.0.2.53"
GATEWAY = "10.77.0.1"


def main(folder: Path) -> None:
    known = dict.fromkeys(("check-one.test", "check-two.test"), ABROAD)
    with (
        FakeInternet(address=ABROAD, home_address=HOME) as internet,
        SocksRecorder(known, GATEWAY, 1080) as proxy,
    ):
        path = internet.write_targets(folder)
        text = path.read_text(encoding="utf-8")
        # Here link and gateway are real.
        head, _, rest = text.partition("[link]")
        path.write_text(head + '[link]\ncheck = true\ngateway = "auto"\n\n[dns]' + rest.partition("[dns]")[2])
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "asked":
                print(" ".join(f"{host}:{port}" for host, port in proxy.asked), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
