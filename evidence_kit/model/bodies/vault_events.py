"""The vault's beginning, and the changes of the clock that its times are read from."""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.clock_reading import ClockReading


@dataclass(frozen=True, slots=True)
class VaultCreated(Body):
    """The first entry: the vault's OpenPGP fingerprint (40 hex) and the intake's public key (64 hex)."""

    KIND = "vault-created"
    SEARCHED = ()
    REPORTABLE = False
    fingerprint: str
    intake_key: str
    software: str


class ClockChange(StrEnum):
    """What the clock did."""

    WALL_STEP = "wall-step"
    SUSPENDED = "suspended"
    ZONE = "zone"
    REBOOTED = "rebooted"


@dataclass(frozen=True, slots=True)
class ClockChanged(Body):
    """The clock did something that a reader of times must know.

    `amount_ms` is the step (new minus expected), the length of
    the sleep, the zone's move eastward, or what the wall clock went on by over the reboot.
    """

    KIND = "clock-changed"
    SEARCHED = ()
    REPORTABLE = False
    change: ClockChange
    before: ClockReading
    now: ClockReading
    amount_ms: int
