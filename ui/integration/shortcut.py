"""The shortcut that captures while another program has the keyboard: asked of the desktop's portal.

No key is ever grabbed here: where the desktop offers no such shortcut, there is none.
"""

import os
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from evidence_kit.errors import KitError
from evidence_kit.portal.bus import session_bus
from evidence_kit.portal.client import ProtocolError
from evidence_kit.portal.global_shortcuts import GlobalShortcutsClient, ShortcutState
from ui.bridge import Bridge
from ui.integration.portal_connection import PortalConnection
from ui.words import say

__all__ = ["GlobalShortcut", "ShortcutState", "global_shortcut"]


class GlobalShortcut(QObject):
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
        self._state = ShortcutState.OFF
        self._client: GlobalShortcutsClient | None = None
        self._connection: PortalConnection | None = None
        bridge.preferred.connect(self.follow)

    @property
    def state(self) -> ShortcutState:
        return self._state if self._client is None else self._client.state

    @property
    def trigger(self) -> str:
        """How the desktop calls the key, in its own words; "" where it does not say."""
        return "" if self._client is None else self._client.trigger

    def follow(self) -> None:
        """Ask the desktop, or give the key back, if the person has chosen so since."""
        wanted = self._bridge.desktop.places.preferences.global_key
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            self._ask()
        else:
            self.close()
        self.changed.emit()

    def notify(self, text: str) -> None:
        """Have the desktop show a notification, where no tray could."""
        if self._client is not None and self._connection is not None:
            self._client.notify("Evidence Kit", text)
            self._connection.send(self._client.data_to_send())

    def close(self) -> None:
        """Give the shortcut back and receive nothing any more."""
        if self._client is not None and self._connection is not None:
            self._client.release()
            self._connection.send(self._client.data_to_send())
        self._disconnect(ShortcutState.OFF)

    def _ask(self) -> None:
        connection = PortalConnection(self._address, self)
        connection.connected.connect(self._on_connected)
        connection.received.connect(self._on_received)
        connection.unavailable.connect(self._on_unavailable)
        connection.disconnected.connect(self._on_disconnected)
        if connection.open():
            self._connection, self._state = connection, ShortcutState.ASKING
        else:
            connection.deleteLater()
            self._state = ShortcutState.NOT_OFFERED

    def _on_unavailable(self) -> None:
        self._disconnect(ShortcutState.NOT_OFFERED)
        self.changed.emit()

    def _on_connected(self) -> None:
        if self._connection is not None:
            self._client = GlobalShortcutsClient(say("Capture the screen"))
            self._connection.send(self._client.data_to_send())

    def _on_received(self, untrusted: bytes) -> None:
        if self._client is None or self._connection is None:
            return
        before = (self.state, self.trigger)
        try:
            presses = self._client.feed(untrusted)
        except ProtocolError:
            self._disconnect(ShortcutState.FAILED)
            self.changed.emit()
            return
        self._connection.send(self._client.data_to_send())
        if self._client.state is ShortcutState.DECLINED:
            self._take_back()
        elif (self.state, self.trigger) != before:
            self.changed.emit()
        if presses:
            self.pressed.emit()  # a key that is held down is one press

    def _take_back(self) -> None:
        self._disconnect(ShortcutState.DECLINED)
        self._wanted = False
        try:
            self._bridge.prefer(replace(self._bridge.desktop.places.preferences, global_key=False))
        except KitError as fault:
            self._bridge.failed.emit(fault)
        self.changed.emit()

    def _on_disconnected(self) -> None:
        self._disconnect(ShortcutState.LOST)
        self.changed.emit()

    def _disconnect(self, state: ShortcutState) -> None:
        self._state, self._client = state, None
        if self._connection is not None:
            self._connection.close()
            self._connection.deleteLater()
            self._connection = None


def global_shortcut(bridge: Bridge) -> GlobalShortcut:
    """The one shortcut of this program."""
    return bridge.findChild(GlobalShortcut) or GlobalShortcut(bridge)
