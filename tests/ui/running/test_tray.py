"""The tray: what it shows and says, what it does, and that closing the window leaves it there."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QSystemTrayIcon

from evidence_kit.codes import Code
from evidence_kit.events import DeliveryMoved, HeldBecause, KeepingHeld, KeepingResumed, StateChanged, WatchHeld
from evidence_kit.model.delivery import DeliveryState, PartRole
from evidence_kit.model.disruption import NetworkState
from ui.tray import Tray, TrayNews, drawn
from ui.window import Window

MINUTE_NS = 60_000_000_000


class Shown(QSystemTrayIcon):
    """A tray icon on a desktop that has a tray; remembers what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []

    def isVisible(self) -> bool:
        return True

    def showMessage(self, title: str, words: str, _icon: QIcon, _ms: int = 0) -> None:  # type: ignore[override]
        self.said.append((title, words))


@dataclass
class Setting:
    tray: Tray
    icon: Shown
    window: Window
    left: list[bool]


@pytest.fixture
def setting(window: Window) -> Setting:
    icon = Shown()
    left: list[bool] = []
    return Setting(Tray(window.bridge, window, lambda: left.append(True), icon), icon, window, left)


@pytest.mark.slow
def test_closing_the_window_leaves_it_in_the_tray_and_says_so_once(setting: Setting) -> None:
    setting.window.close()
    assert not setting.window.isVisible()
    assert setting.left == []
    setting.tray.open.trigger()
    assert setting.window.isVisible()
    setting.window.close()
    assert len(setting.icon.said) == 1
    assert "tray" in setting.window.bridge.desktop.places.preferences.hints_seen


@pytest.mark.slow
def test_who_does_not_want_the_tray_leaves_by_closing(setting: Setting) -> None:
    bridge = setting.window.bridge
    bridge.prefer(replace(bridge.desktop.places.preferences, to_tray=False))
    setting.window.close()
    assert setting.left == [True]


@pytest.mark.slow
def test_locking_from_the_tray_hides_the_window_and_locks(setting: Setting) -> None:
    setting.tray.lock.trigger()
    assert not setting.window.isVisible()
    assert not setting.window.bridge.desktop.session.unlocked
    setting.tray.look()
    assert not setting.tray.lock.isEnabled()


@pytest.mark.slow
def test_a_changed_connection_is_told_without_content_and_not_twice(
    setting: Setting,
) -> None:
    setting.window.hide()
    happened = setting.window.bridge.happened
    happened.emit(StateChanged(NetworkState.ONLINE))
    assert setting.icon.said == []
    happened.emit(StateChanged(NetworkState.BEYOND_PROVIDER))
    happened.emit(StateChanged(NetworkState.BEYOND_PROVIDER))
    assert setting.icon.said == [("Evidence Kit", "Connection changed.")]


@pytest.mark.slow
def test_a_delivery_that_needs_somebody_is_told_once(setting: Setting) -> None:
    setting.window.hide()
    for _ in range(2):
        setting.window.bridge.happened.emit(DeliveryMoved("d", PartRole.REPORT, DeliveryState.NEEDS_ANOTHER_WAY))
    assert setting.icon.said == [("Evidence Kit", "Something needs your attention.")]


def test_flapping_is_told_once_in_five_minutes_and_then_as_it_stands() -> None:
    news = TrayNews()
    assert not news.heard("online", 0)
    assert news.heard("cut", 1 * MINUTE_NS)
    assert not news.heard("online", 2 * MINUTE_NS)
    assert not news.heard("cut", 3 * MINUTE_NS)
    assert not news.due(7 * MINUTE_NS), "it stands as it was told"
    assert not news.heard("online", 5 * MINUTE_NS)
    assert news.due(7 * MINUTE_NS)
    assert not news.due(20 * MINUTE_NS)


def test_states_differ_by_shape_and_not_by_colour_alone(dressed: None) -> None:
    shapes = {
        drawn(name).pixmap(24, 24).toImage().convertToFormat(QImage.Format.Format_Mono).constBits().tobytes()
        for name in ("pause", "unknown", "good", "bad")
    }
    assert len(shapes) == 4


@pytest.mark.slow
def test_a_watch_that_stops_looking_is_told_and_shown(setting: Setting) -> None:
    setting.window.hide()
    setting.window.bridge.happened.emit(WatchHeld(HeldBecause.CHECKS_OFF))
    assert setting.icon.said == [], "the person did that just now"
    setting.window.bridge.happened.emit(WatchHeld(HeldBecause.CHECKS_LIMIT))
    assert setting.icon.said == [("Evidence Kit", "Something needs your attention.")]


@pytest.mark.slow
def test_a_disk_that_takes_nothing_asks_for_attention_each_time_and_not_at_every_round(setting: Setting) -> None:
    setting.window.hide()
    happened = setting.window.bridge.happened
    for event in (KeepingHeld(Code.DISK_FULL, 1, 0), KeepingHeld(Code.DISK_FULL, 2, 0)):
        happened.emit(event)
    assert setting.icon.said == [("Evidence Kit", "Something needs your attention.")]
    happened.emit(KeepingResumed(0))
    happened.emit(KeepingHeld(Code.DISK_FULL, 1, 0))
    assert len(setting.icon.said) == 2
