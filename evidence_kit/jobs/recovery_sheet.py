"""Keep a recovery sheet that was made to be printed elsewhere: a key in clear, for its owner's eyes alone."""

from pathlib import Path

from evidence_kit.files import disk_errors, write_whole


def keep_sheet(path: Path, content: bytes) -> None:
    """Write the sheet, whole or not at all, readable by its owner alone. Raises as `disk_errors`."""
    with disk_errors():
        write_whole(path, content)
