"""Read the three clocks at one moment."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from evidence_kit import system
from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Moment

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEAR_NS: Final = 1_000_000
_TRIES: Final = 5


class Clock(Protocol):
    """Whoever needs the time takes one of these; tests move a fake."""

    def read(self) -> ClockReading: ...

    def awake_ns(self) -> int:
        """Nanoseconds since boot without sleep; beside `boottime_ns` it shows how long the machine slept."""
        ...


class SystemClock:
    """The machine's own clocks. On Linux: CLOCK_REALTIME, CLOCK_BOOTTIME, boot_id.

    Where there is no boot-time clock the monotonic one serves, and where there is no boot id a random one per process.
    """

    def __init__(self) -> None:
        self._boot_id = system.boot_id() or str(uuid.uuid4())

    def read(self) -> ClockReading:
        boottime_ns, wall_ns = read_together(system.boot_clock_ns, time.time_ns)
        system.refresh_time_zone()
        return ClockReading(
            wall_utc=wall_text(wall_ns),
            utc_offset_s=time.localtime(wall_ns // 1_000_000_000).tm_gmtoff,
            boottime_ns=boottime_ns,
            boot_id=self._boot_id,
        )

    def awake_ns(self) -> int:
        return time.monotonic_ns()


def read_together(steady: Callable[[], int], wall: Callable[[], int]) -> tuple[int, int]:
    """A steady and a wall reading of one moment, to within 1 ms where any of five tries was.

    A sleep or a busy machine between the two calls would otherwise look like a step of the wall clock.
    """
    gap, steady_ns, wall_ns = _bracketed(steady, wall)
    for _ in range(_TRIES - 1):
        if gap <= _NEAR_NS:
            break
        gap, steady_ns, wall_ns = min((gap, steady_ns, wall_ns), _bracketed(steady, wall))
    return steady_ns, wall_ns


def _bracketed(steady: Callable[[], int], wall: Callable[[], int]) -> tuple[int, int, int]:
    before = steady()
    wall_ns = wall()
    after = steady()
    return after - before, (before + after) // 2, wall_ns


def wall_text(wall_ns: int) -> str:
    """Nanoseconds since 1970 as RFC 3339 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(wall_ns // 1_000_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{wall_ns // 1_000_000 % 1000:03d}Z"


def wall_ns_of(reading: ClockReading | Moment) -> int:
    """The wall time of a reading in nanoseconds since 1970, to the millisecond.

    Raises `Broken(Code.FORMAT, field="wall_utc")` where it is no date (a reading may come from outside).
    """
    try:
        return (datetime.fromisoformat(reading.wall_utc) - _EPOCH) // timedelta(milliseconds=1) * 1_000_000
    except (ValueError, TypeError):  # no date; a date without a zone
        raise Broken(Code.FORMAT, field="wall_utc") from None


def moment_of(reading: ClockReading) -> Moment:
    """A reading without zone and bound, for the ends of intervals."""
    return Moment(wall_utc=reading.wall_utc, boottime_ns=reading.boottime_ns, boot_id=reading.boot_id)
