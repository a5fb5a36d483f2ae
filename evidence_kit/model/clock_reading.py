"""The clocks read at one moment, and how far the wall clock can be from true time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockBound:
    """How far the device's wall clock can be from true time: device minus true lies in [lo_s, hi_s].

    Seconds as decimal strings ("-0.512"), because the canonical form holds no floats; `age_s` is how old the bound is.
    """

    lo_s: str
    hi_s: str
    source: str
    age_s: int


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Three clocks read at one moment.

    `wall_utc` is RFC 3339 in UTC with milliseconds ("2026-11-23T14:02:10.123Z"); `utc_offset_s` is east of UTC;
    `boottime_ns` counts since boot and through sleep (CLOCK_BOOTTIME), a decimal string on the wire since it
    passes 2^53; `boot_id` names the boot, so that two readings with the same id can be subtracted.
    """

    wall_utc: str
    utc_offset_s: int
    boottime_ns: int
    boot_id: str
    bound: ClockBound | None = None
