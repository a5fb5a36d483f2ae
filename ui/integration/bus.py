"""A talk with the session's bus that never waits: the socket is read and written when it is ready for that."""

import socket
import sys
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from evidence_kit.portal.bus import BusConnection, places

_PIECE: Final = 64 * 1024


class PortalConnection(QObject):
    """A connection to the bus at `address`. `met` comes once it is there, `heard` has what the bus says.

    `turned_away` comes instead where no bus took us, and `cut` once the other end is gone. `close` ends it at any time.
    """

    met = Signal()
    heard = Signal(bytes)
    turned_away = Signal()
    cut = Signal()

    def __init__(self, address: str, parent: QObject) -> None:
        super().__init__(parent)
        self._address = address
        self._door: BusConnection | None = None
        self._knocking: QSocketNotifier | None = None
        self._line: Line | None = None

    def begin(self) -> bool:
        """Knock; whether there is a door at all."""
        if not sys.platform.startswith("linux") or not any(places(self._address)):
            return False
        try:
            self._door = BusConnection(self._address)
        except OSError:
            return False
        self._knocking = QSocketNotifier(self._door.near.fileno(), QSocketNotifier.Type.Read, self)
        self._knocking.activated.connect(self._opened)
        return True

    def send(self, words: bytes) -> None:
        """Send it as soon as the other end takes it; nothing where nobody is there."""
        if self._line is not None:
            self._line.send(words)

    def close(self) -> None:
        """Hear and send nothing any more."""
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

    def _opened(self) -> None:
        if self._knocking is not None:
            self._knocking.setEnabled(False)
        line = None if self._door is None else self._door.open()
        if line is None:
            self.close()
            self.turned_away.emit()
            return
        self._line = Line(line, self)
        self._line.heard.connect(self.heard)
        self._line.cut.connect(self.cut)
        self.met.emit()


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
