"""Whole-file locks: let go by the system when a process dies, so that a crash never leaves one behind."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from evidence_kit import system


def take(path: Path) -> int | None:
    """An exclusive lock on `path`, made if absent; the descriptor that holds it, or None where somebody else does."""
    handle = system.open_in_place(path, create=True)
    try:
        if system.lock_file(handle, wait=False):
            return handle
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


@contextlib.contextmanager
def waited(path: Path) -> Iterator[None]:
    """As `take`, waiting for whoever has it; for the moments of a read and a write, not for long work."""
    handle = system.open_in_place(path, create=True)
    try:
        system.lock_file(handle, wait=True)
        yield
    finally:
        os.close(handle)


def hold(handle: int) -> bool:
    """Lock an open file until it is closed; False where somebody else has it, for whom nobody waits.

    Raises `OSError` where the file system knows no locks.
    """
    return system.lock_file(handle, wait=False)
