"""Whether the person's desktop is light or dark: asked of its portal, and received whenever it changes.

Qt asks too, but as the window, whose memory is closed, and portals refuse whom they cannot look at (decision 0011).
"""

import os

from PySide6.QtCore import QObject, Signal

from evidence_kit.portal.bus import session_bus
from evidence_kit.portal.client import ProtocolError
from evidence_kit.portal.color_scheme import ColorSchemeClient
from ui.integration.portal_connection import PortalConnection


class DesktopColorScheme(QObject):
    """`changed` comes when `choice` became another: "light", "dark", or "" where the desktop says nothing."""

    changed = Signal()

    def __init__(self, parent: QObject, address: str | None = None) -> None:
        super().__init__(parent)
        self.choice = ""
        self._address = session_bus(os.environ) if address is None else address
        self._client: ColorSchemeClient | None = None
        self._connection: PortalConnection | None = None

    def open(self) -> None:
        """Ask, unless that is being done; waits for nothing."""
        if self._connection is not None:
            return
        connection = PortalConnection(self._address, self)
        connection.connected.connect(self._on_connected)
        connection.received.connect(self._on_received)
        connection.unavailable.connect(self.close)
        connection.disconnected.connect(self.close)
        if connection.open():
            self._connection = connection
        else:
            connection.deleteLater()

    def close(self) -> None:
        """Follow no longer; what was said last stays."""
        self._client = None
        if self._connection is not None:
            self._connection.close()
            self._connection.deleteLater()
            self._connection = None

    def _on_connected(self) -> None:
        if self._connection is not None:
            self._client = ColorSchemeClient()
            self._connection.send(self._client.data_to_send())

    def _on_received(self, untrusted: bytes) -> None:
        if self._client is None or self._connection is None:
            return
        try:
            self._client.feed(untrusted)
        except ProtocolError:
            self.close()
            return
        self._connection.send(self._client.data_to_send())
        if self._client.choice != self.choice:
            self.choice = self._client.choice
            self.changed.emit()
