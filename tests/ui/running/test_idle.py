"""The vault locks by itself: after idle time, and after the computer slept; never while somebody works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from tests.fakes.clock import FakeClock
from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.integration.idle import IdleLock

IDLE_S = 600


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bridge(folder: Path, settings: Path, dressed: None, clock: FakeClock) -> Iterator[Bridge]:
    made = Bridge(Desktop(folder, settings, clock=clock))
    yield made
    made.close()


@pytest.fixture
def idle(bridge: Bridge, qapp: QApplication, qtbot: QtBot) -> Iterator[IdleLock]:
    made = IdleLock(bridge, qapp)
    with qtbot.waitSignal(bridge.unlocked, timeout=20_000):
        bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
    yield made
    bridge.lock()


def test_nobody_there_for_the_chosen_time_locks(bridge: Bridge, idle: IdleLock, clock: FakeClock) -> None:
    clock.pass_time(IDLE_S - 1)
    idle.look()
    assert bridge.desktop.session.unlocked
    clock.pass_time(1)
    idle.look()
    assert not bridge.desktop.session.unlocked


@pytest.mark.slow
def test_a_key_begins_the_time_anew(bridge: Bridge, idle: IdleLock, clock: FakeClock, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    clock.pass_time(IDLE_S - 1)
    qtbot.keyClick(field, Qt.Key.Key_A)
    clock.pass_time(IDLE_S - 1)
    idle.look()
    assert bridge.desktop.session.unlocked
    clock.pass_time(2)
    qtbot.keyClick(field, Qt.Key.Key_A)
    assert not bridge.desktop.session.unlocked, "the key that comes too late must not hide that nobody was there"


@pytest.mark.slow
def test_a_sleep_locks_however_short_the_idle_time_was(bridge: Bridge, idle: IdleLock, clock: FakeClock) -> None:
    clock.pass_time(30, asleep=True)
    idle.look()
    assert not bridge.desktop.session.unlocked
