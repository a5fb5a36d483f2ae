"""What the window says of a disk that takes nothing, and what it asks before it ends with something in memory."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.events import KeepingHeld, KeepingResumed, SendingHeld, SendingResumed
from evidence_kit.files import DISK_FAULTS
from ui import words
from ui.bridge import Bridge
from ui.panels.leaving import may_end
from ui.screens.now.standing import held_words
from ui.screens.now.view import NowScreen
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


def test_what_waits_is_counted_and_what_was_lost_is_said() -> None:
    words.speak("en")
    one, many = (held_words(KeepingHeld(Code.DISK_FULL, number, 0), None) for number in (1, 12))
    assert one[0] == many[0]
    assert one[0].startswith("The disk is full. Watching goes on")
    assert one[1].startswith("1 record waits in memory.")
    assert many[1].startswith("12 records wait in memory.")
    assert held_words(KeepingHeld(Code.DISK_FULL, 0, 0), None) == one[:1], "the watch's own memory alone"
    assert "3 measurements were not kept" in held_words(KeepingHeld(Code.DISK_FULL, 12, 3), None)[2]
    assert held_words(None, None) == ()


@pytest.mark.parametrize("reason", sorted(DISK_FAULTS, key=lambda one: one.value))
def test_each_fault_of_a_disk_is_told_apart(reason: Code) -> None:
    words.speak("en")
    others = DISK_FAULTS - {reason}
    told = held_words(KeepingHeld(reason, 1, 0), SendingHeld(reason, 0))
    assert all(line not in held_words(KeepingHeld(other, 1, 0), None)[:1] for other in others for line in told)
    assert all(line not in held_words(None, SendingHeld(other, 0)) for other in others for line in told)


def test_the_band_comes_with_the_fault_and_goes_with_it(bridge: Bridge, qtbot: QtBot, until: Until) -> None:
    screen = NowScreen(bridge)
    qtbot.addWidget(screen)
    screen.show()
    assert not screen.held.isVisible()
    bridge.desktop.tell(KeepingHeld(Code.DISK_FULL, 1, 0))
    until(screen.held.isVisible)
    bridge.desktop.tell(KeepingHeld(Code.DISK_FULL, 2, 0))
    until(lambda: "2 records wait" in screen.held.words())
    assert screen.held.accessibleName() == screen.held.words()
    bridge.desktop.tell(SendingHeld(Code.DISK_FULL, 0))
    bridge.desktop.tell(KeepingResumed(0))
    until(lambda: "2 records wait" not in screen.held.words())
    assert screen.held.isVisible()
    bridge.desktop.tell(SendingResumed())
    until(lambda: not screen.held.isVisible())
    later = NowScreen(bridge)
    qtbot.addWidget(later)
    bridge.desktop.tell(KeepingHeld(Code.READ_ONLY, 1, 0))
    later.show()
    assert later.held.isVisible()


def answer(qtbot: QtBot, which: str) -> list[str]:
    """Click the button of that text once a question is there; the question, for later."""
    asked: list[str] = []

    def click() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, click)
            return
        asked.append(box.text())
        next(button for button in box.buttons() if button.text() == which).click()

    QTimer.singleShot(0, click)
    return asked


def test_the_window_asks_before_it_ends_with_records_in_memory(window: Window, qtbot: QtBot) -> None:
    window.bridge.desktop.tell(KeepingHeld(Code.DISK_FULL, 3, 0))
    asked = answer(qtbot, "Go on")
    assert not window.close()
    assert window.isVisible()
    assert asked[0].startswith("3 records wait in memory")
    answer(qtbot, "End and lose them")
    assert window.close()
    window.bridge.desktop.tell(KeepingResumed(0))
    assert may_end(window.bridge.desktop, window), "it asks although nothing waits"
