"""The guide on the screen: opened where a question arises, read and searched by keyboard, and left again."""

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.capture.notes import NoteSheet
from ui.screens.check.view import CheckScreen
from ui.screens.first_run.model import FirstRunStep
from ui.screens.first_run.view import FirstRunScreen
from ui.screens.guide.sheet import GuideSheet
from ui.screens.guide.view import GuideScreen
from ui.screens.locked.view import LockedScreen
from ui.screens.people.dialogs import AddRecipientDialog
from ui.screens.settings.view import SettingsScreen
from ui.screens.settings.wipe import WipeSheet
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


def guide_of(window: Window) -> GuideScreen:
    screen = window.screen_of("guide")
    assert isinstance(screen, GuideScreen)
    return screen


def read(window: Window) -> str:
    """The topic that is read in the window's guide."""
    assert window.current() == "guide"
    assert guide_of(window).isVisible()
    return guide_of(window).reader.topic()


def rest(window: Window, until: Until) -> None:
    """All that was asked for has come: an answer must not meet a window that is gone."""
    until(lambda: not window.bridge.waiting())


def sheet() -> GuideSheet:
    (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, GuideSheet) and one.isVisible()]
    return found


# Where a question arises


def test_a_question_opens_the_guide_at_its_topic_and_leads_back_with_what_was_half_typed(
    window: Window, qtbot: QtBot, until: Until
) -> None:
    window.go("check")
    check = window.screen_of("check")
    assert isinstance(check, CheckScreen)
    check.fingerprint.setFocus()
    qtbot.keyClicks(check.fingerprint, "EF60")
    window.bridge.help_wanted.emit("proof")
    assert read(window) == "proof"
    back = guide_of(window).back
    assert back.text() == "Back to “Check”"
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert window.current() == "check"
    assert window.screen_of("check") is check
    assert check.fingerprint.text() == "EF60"
    assert window.focusWidget() is check.fingerprint
    rest(window, until)


def test_the_keyboard_leads_back_too(window: Window, qtbot: QtBot, until: Until) -> None:
    window.go("deliveries")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert read(window) == "deliveries"
    qtbot.keyClick(guide_of(window).reader.list, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.current() == "deliveries"
    rest(window, until)


@pytest.mark.parametrize(
    ("place", "topic"),
    [("now", "shutdown"), ("journal", "proof"), ("reports", "reports"), ("people", "recipients"), ("check", "check")],
)
def test_f1_opens_the_topic_of_the_screen_on_show(
    window: Window, qtbot: QtBot, until: Until, place: str, topic: str
) -> None:
    window.go(place)
    rest(window, until)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert read(window) == topic
    rest(window, until)


def test_f1_in_the_guide_leaves_what_is_read(window: Window, qtbot: QtBot, until: Until) -> None:
    window.bridge.help_wanted.emit("wipe")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert read(window) == "wipe"
    rest(window, until)


def test_who_goes_to_the_guide_by_the_rail_gets_no_way_back(window: Window, until: Until) -> None:
    window.bridge.help_wanted.emit("proof")
    window.go("check")
    window.go("guide")
    assert guide_of(window).back.isHidden()
    assert read(window) == "proof"
    rest(window, until)


def test_a_draft_of_a_report_survives_a_look_into_the_guide(window: Window, qtbot: QtBot, until: Until) -> None:
    window.go("reports")
    until(lambda: not window.bridge.waiting())
    reports = window.screen_of("reports")
    qtbot.mouseClick(reports.new, Qt.MouseButton.LeftButton)
    until(lambda: reports.assistant.isVisible() and not window.bridge.waiting())
    step = reports.assistant.step
    window.bridge.help_wanted.emit("write-down")
    assert read(window) == "write-down"
    guide_of(window).back.click()
    rest(window, until)
    assert reports.assistant.isVisible()
    assert reports.assistant.step is step


def test_a_dialog_keeps_what_is_written_while_the_guide_is_read_over_it(
    unlocked: Bridge, window: Window, qtbot: QtBot, until: Until
) -> None:
    window.captures.note()
    (note,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, NoteSheet) and one.isVisible()]
    note.activateWindow()
    until(note.isActiveWindow)
    text = note.findChild(QPlainTextEdit)
    qtbot.keyClicks(text, "Mobile data went at two")
    qtbot.keyClick(note, Qt.Key.Key_F1)
    over = sheet()
    assert over.reader.topic() == "write-down"
    assert window.current() == "now"
    over.activateWindow()
    until(over.isActiveWindow)
    unlocked.help_wanted.emit("reports")
    assert sheet() is over
    assert over.reader.topic() == "reports"
    qtbot.keyClick(over, Qt.Key.Key_Escape)
    until(lambda: not [one for one in QApplication.topLevelWidgets() if isinstance(one, GuideSheet)])
    assert note.isVisible()
    assert text.toPlainText() == "Mobile data went at two"
    note.go()
    rest(window, until)


def test_f1_works_in_a_dialog_that_is_in_the_windows_way(
    unlocked: Bridge, window: Window, qtbot: QtBot, until: Until
) -> None:
    dialog = AddRecipientDialog(unlocked, window)
    dialog.open()
    until(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    assert sheet().reader.topic() == "recipients"
    sheet().close()
    assert dialog.isVisible()
    dialog.reject()
    dialog.deleteLater()
    rest(window, until)


def test_a_question_before_wiping_is_answered_over_it(
    unlocked: Bridge, window: Window, qtbot: QtBot, until: Until
) -> None:
    window.go("settings")
    settings = window.screen_of("settings")
    assert isinstance(settings, SettingsScreen)
    settings.go("vault")
    rest(window, until)
    settings.section("vault").wipe.click()
    (wiping,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, WipeSheet) and one.isVisible()]
    until(wiping.isActiveWindow)
    qtbot.keyClick(wiping, Qt.Key.Key_F1)
    assert sheet().reader.topic() == "wipe"
    sheet().close()
    assert wiping.isVisible()
    wiping.close()
    rest(window, until)


def test_the_lock_is_in_reach_of_a_dialog_in_the_windows_way(
    unlocked: Bridge, window: Window, qtbot: QtBot, until: Until
) -> None:
    dialog = AddRecipientDialog(unlocked, window)
    dialog.open()
    until(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    until(lambda: not unlocked.desktop.session.unlocked and not dialog.isVisible())
    rest(window, until)


# Without an open vault


def test_the_guide_is_there_before_any_vault(first: Window, qtbot: QtBot) -> None:
    assert "guide" in first.names()
    pages = first.screen_of("set-up")
    assert isinstance(pages, FirstRunScreen)
    qtbot.keyClick(first, Qt.Key.Key_F1)
    assert read(first) == "seizure"
    guide_of(first).back.click()
    assert first.current() == "set-up"
    assert pages.isVisible()


def test_a_passphrase_half_chosen_stays_while_the_guide_is_read(first: Window, qtbot: QtBot) -> None:
    pages = first.screen_of("set-up")
    assert isinstance(pages, FirstRunScreen)
    while pages.step is not FirstRunStep.PASSPHRASE:
        qtbot.mouseClick(pages.next, Qt.MouseButton.LeftButton)
    line = pages.page.passphrase.first.line
    qtbot.keyClicks(line, "half a pass")
    more = next(one for one in pages.findChildren(QPushButton) if one.text() == "More about passphrases")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert read(first) == "passphrase"
    guide_of(first).back.click()
    assert pages.step is FirstRunStep.PASSPHRASE
    assert line.text() == "half a pass"
    assert first.focusWidget() is more


def test_the_guide_is_there_while_the_vault_is_locked_and_leads_back_to_the_lock(
    locked: Window, qtbot: QtBot, until: Until
) -> None:
    locked.go("people")
    lock = locked.findChild(LockedScreen)
    assert lock is not None
    assert lock.isVisible()
    qtbot.keyClick(locked, Qt.Key.Key_F1)
    assert read(locked) == "passphrase"
    guide_of(locked).back.click()
    assert lock.isVisible()
    qtbot.keyClicks(lock.secret, PASSPHRASE.decode())
    qtbot.keyClick(lock.secret, Qt.Key.Key_Return)
    until(lambda: locked.current() == "people" and not lock.isVisible())
    rest(locked, until)


# Reading and searching


def test_searching_goes_through_all_topics_as_one_types_and_marks_the_place(guide: GuideScreen, qtbot: QtBot) -> None:
    reader = guide.reader
    everything = len(reader.contents.rows)
    qtbot.keyClick(reader.list, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert guide.focusWidget() is reader.search
    qtbot.keyClicks(reader.search, "cloudflare")
    assert [found.topic.name for found in reader.contents.rows] == ["network"]
    assert reader.count.text() == "1 topic"
    assert reader.topic() == "network"
    assert reader.article is not None
    marked = [frame for frame in reader.article.parts if frame.property("found")]
    assert len(marked) == 1
    assert "Cloudflare" in marked[0].findChildren(QLabel)[-1].text()
    qtbot.waitUntil(lambda: not marked[0].visibleRegion().isEmpty(), timeout=20_000)
    qtbot.keyClick(reader.search, Qt.Key.Key_Escape)
    assert reader.search.text() == ""
    assert len(reader.contents.rows) == everything
    assert reader.topic() == "network"
    assert not any(frame.property("found") for frame in reader.article.parts)


def test_nothing_found_says_so_and_what_to_do(guide: GuideScreen, qtbot: QtBot) -> None:
    guide.reader.search.setFocus()
    qtbot.keyClicks(guide.reader.search, "zebra")
    told = [label.text() for label in guide.findChildren(QLabel) if label.isVisible()]
    assert "Nothing is found" in told
    assert "0 topics" in told
    assert not guide.reader.area.isVisible()
    read = guide.reader.topic()
    qtbot.keyClick(guide.reader.search, Qt.Key.Key_Down)
    assert guide.focusWidget() is guide.reader.search
    guide.reader.search.clear()
    assert guide.reader.area.isVisible()
    assert guide.reader.topic() == read


def test_everything_is_read_by_keyboard(guide: GuideScreen, qtbot: QtBot) -> None:
    reader = guide.reader
    guide.resize(800, 400)
    qtbot.keyClicks(reader.search, "provider")
    qtbot.keyClick(reader.search, Qt.Key.Key_Return)
    assert guide.focusWidget() is reader.list
    first = reader.topic()
    qtbot.keyClick(reader.list, Qt.Key.Key_Down)
    assert reader.topic() != first
    qtbot.keyClick(reader.list, Qt.Key.Key_Return)
    assert guide.focusWidget() is reader.area
    bar = reader.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=20_000)
    reader.show_topic("shutdown")
    qtbot.waitUntil(lambda: bar.value() == 0 and bar.maximum() > 0, timeout=20_000)
    qtbot.keyClick(reader.area, Qt.Key.Key_PageDown)
    assert bar.value() > 0


def test_a_topic_leads_to_the_next_one(guide: GuideScreen, qtbot: QtBot) -> None:
    guide.show_topic("whom-to-tell")
    assert guide.reader.article is not None
    link = next(one for one in guide.reader.article.links if one.words.startswith("Tell the world"))
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert guide.reader.topic() == "tell"
    assert guide.tell is not None
    assert guide.tell.isVisible()


def test_on_a_narrow_screen_the_list_stands_above_the_text(guide: GuideScreen, qtbot: QtBot) -> None:
    reader = guide.reader

    def places() -> tuple[int, int, int, int]:
        at, text = (
            reader.list.mapTo(guide, reader.list.rect().bottomRight()),
            reader.area.mapTo(guide, reader.rect().topLeft()),
        )
        return at.x(), at.y(), text.x(), text.y()

    right, _, left, _ = places()
    assert right < left
    guide.resize(620, 700)
    qtbot.waitUntil(lambda: places()[1] < places()[3], timeout=20_000)


def test_no_title_in_the_list_is_cut(guide: GuideScreen, qtbot: QtBot) -> None:
    rows = guide.reader.list
    metrics = QFontMetrics(rows.font())
    for row, found in enumerate(guide.reader.contents.rows):
        area = rows.visualRect(guide.reader.contents.index(row))
        wanted = metrics.boundingRect(area.adjusted(10, 0, -10, 4000), Qt.TextFlag.TextWordWrap, found.topic.title)
        assert area.height() >= wanted.height()


def test_the_guide_opens_before_anybody_notices(bare: Bridge, qtbot: QtBot) -> None:
    GuideScreen(bare).deleteLater()  # fonts and icons are loaded once
    begun = time.thread_time()  # this thread's own work: what else the machine does is not the guide's
    made = GuideScreen(bare)
    qtbot.addWidget(made)
    made.show()
    for name in ("network", "tell", "proof"):
        made.show_topic(name)
    assert time.thread_time() - begun < 1.0, "a budget with room for a slow machine; usually under a tenth"
