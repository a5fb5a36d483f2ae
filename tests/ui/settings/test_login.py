"""Starting at login: the switch shows the truth of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.machine.autostart import Autostart, AutostartState
from ui.bridge import Bridge
from ui.screens.settings.appearance import AppearanceSection

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture
def file(config: Path, bridge: Bridge) -> Autostart:
    return bridge.desktop.places.autostart()


@pytest.fixture
def section(config: Path, bridge: Bridge, qtbot: QtBot, until: Until) -> AppearanceSection:
    made = AppearanceSection(bridge)
    qtbot.addWidget(made)
    made.show()
    made.enter()
    until(made.login.isEnabled)
    return made


def test_it_is_off_at_first_and_nothing_is_written(section: AppearanceSection, config: Path) -> None:
    assert not section.login.isChecked()
    assert not section.login_state.isVisible()
    assert not config.exists()


def test_switching_it_on_and_off_writes_and_removes_the_file(
    section: AppearanceSection, file: Autostart, qtbot: QtBot, until: Until
) -> None:
    qtbot.keyClick(section.login, Qt.Key.Key_Space)
    until(lambda: section.login.isEnabled() and file.state() is AutostartState.ON)
    assert section.login.isChecked()
    qtbot.keyClick(section.login, Qt.Key.Key_Space)
    until(lambda: section.login.isEnabled() and file.state() is AutostartState.OFF)
    assert not section.login.isChecked()


def test_a_file_that_somebody_removed_or_that_starts_another_program_shows_as_off(
    section: AppearanceSection, file: Autostart, until: Until
) -> None:
    Autostart(file.folder, ("/elsewhere/evidence-kit-window", "--hidden")).switch_on()
    section.enter()
    until(section.login_state.isVisible)
    assert "another program or another vault" in section.login_state.text()
    assert not section.login.isChecked()
    section.login.click()
    until(lambda: section.login.isEnabled() and section.login.isChecked())
    assert not section.login_state.isVisible()
    file.switch_off()
    section.enter()
    until(lambda: not section.login.isChecked())


def test_where_it_cannot_be_written_the_switch_stays_off_and_says_why(
    section: AppearanceSection, config: Path, qtbot: QtBot, until: Until
) -> None:
    config.write_text("a file in its place")
    with qtbot.waitSignal(section.failed) as failed:
        section.login.click()
    assert failed.args[0].code is Code.AUTOSTART_NOT_WRITTEN
    until(section.login.isEnabled)
    assert not section.login.isChecked()
