"""Whether the person's desktop is light or dark: asked of its portal, and heard whenever it changes.

Qt asks too, but as the window, whose memory is closed, and portals refuse whom they cannot look at (decision 0011).
Source: the XDG Desktop Portal's interface Settings, `org.freedesktop.appearance` `color-scheme`: 1 dark, 2 light, and
anything else no preference.
"""

import os
from typing import Any, Final

from jeepney import new_method_call
from PySide6.QtCore import QObject, Signal

from evidence_kit.portal.bus import Nonsense, PortalClient, of_portal, session_bus
from ui.integration.bus import PortalConnection

_SETTINGS: Final = "org.freedesktop.portal.Settings"
_SPACE: Final = "org.freedesktop.appearance"
_KEY: Final = "color-scheme"
_CHOICES: Final = {1: "dark", 2: "light"}


class Scheme:
    """One connection's talk: bytes in, bytes out. `choice` is "light", "dark", or "" while nothing was said."""

    said_by: tuple[str, ...] = (_SETTINGS,)

    def __init__(self) -> None:
        self.choice = ""
        self._talk = PortalClient(self)
        self.unsent = self._talk.unsent
        self.hear = self._talk.hear

    # As the talk's guest

    def received(self) -> None:
        """Ask; portals before version 2 know only the older question."""
        self._ask("ReadOne", lambda _: self._ask("Read", lambda _: None))

    def turned_away(self) -> None:
        """There is no portal: nothing is known."""

    def left_alone(self) -> None:
        """What was said last holds until another portal says something else."""

    def told(self, _path: str, member: str, untrusted_body: Any) -> None:
        """A setting of the desktop changed, perhaps this one."""
        if member == "SettingChanged" and tuple(untrusted_body[:2]) == (_SPACE, _KEY):
            self._learn(untrusted_body[2])

    def _ask(self, member: str, otherwise: Any) -> None:
        question = new_method_call(of_portal(_SETTINGS), member, "ss", (_SPACE, _KEY))
        self._talk.ask(question, lambda untrusted_body: self._learn(untrusted_body[0]), otherwise)

    def _learn(self, untrusted: Any) -> None:
        match untrusted:
            # The older answer is a variant in a variant.
            case ("v", ("u", int(number))) | ("u", int(number)):
                self.choice = _CHOICES.get(number, "")


class DesktopScheme(QObject):
    """`changed` comes when `choice` became another: "light", "dark", or "" where the desktop says nothing."""

    changed = Signal()

    def __init__(self, parent: QObject, address: str | None = None) -> None:
        super().__init__(parent)
        self.choice = ""
        self._address = session_bus(os.environ) if address is None else address
        self._scheme: Scheme | None = None
        self._visit: PortalConnection | None = None

    def begin(self) -> None:
        """Ask, unless that is being done; waits for nothing."""
        if self._visit is not None:
            return
        visit = PortalConnection(self._address, self)
        visit.met.connect(self._met)
        visit.heard.connect(self._heard)
        visit.turned_away.connect(self.close)
        visit.cut.connect(self.close)
        if visit.begin():
            self._visit = visit
        else:
            visit.deleteLater()

    def close(self) -> None:
        """Hear nothing any more; what was said last stays."""
        self._scheme = None
        if self._visit is not None:
            self._visit.close()
            self._visit.deleteLater()
            self._visit = None

    def _met(self) -> None:
        if self._visit is not None:
            self._scheme = Scheme()
            self._visit.send(self._scheme.unsent())

    def _heard(self, untrusted: bytes) -> None:
        if self._scheme is None or self._visit is None:
            return
        try:
            self._scheme.hear(untrusted)
        except Nonsense:
            self.close()
            return
        self._visit.send(self._scheme.unsent())
        if self._scheme.choice != self.choice:
            self.choice = self._scheme.choice
            self.changed.emit()
