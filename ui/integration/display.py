"""Whether there is a display to show a window on: Qt would end the process with an abort where there is none."""

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from evidence_kit.system import PLATFORM, Platform

# Qt's own platforms that need no display (doc.qt.io, Qt Platform Abstraction).
_NEED_NONE: Final = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
_X11: Final = re.compile(r"(?:unix)?:([0-9]+)(?:\.[0-9]+)?")


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown in a process with that environment."""
    if PLATFORM in {Platform.WINDOWS, Platform.MACOS} or environment.get("QT_QPA_PLATFORM", "").startswith(_NEED_NONE):
        return True
    return _wayland_answers(environment) or _x11_answers(environment.get("DISPLAY", ""))


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    return bool(name) and (Path(environment.get("XDG_RUNTIME_DIR", "/")) / name).is_socket()


def _x11_answers(display: str) -> bool:
    local = _X11.fullmatch(display)
    if local is None:
        # A display on another machine, or a form that only X knows: Qt finds out.
        return bool(display)
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - where X servers listen (xorg(1)); only connected to
    return any(_connects(address) for address in (path, f"\0{path}"))


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(address)
        except OSError:
            return False
        return True
