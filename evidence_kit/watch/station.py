"""The station: keyless watching and sending; what it sees is sealed to the intake, what it sends is ciphertext.

One thread watches; another sends, so that a slow mail server never delays a look at the connection. A disk that takes
nothing ends neither: what is seen waits in memory (`backlog`), and that is told.
"""

import hashlib
import os
import random
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol, Self

from evidence_kit.clock import Clock, ClockWatch
from evidence_kit.codes import Code
from evidence_kit.detect.disruptions import advance
from evidence_kit.detect.ladder import judge
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.events import (
    HeldBecause,
    KeepingHeld,
    KeepingResumed,
    Listener,
    RoundJudged,
    SendingHeld,
    StateChanged,
    WatchHeld,
)
from evidence_kit.files import DISK_FAULTS, disk_errors
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.exhibit import Exhibit, ExhibitRole
from evidence_kit.model.judgement import Judgement
from evidence_kit.model.ooni import ROUND_TEST, round_to_ooni
from evidence_kit.model.purpose import Purpose
from evidence_kit.probe.link import LinkWatch
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.targets import Targets
from evidence_kit.system import locks
from evidence_kit.vault.intake import Intake
from evidence_kit.watch.backlog import Backlog, Seals, Seen
from evidence_kit.watch.memory import recall, remember
from evidence_kit.watch.network import NetworkChoice, choice_of_vault
from evidence_kit.watch.round_event import round_judged
from evidence_kit.watch.traffic import count, read_traffic

# Failed rounds wait here until it is known whether they belong to a disruption; more than this many never do.
_PENDING_CAP: Final = 20
_BREATH_S: Final = 1.0
# How often a disk that took nothing is tried again between two looks.
_AGAIN_S: Final = 5.0


class Sends(Protocol):
    """What a station asks of a sender (`sync.Sender`)."""

    def run_once(self, now_online: bool = True) -> Sequence[object]: ...

    def due_in(self) -> float | None: ...

    def stop(self) -> None: ...

    def write_down(self) -> SendingHeld | None: ...


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """One judged round as it will be sealed: OONI bytes, what they say, and when it ended."""

    record: bytes
    judgement: Judgement
    reading: ClockReading


class Station:
    """Watches until told to stop. Use it in a `with`; only one watches a vault at a time.

    Raises `Refused(Code.STATION_RUNNING)` where another one does, and at its end as `close`. `intake` is the vault's
    own; a test gives one that fails.
    """

    def __init__(
        self,
        folder: Path,
        targets: Targets,
        clock: Clock,
        *,
        sender: Sends,
        tell: Listener,
        intake: Seals | None = None,
    ) -> None:
        self._folder = folder
        self._targets = targets
        self._clock = clock
        self._sender = sender
        self._tell = tell
        with disk_errors():
            lock = locks.take(folder / "station.lock")
        if lock is None:
            raise Refused(Code.STATION_RUNNING)
        self._lock = lock
        self._remembered = recall(folder)
        self._pending: list[RoundRecord] = []
        self._state: NetworkState | None = None
        self._last_round: RoundJudged | None = None
        self._held: HeldBecause | None = None
        self._uncounted = (0, 0)
        self._may_send = False
        self._stopping = False
        self._clock_watch = ClockWatch(clock)
        self._intake: Seals = Intake(folder) if intake is None else intake
        self._backlog = Backlog(self._intake)
        self._unkept: KeepingHeld | None = None
        self._link = LinkWatch(targets, clock)
        self._sending_thread = ThreadPoolExecutor(1, thread_name_prefix="sending")
        self._sending: Future[object] | None = None

    def stop(self) -> None:
        """End the watch at the next moment; safe from a signal handler or another thread."""
        self._stopping = True
        self._link.nudge()

    def nudge(self) -> None:
        """Look again now rather than later; from any thread."""
        self._link.nudge()

    def watch(self, seconds: float | None) -> None:
        """Look, judge, seal, send; for so many seconds, or until `stop`."""
        end_ns = None if seconds is None else self._clock.awake_ns() + round(seconds * 1e9)
        nudged = True
        while not self._stopping:
            pause_s = self._look(nudged=nudged)
            if end_ns is not None:
                left_s = (end_ns - self._clock.awake_ns()) / 1e9
                if left_s <= 0:
                    return
                pause_s = min(pause_s, left_s)
            nudged = self._rest(pause_s)
            if end_ns is not None and self._clock.awake_ns() >= end_ns:
                return

    def _rest(self, pause_s: float) -> bool:
        """Wait for the next look; send what falls due meanwhile. Whether a change of the link ended the rest."""
        end_ns = self._clock.awake_ns() + round(pause_s * 1e9)
        while not self._stopping and (left_s := (end_ns - self._clock.awake_ns()) / 1e9) > 0:
            due_s = None
            held = self._unkept is not None
            if self._may_send:
                due_s = self._sender.due_in()
                if due_s is not None and due_s <= 0:
                    self._send(back=False)
            else:
                # What became of the last deliveries needs room alone, and no connection.
                held |= self._sender.write_down() is not None
            wait_s = left_s if due_s is None else min(left_s, max(due_s, _BREATH_S))
            if self._link.wait(min(wait_s, _AGAIN_S) if held else wait_s):
                return True
            if self._unkept is not None:
                self._write_down()
        return False

    def _look(self, *, nudged: bool) -> float:
        # Read anew each time: what is chosen while the station runs holds from the next look on.
        choice = choice_of_vault(self._folder)
        if why := self._why_not(choice):
            self._hold(why, choice, nudged=nudged)
            return self._targets.policy.interval_s
        self._held = None
        seen = measure_round(self._targets, self._clock, proxy=choice.proxy, salt=self._remembered.salt)
        judgement = judge(seen)
        reading, clock_changes = self._clock_watch.look()
        for change in clock_changes:
            self._backlog.add(Seen(change, reading))
        step = advance(
            self._remembered.disruptions,
            judgement,
            started=seen.started,
            ended=seen.ended,
            network=seen.network,
            reading=reading,
            policy=self._targets.policy,
            chance=random.random(),  # noqa: S311 - spreads probes, hides nothing
        )
        self._keep(RoundRecord(round_to_ooni(seen, judgement), judgement, reading), step.bodies, back=step.back)
        self._remembered = replace(self._remembered, disruptions=step.state)
        self._write_down()
        self._count(seen.bytes_sent, seen.bytes_received)
        first = self._state is None
        if judgement.state is not self._state:
            self._state = judgement.state
            self._tell(StateChanged(judgement.state))
        self._may_send = choice.sending and judgement.state is NetworkState.ONLINE
        if self._may_send:
            self._send(back=step.back or first)
        self._last_round = round_judged(self._last_round, seen, judgement, step, self._targets.policy)
        self._tell(self._last_round)
        return step.next_probe_s

    def _why_not(self, choice: NetworkChoice) -> HeldBecause | None:
        """Why the person does not want a look now; None where they do."""
        if not choice.checks:
            return HeldBecause.CHECKS_OFF
        cap = choice.checks_cap
        if cap is None:
            return None
        if read_traffic(self._folder, self._clock).of(Purpose.CHECKS).today + sum(self._uncounted) >= cap:
            return HeldBecause.CHECKS_LIMIT
        return None

    def _count(self, sent: int, received: int) -> None:
        """Count the bytes of a look; what a full disk does not take is counted with a later one."""
        self._uncounted = (self._uncounted[0] + sent, self._uncounted[1] + received)
        try:
            count(self._folder, self._clock, Purpose.CHECKS, *self._uncounted)
        except KitError as error:
            if error.code not in DISK_FAULTS:
                raise
        else:
            self._uncounted = (0, 0)

    def _hold(self, why: HeldBecause, choice: NetworkChoice, *, nudged: bool) -> None:
        """Look at nothing, and say so. What waits is tried by the clock, and whenever the link changes."""
        if why != self._held:
            self._held = why
            self._state = self._last_round = None
            self._tell(StateChanged(NetworkState.UNKNOWN))
            self._tell(WatchHeld(why))
        self._may_send = choice.sending
        if self._may_send:
            self._send(back=nudged)

    def _keep(
        self,
        look: RoundRecord,
        bodies: tuple[DisruptionOpened | DisruptionChanged | DisruptionClosed, ...],
        *,
        back: bool,
    ) -> None:
        """Put what happened in line. Good rounds are kept only where they begin a watch or end a failure."""
        before = self._open_disruption()
        for body in bodies:
            if isinstance(body, DisruptionOpened):
                self._backlog.add(Seen(body, look.reading))
                before = body.disruption
        failing = look.judgement.state is not NetworkState.ONLINE
        if failing or back or self._state is None:
            self._pending.append(look)
        if before is not None or not failing or len(self._pending) > _PENDING_CAP:
            self._flush(before)
        for body in bodies:
            if not isinstance(body, DisruptionOpened):
                self._backlog.add(Seen(body, look.reading))

    def _open_disruption(self) -> str | None:
        track = self._remembered.disruptions.track
        return track.disruption.id if track.disruption is not None else None

    def _flush(self, disruption: str | None) -> None:
        for look in self._pending:
            self._backlog.add(Seen(_taken(look, disruption), look.reading, look.record))
        self._pending.clear()

    def _write_down(self) -> KitError | None:
        """Seal what waits, then keep the watch's memory; the disk's fault, told, where that is to be tried again."""
        try:
            self._backlog.seal()
            # After the entries: a crash between the two repeats a disruption's step, and never forgets one.
            with disk_errors():
                remember(self._folder, self._remembered)
        except KitError as error:
            if error.code not in DISK_FAULTS:
                raise
            held = KeepingHeld(error.code, len(self._backlog), self._backlog.lost)
            if held != self._unkept:
                self._unkept = held
                self._tell(held)
            return error
        if self._unkept is not None:
            self._unkept = None
            self._tell(KeepingResumed(self._backlog.lost))
            self._backlog.lost = 0
        return None

    def _send(self, *, back: bool) -> None:
        if self._sending is not None:
            if not self._sending.done():
                return
            self._sending.result()
        self._sending = self._sending_thread.submit(self._sender.run_once, back)

    def close(self) -> None:
        """Seal what waits, let the sender come to a stop between two messages, and give the watch free.

        Raises `Refused(Code.NOT_WRITTEN_DOWN)` with the numbers of what the disk did not take to the last.
        """
        try:
            self._flush(self._open_disruption())
            fault = self._last_fault()
            self._sender.stop()
            self._sending_thread.shutdown(wait=True)
            if self._sending is not None:
                self._sending.result()
            held = self._sender.write_down()
            outcomes = 0 if held is None else held.pending
            entries = 0 if fault is None else len(self._backlog) + self._backlog.lost
            if (entries or outcomes) and not isinstance(fault, Broken):
                why = fault.code if fault is not None else held.reason if held is not None else None
                raise Refused(Code.NOT_WRITTEN_DOWN, why=why, entries=entries, outcomes=outcomes) from fault
            if fault is not None:
                raise fault
        finally:
            self._sending_thread.shutdown(wait=True)
            self._intake.close()
            self._link.close()
            os.close(self._lock)

    def _last_fault(self) -> KitError | None:
        try:
            return self._write_down()
        except KitError as fault:
            return fault

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _taken(look: RoundRecord, disruption: str | None) -> MeasurementTaken:
    record = Exhibit(
        hashlib.sha256(look.record).hexdigest(), len(look.record), "application/json", ExhibitRole.MEASUREMENT
    )
    return MeasurementTaken(
        record=record,
        test=ROUND_TEST,
        address=None,
        verdict=look.judgement.state,
        state=look.judgement.state,
        disruption=disruption,
    )
