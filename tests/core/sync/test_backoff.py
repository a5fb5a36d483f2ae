import pytest

from evidence_kit.sync.backoff import LEAST_S, MOST_S, in_seconds, is_due, left_s, wait_s
from tests.fakes.clock import FakeClock


def test_waits_double_up_to_six_hours_and_start_at_half_a_minute() -> None:
    longest = [wait_s(attempts, lambda _low, high: high) for attempts in (1, 2, 3, 10, 1000)]
    assert longest == [60, 120, 240, MOST_S, MOST_S]
    assert wait_s(7, lambda low, _high: low) == LEAST_S


def test_a_written_time_is_due_once_it_is_past() -> None:
    clock = FakeClock()
    written = in_seconds(clock.read(), 45.5)
    assert left_s(written, clock.read()) == pytest.approx(45.5)
    assert not is_due(written, clock.read())
    clock.pass_time(45.5)
    assert is_due(written, clock.read())


def test_a_clock_that_steps_back_does_not_postpone_for_years() -> None:
    clock = FakeClock()
    written = in_seconds(clock.read(), 60)
    clock.step_wall(-3 * 365 * 86400)
    assert is_due(written, clock.read())


@pytest.mark.parametrize("written", [None, "", "tomorrow", "2026-11-18T11:06:40"])
def test_what_cannot_be_read_is_due(written: str | None) -> None:
    assert is_due(written, FakeClock().read())
