"""Small files that the person chose: read whole up to a cap, written whole or not at all."""

from pathlib import Path

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import disk_errors, read_capped, write_whole


def read_chosen_file(path: Path, cap: int) -> bytes:
    """The whole of it. Raises `Refused` as `read_capped`, or "no-such-file"."""
    try:
        return read_capped(path, cap)
    except FileNotFoundError:
        raise Refused(Code.NO_SUCH_FILE, name=path.name) from None


def write_chosen_file(path: Path, content: bytes) -> None:
    """Write a file that the person named and agreed to replace. Raises as `disk_errors`."""
    with disk_errors():
        write_whole(path, content)
