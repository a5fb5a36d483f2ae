"""Which command line starts another program of this product, from source and frozen; the one place that decides it.

From source every program is a module of its own. Frozen (PyInstaller sets `sys.frozen`) there is no Python to give a
module to: executables lie beside each other, and the small readers of untrusted bytes live in the command line's.
"""

import sys
from pathlib import Path
from typing import Final

COMMAND_LINE: Final = "evidence_kit"
WINDOW: Final = "ui"
CAMERA: Final = "ui.camera"
READERS: Final = (
    "evidence_kit.jobs.thumbnailer",
    "evidence_kit.capture.metadata",
    "evidence_kit.capture.picture_reading",
    "evidence_kit.portal.connector",
    "evidence_kit.seal.inspection",
    "evidence_kit.seal.qr_reading",
    "evidence_kit.verify",
)
"""Modules that look at what strangers made, or that strangers may look at, each in a process of its own."""
VAULT_PROCESS: Final = "vault-process"
"""The first argument with which the command line becomes the process that has the keys."""
READ: Final = "read-untrusted"
"""The first argument with which the command line becomes the reader that the second one names."""

_EXECUTABLES: Final = {COMMAND_LINE: "evidence-kit", WINDOW: "evidence-kit-window", CAMERA: "evidence-kit-camera"}
# A file beside the executables, which the portable folder has and no other package.
_PORTABLE: Final = "portable"


def program(module: str) -> tuple[str, ...]:
    """The program and its first arguments that run `module`: one of the names above."""
    if module not in _EXECUTABLES and module not in READERS:
        raise ValueError(module)
    if getattr(sys, "frozen", False):
        here = Path(sys.executable)
        name = _EXECUTABLES.get(module, _EXECUTABLES[COMMAND_LINE])
        return (str(here.with_name(name + here.suffix)), *(() if module in _EXECUTABLES else (READ, module)))
    # Nothing in the folder that the person happens to be in is ever run (-P). Camera and readers, which strangers can
    # reach, do not listen to Python's variables either (-I).
    return (sys.executable, "-I" if module == CAMERA or module in READERS else "-P", "-m", module)


def portable_folder() -> Path | None:
    """The folder of the portable program, with its executables in it; None for an installed one and from source."""
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(sys.executable).parent
    return folder if (folder / _PORTABLE).is_file() else None
