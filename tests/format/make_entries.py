"""Write the lines of `test_entries.py` anew: `python -m tests.format.make_entries`.

Only until the first release of a format; from then on what lies in `entries/` stays there for ever.
"""

import hashlib

from tests.format.test_entries import BODIES_BY_NAME, FOLDER, written


def main() -> None:
    for old in FOLDER.glob("*.json"):
        old.unlink()
    leaves = []
    for name in sorted(BODIES_BY_NAME):
        line = written(name)
        (FOLDER / f"{name}.json").write_bytes(line)
        leaves.append(f"{hashlib.sha256(bytes(1) + line).hexdigest()}  {name}.json\n")
    (FOLDER / "leaves.txt").write_text("".join(leaves), encoding="ascii")


if __name__ == "__main__":
    main()
