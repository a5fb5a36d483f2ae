"""A clock that tests move by hand."""

from dataclasses import dataclass

from evidence_kit.clock.reading import wall_text
from evidence_kit.model.clock_reading import ClockReading

START_NS = 1_795_000_000_000_000_000  # 2026-11-18T11:06:40Z


@dataclass
class FakeClock:
    """Satisfies `evidence_kit.clock.Clock`."""

    wall_ns: int = START_NS
    boottime_ns: int = 5_000_000_000
    awake: int = 5_000_000_000
    utc_offset_s: int = 0
    boot_id: str = "11111111-2222-3333-4444-555555555555"

    def read(self) -> ClockReading:
        return ClockReading(wall_text(self.wall_ns), self.utc_offset_s, self.boottime_ns, self.boot_id)

    def awake_ns(self) -> int:
        return self.awake

    def pass_time(self, seconds: float, *, asleep: bool = False) -> None:
        gone = round(seconds * 1_000_000_000)
        self.wall_ns += gone
        self.boottime_ns += gone
        if not asleep:
            self.awake += gone

    def step_wall(self, seconds: float) -> None:
        self.wall_ns += round(seconds * 1_000_000_000)

    def reboot(self, boot_id: str = "99999999-2222-3333-4444-555555555555") -> None:
        self.boot_id, self.boottime_ns, self.awake = boot_id, 1_000_000_000, 1_000_000_000
