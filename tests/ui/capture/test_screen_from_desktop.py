"""Where the desktop takes the picture itself: what the person may choose, and the ways out where it says no."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.capturing import Screens
from evidence_kit.model.bodies.captures import ScreenCaptured
from evidence_kit.portal.screenshot import ANSWER_S
from tests.fakes.portal import session_bus
from tests.fakes.screenshot_portal import ScreenshotPortal, hands_over, png, screenshot_portal
from tests.ui.capture.conftest import Ways
from ui.capture.model import ScreenChoice, What
from ui.capture.screen import ScreenSheet

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "Screenshot 1.png"


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, place: Path) -> Iterator[ScreenshotPortal]:
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    with session_bus(program) as address, screenshot_portal(address, hands_over(place)) as made:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        yield made


def opened(ways: Ways) -> ScreenSheet:
    """The sheet, once it knows what this desktop offers."""
    ways.actions.screen()
    return ready(ways)


def ready(ways: Ways) -> ScreenSheet:
    sheet = ways.sheet(ScreenSheet)
    assert isinstance(sheet, ScreenSheet)
    ways.until(sheet.take_button.isEnabled)
    return sheet


def choices(sheet: ScreenSheet) -> list[str]:
    return [button.text() for button in sheet._radios.buttons()]


def choose(sheet: ScreenSheet, what: str) -> None:
    sheet._radios.button(0 if what is What.ALL else 1).setChecked(True)


def no_sheet() -> bool:
    return not any(isinstance(one, ScreenSheet) and not one.leaving for one in QApplication.topLevelWidgets())


def test_the_sheet_offers_what_the_desktop_can_give_and_says_what_it_leaves_on_the_disk(
    portal: ScreenshotPortal, sealed: Ways
) -> None:
    sheet = opened(sealed)
    assert choices(sheet) == [
        "Everything, on all monitors",
        "I choose in the desktop's own dialog",
    ]
    assert not sheet.sketch.isVisible()
    assert "to the disk in clear" in sheet.by_desktop.text() and sheet.by_desktop.isVisible()
    assert sheet.chosen() == ScreenChoice(What.ALL)
    choose(sheet, What.DIALOG)
    assert sheet.chosen() == ScreenChoice(What.DIALOG)
    assert portal.asked == []


def test_where_the_screen_is_read_nothing_is_said_of_the_desktop(sealed: Ways) -> None:
    sheet = opened(sealed)
    assert not sheet.by_desktop.isVisible() and not sheet.permission_button.isVisible()


def test_the_desktop_is_asked_while_our_windows_are_hidden(
    portal: ScreenshotPortal, ways: Ways, place: Path, qtbot: QtBot
) -> None:
    portal.answer = lambda: None
    opened(ways).take()
    ways.until(portal.waiting.is_set)
    assert not ways.window.isVisible()
    portal.answer_now(hands_over(place)())
    ways.until(lambda: bool(ways.told.kept))
    assert ways.window.isVisible()
    (body,) = [one for one in ways.bodies() if isinstance(one, ScreenCaptured)]
    assert (body.display_server, body.monitor, body.width, body.height) == ("wayland", "all", 130, 70)
    assert not place.exists()
    assert ways.told.warned == ways.told.failed == []


@pytest.mark.parametrize("code", [1, 2])
def test_a_desktop_that_says_no_is_followed_by_the_offer_of_its_own_dialog(
    portal: ScreenshotPortal, sealed: Ways, code: int, place: Path
) -> None:
    portal.answer = lambda: (code, {})
    opened(sealed).take()
    sealed.until(lambda: not no_sheet())
    sheet = ready(sealed)
    assert sealed.window.isVisible()
    assert "desktop's own dialog" in sheet.notice.words() and "settings" in sheet.notice.words()
    assert sheet.permission_button.isVisible() and sheet.files_button.isVisible()
    assert sheet.chosen() == ScreenChoice(What.DIALOG)
    portal.answer = hands_over(place)
    sheet.take()
    sealed.until(lambda: bool(sealed.told.kept))
    assert [options["interactive"][1] for options in portal.asked] == [False, True]
    assert sealed.told.failed == []


def test_a_dialog_that_the_person_closed_is_told_and_not_offered_again(portal: ScreenshotPortal, sealed: Ways) -> None:
    portal.answer = lambda: (1, {})
    sheet = opened(sealed)
    choose(sheet, What.DIALOG)
    sheet.take()
    sealed.until(lambda: bool(sealed.told.failed))
    assert [one.code.value for one in sealed.told.failed] == ["portal-cancelled"]
    assert no_sheet()


def test_the_permission_is_asked_for_with_our_window_in_use_and_the_picture_of_that_is_not_kept(
    portal: ScreenshotPortal, sealed: Ways, place: Path
) -> None:
    portal.answer = lambda: (2, {})
    opened(sealed).take()
    sealed.until(lambda: not no_sheet())
    sheet = ready(sealed)
    portal.waiting.clear()
    portal.answer = lambda: None
    sheet.permission_button.click()
    sealed.until(portal.waiting.is_set)
    assert sheet.isVisible() and sealed.window.isVisible()
    assert not sheet.take_button.isEnabled()
    portal.answer_now(hands_over(place)())
    sealed.until(sheet.take_button.isEnabled)
    assert "allows" in sheet.notice.words()
    assert sheet.chosen() == ScreenChoice(What.ALL)
    assert not place.exists()
    assert sealed.bridge.desktop.session.sealed() == 0


def test_a_permission_that_is_not_given_leaves_the_other_ways(portal: ScreenshotPortal, sealed: Ways) -> None:
    portal.answer = lambda: (1, {})
    opened(sealed).take()
    sealed.until(lambda: not no_sheet())
    sheet = ready(sealed)
    sheet.permission_button.click()
    sealed.until(sheet.take_button.isEnabled)
    assert sheet.permission_button.isEnabled()
    assert "did not allow" in sheet.notice.words()


def test_a_question_for_permission_is_taken_back_with_the_sheet(portal: ScreenshotPortal, sealed: Ways) -> None:
    portal.answer = lambda: (2, {})
    opened(sealed).take()
    sealed.until(lambda: not no_sheet())
    sheet = ready(sealed)
    portal.waiting.clear()
    portal.answer = lambda: None
    sheet.permission_button.click()
    sealed.until(portal.waiting.is_set)
    sheet.close()
    sealed.until(portal.taken_back.is_set)


def test_who_brings_the_window_back_waits_no_longer(portal: ScreenshotPortal, sealed: Ways) -> None:
    portal.answer = lambda: None
    taking = sealed.actions.take(ScreenChoice(), ())
    sealed.until(portal.waiting.is_set)
    sealed.window.show()
    sealed.until(lambda: portal.taken_back.is_set() and not sealed.bridge.waiting())
    assert taking.over
    assert sealed.told == type(sealed.told)()


def test_locking_calls_off_what_the_desktop_has_not_given_yet(portal: ScreenshotPortal, ways: Ways) -> None:
    portal.answer = lambda: None
    ways.actions.take(ScreenChoice(), ())
    ways.until(portal.waiting.is_set)
    ways.bridge.lock()
    assert ways.window.isVisible()
    ways.until(portal.taken_back.is_set)


def test_the_program_ends_without_waiting_for_the_desktop(portal: ScreenshotPortal, sealed: Ways) -> None:
    portal.answer = lambda: None
    sealed.actions.take(ScreenChoice(), ())
    sealed.until(portal.waiting.is_set)
    began = time.monotonic()
    sealed.bridge.desktop.close()
    assert time.monotonic() - began < ANSWER_S / 2
    assert portal.taken_back.wait(20)


def test_a_copy_that_the_desktop_keeps_is_told_after_the_picture_is_kept(
    portal: ScreenshotPortal, sealed: Ways
) -> None:
    taking = sealed.actions.take(ScreenChoice(), ())
    taking._behind.append(Refused(Code.DESKTOP_COPY_LEFT, path="/home/person/Pictures/1.png"))
    sealed.until(lambda: bool(sealed.told.failed))
    assert sealed.told.kept
    assert sealed.told.failed[0].facts == {"path": "/home/person/Pictures/1.png"}


def test_a_part_chosen_elsewhere_before_is_asked_of_the_desktops_dialog(portal: ScreenshotPortal, sealed: Ways) -> None:
    sealed.actions._session.choice = ScreenChoice(What.REGION)
    sealed.actions.screen_at_once()
    sealed.until(lambda: bool(sealed.told.kept))
    assert portal.asked[0]["interactive"] == ("b", True)


def test_a_dialog_chosen_before_is_a_part_where_the_screen_is_read(sealed: Ways) -> None:
    sealed.actions._session.choice = ScreenChoice(What.DIALOG)
    assert opened(sealed).chosen() == ScreenChoice(What.REGION)


def test_the_choice_is_made_with_the_keyboard_alone(portal: ScreenshotPortal, sealed: Ways, qtbot: QtBot) -> None:
    sheet = opened(sealed)
    qtbot.keyClick(sheet._radios.button(1), Qt.Key.Key_Space)
    assert sheet.chosen() == ScreenChoice(What.DIALOG)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    sealed.until(lambda: bool(sealed.told.kept))


def test_a_picture_that_is_none_is_told_with_its_place(portal: ScreenshotPortal, sealed: Ways, place: Path) -> None:
    portal.answer = hands_over(place, png()[:-20])
    sealed.actions.take(ScreenChoice(), ())
    sealed.until(lambda: bool(sealed.told.failed))
    assert sealed.told.failed[0].facts == {"why": Code.PORTAL_PICTURE_UNREADABLE, "path": str(place)}
    assert place.exists()


def test_displays_come_back_when_the_portal_is_gone(sealed: Ways, portal: ScreenshotPortal) -> None:
    sheet = opened(sealed)
    sheet._found(Screens(((0, 0, 1366, 768),), partial=False))
    assert choices(sheet) == ["The whole screen", "A part that I choose by dragging"]
    assert sheet.sketch.isVisible() and not sheet.by_desktop.isVisible()
