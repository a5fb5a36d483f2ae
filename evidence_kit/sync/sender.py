"""Bring what waits in the outbox to its destinations: notices first, then reports by size, each once.

"Try again" lives here and nowhere else. Several senders, in threads or processes, may run at once over one outbox.
Where the disk does not take a state, nothing begins that could not be known of later.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.events import Listener, SendingHeld, SendingResumed, nobody
from evidence_kit.files import DISK_FAULTS
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Part, PartError
from evidence_kit.sync import backoff
from evidence_kit.sync.attempt import Attempts
from evidence_kit.sync.connection import Direct
from evidence_kit.sync.due import HOLD_S, in_order, is_due, left_s, part_of, waits_for_time
from evidence_kit.sync.metering import Meter, Unmetered
from evidence_kit.sync.network import Limits, Network, Opener
from evidence_kit.sync.pending import PartOutcome, PendingOutcomes
from evidence_kit.sync.states import PartStates, SendingOutbox

# How often a disk that took nothing is tried again.
_AGAIN_NS: Final = 5_000_000_000

_S = DeliveryState


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What one try came to: the part's `state` now and, where it is not done, the code of the reason."""

    delivery_id: str
    role: str
    state: DeliveryState
    error: Code | None = None


@dataclass(slots=True)
class _Round:
    """One round: whether the connection is just back, which destinations take nothing now, the disk's last fault."""

    now_online: bool
    fault: KitError | None = None
    blocked: dict[str, KitError] = field(default_factory=dict)


class Sender:
    """Sends from `outbox`. `routes` maps destination ids to destinations; None while their addresses are locked away.

    `routes` may be replaced at any time. Parts without a route stay WAITING and say why. Senders of one process share
    `pending`.
    """

    def __init__(
        self,
        outbox: SendingOutbox,
        routes: Mapping[str, Destination] | None,
        clock: Clock,
        *,
        opener: Opener | None = None,
        listener: Listener = nobody,
        limits: Limits | None = None,
        meter: Meter | None = None,
        draw: backoff.Draw = backoff.draw_any,
        pending: PendingOutcomes | None = None,
    ) -> None:
        self.routes = routes
        # What the disk said, as long as it holds something up.
        self.fault: KitError | None = None
        self._outbox = outbox
        self._clock = clock
        self._listener = listener
        self._stopping = threading.Event()
        self._states = PartStates(outbox, clock, listener, draw)
        network = Network(clock, opener or Direct(), limits or Limits(), meter or Unmetered())
        self._attempts = Attempts(outbox, self._states, network, listener, self._stopping)
        self._pending = PendingOutcomes() if pending is None else pending
        # Parts that were due and could not begin, as the disk did not take that they begin.
        self._stuck: frozenset[tuple[str, str]] = frozenset()
        self._held: SendingHeld | None = None
        self._again_ns = 0

    def stop(self) -> None:
        """Let the running round end at its next chunk; what is under way goes back to WAITING. Safe from any thread."""
        self._stopping.set()

    def run_once(self, now_online: bool = True) -> list[AttemptResult]:
        """Try everything that is due, once, and tell what came of it.

        `now_online` says that the connection has just returned or that the person asked: then what waits for a better
        moment is due now. A round by the clock passes False. Nothing a server or a disk does is raised from here.
        """
        told: list[AttemptResult] = []
        current = _Round(now_online, self._pending.write(self._states.write))
        stuck: set[tuple[str, str]] = set()
        for delivery, part in self._planned(current):
            if self._stopping.is_set():
                stuck |= self._stuck & {(delivery.id, part.role)}
                continue
            with ExitStack() as claim:
                try:
                    claimed = claim.enter_context(self._outbox.claim(delivery.id))
                    told.extend(self._try(claimed, part.role, current, claim))
                except KitError as error:
                    # The outbox itself failed (another sender at it, no room, a damaged file): the rest goes on. Where
                    # it is our own claim that is in the way, what the file says is old.
                    if error.code in DISK_FAULTS:
                        current.fault = error
                        stuck.add((delivery.id, part.role))
                    if error.code is not Code.DELIVERY_BUSY:
                        told.append(AttemptResult(delivery.id, part.role, part.state, error.code))
        self._stuck = frozenset(stuck)
        self._tell_held(current.fault)
        return told

    def due_in(self) -> float | None:
        """Seconds until a part is due by the clock, 0 for at once, None where nothing waits for time."""
        now = self._clock.read()
        try:
            deliveries = self._outbox.deliveries()
        except KitError as error:
            if error.code not in DISK_FAULTS:
                raise
            return _AGAIN_NS / 1e9
        waits = [
            left_s(part, now)
            for delivery in deliveries
            for part in delivery.parts
            if not delivery.paused and delivery.destination in (self.routes or {}) and waits_for_time(part)
            if delivery.id not in self._pending and (delivery.id, part.role) not in self._stuck
        ]
        if self._held is not None:
            waits.append(max(0.0, (self._again_ns - self._clock.awake_ns()) / 1e9))
        return min(waits, default=None)

    def write_down(self) -> SendingHeld | None:
        """Try once more to write down what became of deliveries; what the disk keeps from being written or begun."""
        self._tell_held(self._pending.write(self._states.write))
        return self._held

    def send_again(self, delivery_id: str, role: str) -> Delivery:
        """The person's choice: let a part that is uncertain or needs another way be sent at the next round.

        Raises `Unavailable(Code.DELIVERY_BUSY)`, `Refused(Code.DELIVERY_MOVED_ON)`.
        """
        with self._outbox.claim(delivery_id):
            return self._states.move(delivery_id, role, _S.WAITING)

    def take_as_arrived(self, delivery_id: str, role: str) -> Delivery:
        """The person's choice: the recipient says that the uncertain part is there. Counts as a claim, no more.

        Raises `Unavailable(Code.DELIVERY_BUSY)`, `Refused(Code.DELIVERY_MOVED_ON)`.
        """
        with self._outbox.claim(delivery_id):
            return self._states.move(delivery_id, role, _S.CLAIMED)

    def _tell_held(self, fault: KitError | None) -> None:
        """Tell where the disk holds something up now, and where it does so no more."""
        before, self._held = self._held, None
        self.fault = fault or (self.fault if self._stuck else None)
        if self.fault is not None:
            self._held = SendingHeld(self.fault.code, len(self._pending))
            self._again_ns = self._clock.awake_ns() + _AGAIN_NS
        if self._held is not None and self._held != before:
            self._listener(self._held)
        elif self._held is None and before is not None:
            self._listener(SendingResumed())

    def _planned(self, current: _Round) -> list[tuple[Delivery, Part]]:
        try:
            return self._plan(current.now_online)
        except KitError as error:
            if error.code not in DISK_FAULTS:
                raise
            current.fault = error
            return []

    def _plan(self, now_online: bool) -> list[tuple[Delivery, Part]]:
        """All notices, then the other parts, the smaller first; the older first among equals."""
        now = self._clock.read()
        parts = [
            (delivery, part)
            for delivery in self._outbox.deliveries()
            for part in delivery.parts
            if self._is_due(delivery, part, now, now_online)
        ]
        return in_order(parts)

    def _is_due(self, delivery: Delivery, part: Part, now: ClockReading, now_online: bool) -> bool:
        # What could not begin for want of room begins as soon as there is some.
        return is_due(delivery, part, now, now_online or (delivery.id, part.role) in self._stuck)

    def _try(self, delivery: Delivery, role: str, current: _Round, claim: ExitStack) -> Iterator[AttemptResult]:
        part = part_of(delivery, role)
        now = self._clock.read()
        if not self._is_due(delivery, part, now, current.now_online):
            return  # another sender was here since the plan was made
        if part.state is _S.UNCERTAIN and backoff.left_s(part.retry_utc, now) > HOLD_S:
            # The clock stepped back: hold it from now, or it would be held for years.
            self._states.move(
                delivery.id, role, _S.UNCERTAIN, error=part.error, retry_utc=backoff.in_seconds(now, HOLD_S)
            )
            return
        destination = (self.routes or {}).get(delivery.destination)
        if destination is None:
            yield from self._tell_no_route(delivery, part)
        elif (known := current.blocked.get(destination.id)) is None:
            tried = self._attempts.send(delivery, part, destination)
            if tried.blocks is not None:
                current.blocked[destination.id] = tried.blocks
            yield _result(tried.outcome) if tried.noted else self._settle(tried.outcome, current, claim)
        elif isinstance(known, Refused) and part.state in {_S.WAITING, _S.SENDING}:
            yield self._settle(
                self._attempts.failed(delivery.id, role, part.attempts, known, destination), current, claim
            )

    def _tell_no_route(self, delivery: Delivery, part: Part) -> Iterator[AttemptResult]:
        code = Code.ROUTES_LOCKED if self.routes is None else Code.ROUTE_MISSING
        if part.state in {_S.WAITING, _S.SENDING}:
            if part.state is _S.SENDING or part.error != PartError(code):
                self._states.move(delivery.id, part.role, _S.WAITING, error=PartError(code))
            yield AttemptResult(delivery.id, part.role, _S.WAITING, code)

    def _settle(self, outcome: PartOutcome, current: _Round, claim: ExitStack) -> AttemptResult:
        """Write down what became of a try, or remember it with the claim until the disk takes it."""
        try:
            self._states.write(outcome)
        except KitError as error:
            if error.code not in DISK_FAULTS:
                raise
            current.fault = error
            self._pending.keep(outcome, claim.pop_all())
        return _result(outcome)


def _result(outcome: PartOutcome) -> AttemptResult:
    code = None if outcome.error is None else outcome.error.code
    return AttemptResult(outcome.delivery_id, outcome.role, outcome.state, code)
