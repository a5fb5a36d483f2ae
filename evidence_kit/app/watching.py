"""The watch of the window's process, and the sender that goes by it: started, stopped, and what they last said."""

import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

from evidence_kit.app.station import ChosenWay
from evidence_kit.app.threads import Threads
from evidence_kit.app.vault_places import VaultPlaces
from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.events import (
    Event,
    HeldBecause,
    KeepingHeld,
    KeepingResumed,
    Listener,
    RoundJudged,
    SendingHeld,
    SendingResumed,
    StateChanged,
    WatchHeld,
)
from evidence_kit.files import medium_errors
from evidence_kit.model.delivery import Destination
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.entry import LockedAtSealing
from evidence_kit.probe.targets import load_targets
from evidence_kit.sync.pending import PendingOutcomes
from evidence_kit.sync.sender import Sender
from evidence_kit.vault.intake import Intake
from evidence_kit.vault.outbox import Outbox
from evidence_kit.watch.network import read_choice
from evidence_kit.watch.station import Station
from evidence_kit.watch.traffic import SendingMeter


class Watch:
    """At most one watch at a time, of the vault at `places`; `locked_now` says what its records say of the lock.

    `last_round` is the newest round of this watch, `held` why it does not look now (None where it does), `fault` why
    nobody watches where somebody should; `keeping_held` and `sending_held` what the disk does not take at present.
    """

    def __init__(
        self,
        places: VaultPlaces,
        clock: Clock,
        threads: Threads,
        tell: Listener,
        *,
        targets: Path | None,
        locked_now: Callable[[], LockedAtSealing],
    ) -> None:
        self._places = places
        self._clock = clock
        self._threads = threads
        self._tell = tell
        self._targets = targets
        self._locked_now = locked_now
        self._sender: Sender | None = None
        # Where a fresh sender sends to: what the last one knew.
        self._routes: Mapping[str, Destination] | None = None
        self._pending = PendingOutcomes()
        self._station: Station | None = None
        self._watch: Future[None] | None = None
        self.last_round: RoundJudged | None = None
        self.held: HeldBecause | None = None
        self.fault: KitError | None = None
        self.keeping_held: KeepingHeld | None = None
        self.sending_held: SendingHeld | None = None

    @property
    def running(self) -> bool:
        return self._watch is not None and not self._watch.done()

    @property
    def sends_by_itself(self) -> bool:
        """Whether the watch sends what waits; not where the choice cannot be read: then nothing leaves at all."""
        try:
            return read_choice(self._places.folder).sending
        except KitError:
            return False

    @property
    def knows_routes(self) -> bool:
        """Whether what waits can be sent: the vault was unlocked since the start, and its destinations are known."""
        return (self._routes if self._sender is None else self._sender.routes) is not None

    def learn_routes(self, destinations: tuple[Destination, ...]) -> None:
        """Send to these from now on."""
        self.sender().routes = {one.id: one for one in destinations}

    def start(self) -> None:
        """Watch until told to stop. Raises `Refused` with "no-vault", "station-running", or as `load_targets`."""
        with self._threads.turn:
            if not self.running:
                self._start()

    def _start(self) -> None:
        folder = self._places.folder
        try:
            if not folder.is_dir():
                raise Refused(Code.NO_VAULT, folder=str(folder))
            targets = load_targets(self._targets)
            intake = Intake(folder, self._locked_now)
            station = Station(folder, targets, self._clock, sender=self.sender(), tell=self._tell, intake=intake)
        except KitError as fault:
            self.fault = fault
            raise
        self.fault = self.last_round = self.keeping_held = None
        self.held = None
        self._station = station

        def watch() -> None:
            try:
                with medium_errors(), station:
                    station.watch(None)
            except KitError as fault:
                self.fault = fault
            self.keeping_held = None  # what was held up is lost now, and `fault` says how much

        self._watch = self._threads.watch(watch)
        # Nothing is known until the first look, and nothing after the last.
        self._tell(StateChanged(NetworkState.UNKNOWN))
        self._watch.add_done_callback(lambda _: self._tell(StateChanged(NetworkState.UNKNOWN)))

    def look_now(self) -> None:
        """Have the watch look again at once, where there is one; does not wait."""
        if self._station is not None and self.running:
            with contextlib.suppress(OSError):  # it came to its end just now
                self._station.nudge()

    def seconds_since_look(self) -> float:
        """How long ago `last_round` was, sleep included; 0 where there was none."""
        return (
            0.0 if self.last_round is None else (self._clock.read().boottime_ns - self.last_round.at.boottime_ns) / 1e9
        )

    def stop(self) -> None:
        """End the watch after the look under way, and what is being sent at its next piece; waits for both.

        Raises `Refused(Code.NOT_WRITTEN_DOWN)`.
        """
        with self._threads.turn:
            self._stop()

    def _stop(self) -> None:
        if self._sender is not None:
            self._sender.stop()
        station, self._station = self._station, None
        if station is not None:
            station.stop()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.result()
        if self._sender is not None:
            # A sender that was stopped stays so: the next watch gets a fresh one, which knows the same ways.
            self._routes, self._sender = self._sender.routes, None
            self.sending_held = None
            with contextlib.suppress(KitError):  # there is none over a vault that is gone, until it is back
                self.sender()
        fault = self.fault
        if watch is not None and fault is not None and fault.code is Code.NOT_WRITTEN_DOWN:
            raise fault

    def begin_anew(self, change: Callable[[], object]) -> None:
        """Make a change that holds for what is under way, too: end the watch, and start it again where it ran."""
        with self._threads.turn:
            was_running = self.running
            change()
            self._stop()
            if was_running:
                self._start()

    def sender(self) -> Sender:
        """The one sender of this process; it knows the ways since the last unlock."""
        if self._sender is None:
            self._sender = Sender(
                Outbox(self._places.folder),
                self._routes,
                self._clock,
                opener=ChosenWay(self._places.folder),
                listener=self._tell,
                pending=self._pending,
                meter=SendingMeter(self._places.folder, self._clock),
            )
        return self._sender

    def send_now(self) -> int:
        """Try everything that is due, as if the connection had just returned; how many tries that made. Takes long."""
        return len(self.sender().run_once(True))

    def stop_sending(self) -> None:
        """End what is being sent at its next piece; does not wait."""
        if self._sender is not None:
            self._sender.stop()

    def write_down(self) -> None:
        """Keep what is known of sending. Raises `Refused(Code.NOT_WRITTEN_DOWN)` where the disk does not take it."""
        if self._sender is None:
            left, why = len(self._pending), Code.DISK_ERROR
        else:
            held = self._sender.write_down()
            if held is None:
                return
            left, why = held.pending, held.reason
        if left:
            raise Refused(Code.NOT_WRITTEN_DOWN, why=why, entries=0, outcomes=left)

    def forget(self) -> None:
        """Know nothing of the vault that was left: neither ways nor what was seen. The watch must be stopped."""
        self._sender = self._routes = None
        self._pending = PendingOutcomes()
        self.last_round = self.fault = self.keeping_held = self.sending_held = None
        self.held = None

    def hear(self, event: Event) -> None:
        """Remember what an event says of the watch."""
        match event:
            case RoundJudged():
                self.last_round, self.held = event, None
            case WatchHeld():
                # What was seen before is not what is so now.
                self.last_round, self.held = None, event.why
            case KeepingHeld():
                self.keeping_held = event
            case KeepingResumed():
                self.keeping_held = None
            case SendingHeld():
                self.sending_held = event
            case SendingResumed():
                self.sending_held = None
            case _:
                pass
