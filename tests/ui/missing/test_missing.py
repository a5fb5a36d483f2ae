"""The page for a vault that is not where it was: no first start over it, and on it goes once the vault is back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from evidence_kit.machine.places import Place, Places
from evidence_kit.machine.preferences import NetworkUse, Preferences, write_preferences
from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.parts.text import Text
from ui.screens.first_run.view import FirstRunScreen
from ui.screens.locked.view import LockedScreen
from ui.screens.missing.view import MissingScreen
from ui.watching import Watching
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def out(folder: Path) -> Path:
    """Where the vault is while its stick is not in."""
    folder.rename(folder.with_name("out"))
    return folder.with_name("out")


@pytest.fixture
def window(bridge: Bridge, qtbot: QtBot) -> Window:
    made = Window(bridge)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    return made


@pytest.fixture
def page(out: Path, window: Window) -> MissingScreen:
    window.bridge.home_wanted.emit()
    found = window.findChild(MissingScreen)
    assert found is not None
    return found


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick" / "vault"


@pytest.fixture
def away(folder: Path, settings: Path, stick: Path, dressed: None) -> Iterator[Bridge]:
    """The vault that was used last is on a stick that is not in; there is one on this computer as well."""
    write_preferences(settings, Preferences(network=NetworkUse.QUIET, language="en", vault=str(stick)))
    made = Bridge(Desktop(stick, settings, places=Places(Place(folder, settings))))
    yield made
    made.close()


def test_a_vault_that_was_set_up_and_is_gone_is_no_first_start(window: Window, page: MissingScreen) -> None:
    assert window.current() == "missing"
    assert window.names() == ["missing", "check", "guide"]
    assert window.findChild(FirstRunScreen) is None
    said = [text.text() for text in page.findChildren(Text)]
    assert str(window.bridge.desktop.places.folder) in said
    assert QApplication.focusWidget() is page.again


def test_it_goes_on_by_itself_once_the_vault_is_back(
    window: Window, page: MissingScreen, out: Path, folder: Path, until: Until
) -> None:
    out.rename(folder)
    until(lambda: window.current() == "now")
    assert "missing" not in window.names()
    assert "journal" in window.names()


def test_looking_again_says_so_where_it_is_not_there_yet(
    window: Window, page: MissingScreen, out: Path, folder: Path, qtbot: QtBot, until: Until
) -> None:
    qtbot.keyClick(page.again, Qt.Key.Key_Return)
    until(lambda: window.told() == "It is not there yet.")
    out.rename(folder)
    page.again.click()
    until(lambda: window.current() == "now")


def test_a_stick_that_is_taken_out_while_the_vault_is_locked_shows_the_page(
    window: Window, folder: Path, until: Until
) -> None:
    window.go("journal")
    folder.rename(folder.with_name("out"))
    locked = window.findChild(LockedScreen)
    assert locked is not None
    locked.secret.setText(PASSPHRASE.decode())
    locked.unlock()
    until(lambda: window.current() == "missing")


def test_a_stick_that_is_taken_out_while_the_vault_is_open_shows_the_page_at_the_lock(
    window: Window, folder: Path, qtbot: QtBot, until: Until
) -> None:
    bridge = window.bridge
    with qtbot.waitSignal(bridge.unlocked, timeout=20_000):
        bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
    folder.rename(folder.with_name("out"))
    bridge.lock()
    assert window.current() == "missing"
    until(lambda: not bridge.waiting())


def test_the_vault_on_this_computer_is_offered_instead_and_no_new_one(
    away: Bridge, folder: Path, qtbot: QtBot, until: Until
) -> None:
    page = MissingScreen(away)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    assert page.others.computer.isVisible()
    assert not page.new.isVisible()
    with qtbot.waitSignal(away.moved):
        page.others.computer.click()
    assert away.desktop.places.folder == folder
    assert away.desktop.places.preferences.vault == ""


def test_a_folder_without_a_vault_is_refused_and_the_page_stays(
    window: Window, page: MissingScreen, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.bridge.stayed):
        page.others.open(tmp_path)
    assert "no vault in this folder" in window.told()
    assert page.others.isEnabled()
    assert not page.progress.isVisible()


def test_a_new_vault_is_set_up_only_when_that_is_said(window: Window, page: MissingScreen, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.bridge.moved):
        page.new.click()
    again = Window(window.bridge)
    qtbot.addWidget(again)
    assert again.current() == "set-up"


def test_closing_with_the_stick_out_is_no_fault(bridge: Bridge, folder: Path) -> None:
    bridge.desktop.watch.sender()
    folder.rename(folder.with_name("out"))
    bridge.desktop.close()
    folder.with_name("out").rename(folder)


def test_the_watch_that_finds_no_vault_any_more_leads_to_the_page(
    window: Window, folder: Path, qtbot: QtBot, until: Until
) -> None:
    watching = Watching(window.bridge, window)
    watching.follow()
    assert window.current() == "now"
    folder.rename(folder.with_name("out"))
    watching.follow()
    assert window.current() == "missing"
    window.go("guide")
    watching.follow()
    assert window.current() == "guide", "it is said once"
