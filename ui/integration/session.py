"""Lock with the desktop: before the computer sleeps, when the lid closes, and when the screen is locked (D-Bus)."""

import os
import re
from typing import Any, Final

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection

from evidence_kit.system import PLATFORM, Platform
from ui.bridge import Bridge

_LOGIN: Final = "org.freedesktop.login1"
# Who says on the session's bus that the screen was locked; each desktop has its own.
_SCREENS: Final = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
)
# The stubs ask for bytes; the binding takes what SLOT gives, which is a str.
_SLEEPING: Final[Any] = SLOT("sleeping(bool)")
_LOCK: Final[Any] = SLOT("lock()")
_DARKENED: Final[Any] = SLOT("darkened(bool)")


class SessionLock(QObject):
    """Hears logind and the screen saver, where there are any; `heard` says whether anybody could be listened to."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.heard = False

    def listen(self, system: QDBusConnection | None = None, session: QDBusConnection | None = None) -> None:
        """Subscribe; nothing is asked of anybody."""
        if PLATFORM is not Platform.LINUX:
            return
        system = system or QDBusConnection.systemBus()
        session = session or QDBusConnection.sessionBus()
        if system.isConnected():
            path, here = "/org/freedesktop/login1", session_path(os.environ.get("XDG_SESSION_ID", ""))
            self.heard |= system.connect("", path, f"{_LOGIN}.Manager", "PrepareForSleep", self, _SLEEPING)
            self.heard |= system.connect("", here, f"{_LOGIN}.Session", "Lock", self, _LOCK)
        if session.isConnected():
            for name, path in _SCREENS:
                self.heard |= session.connect("", path, name, "ActiveChanged", self, _DARKENED)

    @Slot(bool)
    def sleeping(self, about_to: bool) -> None:
        """The computer is about to sleep, or woke up."""
        if about_to:
            self.lock()

    @Slot(bool)
    def darkened(self, on: bool) -> None:
        """The screen was locked, or unlocked."""
        if on:
            self.lock()

    @Slot()
    def lock(self) -> None:
        """The desktop wants everything locked."""
        if self._bridge.desktop.session.unlocked:
            self._bridge.lock()


def session_path(session_id: str) -> str:
    """Where logind speaks of a session (sd_bus_path_encode(3)); "" hears every session where the id is not known."""
    if not session_id:
        return ""
    head = re.sub(r"[^A-Za-z]", _escaped, session_id[0])
    return f"/org/freedesktop/login1/session/{head}{re.sub(r'[^A-Za-z0-9]', _escaped, session_id[1:])}"


def _escaped(sign: re.Match[str]) -> str:
    return "".join(f"_{byte:02x}" for byte in sign[0].encode())
