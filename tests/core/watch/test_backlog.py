"""What waits for a disk that takes nothing: in order, and in a memory that does not grow."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.vault_events import ClockChange, ClockChanged
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.watch.backlog import Backlog, Happening, Seen
from tests.fakes.clock import FakeClock

CLOCK = FakeClock()
NOW = CLOCK.read()
WHEN = Interval(None, Moment(NOW.wall_utc, NOW.boottime_ns, NOW.boot_id))
OPENED = DisruptionOpened(
    "one", NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE, (), WHEN, network="home", reasons=()
)
CHANGED = DisruptionChanged("one", NetworkState.ABROAD_CUT, DisruptionGrade.PROBABLE, (), WHEN, ())
CLOSED = DisruptionClosed("one", WHEN, ())
STEPPED = ClockChanged(ClockChange.WALL_STEP, NOW, NOW, 1)


@dataclass
class FakeIntake:
    """Takes `room` calls in all; then it is full."""

    room: int = 1_000_000
    staged: list[bytes] = field(default_factory=list)
    sealed: list[tuple[Body, ClockReading]] = field(default_factory=list)

    def _take(self) -> None:
        if not self.room:
            raise Refused(Code.DISK_FULL)
        self.room -= 1

    def stage(self, chunks: Iterable[bytes], media_type: str, role: str) -> Exhibit:
        self._take()
        self.staged.append(content := b"".join(chunks))
        return Exhibit(hashlib.sha256(content).hexdigest(), len(content), media_type, role)

    def seal(self, body: Body, reading: ClockReading) -> str:
        self._take()
        self.sealed.append((body, reading))
        return ""

    def close(self) -> None: ...


def at(body: Happening, seconds: int) -> Seen:
    clock = FakeClock()
    clock.pass_time(seconds)
    return Seen(body, clock.read())


def measured(seconds: int, size: int = 1000) -> Seen:
    record = f"{seconds:08d}".encode() + bytes(size)
    exhibit = Exhibit(hashlib.sha256(record).hexdigest(), len(record), "application/json", "measurement")
    return Seen(
        MeasurementTaken(exhibit, "ladder", None, NetworkState.ONLINE, None, None), at(STEPPED, seconds).reading, record
    )


def test_everything_is_sealed_in_order_with_its_own_reading_once_there_is_room() -> None:
    intake = FakeIntake(room=0)
    backlog = Backlog(intake)
    seen = [at(STEPPED, 1), measured(2), at(OPENED, 2), measured(3), at(CLOSED, 4)]
    for one in seen:
        backlog.add(one)
    # Room for one call more each time: it stops at every possible place.
    for _ in range(7):
        with pytest.raises(Refused, match="disk-full"):
            backlog.seal()
        intake.room += 1
    backlog.seal()
    assert intake.sealed == [(one.body, one.reading) for one in seen]
    assert intake.staged == [seen[1].record, seen[3].record], "a record is staged once, however often sealing fails"
    assert (len(backlog), backlog.lost) == (0, 0)


def test_over_the_cap_measurements_in_the_middle_go_and_are_counted() -> None:
    intake = FakeIntake(room=0)
    backlog = Backlog(intake, cap=100_000)
    backlog.add(at(OPENED, 0))
    for seconds in range(1, 1001):
        backlog.add(measured(seconds))
        assert backlog.weight <= 100_000
    backlog.add(at(CLOSED, 1001))
    assert len(backlog) + backlog.lost == 1002
    intake.room = 1_000_000
    backlog.seal()
    assert (intake.sealed[0][0], intake.sealed[-1][0]) == (OPENED, CLOSED)
    kept = [int(record[:8]) for record in intake.staged]
    assert kept == sorted(kept)
    assert (kept[0], kept[-1]) == (1, 1000)
    half = len(kept) // 2
    assert kept[half - 1] - kept[0] == half - 1, "how it began is whole"
    assert kept[-1] - kept[half + 1] == len(kept) - half - 2, "how it stands is whole"


def test_how_disruptions_begin_and_end_goes_last_and_the_oldest_stay() -> None:
    intake = FakeIntake(room=0)
    backlog = Backlog(intake, cap=2048 * 6)
    bodies = (OPENED, CHANGED, STEPPED, CLOSED)
    for seconds in range(40):
        backlog.add(at(bodies[seconds % 4], seconds))
    intake.room = 1_000_000
    backlog.seal()
    assert backlog.lost == 34
    assert [body for body, _ in intake.sealed] == [OPENED, CLOSED] * 3
    assert [reading for _, reading in intake.sealed] == [at(OPENED, s).reading for s in (0, 3, 4, 7, 8, 11)]


def test_an_empty_memory_still_holds_the_newest_thing_however_large() -> None:
    backlog = Backlog(FakeIntake(room=0), cap=10)
    backlog.add(at(OPENED, 0))
    backlog.add(measured(1))
    assert (len(backlog), backlog.lost) == (1, 1)
