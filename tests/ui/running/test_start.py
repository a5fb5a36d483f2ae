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
    """Makes the one face of a test."""
    faces: list[Shell] = []

    def make(awaited: Awaited | None = None) -> Shell:
        faces.append(Shell(bridge, qapp, awaited=awaited))
        return faces[-1]

    yield make
    for face in faces:
        face.hide()
        shiboken6.delete(face.window)
        shiboken6.delete(face)
    qapp.setQuitOnLastWindowClosed(True)


def test_without_a_tray_a_start_at_login_ends_in_a_window_that_can_be_reached(
    made: Callable[..., Shell], until: Until
) -> None:
    face = made(Awaited(patience_ms=1))
    assert not face.window.isVisible()
    until(face.window.isMinimized)
    assert face.tray is None


def test_a_window_that_was_wanted_meanwhile_is_not_minimised(made: Callable[..., Shell], qtbot: QtBot) -> None:
    awaited = Awaited(patience_ms=50)
    face = made(awaited)
    with qtbot.waitSignal(awaited.settled):
        face.show()
    assert face.window.isVisible()
    assert not face.window.isMinimized()


def test_the_desktops_word_that_the_person_wants_the_window_reaches_qt(
    made: Callable[..., Shell], until: Until
) -> None:
    face = made()
    try:
        face.show("a-token")
        # On Wayland Qt takes it from there at the activation, and removes it.
        assert os.environ.get("XDG_ACTIVATION_TOKEN", "a-token") == "a-token"
        face.show()
        assert face.window.isVisible()
    finally:
        os.environ.pop("XDG_ACTIVATION_TOKEN", None)


def test_another_vault_is_opened_from_the_locked_page(
    made: Callable[..., Shell], bridge: Bridge, template: Path, tmp_path: Path, until: Until, qtbot: QtBot
) -> None:
    other = tmp_path / "other"
    shutil.copytree(template, other / "vault")
    face = made()
    bridge.moved.connect(face.begin_anew)
    face.show()
    face.window.go("journal")
    before = face.window
    locked = face.window.findChild(LockedScreen)
    assert locked is not None
    assert not locked.folder.isVisible(), "of the usual one nothing is told"
    with qtbot.waitSignal(bridge.moved):
        locked.others.open(other)
    until(lambda: face.window is not before)
    assert face.window.isVisible()
    face.window.go("journal")
    locked = face.window.findChild(LockedScreen)
    assert locked is not None
    assert str(other / "vault") in locked.folder.text()
    assert locked.others.computer.isVisible(), "and back again"
    locked.secret.setText(PASSPHRASE.decode())
    locked.unlock()
    until(lambda: bridge.desktop.unlocked)


def test_from_the_settings_too_and_the_open_vault_is_locked_first(
    made: Callable[..., Shell], unlocked: Bridge, template: Path, tmp_path: Path, qtbot: QtBot, until: Until
) -> None:
    shutil.copytree(template, tmp_path / "other")
    face = made()
    unlocked.moved.connect(face.begin_anew)
    face.show()
    face.window.go("settings")
    screen = face.window.screen_of("settings")
    assert isinstance(screen, SettingsScreen)
    screen.go("vault")
    section = screen.section("vault")
    assert isinstance(section, VaultSection)
    with qtbot.waitSignals([unlocked.locked, unlocked.moved]):
        section.others.open(tmp_path / "other")
    assert not unlocked.desktop.unlocked
    assert unlocked.desktop.folder == tmp_path / "other"


def test_an_open_vault_stays_open_where_the_other_one_is_none(
    made: Callable[..., Shell], unlocked: Bridge, tmp_path: Path, qtbot: QtBot
) -> None:
    face = made()
    unlocked.moved.connect(face.begin_anew)
    face.show()
    face.window.go("settings")
    screen = face.window.screen_of("settings")
    assert isinstance(screen, SettingsScreen)
    screen.go("vault")
    section = screen.section("vault")
    assert isinstance(section, VaultSection)
    with qtbot.waitSignal(unlocked.stayed):
        section.others.open(tmp_path / "settings")
    assert unlocked.desktop.unlocked
    assert "no vault in this folder" in face.window.told()
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
