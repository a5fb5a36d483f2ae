"""This process as a frozen program finds itself: what PyInstaller's start leaves in `sys`."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def frozen_in(folder: Path, *, portable: bool = False) -> Iterator[Path]:
    """The window's executable is in `folder`, with the portable folder's mark beside it or without."""
    unfrozen = sys.executable
    folder.mkdir(parents=True, exist_ok=True)
    if portable:
        (folder / "portable").touch()
    sys.frozen, sys.executable = True, str(folder / "evidence-kit-window")  # type: ignore[attr-defined]
    try:
        yield folder
    finally:
        sys.executable = unfrozen
        del sys.frozen  # type: ignore[attr-defined]
