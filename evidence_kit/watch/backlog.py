"""What the watch saw and the disk did not take yet: it waits in memory, in order, and is sealed once there is room.

Memory stays flat. At the cap single measurements go, from the middle of what waits; how a disruption began and ended
stays to the last.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.vault_events import ClockChanged
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.exhibit import Exhibit, ExhibitRole

# Bytes; hundreds of rounds, and far more beginnings and ends than a full disk will see.
CAP: Final = 8 << 20
# What one costs beside its record, in memory and generously.
_EACH: Final = 2048
# Who goes first, and last of all the newest of the rest.
_GOING: Final = (MeasurementTaken, DisruptionChanged, ClockChanged)

Happening = MeasurementTaken | DisruptionOpened | DisruptionChanged | DisruptionClosed | ClockChanged


class Seals(Protocol):
    """What a backlog asks of the intake (`vault.Intake`)."""

    def stage(self, chunks: Iterable[bytes], media_type: str, role: ExhibitRole, /) -> Exhibit: ...

    def seal(self, body: Body, reading: ClockReading, /) -> str: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at `reading`; `record` holds the bytes that a measurement's body names."""

    body: Happening
    reading: ClockReading
    record: bytes = b""

    @property
    def weight(self) -> int:
        """Bytes of memory, about."""
        return _EACH + len(self.record)


class Backlog:
    """Waits in front of `intake`; on a disk with room nothing waits longer than the call.

    `weight` is in bytes of memory; `lost` were let go.
    """

    def __init__(self, intake: Seals, cap: int = CAP) -> None:
        self.lost = 0
        self.weight = 0
        self._intake = intake
        self._cap = cap
        self._waiting: list[Seen] = []
        self._staged = False

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, seen: Seen) -> None:
        """Let it wait behind the others; over the cap something goes, and counts as lost."""
        self._waiting.append(seen)
        self.weight += seen.weight
        while self.weight > self._cap and len(self._waiting) > 1:
            self._take_out(self._least())
            self.lost += 1

    def seal(self) -> None:
        """Seal all that waits, the oldest first, each with the reading of its own moment.

        Raises as `Intake.stage` and `Intake.seal`; then the one that failed and those behind it wait on.
        """
        while self._waiting:
            seen = self._waiting[0]
            if isinstance(seen.body, MeasurementTaken) and not self._staged:
                record = seen.body.record
                self._intake.stage((seen.record,), record.media_type, record.role)
                self._staged = True
            self._intake.seal(seen.body, seen.reading)
            self._staged = False
            self._take_out(0)

    def _least(self) -> int:
        """Which one can best be spared; never the oldest, whose record may be on the disk already."""
        for kind in _GOING:
            found = [index for index, seen in enumerate(self._waiting) if index and isinstance(seen.body, kind)]
            if found:
                return found[len(found) // 2]
        return len(self._waiting) - 1

    def _take_out(self, index: int) -> None:
        self.weight -= self._waiting.pop(index).weight
