"""The window as a whole: places, locking, and errors that nobody else took."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.keep import WriteNote
from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.screens.journal.view import JournalScreen
from ui.screens.locked.view import LockedScreen
from ui.window import Window

pytestmark = pytest.mark.slow


def test_locking_takes_what_was_on_show_and_unlocking_brings_the_window_back(
    window: Window, qtbot: QtBot, until: Callable[[Callable[[], bool]], None]
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    until(lambda: not window.bridge.desktop.session.unlocked)
    locked = window.findChild(LockedScreen)
    assert locked is not None
    assert locked.isVisible()
    qtbot.keyClicks(locked.secret, PASSPHRASE.decode())
    qtbot.keyClick(locked.secret, Qt.Key.Key_Return)
    until(lambda: window.bridge.desktop.session.unlocked and not locked.isVisible())
    assert locked.secret.text() == ""


def test_a_latest_entry_leads_to_itself_in_the_journal(
    window: Window, until: Callable[[Callable[[], bool]], None]
) -> None:
    first, second = (window.bridge.desktop.session.submit(WriteNote(f"Note {one}")).result(20) for one in (1, 2))
    for wanted in (first, second, first):
        window.bridge.entry_wanted.emit(wanted.sequence)
        journal = window.screen_of("journal")
        assert isinstance(journal, JournalScreen)
        assert window.current() == "journal"
        until(lambda journal=journal, wanted=wanted: journal.detail.shown_sequence() == wanted.sequence)  # type: ignore[misc]
        window.go("now")


def test_an_entry_that_is_wanted_while_locked_asks_to_unlock(
    bridge: Bridge, qtbot: QtBot, until: Callable[[Callable[[], bool]], None]
) -> None:
    window = Window(bridge)
    qtbot.addWidget(window)
    window.show()
    bridge.entry_wanted.emit(1)
    assert window.findChild(LockedScreen).isVisible()
    until(lambda: not bridge.waiting())  # what the page counts comes to a page that is there


def test_a_wrong_passphrase_says_so_and_asks_again(
    bridge: Bridge, qtbot: QtBot, until: Callable[[Callable[[], bool]], None]
) -> None:
    screen = LockedScreen(bridge)
    qtbot.addWidget(screen)
    screen.show()
    qtbot.keyClicks(screen.secret, "not this one")
    qtbot.mouseClick(screen.button, Qt.MouseButton.LeftButton)
    until(lambda: "does not open this vault" in screen.notice.words())
    assert screen.button.isEnabled()


def test_an_error_that_nobody_took_is_told_on_the_screen_on_show(window: Window) -> None:
    window.bridge.failed.emit(Refused(Code.DISK_FULL))
    assert "The disk is full" in window.told()
