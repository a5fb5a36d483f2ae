"""Waiting inside Qt's event loop: for something to become so, or for a moment."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer

_STEP_MS = 5


def wait(until: Callable[[], bool], milliseconds: int) -> bool:
    """Whether `until` became true within that time."""
    timer = QElapsedTimer()
    timer.start()
    while not until():
        if timer.elapsed() >= milliseconds:
            return False
        pause(_STEP_MS)
    return True


def pause(milliseconds: int) -> None:
    """Let events be handled for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
