"""Notice what the clock did between two readings: steps, sleep, another zone, another boot."""

from collections.abc import Iterator
from typing import Final

from evidence_kit.clock.reading import Clock, wall_ns_of
from evidence_kit.model.bodies.vault_events import ClockChange, ClockChanged
from evidence_kit.model.clock_reading import ClockReading

# Two readings a second apart differ by scheduling; a crystal drifts up to 500 ppm while NTP slews it.
STEP_NS: Final = 1_000_000_000
SLEW_PPM: Final = 500
SLEEP_NS: Final = 2_000_000_000


def changes(before: ClockReading, now: ClockReading) -> Iterator[ClockChanged]:
    """Yield what two readings alone tell: a reboot, or a wall step against boot time, and a change of zone.

    A reboot's `amount_ms` is what the wall clock went on by; over it the wall clock can only be seen to run backwards,
    which is told as a step too. Raises `Broken` as `wall_ns_of` does.
    """
    wall_gone = wall_ns_of(now) - wall_ns_of(before)
    if before.boot_id != now.boot_id:
        yield ClockChanged(change=ClockChange.REBOOTED, before=before, now=now, amount_ms=wall_gone // 1_000_000)
        if wall_gone < 0:
            yield ClockChanged(change=ClockChange.WALL_STEP, before=before, now=now, amount_ms=wall_gone // 1_000_000)
    else:
        boot_gone = now.boottime_ns - before.boottime_ns
        step = wall_gone - boot_gone
        if abs(step) > STEP_NS + abs(boot_gone) * SLEW_PPM // 1_000_000:
            yield ClockChanged(change=ClockChange.WALL_STEP, before=before, now=now, amount_ms=step // 1_000_000)
    if before.utc_offset_s != now.utc_offset_s:
        moved = (now.utc_offset_s - before.utc_offset_s) * 1000
        yield ClockChanged(change=ClockChange.ZONE, before=before, now=now, amount_ms=moved)


class ClockWatch:
    """Keeps the last reading and, asked again, tells what changed since, sleep included.

    Small steps and naps add up until they are worth telling; no number of looks between them hides them.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.read()
        self._steady_since = self._last
        self._slept_ns = self._last.boottime_ns - clock.awake_ns()

    def look(self) -> tuple[ClockReading, tuple[ClockChanged, ...]]:
        """The reading now and everything the clock did since the last look.

        `before` is the last look; for small steps that added up, the reading since which the clock was taken as steady.
        """
        now = self._clock.read()
        slept_ns = now.boottime_ns - self._clock.awake_ns()
        told = list(changes(self._last, now))
        if not any(change.change in {ClockChange.WALL_STEP, ClockChange.REBOOTED} for change in told):
            told += [change for change in changes(self._steady_since, now) if change.change == ClockChange.WALL_STEP]
        if any(change.change in {ClockChange.WALL_STEP, ClockChange.REBOOTED} for change in told):
            self._steady_since = now
        if now.boot_id != self._last.boot_id:
            self._slept_ns = slept_ns
        elif slept_ns - self._slept_ns > SLEEP_NS:
            slept_ms = (slept_ns - self._slept_ns) // 1_000_000
            told.append(ClockChanged(change=ClockChange.SUSPENDED, before=self._last, now=now, amount_ms=slept_ms))
            self._slept_ns = slept_ns
        self._last = now
        return now, tuple(told)
