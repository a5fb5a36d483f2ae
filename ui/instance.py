"""One window for each vault: whoever comes second asks the first one to show itself, and ends."""

import hashlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS: Final = 1500
_WORD: Final = b"show\n"
_ANSWER: Final = b"here\n"


class Instance(QObject):
    """`claim` tells whether this is the first one; `called` says that another start wants the window."""

    called = Signal()

    def __init__(self, vault: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(vault)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def claim(self) -> bool:
        """Whether this process is the one for this vault from now on; else the other one was called."""
        if self._call():
            return False
        # Nobody answers: what lies there is of a process that died.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def _call(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_PATIENCE_MS):
            return False
        socket.write(_WORD)
        socket.flush()
        return socket.waitForReadyRead(_PATIENCE_MS) and bytes(socket.readAll().data()) == _ANSWER

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._answer(socket)

    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        if bytes(socket.read(len(_WORD)).data()) == _WORD:
            socket.write(_ANSWER)
            socket.flush()
            self.called.emit()
        socket.disconnectFromServer()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.close()


def socket_name(vault: Path) -> str:
    """In the person's own runtime folder; the name tells nothing of where the vault is."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    digest = hashlib.sha256(str(vault.absolute().resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return str(Path(folder) / f"evidence-kit-{digest}") if folder else f"evidence-kit-{digest}"
