"""The system's or a terminal's request to end (SIGTERM, SIGINT, SIGHUP), on the widgets' thread."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication


class Signals(QObject):
    """Brings the program to a proper end when the system or a terminal asks for one (POSIX)."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._heard, self._told = socket.socketpair()
        self._heard.setblocking(False)
        self._told.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)
        self._application = application

    def listen(self) -> None:
        """From now on. The byte in the socket says it; Python's own answer would be an exception in some slot."""
        signal.set_wakeup_fd(self._told.fileno())
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda _number, _frame: None)

    def close(self) -> None:
        """Hear nothing any more; the program is on its way out already."""
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._heard.close()
        self._told.close()

    def _asked(self) -> None:
        self._heard.recv(1)
        self._application.exit(0)
