"""The key that captures while another program has the keyboard: asked of the desktop over the session's bus.

No key is ever grabbed here: where the desktop offers no such key, there is none.
"""

import os
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from evidence_kit.errors import KitError
from evidence_kit.portal.bus import Nonsense, session_bus
from ui.bridge import Bridge
from ui.integration.bus import PortalConnection
from ui.integration.shortcut_portal import Portal, State
from ui.words import say


class GlobalKey(QObject):
    """Follows the person's choice. `changed` says that `state` or `trigger` may be another, `pressed` comes per press.

    A desktop where the person said no is not asked again by itself: the choice is taken back.
    """

    changed = Signal()
    pressed = Signal()

    def __init__(self, bridge: Bridge, address: str | None = None) -> None:
        super().__init__(bridge)
        self._bridge = bridge
        self._address = session_bus(os.environ) if address is None else address
        self._wanted = False
        self._state = State.OFF
        self._portal: Portal | None = None
        self._visit: PortalConnection | None = None
        bridge.preferred.connect(self.follow)

    @property
    def state(self) -> State:
        return self._state if self._portal is None else self._portal.state

    @property
    def trigger(self) -> str:
        """How the desktop calls the key, in its own words; "" where it does not say."""
        return "" if self._portal is None else self._portal.trigger

    def follow(self) -> None:
        """Ask the desktop, or give the key back, if the person has chosen so since."""
        wanted = self._bridge.desktop.preferences.global_key
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            self._ask()
        else:
            self.close()
        self.changed.emit()

    def tell(self, words: str) -> None:
        """Have the desktop show a word, where no tray could."""
        if self._portal is not None and self._visit is not None:
            self._portal.tell("Evidence Kit", words)
            self._visit.send(self._portal.unsent())

    def close(self) -> None:
        """Give the key back and hear nothing any more."""
        if self._portal is not None and self._visit is not None:
            self._portal.leave()
            self._visit.send(self._portal.unsent())
        self._hang_up(State.OFF)

    def _ask(self) -> None:
        visit = PortalConnection(self._address, self)
        visit.met.connect(self._met)
        visit.heard.connect(self._heard)
        visit.turned_away.connect(self._turned_away)
        visit.cut.connect(self._cut)
        if visit.begin():
            self._visit, self._state = visit, State.ASKING
        else:
            visit.deleteLater()
            self._state = State.NOT_OFFERED

    def _turned_away(self) -> None:
        self._hang_up(State.NOT_OFFERED)
        self.changed.emit()

    def _met(self) -> None:
        if self._visit is not None:
            self._portal = Portal(say("Capture the screen"))
            self._visit.send(self._portal.unsent())

    def _heard(self, untrusted: bytes) -> None:
        if self._portal is None or self._visit is None:
            return
        before = (self.state, self.trigger)
        try:
            presses = self._portal.hear(untrusted)
        except Nonsense:
            self._hang_up(State.FAILED)
            self.changed.emit()
            return
        self._visit.send(self._portal.unsent())
        if self._portal.state is State.DECLINED:
            self._take_back()
        elif (self.state, self.trigger) != before:
            self.changed.emit()
        if presses:
            self.pressed.emit()  # a key that is held down is one press

    def _take_back(self) -> None:
        self._hang_up(State.DECLINED)
        self._wanted = False
        try:
            self._bridge.prefer(replace(self._bridge.desktop.preferences, global_key=False))
        except KitError as fault:
            self._bridge.failed.emit(fault)
        self.changed.emit()

    def _cut(self) -> None:
        self._hang_up(State.LOST)
        self.changed.emit()

    def _hang_up(self, state: State) -> None:
        self._state, self._portal = state, None
        if self._visit is not None:
            self._visit.close()
            self._visit.deleteLater()
            self._visit = None


def global_key(bridge: Bridge) -> GlobalKey:
    """The one key of this program."""
    return bridge.findChild(GlobalKey) or GlobalKey(bridge)
