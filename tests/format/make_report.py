"""Make the report fixture of this format version anew: `python -m tests.format.make_report FOLDER`.

Run once per version of the format; what lies in tests/format/ stays there for ever.
"""

import sys
from pathlib import Path

from evidence_kit.model.report import VERSION
from tests.fakes.sealed_report import packed, people


def main(folder: Path) -> None:
    (folder / f"report-v{VERSION}.zip").write_bytes(packed())
    (folder / f"report-v{VERSION}.fingerprint").write_text(people().vault.fingerprint + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
