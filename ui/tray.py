"""The icon in the desktop's tray: the state by shape, the most urgent acts, and words that tell nothing to others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher
from PySide6.QtGui import QAction, QBrush, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from evidence_kit.errors import KitError
from evidence_kit.events import (
    DeliveryMoved,
    Event,
    HeldBecause,
    KeepingHeld,
    KeepingResumed,
    RoundJudged,
    StateChanged,
    WatchHeld,
)
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from ui import theme
from ui.bridge import Bridge
from ui.capture.actions import CaptureActions
from ui.window import Window
from ui.words import say

_APART_NS: Final = 300_000_000_000
_AGAIN_MS: Final = 301_000
_HINT: Final = "tray"
# Stands among the deliveries that need somebody.
_DISK: Final = ("disk", "keeping")
# Shows the icons of every program, on the desktops that have that (StatusNotifierItem).
_HOST: Final = "org.kde.StatusNotifierWatcher"
_PATIENCE_MS: Final = 15_000
_SIDES: Final = (16, 22, 24, 32, 48, 64)


class TrayNews:
    """Which states are worth a word: not the first one, not the same twice, and not more than one in five minutes."""

    def __init__(self) -> None:
        self._told: str | None = None
        self._now: str | None = None
        self._told_ns: int | None = None

    def heard(self, state: str, now_ns: int) -> bool:
        """A state was seen; whether to tell it."""
        self._now = state
        if self._told is None:
            self._told = state
        return self.due(now_ns)

    def due(self, now_ns: int) -> bool:
        """Whether the state of now should be told; then it counts as told."""
        if self._now == self._told or (self._told_ns is not None and now_ns - self._told_ns < _APART_NS):
            return False
        self._told, self._told_ns = self._now, now_ns
        return True


class Tray(QObject):
    """`icon` is shown where the desktop has a tray. Closing the window leaves it there if the person wants that."""

    def __init__(
        self, bridge: Bridge, window: Window, leave: Callable[[], object], icon: QSystemTrayIcon | None = None
    ) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._window = window
        self._leave = leave
        self._news = TrayNews()
        self._state = "" if bridge.desktop.watch.last_round is None else bridge.desktop.watch.last_round.state
        self._needing: set[tuple[str, str]] = set()
        self.icon = icon or QSystemTrayIcon(self)
        self._capturing = CaptureActions(bridge, window)
        self._capturing.kept.connect(self._kept)
        self._capturing.warned.connect(self._warned)
        self._capturing.failed.connect(self._failed)
        self.menu = QMenu(window)
        self.capture = self._act(say("Capture screen"), self._capturing.screen_at_once)
        self.note = self._act(say("Write a note"), self._note)
        self.lock = self._act(say("Lock"), self._lock)
        self.menu.addSeparator()
        self.open = self._act(say("Open Evidence Kit"), self._window.present)
        self.quit = self._act(say("Quit"), leave)
        self.menu.aboutToShow.connect(self.look)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._window.present)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._tell_if_due)
        bridge.happened.connect(self._happened)
        bridge.preferred.connect(self.look)
        bridge.unlocked.connect(self.look)
        bridge.locked.connect(self.look)
        window.installEventFilter(self)
        self.look()
        self.icon.show()

    def _act(self, words: str, act: Callable[[], object]) -> QAction:
        action = QAction(words, self.menu)
        action.triggered.connect(lambda: act())
        self.menu.addAction(action)
        return action

    # What it shows

    def look(self) -> None:
        """Show what is so now."""
        desktop = self._bridge.desktop
        for action in (self.capture, self.note):
            action.setEnabled(desktop.places.is_set_up)
        self.lock.setEnabled(desktop.session.unlocked)
        _, words = self._shape()
        if self.icon.toolTip() != words or self.icon.icon().isNull():
            self.icon.setToolTip(words)
            self.draw()

    def draw(self) -> None:
        """Draw the icon of now in the colours of now."""
        self.icon.setIcon(drawn(self._shape()[0]))

    def _shape(self) -> tuple[str, str]:
        if not self._bridge.desktop.watch.running or self._bridge.desktop.watch.held:
            return "pause", say("Evidence Kit: not watching")
        if self._state in {"", NetworkState.UNKNOWN.value}:
            return "unknown", say("Evidence Kit: watching")
        if self._state == NetworkState.ONLINE.value:
            return "good", say("Evidence Kit: connected")
        return "bad", say("Evidence Kit: not connected")

    def _happened(self, event: Event) -> None:
        if isinstance(event, WatchHeld):
            self.look()
            if event.why is HeldBecause.CHECKS_LIMIT:
                self._say(say("Something needs your attention."))
        elif isinstance(event, (StateChanged, RoundJudged)):
            self._state = event.state
            self.look()
            if event.state != NetworkState.UNKNOWN.value and self._news.heard(event.state, self._now_ns()):
                self._tell_change()
            elif not self._again.isActive():
                self._again.start()
        elif isinstance(event, DeliveryMoved) and event.state is DeliveryState.NEEDS_ANOTHER_WAY:
            self._needs(event.delivery_id, event.part)
        elif isinstance(event, KeepingHeld):
            self._needs(*_DISK)
        elif isinstance(event, KeepingResumed):
            self._needing.discard(_DISK)

    def _needs(self, delivery_id: str, part: str) -> None:
        if (delivery_id, part) not in self._needing:
            self._needing.add((delivery_id, part))
            self._say(say("Something needs your attention."))

    def _tell_if_due(self) -> None:
        if self._news.due(self._now_ns()):
            self._tell_change()

    def _tell_change(self) -> None:
        self._say(say("Connection changed."))

    def _now_ns(self) -> int:
        return self._bridge.desktop.clock.read().boottime_ns

    def _say(self, words: str) -> None:
        if not self._window.isActiveWindow():
            self.icon.showMessage("Evidence Kit", words, self.icon.icon())

    def _kept(self, _words: str) -> None:
        self._say(say("Done."))

    def _warned(self, _words: str) -> None:
        self._say(say("Something needs your attention."))

    def _failed(self, error: KitError) -> None:
        self._bridge.failed.emit(error)
        self._say(say("Something needs your attention."))

    # What it does

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self._window.present()

    def _note(self) -> None:
        self._window.present()
        self._capturing.note()

    def _lock(self) -> None:
        """Whoever locks from here wants nothing to be seen: the window goes too."""
        self._window.hide()
        self._bridge.lock()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Close:
            if self._bridge.desktop.places.preferences.to_tray and self.icon.isVisible():
                event.ignore()
                self._window.hide()
                self._say_once()
                return True
            event.ignore()
            self._leave()
            return True
        return False

    def _say_once(self) -> None:
        preferences = self._bridge.desktop.places.preferences
        if _HINT not in preferences.hints_seen:
            self._say(say("It goes on here. Quit it from this icon's menu."))
            self._bridge.prefer(replace(preferences, hints_seen=(*preferences.hints_seen, _HINT)))


class Awaited(QObject):
    """At login programs start before the tray is there. `settled` comes once it is, or after some patience.

    Qt asks once whether somebody shows icons, and never again; so the bus is asked first, and Qt when it is known.
    """

    settled = Signal()

    def __init__(
        self, parent: QObject | None = None, patience_ms: int = _PATIENCE_MS, bus: QDBusConnection | None = None
    ) -> None:
        super().__init__(parent)
        self._bus = bus or QDBusConnection.sessionBus()
        self._watcher = QDBusServiceWatcher(
            _HOST, self._bus, QDBusServiceWatcher.WatchModeFlag.WatchForRegistration, self
        )
        self._watcher.serviceRegistered.connect(self._settle)
        self._timer = QTimer(self, singleShot=True, interval=patience_ms)
        self._timer.timeout.connect(self._settle)

    def begin(self) -> None:
        """Look, and wait if it is not there."""
        self._timer.start()
        if self._bus.isConnected() and self._bus.interface().isServiceRegistered(_HOST).value():
            self._settle()

    def _settle(self) -> None:
        self._watcher.serviceRegistered.disconnect(self._settle)
        self._timer.stop()
        self.settled.emit()
        self.deleteLater()


def drawn(name: str) -> QIcon:
    """An icon of the theme on a filled disc, to be told apart on dark and on light panels."""
    made = QIcon()
    for side in _SIDES:
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(theme.colour("accent")))
        painter.drawEllipse(QRectF(0, 0, side, side))
        theme.icon(name, "accent_text").paint(painter, 0, 0, side, side)
        painter.end()
        made.addPixmap(pixmap)
    return made


def available() -> bool:
    """Whether this desktop has a tray."""
    return QSystemTrayIcon.isSystemTrayAvailable()
