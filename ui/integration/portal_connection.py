"""A connection to the session's bus in Qt's event loop: the socket is read and written when it is ready for that."""

import socket
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from evidence_kit.portal.bus import BusConnection, socket_addresses
from evidence_kit.system import PLATFORM, Platform

_CHUNK: Final = 64 * 1024


class PortalConnection(QObject):
    """A connection to the bus at `address`: `connected` comes once it is there, `received` has what arrives.

    `unavailable` comes instead where no bus accepted us, and `disconnected` once the other end is gone. `close` ends it
    at any time.
    """

    connected = Signal()
    received = Signal(bytes)
    unavailable = Signal()
    disconnected = Signal()

    def __init__(self, address: str, parent: QObject) -> None:
        super().__init__(parent)
        self._address = address
        self._bus: BusConnection | None = None
        self._control: QSocketNotifier | None = None
        self._socket: NonBlockingSocket | None = None

    def open(self) -> bool:
        """Begin to connect; whether there is anything to connect to."""
        if PLATFORM is not Platform.LINUX or not any(socket_addresses(self._address)):
            return False
        try:
            self._bus = BusConnection(self._address)
        except OSError:
            return False
        self._control = QSocketNotifier(self._bus.control.fileno(), QSocketNotifier.Type.Read, self)
        self._control.activated.connect(self._accept)
        return True

    def send(self, data: bytes) -> None:
        """Send it as soon as the other end takes it; nothing where there is no connection."""
        if self._socket is not None:
            self._socket.send(data)

    def close(self) -> None:
        """Receive and send nothing any more."""
        if self._socket is not None:
            self._socket.close()
            self._socket.deleteLater()
            self._socket = None
        if self._control is not None:
            self._control.setEnabled(False)
            self._control.deleteLater()
            self._control = None
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _accept(self) -> None:
        if self._control is not None:
            self._control.setEnabled(False)
        accepted = None if self._bus is None else self._bus.accept()
        if accepted is None:
            self.close()
            self.unavailable.emit()
            return
        self._socket = NonBlockingSocket(accepted, self)
        self._socket.received.connect(self.received)
        self._socket.disconnected.connect(self.disconnected)
        self.connected.emit()


class NonBlockingSocket(QObject):
    """A socket in the event loop: `received` has what came, `disconnected` comes once when the other end is gone."""

    received = Signal(bytes)
    disconnected = Signal()

    def __init__(self, connected_socket: socket.socket, parent: QObject) -> None:
        super().__init__(parent)
        self._socket = connected_socket
        self._unsent = b""
        self._reading = QSocketNotifier(connected_socket.fileno(), QSocketNotifier.Type.Read, self)
        self._writing = QSocketNotifier(connected_socket.fileno(), QSocketNotifier.Type.Write, self)
        self._writing.setEnabled(False)
        self._reading.activated.connect(self._read)
        self._writing.activated.connect(self._write)

    def send(self, data: bytes) -> None:
        """Send it as soon as the other end takes it."""
        self._unsent += data
        self._write()

    def close(self) -> None:
        """Receive and send nothing any more."""
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
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.received.emit(data)
        else:
            self._reading.setEnabled(False)
            self.disconnected.emit()
