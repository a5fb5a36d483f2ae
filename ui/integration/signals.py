"""The system's or a terminal's request to end (SIGTERM, SIGINT, SIGHUP), on the widgets' thread."""

import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from evidence_kit.system import end_requests_to


class Signals(QObject):
    """Brings the program to a proper end when the system or a terminal asks for one."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._heard, self._told = socket.socketpair()
        self._heard.setblocking(False)
        self._told.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)
        self._application = application

    def listen(self) -> None:
        """From now on; a byte in the socket says it."""
        end_requests_to(self._told)

    def close(self) -> None:
        """Hear nothing any more; the program is on its way out already."""
        end_requests_to(None)
        self._notifier.setEnabled(False)
        self._heard.close()
        self._told.close()

    def _asked(self) -> None:
        self._heard.recv(1)
        self._application.exit(0)
