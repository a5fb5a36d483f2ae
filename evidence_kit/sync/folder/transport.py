"""Send into a folder: a stick, a share, a synchronised folder. The file appears whole or not, and is read back.

The folder is never made: an unplugged stick would otherwise be "delivered" to the disk below its mount point.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.files import disk_errors, sha256_of, sync_folder, write_stream
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.transport import HandingOver, OutgoingMessage, Progressed, SentState
from evidence_kit.system import forget_cached


class FolderTransport:
    """A transport into the folder `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: OutgoingMessage, _handing_over: HandingOver, progressed: Progressed, /) -> SentState:
        """Write, sync, rename, sync, and read back from the medium; the same bytes already there are success.

        Nothing is uncertain here, so `handing_over` is not needed: a second try finds what the first one left. Raises
        `Unavailable` with "folder-missing", "disk-error" or "folder-failed", `Refused` with "other-file-there",
        "read-back-differs", "disk-full", "read-only", "no-permission" or "too-large-for-disk".
        """
        target = self._path / message.name
        with _folder_errors():
            if not self._path.is_dir():
                raise Unavailable(Code.FOLDER_MISSING)
            written = not os.path.lexists(target)
            if written:
                # The same partial name each time, so that a killed attempt leaves at most one, which the next replaces.
                write_stream(
                    target, message.checked(progressed), replace=False, mode=0o644, partial_name=f".{message.name}.part"
                )
            else:
                sync_folder(self._path)
            if _hash_on_medium(target) == (message.sha256, message.size):
                return DeliveryState.READ_BACK
            if not written:
                raise Refused(Code.OTHER_FILE_THERE, name=message.name)
            target.unlink()
            raise Refused(Code.READ_BACK_DIFFERS, name=message.name)


def _hash_on_medium(path: Path) -> tuple[str, int] | None:
    """SHA-256 and size of what the medium holds, not of what memory still remembers; None for what is no file."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as source:
        forget_cached(source.fileno())
        return sha256_of(source)


@contextlib.contextmanager
def _folder_errors() -> Iterator[None]:
    try:
        with disk_errors():
            yield
    except Refused as error:
        if error.code is Code.FOLDER_MISSING:  # pulled out while writing: the world, not the person
            raise Unavailable(Code.FOLDER_MISSING) from error
        if error.code is Code.FILE_EXISTS:  # it came while ours was written; the next try compares
            raise Unavailable(Code.FOLDER_FAILED, errno=errno.EEXIST) from error
        raise
    except OSError as error:
        raise Unavailable(Code.FOLDER_FAILED, errno=error.errno) from error
