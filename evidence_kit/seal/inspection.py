"""The child that looks at one untrusted certificate: limits first, then stdin to stdout, then the end.

Started as `python -m evidence_kit.seal.inspection <empty folder> <gpg program>`.
"""

import json
import sys
from pathlib import Path
from typing import Final

from evidence_kit.errors import KitError, Unavailable
from evidence_kit.seal.certificate import CERTIFICATE_CAP, examine, reply_of
from evidence_kit.system import limit_this_process

_MEMORY: Final = 1 << 29
_CPU_S: Final = 10
_FILE: Final = 1 << 23


def main() -> None:
    """Answer one JSON line: the certificate, or {"refused": code}, or {"unavailable": code}."""
    _, home, program = sys.argv
    # gpg inherits them.
    limit_this_process(memory=_MEMORY, cpu_s=_CPU_S, file=_FILE)
    try:
        answer = reply_of(examine(sys.stdin.buffer.read(CERTIFICATE_CAP + 1), Path(home), program=program))
    except KitError as error:
        branch = "unavailable" if isinstance(error, Unavailable) else "refused"
        answer = json.dumps({branch: error.code.value, "version": error.facts.get("version")}).encode()
    sys.stdout.buffer.write(answer + b"\n")


if __name__ == "__main__":
    main()
