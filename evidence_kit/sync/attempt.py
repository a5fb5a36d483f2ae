"""Send one part once: its next try is written down first, and what came of this one is told, not written."""

import threading
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Unavailable
from evidence_kit.events import Listener, WorkProgressed
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Part, PartError, PartRole, part_error
from evidence_kit.sync import backoff
from evidence_kit.sync.due import HOLD_S
from evidence_kit.sync.network import Network
from evidence_kit.sync.pending import PartOutcome
from evidence_kit.sync.states import PartStates, SendingOutbox
from evidence_kit.sync.transport import OutgoingMessage, Progressed, Unanswered
from evidence_kit.sync.types import faults_of, read_route

_PROGRESS_NS: Final = 100_000_000
# May pass by itself wherever a report goes: a disk gets room, a limit is raised.
_MAY_PASS: Final = frozenset({Code.DISK_FULL, Code.READ_ONLY, Code.NO_PERMISSION, Code.OVER_DAILY_LIMIT})

_S = DeliveryState


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try came to. `noted`: the outbox has it already. `blocks`: what holds for the destination as a whole."""

    outcome: PartOutcome
    noted: bool = False
    blocks: KitError | None = None


class Attempts:
    """Tries parts over `network`; a set `stopping` ends the running one at its next chunk."""

    def __init__(
        self, outbox: SendingOutbox, states: PartStates, network: Network, listener: Listener, stopping: threading.Event
    ) -> None:
        self._outbox = outbox
        self._states = states
        self._network = network
        self._clock = network.clock
        self._listener = listener
        self._stopping = stopping

    def send(self, delivery: Delivery, part: Part, destination: Destination) -> Tried:
        """Raises what the disk says where it does not take that the try begins."""
        delivery_id, role, attempts = delivery.id, part.role, part.attempts + 1
        unnoted: KitError | None = None
        if part.state is _S.NEEDS_ANOTHER_WAY:
            self._states.move(delivery_id, role, _S.WAITING, error=part.error)
        # The next try is written down first: whatever ends this process, the part is not tried in a tight loop. A disk
        # that does not take it ends the try here.
        retry = self._states.later(attempts)
        self._states.move(delivery_id, role, _S.SENDING, attempts=attempts, error=part.error, retry_utc=retry)

        def handing_over() -> None:
            nonlocal unnoted
            held = backoff.in_seconds(self._clock.read(), HOLD_S)
            try:
                self._states.move(
                    delivery_id, role, _S.UNCERTAIN, error=PartError(Code.DELIVERY_NO_ANSWER), retry_utc=held
                )
            except KitError as error:
                unnoted = error
                raise

        try:
            with self._outbox.open_parcel(part) as content:
                message = OutgoingMessage(_file_name(delivery, part), part.message_id, part.sha256, part.size, content)
                transport = read_route(destination.url).transport(self._network)
                progressed = self._progress(f"send/{delivery_id}/{role}", part.size)
                state = transport.send(message, handing_over, progressed)
        except Unanswered as error:
            return Tried(self._outcome(delivery_id, role, _S.UNCERTAIN, part_error(error)), noted=True)
        except KitError as error:
            if unnoted is not None:
                # Our own disk, not the destination: nothing was handed over.
                retry = self._states.later(attempts)
                return Tried(self._outcome(delivery_id, role, _S.WAITING, part_error(unnoted), retry))
            outcome = self.failed(delivery_id, part.role, attempts, error, destination)
            concerns_all = error.code in faults_of(destination.url).of_destination
            return Tried(outcome, blocks=error if concerns_all else None)
        return Tried(self._outcome(delivery_id, role, state))

    def failed(
        self, delivery_id: str, role: str, attempts: int, error: KitError, destination: Destination
    ) -> PartOutcome:
        """A failure that is certain: another try later, or another way."""
        state = _S.WAITING if isinstance(error, Unavailable) else _S.NEEDS_ANOTHER_WAY
        may_pass = error.code in _MAY_PASS | faults_of(destination.url).may_pass
        retry = self._states.later(attempts) if state is _S.WAITING or may_pass else None
        return self._outcome(delivery_id, role, state, part_error(error), retry)

    def _outcome(
        self,
        delivery_id: str,
        role: str,
        state: DeliveryState,
        error: PartError | None = None,
        retry_utc: str | None = None,
    ) -> PartOutcome:
        return PartOutcome(delivery_id, role, state, self._clock.read(), error, retry_utc)

    def _progress(self, work: str, total: int) -> Progressed:
        said_ns: int | None = None

        def progressed(done: int) -> None:
            nonlocal said_ns
            if self._stopping.is_set():
                raise Unavailable(Code.SENDING_STOPPED)
            now_ns = self._clock.awake_ns()
            if said_ns is None or now_ns - said_ns >= _PROGRESS_NS or done == total:
                said_ns = now_ns
                self._listener(WorkProgressed(work, done, total))

        return progressed


def _file_name(delivery: Delivery, part: Part) -> str:
    return f"{delivery.id}.pgp" if part.role is PartRole.REPORT else f"{delivery.id}-{part.role}.pgp"
