"""Whole-file locks (flock): let go by the system when a process dies, so that a crash never leaves one behind."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def take(path: Path) -> int | None:
    """An exclusive lock on `path`, made if absent; the descriptor that holds it, or None where somebody else does."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextlib.contextmanager
def waited(path: Path) -> Iterator[None]:
    """As `take`, waiting for whoever has it; for the moments of a read and a write, not for long work."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def hold(handle: int) -> bool:
    """Lock an open file until it is closed; False where somebody else has it, for whom nobody waits.

    Raises `OSError` where the file system knows no locks.
    """
    if sys.platform != "win32":  # there nobody can remove an open file
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
