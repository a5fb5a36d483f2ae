"""Bring what waits in the outbox to its destinations: notices first, then reports by size, each once.

"Try again" lives here and nowhere else. Several senders, in threads or processes, may run at once over one outbox.
Where the disk does not take a state, nothing begins that could not be known of later.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from evidence_kit.clock import Clock
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.events import DeliveryMoved, Listener, SendingHeld, SendingResumed, WorkProgressed, nobody
from evidence_kit.files import DISK_FAULTS
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Part
from evidence_kit.model.entry import ClockReading
from evidence_kit.sync import backoff
from evidence_kit.sync.connect import Direct, Opener
from evidence_kit.sync.folder import Folder
from evidence_kit.sync.metering import Meter
from evidence_kit.sync.pending import PartOutcome, PendingOutcomes
from evidence_kit.sync.route import FolderRoute, read_route
from evidence_kit.sync.smtp import Limits, Mail
from evidence_kit.sync.transport import Parcel, Progressed, Transport, Unanswered

HOLD_S: Final = 3600.0
_PROGRESS_NS: Final = 100_000_000
# How often a disk that took nothing is tried again.
_AGAIN_NS: Final = 5_000_000_000
# A part whose process died this often while sending it waits its turn, so that it cannot hold up the rest for ever.
_DEATHS: Final = 3

_S = DeliveryState
# About the destination, not about one mail: the rest of this round need not try it again.
_FOR_ALL: Final = frozenset(
    {
        "mail-unreachable",
        "proxy-unreachable",
        "tls-failed",
        "folder-missing",
        "certificate-bad",
        "certificate-dates",
        "starttls-missing",
        "starttls-tampered",
        "auth-not-offered",
        "auth-refused",
        "ca-file-bad",
    }
)
# Shown at once as "needs another way", and tried again all the same: a login page, a wrong clock or a man in the
# middle goes away, a disk gets room, a limit is raised. An account or an address does not mend itself, and trying can
# lock it.
_MAY_PASS: Final = frozenset(
    {
        "certificate-bad",
        "certificate-dates",
        "starttls-missing",
        "starttls-tampered",
        "disk-full",
        "read-only",
        "no-permission",
        "read-back-differs",
        "mailbox-full",
        "over-daily-limit",
    }
)


class Outbox(Protocol):
    """What sending needs of the outbox; every move is on the disk when it returns."""

    def deliveries(self) -> Sequence[Delivery]: ...

    def claim(self, delivery_id: str, /) -> AbstractContextManager[Delivery]:
        """The only sender's right to a delivery, as it is now. Raises `Unavailable(what="delivery-busy")`."""
        ...

    def open_parcel(self, part: Part, /) -> BinaryIO: ...

    def move(
        self,
        delivery_id: str,
        role: str,
        state: DeliveryState,
        /,
        *,
        at: ClockReading,
        attempts: int | None = None,
        error: str | None = None,
        retry_utc: str | None = None,
    ) -> Delivery: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one try came to: the part's `state` now and, where it is not done, the code of the reason."""

    delivery_id: str
    role: str
    state: DeliveryState
    error: str | None = None


@dataclass(slots=True)
class _Turn:
    """One round: whether the connection is just back, what is known to be out of reach, and the disk's last fault."""

    now_online: bool
    shut: dict[str, KitError]
    fault: KitError | None = None


class Sender:
    """Sends from `outbox`. `routes` maps destination ids to destinations; None while their addresses are locked away.

    `routes` may be replaced at any time. Parts without a route stay WAITING and say why. Senders of one process share
    `pending`.
    """

    def __init__(
        self,
        outbox: Outbox,
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
        self._opener = opener or Direct()
        self._listener = listener
        self._limits = limits or Limits()
        self._meter = meter
        self._draw = draw
        self._stopping = threading.Event()
        self._pending = PendingOutcomes() if pending is None else pending
        # Parts that were due and could not begin, as the disk did not take that they begin.
        self._stuck: frozenset[tuple[str, str]] = frozenset()
        self._held: SendingHeld | None = None
        self._again_ns = 0

    def stop(self) -> None:
        """Let the running round end at its next chunk; what is under way goes back to WAITING. Safe from any thread."""
        self._stopping.set()

    def run_once(self, now_online: bool = True) -> list[Attempt]:
        """Try everything that is due, once, and tell what came of it.

        `now_online` says that the connection has just returned or that the person asked: then what waits for a better
        moment is due now. A round by the clock passes False. Nothing a server or a disk does is raised from here.
        """
        told: list[Attempt] = []
        turn = _Turn(now_online, {}, self._pending.write(self._write))
        stuck: set[tuple[str, str]] = set()
        for delivery, part in self._planned(turn):
            if self._stopping.is_set():
                stuck |= self._stuck & {(delivery.id, part.role)}
                continue
            with ExitStack() as claim:
                try:
                    claimed = claim.enter_context(self._outbox.claim(delivery.id))
                    told.extend(self._try(claimed, part.role, turn, claim))
                except KitError as error:
                    # The outbox itself failed (another sender at it, no room, a damaged file): the rest goes on. Where
                    # it is our own claim that is in the way, what the file says is old.
                    if error.what in DISK_FAULTS:
                        turn.fault = error
                        stuck.add((delivery.id, part.role))
                    if error.what != "delivery-busy":
                        told.append(Attempt(delivery.id, part.role, part.state, error.what))
        self._stuck = frozenset(stuck)
        self._tell_held(turn.fault)
        return told

    def due_in(self) -> float | None:
        """Seconds until a part is due by the clock, 0 for at once, None where nothing waits for time."""
        now = self._clock.read()
        try:
            deliveries = self._outbox.deliveries()
        except KitError as error:
            if error.what not in DISK_FAULTS:
                raise
            return _AGAIN_NS / 1e9
        waits = [
            0.0 if backoff.is_due(part.retry_utc, now, _longest(part)) else backoff.left_s(part.retry_utc, now)
            for delivery in deliveries
            for part in delivery.parts
            if not delivery.paused and delivery.destination in (self.routes or {}) and _waits_for_time(part)
            if delivery.id not in self._pending and (delivery.id, part.role) not in self._stuck
        ]
        if self._held is not None:
            waits.append(max(0.0, (self._again_ns - self._clock.awake_ns()) / 1e9))
        return min(waits, default=None)

    def write_down(self) -> SendingHeld | None:
        """Try once more to write down what became of deliveries; what the disk keeps from being written or begun."""
        self._tell_held(self._pending.write(self._write))
        return self._held

    def send_again(self, delivery_id: str, role: str) -> Delivery:
        """The person's choice: let a part that is uncertain or needs another way be sent at the next round.

        Raises `Unavailable(what="delivery-busy")`, `Refused(what="delivery-moved-on")`.
        """
        with self._outbox.claim(delivery_id):
            return self._move(delivery_id, role, _S.WAITING)

    def take_as_arrived(self, delivery_id: str, role: str) -> Delivery:
        """The person's choice: the recipient says that the uncertain part is there. Counts as a claim, no more.

        Raises `Unavailable(what="delivery-busy")`, `Refused(what="delivery-moved-on")`.
        """
        with self._outbox.claim(delivery_id):
            return self._move(delivery_id, role, _S.CLAIMED)

    def _tell_held(self, fault: KitError | None) -> None:
        """Tell where the disk holds something up now, and where it does so no more."""
        before, self._held = self._held, None
        self.fault = fault or (self.fault if self._stuck else None)
        if self.fault is not None:
            self._held = SendingHeld(self.fault.what, len(self._pending))
            self._again_ns = self._clock.awake_ns() + _AGAIN_NS
        if self._held is not None and self._held != before:
            self._listener(self._held)
        elif self._held is None and before is not None:
            self._listener(SendingResumed())

    def _planned(self, turn: _Turn) -> list[tuple[Delivery, Part]]:
        try:
            return self._plan(turn.now_online)
        except KitError as error:
            if error.what not in DISK_FAULTS:
                raise
            turn.fault = error
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
        return sorted(parts, key=lambda one: (one[1].role != "notice", one[1].size, one[0].created_utc, one[0].id))

    def _is_due(self, delivery: Delivery, part: Part, now: ClockReading, now_online: bool) -> bool:
        # What could not begin for want of room begins as soon as there is some.
        return _is_due(delivery, part, now, now_online or (delivery.id, part.role) in self._stuck)

    def _try(self, delivery: Delivery, role: str, turn: _Turn, claim: ExitStack) -> Iterator[Attempt]:
        part = _part(delivery, role)
        now = self._clock.read()
        if not self._is_due(delivery, part, now, turn.now_online):
            return  # another sender was here since the plan was made
        if part.state is _S.UNCERTAIN and backoff.left_s(part.retry_utc, now) > HOLD_S:
            # The clock stepped back: hold it from now, or it would be held for years.
            self._move(delivery.id, role, _S.UNCERTAIN, error=part.error, retry_utc=backoff.in_seconds(now, HOLD_S))
            return
        destination = (self.routes or {}).get(delivery.destination)
        if destination is None:
            yield from self._tell_no_route(delivery, part)
        elif (known := turn.shut.get(destination.id)) is None:
            yield self._attempt(delivery, part, destination, turn, claim)
        elif isinstance(known, Refused) and part.state in {_S.WAITING, _S.SENDING}:
            yield self._settle(self._failed(delivery.id, role, part.attempts, known), turn, claim)

    def _tell_no_route(self, delivery: Delivery, part: Part) -> Iterator[Attempt]:
        error = "routes-locked" if self.routes is None else "route-missing"
        if part.state in {_S.WAITING, _S.SENDING}:
            if part.state is _S.SENDING or part.error != error:
                self._move(delivery.id, part.role, _S.WAITING, error=error)
            yield Attempt(delivery.id, part.role, _S.WAITING, error)

    def _attempt(
        self, delivery: Delivery, part: Part, destination: Destination, turn: _Turn, claim: ExitStack
    ) -> Attempt:
        delivery_id, role, attempts = delivery.id, part.role, part.attempts + 1
        unnoted: KitError | None = None
        if part.state is _S.NEEDS_ANOTHER_WAY:
            self._move(delivery_id, role, _S.WAITING, error=part.error)
        # The next try is written down first: whatever ends this process, the part is not tried in a tight loop. A disk
        # that does not take it ends the try here.
        self._move(delivery_id, role, _S.SENDING, attempts=attempts, error=part.error, retry_utc=self._later(attempts))

        def handing_over() -> None:
            nonlocal unnoted
            held = backoff.in_seconds(self._clock.read(), HOLD_S)
            try:
                self._move(delivery_id, role, _S.UNCERTAIN, error="mail-no-answer", retry_utc=held)
            except KitError as error:
                unnoted = error
                raise

        try:
            with self._outbox.open_parcel(part) as content:
                parcel = Parcel(_file_name(delivery, part), part.message_id, part.sha256, part.size, content)
                state = self._transport(destination).send(
                    parcel, handing_over, self._progress(f"send/{delivery_id}/{role}", part.size)
                )
        except Unanswered as error:
            return Attempt(delivery_id, role, _S.UNCERTAIN, error.what)
        except KitError as error:
            if unnoted is not None:
                # Our own disk, not the destination: nothing was handed over.
                outcome = PartOutcome(
                    delivery_id, role, _S.WAITING, self._clock.read(), unnoted.what, self._later(attempts)
                )
                return self._settle(outcome, turn, claim)
            if error.what in _FOR_ALL:
                turn.shut[destination.id] = error
            return self._settle(self._failed(delivery_id, role, attempts, error), turn, claim)
        return self._settle(PartOutcome(delivery_id, role, state, self._clock.read()), turn, claim)

    def _failed(self, delivery_id: str, role: str, attempts: int, error: KitError) -> PartOutcome:
        """A failure that is certain: another try later, or another way."""
        state = _S.WAITING if isinstance(error, Unavailable) else _S.NEEDS_ANOTHER_WAY
        retry = self._later(attempts) if state is _S.WAITING or error.what in _MAY_PASS else None
        # The code alone: the outbox lies in clear, and facts can name places.
        return PartOutcome(delivery_id, role, state, self._clock.read(), error.what, retry)

    def _settle(self, outcome: PartOutcome, turn: _Turn, claim: ExitStack) -> Attempt:
        """Write down what became of a try, or remember it with the claim until the disk takes it."""
        try:
            self._write(outcome)
        except KitError as error:
            if error.what not in DISK_FAULTS:
                raise
            turn.fault = error
            self._pending.keep(outcome, claim.pop_all())
        return Attempt(outcome.delivery_id, outcome.role, outcome.state, outcome.error)

    def _write(self, outcome: PartOutcome) -> None:
        self._move(
            outcome.delivery_id,
            outcome.role,
            outcome.state,
            at=outcome.at,
            error=outcome.error,
            retry_utc=outcome.retry_utc,
        )

    def _move(
        self,
        delivery_id: str,
        role: str,
        state: DeliveryState,
        *,
        at: ClockReading | None = None,
        attempts: int | None = None,
        error: str | None = None,
        retry_utc: str | None = None,
    ) -> Delivery:
        at = at or self._clock.read()
        moved = self._outbox.move(delivery_id, role, state, at=at, attempts=attempts, error=error, retry_utc=retry_utc)
        self._listener(DeliveryMoved(delivery_id, role, _part(moved, role).state.value))
        return moved

    def _later(self, attempts: int) -> str:
        return backoff.in_seconds(self._clock.read(), backoff.wait_s(attempts, self._draw))

    def _transport(self, destination: Destination) -> Transport:
        route = read_route(destination.url)
        if isinstance(route, FolderRoute):
            return Folder(route.path)
        return Mail(route, self._clock, self._opener, self._limits, self._meter)

    def _progress(self, work: str, total: int) -> Progressed:
        said_ns: int | None = None

        def progressed(done: int) -> None:
            nonlocal said_ns
            if self._stopping.is_set():
                raise Unavailable(what="sending-stopped")
            now_ns = self._clock.awake_ns()
            if said_ns is None or now_ns - said_ns >= _PROGRESS_NS or done == total:
                said_ns = now_ns
                self._listener(WorkProgressed(work, done, total))

        return progressed


def _is_due(delivery: Delivery, part: Part, now: ClockReading, now_online: bool) -> bool:
    due = backoff.is_due(part.retry_utc, now)
    match part.state:
        case _S.WAITING:
            ready = now_online or due
        case _S.SENDING:  # whoever sent it died before the dangerous moment; one who lives holds the claim
            ready = due or (now_online and part.attempts <= _DEATHS)
        case _S.UNCERTAIN:
            ready = backoff.is_due(part.retry_utc, now, HOLD_S)
        case _S.NEEDS_ANOTHER_WAY:
            ready = part.retry_utc is not None and (now_online or due)
        case _:
            ready = False
    return ready and not delivery.paused


def _waits_for_time(part: Part) -> bool:
    if part.state is _S.NEEDS_ANOTHER_WAY:
        return part.retry_utc is not None
    return part.state in {_S.WAITING, _S.SENDING, _S.UNCERTAIN}


def _longest(part: Part) -> float:
    return HOLD_S if part.state is _S.UNCERTAIN else backoff.MOST_S


def _part(delivery: Delivery, role: str) -> Part:
    for part in delivery.parts:
        if part.role == role:
            return part
    raise Refused(what="no-such-part", delivery=delivery.id, part=role)


def _file_name(delivery: Delivery, part: Part) -> str:
    return f"{delivery.id}.pgp" if part.role == "report" else f"{delivery.id}-{part.role}.pgp"
