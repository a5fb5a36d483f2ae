"""Capturing the screen: our own windows are not in it, and they come back whatever happens."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.errors import Unavailable
from evidence_kit.jobs.capturing import screens
from evidence_kit.machine.places import default_vault
from evidence_kit.model.bodies.captures import ScreenCaptured
from tests.ui.capture.conftest import Ways
from ui.capture.model import ScreenChoice, What
from ui.capture.screen import ScreenSheet, present_displays, sealed_command
from ui.capture.taking import Countdown, Taking

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


def start(ways: Ways, choice: ScreenChoice) -> Taking:
    """A capture of the screen whose seconds pass at once."""
    taking = Taking(ways.bridge, choice, present_displays(screens()), second_ms=1)
    taking.kept.connect(ways.actions._kept)
    taking.failed.connect(ways.actions.failed)
    taking.begin()
    return taking


def test_our_own_windows_are_hidden_first_and_come_back(ways: Ways) -> None:
    dialog = QWidget(ways.window, Qt.WindowType.Dialog)
    dialog.show()
    ways.actions.take(ScreenChoice(), ())
    assert not ways.window.isVisible() and not dialog.isVisible()
    ways.until(lambda: bool(ways.told.kept))
    assert ways.window.isVisible() and dialog.isVisible()
    (body,) = [one for one in ways.bodies() if isinstance(one, ScreenCaptured)]
    assert (body.width, body.height, body.monitor) == (1366, 768, "all")
    assert body.blank, "the bare screen of a test is of one colour, so something of ours was in the picture"
    assert "one single colour" in ways.told.warned[0]
    assert "lies in the vault" in ways.told.warned[0]


def test_our_windows_come_back_after_an_error_too(ways: Ways) -> None:
    start(ways, ScreenChoice(What.MONITOR, 9))
    ways.until(lambda: bool(ways.told.failed))
    assert ways.told.failed[0].code is Code.NO_SUCH_MONITOR
    assert ways.window.isVisible()


def test_a_region_is_taken_by_keys_to_the_pixel(sealed: Ways, qtbot: QtBot) -> None:
    taking = start(sealed, ScreenChoice(What.REGION))
    sealed.until(lambda: taking.chooser is not None)
    assert taking.chooser is not None
    (overlay,) = taking.chooser.overlays
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(overlay, Qt.Key.Key_Right)
    qtbot.keyClick(overlay, Qt.Key.Key_Up, control)
    qtbot.keyClick(overlay, Qt.Key.Key_Left, shift)
    qtbot.keyClick(overlay, Qt.Key.Key_Down, shift | control)
    qtbot.keyClick(overlay, Qt.Key.Key_Return)
    taken: list[ScreenCaptured] = []
    taking.kept.connect(taken.append)
    sealed.until(lambda: bool(taken))
    (body,) = taken
    assert (body.left, body.top, body.width, body.height) == (341 + 10, 192 - 1, 683 - 10, 384 + 1)
    assert body.monitor == "region"
    assert "enters the journal at the next unlock" in sealed.told.kept[0]


def test_a_region_is_taken_by_dragging_and_esc_takes_nothing(sealed: Ways, qtbot: QtBot) -> None:
    taking = start(sealed, ScreenChoice(What.REGION))
    sealed.until(lambda: taking.chooser is not None)
    assert taking.chooser is not None
    (overlay,) = taking.chooser.overlays
    qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    qtbot.mouseMove(overlay, QPoint(100, 50))
    qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
    one = overlay.selection
    assert (one.left, one.top, one.width, one.height) == (100, 50, 200, 150)
    with qtbot.waitSignal(taking.ended):
        qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    assert sealed.window.isVisible()
    assert not sealed.bridge.waiting()
    assert sealed.told == type(sealed.told)()


def test_a_countdown_comes_before_the_picture_and_is_not_in_it(ways: Ways) -> None:
    start(ways, ScreenChoice(delay_s=3))
    ways.until(lambda: bool(ways.told.kept))
    (body,) = [one for one in ways.bodies() if isinstance(one, ScreenCaptured)]
    assert body.blank


def test_a_countdown_can_be_cancelled(sealed: Ways, qtbot: QtBot) -> None:
    taking = Taking(sealed.bridge, ScreenChoice(delay_s=10), ())
    taking.begin()
    sealed.until(lambda: taking.countdown is not None and taking.countdown.isVisible())
    (small,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, Countdown)]
    with qtbot.waitSignal(taking.ended):
        small.cancel.click()
    assert sealed.window.isVisible()
    assert not sealed.bridge.waiting()


def test_locking_calls_off_what_is_not_taken_yet(ways: Ways, qtbot: QtBot) -> None:
    taking = Taking(ways.bridge, ScreenChoice(delay_s=10), ())
    taking.begin()
    ways.until(lambda: taking.countdown is not None and taking.countdown.isVisible())
    with qtbot.waitSignal(taking.ended):
        ways.bridge.lock()
    assert ways.window.isVisible()


def test_the_sheet_offers_what_there_is_and_remembers_the_choice(sealed: Ways, qtbot: QtBot) -> None:
    sealed.actions.screen()
    sheet = sealed.sheet(ScreenSheet)
    assert isinstance(sheet, ScreenSheet)
    sealed.until(sheet.take_button.isEnabled)
    assert sheet.chosen() == ScreenChoice()
    sheet.delay.setCurrentIndex(1)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    sealed.actions.take(ScreenChoice(delay_s=3), ())
    sealed.bridge.lock()
    sealed.actions.screen()
    again = sealed.sheet(ScreenSheet)
    assert isinstance(again, ScreenSheet)
    sealed.until(again.take_button.isEnabled)
    assert again.chosen() == ScreenChoice(delay_s=3)


def test_the_command_for_the_desktops_own_shortcut_names_the_vault_and_is_copied(sealed: Ways) -> None:
    sealed.actions.screen()
    sheet = sealed.sheet(ScreenSheet)
    assert isinstance(sheet, ScreenSheet)
    sheet.more.click()
    sheet.command.copy.click()
    folder = sealed.bridge.desktop.places.folder
    assert QApplication.clipboard().text() == f"evidence-kit --vault {folder} capture screen --sealed"


def test_a_vault_in_its_usual_place_is_not_named_in_the_command() -> None:

    assert sealed_command(default_vault()) == "evidence-kit capture screen --sealed"


def test_where_nothing_can_be_captured_the_sheet_says_what_to_do(sealed: Ways, qtbot: QtBot) -> None:

    sealed.actions.screen()
    sheet = sealed.sheet(ScreenSheet)
    assert isinstance(sheet, ScreenSheet)
    sealed.until(sheet.take_button.isEnabled)
    sheet._none(Unavailable(Code.PORTAL_MISSING))
    assert "screenshot key" in sheet.notice.words()
    assert not sheet.take_button.isEnabled()
    with qtbot.waitSignal(sheet.files_wanted):
        sheet.files_button.click()
