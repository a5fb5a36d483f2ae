"""The window from its start on: hidden until the tray is there, and another vault in place of this one."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtDBus import QDBusConnection
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.tray import tray_host
from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.screens.locked.view import LockedScreen
from ui.screens.settings.vault import VaultSection
from ui.screens.settings.view import SettingsScreen
from ui.shell import Shell
from ui.tray import Awaited

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def made(bridge: Bridge, qapp: QApplication) -> Iterator[Callable[..., Shell]]:
    """Makes the one shell of a test."""
    shells: list[Shell] = []

    def make(awaited: Awaited | None = None) -> Shell:
        shells.append(Shell(bridge, qapp, awaited=awaited))
        return shells[-1]

    yield make
    for shell in shells:
        shell.hide()
        shiboken6.delete(shell.window)
        shiboken6.delete(shell)
    qapp.setQuitOnLastWindowClosed(True)


def test_without_a_tray_a_start_at_login_ends_in_a_window_that_can_be_reached(
    made: Callable[..., Shell], until: Until
) -> None:
    shell = made(Awaited(patience_ms=1))
    assert not shell.window.isVisible()
    until(shell.window.isMinimized)
    assert shell.tray is None


def test_a_window_that_was_wanted_meanwhile_is_not_minimised(made: Callable[..., Shell], qtbot: QtBot) -> None:
    awaited = Awaited(patience_ms=50)
    shell = made(awaited)
    with qtbot.waitSignal(awaited.settled):
        shell.show()
    assert shell.window.isVisible()
    assert not shell.window.isMinimized()


def test_the_desktops_word_that_the_person_wants_the_window_reaches_qt(
    made: Callable[..., Shell], until: Until
) -> None:
    shell = made()
    try:
        shell.show("a-token")
        # On Wayland Qt takes it from there at the activation, and removes it.
        assert os.environ.get("XDG_ACTIVATION_TOKEN", "a-token") == "a-token"
        shell.show()
        assert shell.window.isVisible()
    finally:
        os.environ.pop("XDG_ACTIVATION_TOKEN", None)


def test_another_vault_is_opened_from_the_locked_page(
    made: Callable[..., Shell], bridge: Bridge, template: Path, tmp_path: Path, until: Until, qtbot: QtBot
) -> None:
    other = tmp_path / "other"
    shutil.copytree(template, other / "vault")
    shell = made()
    bridge.moved.connect(shell.rebuild_for_vault)
    shell.show()
    shell.window.go("journal")
    before = shell.window
    locked = shell.window.findChild(LockedScreen)
    assert locked is not None
    assert not locked.folder.isVisible(), "of the usual one nothing is told"
    with qtbot.waitSignal(bridge.moved):
        locked.others.open(other)
    until(lambda: shell.window is not before)
    assert shell.window.isVisible()
    shell.window.go("journal")
    locked = shell.window.findChild(LockedScreen)
    assert locked is not None
    assert str(other / "vault") in locked.folder.text()
    assert locked.others.computer.isVisible(), "and back again"
    locked.secret.setText(PASSPHRASE.decode())
    locked.unlock()
    until(lambda: bridge.desktop.session.unlocked)


def test_from_the_settings_too_and_the_open_vault_is_locked_first(
    made: Callable[..., Shell], unlocked: Bridge, template: Path, tmp_path: Path, qtbot: QtBot, until: Until
) -> None:
    shutil.copytree(template, tmp_path / "other")
    shell = made()
    unlocked.moved.connect(shell.rebuild_for_vault)
    shell.show()
    shell.window.go("settings")
    screen = shell.window.screen_of("settings")
    assert isinstance(screen, SettingsScreen)
    screen.go("vault")
    section = screen.section("vault")
    assert isinstance(section, VaultSection)
    with qtbot.waitSignals([unlocked.locked, unlocked.moved]):
        section.place.others.open(tmp_path / "other")
    assert not unlocked.desktop.session.unlocked
    assert unlocked.desktop.places.folder == tmp_path / "other"


def test_an_open_vault_stays_open_where_the_other_one_is_none(
    made: Callable[..., Shell], unlocked: Bridge, tmp_path: Path, qtbot: QtBot
) -> None:
    shell = made()
    unlocked.moved.connect(shell.rebuild_for_vault)
    shell.show()
    shell.window.go("settings")
    screen = shell.window.screen_of("settings")
    assert isinstance(screen, SettingsScreen)
    screen.go("vault")
    section = screen.section("vault")
    assert isinstance(section, VaultSection)
    with qtbot.waitSignal(unlocked.stayed):
        section.place.others.open(tmp_path / "settings")
    assert unlocked.desktop.session.unlocked
    assert "no vault in this folder" in shell.window.told()
    assert not section.progress.isVisible()


def test_a_tray_is_waited_for_on_the_bus(address: str, qtbot: QtBot) -> None:
    bus = QDBusConnection.connectToBus(address, "waiting")
    try:
        awaited = Awaited(patience_ms=600_000, bus=bus)
        awaited.begin()
        with qtbot.waitSignal(awaited.settled), tray_host(address):
            pass
        with tray_host(address), qtbot.waitSignal((here := Awaited(patience_ms=600_000, bus=bus)).settled):
            here.begin()
    finally:
        QDBusConnection.disconnectFromBus("waiting")
