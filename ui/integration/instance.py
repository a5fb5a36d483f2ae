"""One window for each vault: whoever comes second asks the first one to show itself, and ends."""

import hashlib
import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS: Final = 1500
_SHOW: Final = b"show"
# Of a start at login: it wants nothing but to know whether somebody is here.
_HIDDEN: Final = b"hidden"
_ANSWER: Final = b"here\n"
_CAP: Final = 512
_TOKEN: Final = re.compile(rb"[\x21-\x7e]{1,400}")


class Instance(QObject):
    """`claim` tells whether this is the first one; `called` says that another start wants the window.

    `called` carries the desktop's word (XDG activation token) that this start is the person's own doing, or "".
    """

    called = Signal(str)

    def __init__(self, vault: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = socket_name(vault)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def claim(self, *, hidden: bool = False, token: str = "") -> bool:
        """Whether this process is the one for this vault from now on; else the other one was called.

        A `hidden` start does not want the other one's window.
        """
        if self._call(self._name, hidden, token):
            return False
        # Nobody answers: what lies there is of a process that died.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def move(self, vault: Path) -> bool:
        """As `claim`, for another vault in place of this one; where that is another process's, this one is kept."""
        name = socket_name(vault)
        if name == self._name:
            return True
        if self._call(name, False, ""):
            return False
        self._server.close()
        self._name = name
        QLocalServer.removeServer(name)
        self._server.listen(name)
        return True

    @staticmethod
    def _call(name: str, hidden: bool, token: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(name)
        if not socket.waitForConnected(_PATIENCE_MS):
            return False
        known = _TOKEN.fullmatch(token.encode("utf-8", "surrogateescape"))
        socket.write(_HIDDEN if hidden else b" ".join((_SHOW, known[0])) if known else _SHOW)
        socket.write(b"\n")
        socket.flush()
        return socket.waitForReadyRead(_PATIENCE_MS) and bytes(socket.readAll().data()) == _ANSWER

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            self._answer(socket)

    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _CAP:
                socket.disconnectFromServer()
            return
        word, _, untrusted_token = bytes(socket.readLine(_CAP).data()).rstrip(b"\n").partition(b" ")
        if word in {_SHOW, _HIDDEN}:
            socket.write(_ANSWER)
            socket.flush()
        if word == _SHOW:
            known = _TOKEN.fullmatch(untrusted_token)
            self.called.emit(known[0].decode("ascii") if known else "")
        socket.disconnectFromServer()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.close()


def socket_name(vault: Path) -> str:
    """In the person's own runtime folder; the name tells nothing of where the vault is."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    digest = hashlib.sha256(str(vault.absolute().resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return str(Path(folder) / f"evidence-kit-{digest}") if folder else f"evidence-kit-{digest}"
