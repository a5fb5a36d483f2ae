"""What the clock says, and what it did between two readings."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.clock import Clock, ClockWatch, SystemClock
from evidence_kit.clock.reading import moment_of, read_together, wall_ns_of, wall_text
from evidence_kit.clock.watch import changes
from evidence_kit.errors import Broken
from evidence_kit.model.bodies.vault_events import ClockChange, ClockChanged
from evidence_kit.model.clock_reading import ClockReading
from tests.fakes.clock import START_NS, FakeClock

HOUR = 3600.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def watch(clock: FakeClock) -> ClockWatch:
    return ClockWatch(clock)


def told(watch: ClockWatch) -> list[tuple[str, int]]:
    return [(change.change, change.amount_ms) for change in watch.look()[1]]


# Time passing


def test_nothing_is_told_while_time_just_passes(clock: FakeClock, watch: ClockWatch) -> None:
    for seconds in (0, 0.001, 1, 60, HOUR, 1000 * HOUR):
        clock.pass_time(seconds)
        assert told(watch) == []


def test_a_look_gives_the_reading_itself(clock: FakeClock, watch: ClockWatch) -> None:
    clock.pass_time(5)
    assert watch.look()[0] == clock.read()


# Steps


@pytest.mark.parametrize("seconds", [1.001, -1.001, 5.5, -3600, 86_400 * 365])
def test_a_step_of_the_wall_clock_is_told_once_with_both_readings(
    clock: FakeClock, watch: ClockWatch, seconds: float
) -> None:
    before = clock.read()
    clock.pass_time(1)
    clock.step_wall(seconds)
    now, seen = watch.look()
    # The slew of one second that is allowed beside the step is 0.5 ms.
    assert seen == (ClockChanged(ClockChange.WALL_STEP, before, now, round(seconds * 1000)),)
    clock.pass_time(1)
    assert told(watch) == []


@pytest.mark.parametrize("seconds", [0.9, -0.9, 1.0, -1.0])
def test_one_step_of_up_to_a_second_is_not_told(clock: FakeClock, watch: ClockWatch, seconds: float) -> None:
    clock.pass_time(10)
    clock.step_wall(seconds)
    assert told(watch) == []


def test_small_steps_do_not_hide_behind_the_number_of_looks(clock: FakeClock, watch: ClockWatch) -> None:
    start = clock.read()
    clock.step_wall(-0.6)
    assert told(watch) == []
    clock.step_wall(-0.6)
    now, seen = watch.look()
    assert seen == (ClockChanged(ClockChange.WALL_STEP, start, now, -1200),)
    clock.step_wall(-0.6)
    assert told(watch) == []


def test_steps_there_and_back_again_end_where_they_were(clock: FakeClock, watch: ClockWatch) -> None:
    for seconds in (0.8, -0.8, 0.8, -0.8):
        clock.step_wall(seconds)
        assert told(watch) == []


def test_a_slew_as_ntp_makes_it_is_not_told_however_long(clock: FakeClock, watch: ClockWatch) -> None:
    for _ in range(48):
        clock.pass_time(HOUR)
        clock.step_wall(HOUR * 0.0005)
        assert told(watch) == []


def test_a_slew_faster_than_ntps_is_told(clock: FakeClock, watch: ClockWatch) -> None:
    seen = []
    for _ in range(60):
        clock.pass_time(60)
        clock.step_wall(60 * 0.001)
        seen += told(watch)
    assert {change for change, _ in seen} == {"wall-step"}


def test_a_step_after_a_steady_week_is_still_told(clock: FakeClock, watch: ClockWatch) -> None:
    for _ in range(7):
        clock.pass_time(24 * HOUR)
        assert told(watch) == []
    clock.pass_time(1)
    clock.step_wall(10)
    assert told(watch) == [("wall-step", 10_000)]


def test_two_readings_in_the_wrong_order_show_the_same_step() -> None:
    early = ClockReading(wall_text(START_NS), 0, 10**15, "boot")
    late = ClockReading(wall_text(START_NS + 10**15), 0, 2 * 10**15, "boot")
    assert list(changes(early, late)) == list(changes(late, early)) == []


# Zone, reboot, sleep


@pytest.mark.parametrize(("offset", "amount_ms"), [(12_600, 12_600_000), (-18_000, -18_000_000)])
def test_another_zone_is_told_and_is_no_step(clock: FakeClock, watch: ClockWatch, offset: int, amount_ms: int) -> None:
    clock.pass_time(30)
    clock.utc_offset_s = offset
    assert told(watch) == [("zone", amount_ms)]
    assert told(watch) == []


def test_a_reboot_is_told_with_what_the_wall_clock_went_on_by(clock: FakeClock, watch: ClockWatch) -> None:
    clock.step_wall(600)
    clock.reboot()
    assert told(watch) == [("rebooted", 600_000)]
    clock.pass_time(60)
    assert told(watch) == []


def test_a_wall_clock_that_ran_back_over_a_reboot_is_told_as_a_step_too(clock: FakeClock, watch: ClockWatch) -> None:
    clock.step_wall(-86_400)
    clock.reboot()
    assert told(watch) == [("rebooted", -86_400_000), ("wall-step", -86_400_000)]


def test_a_reboot_is_no_sleep_and_does_not_hide_the_next_one(clock: FakeClock, watch: ClockWatch) -> None:
    clock.pass_time(HOUR, asleep=True)
    assert told(watch) == [("suspended", 3_600_000)]
    clock.reboot()
    assert told(watch) == [("rebooted", 0)]
    clock.pass_time(3, asleep=True)
    assert told(watch) == [("suspended", 3_000)]


def test_a_night_asleep_is_told_with_its_length_and_is_no_step(clock: FakeClock, watch: ClockWatch) -> None:
    before = clock.read()
    clock.pass_time(10)
    clock.pass_time(8 * HOUR, asleep=True)
    clock.pass_time(10)
    now, seen = watch.look()
    assert seen == (ClockChanged(ClockChange.SUSPENDED, before, now, 8 * 3_600_000),)
    assert told(watch) == []


def test_naps_add_up(clock: FakeClock, watch: ClockWatch) -> None:
    clock.pass_time(1.5, asleep=True)
    assert told(watch) == []
    clock.pass_time(1.5, asleep=True)
    assert told(watch) == [("suspended", 3_000)]
    clock.pass_time(1.5, asleep=True)
    assert told(watch) == []


def test_a_step_a_sleep_and_a_journey_at_once_are_told_apart(clock: FakeClock, watch: ClockWatch) -> None:
    clock.pass_time(HOUR, asleep=True)
    clock.step_wall(-120)
    clock.utc_offset_s = 3600
    assert told(watch) == [("wall-step", -120_000), ("zone", 3_600_000), ("suspended", 3_600_000)]


# Texts


@given(st.integers(-(2**40), 2**41))
def test_wall_time_as_text_keeps_its_milliseconds(milliseconds: int) -> None:
    reading = ClockReading(wall_text(milliseconds * 1_000_000 + 999_999), 0, 0, "boot")
    assert wall_ns_of(reading) == wall_ns_of(moment_of(reading)) == milliseconds * 1_000_000


@pytest.mark.parametrize(
    ("wall_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_795_000_000_123_999_999, "2026-11-18T11:06:40.123Z"),
    ],
)
def test_wall_time_is_written_in_utc_with_milliseconds(wall_ns: int, text: str) -> None:
    assert wall_text(wall_ns) == text


@pytest.mark.parametrize(
    "untrusted", ["", "yesterday", "2026-02-30T00:00:00.000Z", "2026-11-23T14:02:10.123", "2026-11-23"]
)
def test_a_reading_that_is_no_date_is_broken_and_no_bug(untrusted: str) -> None:
    with pytest.raises(Broken) as caught:
        wall_ns_of(ClockReading(untrusted, 0, 0, "boot"))
    assert (caught.value.code.value, caught.value.facts) == ("format", {"field": "wall_utc"})


# The machine's own clocks


def counting(values: list[int]) -> tuple[Callable[[], int], Iterator[int]]:
    left = iter(values)
    return left.__next__, left


def test_clocks_read_close_together_are_read_once() -> None:
    steady, left = counting([100, 300, 0])
    assert read_together(steady, lambda: 7) == (200, 7)
    assert list(left) == [0]


def test_a_sleep_between_two_clocks_makes_them_read_again() -> None:
    steady, _ = counting([0, 3_600_000_000_000, 3_600_000_000_100, 3_600_000_000_200])
    wall, _ = counting([11, 22])
    assert read_together(steady, wall) == (3_600_000_000_150, 22)


def test_on_a_machine_too_busy_the_closest_of_five_tries_is_taken() -> None:
    ms = 1_000_000
    steady, left = counting([0, 9 * ms, 10 * ms, 17 * ms, 20 * ms, 22 * ms, 30 * ms, 38 * ms, 40 * ms, 45 * ms, 0])
    wall, _ = counting([1, 2, 3, 4, 5])
    assert read_together(steady, wall) == (21 * ms, 3)
    assert list(left) == [0]


def test_the_systems_clock_reads_plausibly() -> None:
    clock: Clock = SystemClock()
    before = time.time_ns() // 1_000_000 * 1_000_000
    first, second = clock.read(), clock.read()
    after = time.time_ns()
    assert before <= wall_ns_of(first) <= wall_ns_of(second) <= after
    assert 0 < first.boottime_ns <= second.boottime_ns < first.boottime_ns + 60_000_000_000
    assert first.utc_offset_s == datetime.now(UTC).astimezone().utcoffset().total_seconds()  # type: ignore[union-attr]
    assert first.boot_id == second.boot_id
    assert first.bound is None
    assert clock.awake_ns() > 0


@pytest.mark.skipif(sys.platform != "linux", reason="boot time and boot id as Linux has them")
def test_on_linux_boot_time_and_boot_id_are_the_kernels() -> None:
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    clock = SystemClock()
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    reading = clock.read()
    assert before <= reading.boottime_ns <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert reading.boot_id == SystemClock().read().boot_id == boot_id
    assert clock.awake_ns() <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX zones")
def test_a_zone_that_changes_while_the_program_runs_is_seen() -> None:
    program = (
        "import os; from evidence_kit.clock import SystemClock; clock = SystemClock()\n"
        "for zone in ('UTC0', 'XXX-3:30', 'XXX+5'):\n"
        "    os.environ['TZ'] = zone\n"
        "    print(clock.read().utc_offset_s)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == ["0", "12600", "-18000"]
