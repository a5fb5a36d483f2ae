"""Identifiers made of a clock reading."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.clock.reading import wall_text
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.identity import new_id


def at(milliseconds: int) -> ClockReading:
    return ClockReading(wall_text(milliseconds * 1_000_000), 0, 0, "boot")


@given(st.integers(0, 2**42))
def test_an_id_is_a_uuid_of_version_7_that_holds_the_readings_millisecond(milliseconds: int) -> None:
    made = uuid.UUID(new_id(at(milliseconds)))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, milliseconds)


def test_ids_of_one_moment_differ_and_ids_of_two_moments_sort() -> None:
    same = {new_id(at(1_795_000_000_000)) for _ in range(1000)}
    assert len(same) == 1000
    assert max(same) < new_id(at(1_795_000_000_001))


def test_a_clock_before_1970_still_gives_ids() -> None:
    assert uuid.UUID(new_id(at(-1))).version == 7
