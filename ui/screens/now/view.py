"""What is going on now: the connection, the four ways to capture, the latest entries, what waits."""

from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.events import (
    Absorbed,
    DeliveryMoved,
    EntrySealed,
    KeepingHeld,
    KeepingResumed,
    RoundJudged,
    SendingHeld,
    SendingResumed,
    StateChanged,
    WatchHeld,
)
from evidence_kit.jobs.overview import Glance, Overview
from evidence_kit.machine.preferences import NetworkUse
from evidence_kit.model.disruption import NetworkState
from ui.bridge import Bridge, PendingRequest
from ui.capture.actions import CaptureActions
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.notice import Notice
from ui.parts.place import PlaceName
from ui.parts.screen import Screen, card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner
from ui.screens.now.lists import LatestCard, WaitingCard
from ui.screens.now.standing import held_words, next_words, standing
from ui.screens.now.state import StateCard
from ui.screens.now.strip import StripCard
from ui.words import say

_TICK_MS: Final = 30_000
_SETTLE_MS: Final = 250


class NowScreen(Screen):
    """The first screen; it works in every state of the vault and of the network."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Now"))
        self._bridge = bridge
        self._glance: Glance | None = None
        self._request: PendingRequest | None = None
        self.capturing = CaptureActions(bridge, self)
        self.held = Notice()
        self.state = StateCard()
        self.strip = StripCard()
        self.latest = LatestCard()
        self.waiting = WaitingCard()
        self.locked = self._make_locked()
        self._arrange()
        self._tick = QTimer(self, interval=_TICK_MS)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._connect()

    def _make_locked(self) -> QWidget:
        self.unlock = Button(say("Unlock"), self._bridge.unlock_wanted.emit, icon="unlock")
        row = QHBoxLayout()
        words = say(
            "The vault is locked. The latest entries and what waits to be sent are shown after you unlock. "
            "What you capture now is sealed and enters the journal then."
        )
        row.addWidget(Text(words), 1)
        row.addWidget(self.unlock)
        return card(row)

    def _arrange(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.held)
        column.addWidget(self.state)
        # Before the strip: capturing must not need scrolling on the smallest screen.
        column.addLayout(Flow(*self._make_captures(), fill=True))
        column.addWidget(self.strip)
        column.addWidget(self.locked)
        pair = QHBoxLayout()
        pair.setSpacing(12)
        pair.addWidget(self.latest, 3)
        pair.addWidget(self.waiting, 2)
        column.addLayout(pair)
        column.addStretch(1)
        self.body.addWidget(scrolled(page))

    def _make_captures(self) -> tuple[Button, ...]:
        self.captures = (
            Button(say("Capture screen"), self.capturing.screen, kind=ButtonKind.PRIMARY, icon="screen"),
            Button(say("Capture a page…"), self.capturing.page, icon="page"),
            Button(say("Add files…"), self.capturing.files, icon="files"),
            Button(say("Note"), self.capturing.note, icon="note"),
        )
        for button in self.captures:
            button.setProperty("big", True)
        return self.captures

    def _connect(self) -> None:
        self.capturing.kept.connect(self._kept)
        self.capturing.failed.connect(self.tell_error)
        self.state.look_wanted.connect(self._look)
        self.state.start_wanted.connect(self._start)
        self.state.stop_wanted.connect(self._stop)
        self.state.help_wanted.connect(partial(self._bridge.help_wanted.emit, "shutdown"))
        self.latest.entry_wanted.connect(self._bridge.entry_wanted)
        self.waiting.deliveries_wanted.connect(partial(self._bridge.place_wanted.emit, PlaceName.DELIVERIES))
        self.waiting.proof_wanted.connect(partial(self._bridge.help_wanted.emit, "proof"))
        self._tick.timeout.connect(self.refresh)
        self._settle.timeout.connect(self.load)
        self._bridge.happened.connect(self._heard)
        self._bridge.preferred.connect(self.refresh)

    # Filling

    def enter(self) -> None:
        self.refresh()
        if not self._asking():
            self.load()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self.enter()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def load(self) -> None:
        """Ask the vault, where it is open and the screen is on show."""
        if not self.isVisible() or not self._bridge.desktop.session.unlocked:
            return
        if self._asking():
            self._settle.start()
            return
        self._request = self._bridge.submit(Overview(), self._take)

    def _asking(self) -> bool:
        return self._request is not None and self._request.pending

    def _take(self, glance: Glance) -> None:
        self._glance = glance
        self.latest.show_rows(glance.latest)
        self.refresh()

    def refresh(self) -> None:
        """Say anew what is known; nothing is asked."""
        desktop = self._bridge.desktop
        look, watching, passed_s = desktop.watch.last_round, desktop.watch.running, desktop.watch.seconds_since_look()
        told = standing(
            look,
            watching=watching,
            fault=desktop.watch.fault,
            quiet=desktop.places.preferences.network is NetworkUse.QUIET,
            passed_s=passed_s,
            held=desktop.watch.held,
        )
        self.state.show_standing(told, next_words(told.look, passed_s))
        self._show_held("\n".join(held_words(desktop.watch.keeping_held, desktop.watch.sending_held)))
        glance = self._glance if desktop.session.unlocked else None
        self.locked.setVisible(not desktop.session.unlocked)
        self.latest.setVisible(glance is not None)
        self.waiting.setVisible(glance is not None)
        self.strip.show_time(glance, look, watching, datetime.fromisoformat(desktop.clock.read().wall_utc).timestamp())
        if glance is not None:
            online = look.state is NetworkState.ONLINE if look and watching else None
            if watching and desktop.watch.held:
                online = False  # it is tried all the same
            self.waiting.show_glance(glance, online=online, by_itself=desktop.watch.sends_by_itself)

    def _show_held(self, words: str) -> None:
        if not words:
            self.held.hide()
        elif self.held.isHidden() or words != self.held.words():
            self.held.show_words(words, Manner.BAD)

    def _heard(self, event: object) -> None:
        if isinstance(event, (RoundJudged, StateChanged, WatchHeld)):
            self.state.looking(now=False)
            self.refresh()
        elif isinstance(event, (KeepingHeld, KeepingResumed, SendingHeld, SendingResumed)):
            self.refresh()
        elif isinstance(event, (EntrySealed, Absorbed, DeliveryMoved)) and not self._settle.isActive():
            self._settle.start()

    # Acting

    def _kept(self, words: str) -> None:
        self.notice.show_words(words, Manner.GOOD)

    def _look(self) -> None:
        self._bridge.desktop.watch.look_now()

    def _start(self) -> None:
        self.state.start.setEnabled(False)
        self._bridge.aside(self._bridge.desktop.watch.start, self._started, self._not_started)

    def _started(self, _: None) -> None:
        self.state.start.setEnabled(True)
        self.state.looking(now=False)
        self.refresh()

    def _not_started(self, _error: KitError) -> None:
        self.state.start.setEnabled(True)
        self.refresh()

    def _stop(self) -> None:
        self.state.stop.setEnabled(False)
        self._bridge.aside(self._bridge.desktop.watch.stop, self._stopped, self._stopped_short)

    def _stopped(self, _: None) -> None:
        self.state.stop.setEnabled(True)
        self.refresh()

    def _stopped_short(self, error: KitError) -> None:
        self._stopped(None)
        self.tell_error(error)
