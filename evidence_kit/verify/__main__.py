"""The child that looks at untrusted reports: limits first, then one check, answered as JSON lines.

`python -m evidence_kit.verify PATH [HOME [FINGERPRINT]]`: HOME is the recipient's gpg home ("" for none). Each line is
a finding; the last line is `{"done": true}` or the error that stopped the looking.
"""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from evidence_kit.errors import KitError
from evidence_kit.model.codec import Json, canonical, to_json
from evidence_kit.seal.pgp import Keyring
from evidence_kit.system import limit_this_process
from evidence_kit.verify.check import check

MEMORY_CAP: Final = 2 << 30
# Nothing that a check writes is larger: certificates and signatures in the keyring's folder.
FILE_CAP: Final = 16 << 20


def main(arguments: list[str]) -> int:
    """Check and print; 0 if the looking came to its end, whatever was found."""
    path, home, expected = [*arguments, "", ""][:3]
    limit()
    try:
        with Keyring(Path(home)) if home else nullcontext() as keyring:
            for finding in check(Path(path), keyring=keyring, expected=expected or None):
                _say(to_json(finding))
    except KitError as error:
        facts: dict[str, Json] = {name: to_json(fact) for name, fact in error.facts.items()}
        _say({"branch": type(error).__name__, "code": error.code.value, "facts": facts})
        return error.exit_code
    _say({"done": True})
    return 0


def _say(line: Json) -> None:
    sys.stdout.buffer.write(canonical(line) + b"\n")


def limit() -> None:
    """Cap memory, file size and core dumps of this process and of the gpg it starts."""
    limit_this_process(memory=MEMORY_CAP, file=FILE_CAP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
