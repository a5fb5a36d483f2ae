"""Write down how far each part has come, and tell it; every state is on the disk when it is told."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from evidence_kit.clock import Clock
from evidence_kit.events import DeliveryMoved, Listener
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartError
from evidence_kit.sync import backoff
from evidence_kit.sync.due import part_of
from evidence_kit.sync.pending import PartOutcome


class SendingOutbox(Protocol):
    """What sending needs of the outbox; every move is on the disk when it returns."""

    def deliveries(self) -> Sequence[Delivery]: ...

    def claim(self, delivery_id: str, /) -> AbstractContextManager[Delivery]:
        """The only sender's right to a delivery, as it is now. Raises `Unavailable(Code.DELIVERY_BUSY)`."""
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
        error: PartError | None = None,
        retry_utc: str | None = None,
    ) -> Delivery: ...


class PartStates:
    """The states in `outbox`, written through here alone."""

    def __init__(self, outbox: SendingOutbox, clock: Clock, listener: Listener, draw: backoff.Draw) -> None:
        self._outbox = outbox
        self._clock = clock
        self._listener = listener
        self._draw = draw

    def write(self, outcome: PartOutcome) -> None:
        """What became of a try, with the moment at which it did."""
        self.move(
            outcome.delivery_id,
            outcome.role,
            outcome.state,
            at=outcome.at,
            error=outcome.error,
            retry_utc=outcome.retry_utc,
        )

    def move(
        self,
        delivery_id: str,
        role: str,
        state: DeliveryState,
        *,
        at: ClockReading | None = None,
        attempts: int | None = None,
        error: PartError | None = None,
        retry_utc: str | None = None,
    ) -> Delivery:
        """As `Outbox.move`, now where `at` is left out."""
        at = at or self._clock.read()
        moved = self._outbox.move(delivery_id, role, state, at=at, attempts=attempts, error=error, retry_utc=retry_utc)
        part = part_of(moved, role)
        self._listener(DeliveryMoved(delivery_id, part.role, part.state))
        return moved

    def later(self, attempts: int) -> str:
        """When to try again after so many tries."""
        return backoff.in_seconds(self._clock.read(), backoff.wait_s(attempts, self._draw))
