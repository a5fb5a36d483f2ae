"""What became of deliveries while the disk did not take it: remembered here, each with the claim on its delivery.

As long as the claim is held no sender, in this process or another, takes an old state for the present one.
"""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from evidence_kit.errors import KitError
from evidence_kit.files import DISK_FAULTS
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import DeliveryState, PartError


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """The part `role` of a delivery reached `state` at that moment; the rest as `Outbox.move` has it."""

    delivery_id: str
    role: str
    state: DeliveryState
    at: ClockReading
    error: PartError | None = None
    retry_utc: str | None = None


class PendingOutcomes:
    """Shared by the senders of one process, so that none of them forgets; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[PartOutcome, ExitStack]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, delivery_id: object) -> bool:
        return delivery_id in self._kept

    def keep(self, outcome: PartOutcome, claim: ExitStack) -> None:
        """Remember it until it is written, and hold the claim as long."""
        with self._lock:
            self._kept[outcome.delivery_id] = (outcome, claim)

    def write(self, write: Callable[[PartOutcome], object]) -> KitError | None:
        """Have all of it written that can be; the disk's fault where some is left.

        What the outbox will not have any more is let go: the recipient's receipt came first, or the delivery is gone.
        """
        fault = None
        with self._lock:
            for delivery_id, (outcome, claim) in list(self._kept.items()):
                try:
                    write(outcome)
                except KitError as error:
                    if error.code in DISK_FAULTS:
                        fault = error
                        continue
                del self._kept[delivery_id]
                claim.close()
        return fault
