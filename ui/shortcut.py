"""The key that captures while another program has the keyboard: asked of the desktop over the session's bus.

No key is ever grabbed here: where the desktop offers no such key, there is none. Nothing here waits: the socket is read
and written when it is ready for that.
"""

import contextlib
import os
import socket
import sys
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from evidence_kit.errors import KitError
from evidence_kit.portal import Door, Nonsense, places, session_bus
from ui.bridge import Bridge
from ui.portal import Portal, State
from ui.words import say

_PIECE: Final = 64 * 1024


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
        self._door: Door | None = None
        self._knocking: QSocketNotifier | None = None
        self._line: Line | None = None
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
        if self._portal is not None and self._line is not None:
            self._portal.tell("Evidence Kit", words)
            self._line.send(self._portal.unsent())

    def close(self) -> None:
        """Give the key back and hear nothing any more."""
        if self._portal is not None and self._line is not None:
            self._portal.leave()
            self._line.send(self._portal.unsent())
        self._hang_up(State.OFF)

    def _ask(self) -> None:
        self._state = State.NOT_OFFERED
        if sys.platform.startswith("linux") and any(places(self._address)):
            with contextlib.suppress(OSError):
                self._door = Door(self._address)
                self._knocking = QSocketNotifier(self._door.near.fileno(), QSocketNotifier.Type.Read, self)
                self._knocking.activated.connect(self._met)
                self._state = State.ASKING

    def _met(self) -> None:
        """The connection is there, or nobody took us."""
        if self._knocking is not None:
            self._knocking.setEnabled(False)
        line = None if self._door is None else self._door.open()
        if line is None:
            self._hang_up(State.NOT_OFFERED)
            self.changed.emit()
            return
        self._portal = Portal(say("Capture the screen"))
        self._line = Line(line, self)
        self._line.heard.connect(self._heard)
        self._line.cut.connect(self._cut)
        self._line.send(self._portal.unsent())

    def _heard(self, untrusted: bytes) -> None:
        if self._portal is None or self._line is None:
            return
        before = (self.state, self.trigger)
        try:
            presses = self._portal.hear(untrusted)
        except Nonsense:
            self._hang_up(State.FAILED)
            self.changed.emit()
            return
        self._line.send(self._portal.unsent())
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
        if self._line is not None:
            self._line.close()
            self._line.deleteLater()
            self._line = None
        if self._knocking is not None:
            self._knocking.setEnabled(False)
            self._knocking.deleteLater()
            self._knocking = None
        if self._door is not None:
            self._door.close()
            self._door = None


class Line(QObject):
    """A socket that never waits: `heard` has what came, `cut` comes once when the other end is gone."""

    heard = Signal(bytes)
    cut = Signal()

    def __init__(self, line: socket.socket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = line
        self._unsent = b""
        self._reading = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read, self)
        self._writing = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Write, self)
        self._writing.setEnabled(False)
        self._reading.activated.connect(self._read)
        self._writing.activated.connect(self._write)

    def send(self, words: bytes) -> None:
        """Send it as soon as the other end takes it."""
        self._unsent += words
        self._write()

    def close(self) -> None:
        """Hear and send nothing any more."""
        self._reading.setEnabled(False)
        self._writing.setEnabled(False)
        self._socket.close()

    def _write(self) -> None:
        try:
            while self._unsent and self._socket.fileno() >= 0:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent = b""  # gone; the reading side says so
        self._writing.setEnabled(bool(self._unsent) and self._socket.fileno() >= 0)

    def _read(self) -> None:
        try:
            came = self._socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        if came:
            self.heard.emit(came)
        else:
            self._reading.setEnabled(False)
            self.cut.emit()


def global_key(bridge: Bridge) -> GlobalKey:
    """The one key of this program."""
    return bridge.findChild(GlobalKey) or GlobalKey(bridge)
