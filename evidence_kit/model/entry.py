"""An entry of the journal, how it came in, and whether the vault was locked when it was sealed."""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.clock_reading import ClockReading


class Origin(StrEnum):
    """How an entry came into the journal: sealed straight into it, or sealed beside the vault first."""

    JOURNAL = "journal"
    INTAKE = "intake"


class LockedAtSealing(StrEnum):
    """Whether the vault was locked when something was sealed, by the word of the process that sealed it.

    NOT_KNOWN: that process does not hold the vault, and somebody else may have had it open.
    """

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class IntakeMark:
    """What an entry that came through the intake brought along: the clock at sealing, its item's SHA-256 and that of
    the one before, and whether the vault was locked. That it came this way says nothing about the last."""

    clock: ClockReading
    item: str
    previous: str | None
    locked: LockedAtSealing


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed line of the journal.

    `line` is the canonical JSON that was hashed, and the only authority; the other fields are read from it.
    `sequence` counts from 0 and is the leaf's index in the tree. `salt` is 16 random bytes; `after` the hex SHA-256 of
    the newest timestamp token the vault held.
    """

    sequence: int
    id: str
    clock: ClockReading
    after: str | None
    salt: bytes
    body: Body
    intake: IntakeMark | None
    line: bytes

    @property
    def kind(self) -> str:
        return self.body.KIND

    @property
    def seen(self) -> ClockReading:
        """The reading of the moment itself: the intake's where it came through that, else the entry's."""
        return self.intake.clock if self.intake else self.clock

    @property
    def origin(self) -> Origin:
        return Origin.INTAKE if self.intake else Origin.JOURNAL

    @property
    def locked(self) -> LockedAtSealing:
        """Only an open vault can be written to straight; what came through the intake says it itself."""
        return self.intake.locked if self.intake else LockedAtSealing.NO
