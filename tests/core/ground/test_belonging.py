"""Which disruption an entry belongs to, and what counts as reported: by what is true, not by how times are written."""

from dataclasses import replace

import pytest

from evidence_kit.model.belonging import belongs, disruption_of, reported
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.sharing import DeliveryNoted, ReceiptBrought, ReportSealed
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.codec import entry_line, read_entry
from evidence_kit.model.delivery import DeliveryState, PartRole
from evidence_kit.model.disruption import Disruption, DisruptionGrade, Interval, Moment, NetworkState, Segment
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import Exhibit

BOOT = "11111111-2222-3333-4444-555555555555"
OTHER_BOOT = "22222222-2222-3333-4444-555555555555"
ID = "019ab0c1-2d3e-7f45-8a6b-0c1d2e3f4a5b"


def reading(second: int, *, wall_off_s: int = 0, boot: str = BOOT) -> ClockReading:
    """A moment, in seconds after noon, by a wall clock that may be wrong."""
    hours, rest = divmod(12 * 3600 + second + wall_off_s, 3600)
    wall = f"2026-11-23T{hours:02d}:{rest // 60:02d}:{rest % 60:02d}.000Z"
    return ClockReading(wall, 0, second * 10**9, boot)


def moment(second: int, boot: str = BOOT) -> Moment:
    one = reading(second, boot=boot)
    return Moment(one.wall_utc, one.boottime_ns, one.boot_id)


def note(clock: ClockReading, link: str | None = None) -> Entry:
    line = entry_line(id=ID, clock=clock, after=None, salt=bytes(16), body=NoteWritten("x", None, link))
    return read_entry(line, 0)


def lasting(name: str, success: int, failure: int, last_failure: int | None, back: int | None) -> Disruption:
    started = Interval(moment(success), moment(failure))
    ended = None if back is None else Interval(moment(last_failure or failure), moment(back))
    segment = Segment(NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE, (), started)
    return Disruption(name, started, ended, (segment,), "home")


FIRST = lasting("first", 100, 160, 400, 460)
SECOND = lasting("second", 900, 960, None, None)
OPENED = {"first": FIRST, "second": SECOND}


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (99, None),
        (100, "first"),
        (130, "first"),  # after the last success, before the first failure
        (300, "first"),
        (430, "first"),  # after the last failure, before the first success
        (460, None),
        (700, None),
        (930, "second"),
        (5000, "second"),
    ],
)
def test_from_the_last_success_before_to_the_first_success_after_it_belongs(second: int, found: str | None) -> None:
    entry = note(reading(second))
    assert disruption_of(entry, OPENED) == found
    assert [name for name in OPENED if belongs(entry, name, OPENED)] == ([found] if found else [])


def test_a_wall_clock_that_was_set_moves_nothing_in_or_out_within_one_run_of_the_device() -> None:
    assert disruption_of(note(reading(300, wall_off_s=7200)), OPENED) == "first"
    assert disruption_of(note(reading(700, wall_off_s=-400)), OPENED) is None
    assert disruption_of(note(reading(300, boot=OTHER_BOOT)), OPENED) == "first", "over a restart the wall clock counts"


def test_the_link_of_a_disruption_that_did_open_wins_and_that_of_another_says_nothing() -> None:
    assert disruption_of(note(reading(300), "second"), OPENED) == "second"
    assert disruption_of(note(reading(300), "only suspected"), OPENED) == "first"
    assert disruption_of(note(reading(700), "only suspected"), OPENED) is None


SEALED = ReportSealed("report", ("a", "b"), None, ("delivery",), ("f" * 64,), "")
NOTED = DeliveryNoted("delivery", "report", PartRole.REPORT, DeliveryState.CLAIMED, 1, None, reading(0))
RECEIPT = ReceiptBrought("delivery", "report", "A" * 40, "f" * 64, "", Exhibit("a" * 64, 1, "text/plain", "receipt"))


@pytest.mark.parametrize(
    ("told", "in_outbox", "counts"),
    [
        ([], {"report"}, False),
        ([SEALED], {"report"}, True),
        ([SEALED], set(), False),
        ([SEALED, NOTED], set(), True),
        ([SEALED, replace(NOTED, part=PartRole.NOTICE)], set(), False),
        ([SEALED, replace(NOTED, state=DeliveryState.UNCERTAIN)], set(), False),
        ([SEALED, RECEIPT], set(), True),
        ([SEALED, replace(RECEIPT, ciphertext="0" * 64)], set(), False),
    ],
)
def test_what_a_report_took_along_is_reported_while_it_is_on_its_way_or_has_arrived(
    told: list[Body], in_outbox: set[str], counts: bool
) -> None:
    assert reported(told, in_outbox) == (frozenset({"a", "b"}) if counts else frozenset())
