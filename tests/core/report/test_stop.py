"""The STOP row: the tracker's columns, honest unknowns, and nothing that a spreadsheet would run."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.disruption import Disruption, DisruptionGrade, NetworkState, Segment
from evidence_kit.model.report import Answer
from evidence_kit.report.contents import ReportContents
from evidence_kit.report.stop import COLUMNS, harmless, rows
from tests.fakes.report import FakeJournal, contents_of, lived_through


def lived() -> ReportContents:
    journal = FakeJournal()
    return contents_of(journal, lived_through(journal))


def table(contents: ReportContents) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(rows(contents), newline="")))


def test_there_are_the_trackers_forty_five_columns() -> None:
    assert len(COLUMNS) == len(set(COLUMNS)) == 45
    assert rows(lived()).split("\r\n")[0] == ",".join(COLUMNS)


def test_what_was_measured_is_filled_in_and_the_rest_stays_unknown() -> None:
    (row,) = table(replace(lived(), answers=()))
    assert row["start_date_type"] == "Actual"
    assert row["start_date"] == "11/18/2026"
    assert row["shutdown_type"] == "Shutdown"
    assert row["shutdown_extent"] == "Full network"
    assert row["shutdown_status"] == "Ended"
    assert row["duration"] == "1"
    assert row["ordered_by"] == row["actual_cause"] == row["telegram_affected"] == "Unknown"
    assert row["geo_scope"] == "Not sure"
    assert row["info_source"] == "Confidential"
    assert row["decision_maker"] == row["an_link"] == ""


def test_dates_are_the_places_own_and_days_count_both_ends() -> None:
    contents = lived()
    east = replace(contents, created=replace(contents.created, utc_offset_s=11 * 3600 + 1800), answers=())
    (row,) = table(east)
    assert (row["start_date"], row["end_date"], row["duration"]) == ("11/18/2026", "11/19/2026", "2")


def test_an_unfinished_disruption_is_ongoing_without_an_end() -> None:
    contents = lived()
    (row,) = table(replace(contents, disruptions=(replace(contents.disruptions[0], ended=None),)))
    assert (row["shutdown_status"], row["end_date"], row["duration"]) == ("Ongoing", "", "")


def test_throttling_alone_is_no_shutdown_and_part_of_the_services_no_full_network() -> None:
    contents = lived()
    whole: Disruption = contents.disruptions[0]
    slow = Segment(NetworkState.ONLINE, DisruptionGrade.OBSERVED, ("throttling",), whole.started)
    (row,) = table(replace(contents, disruptions=(replace(whole, segments=(slow,)),)))
    assert (row["shutdown_type"], row["shutdown_extent"]) == ("Throttle", "Service-based")


def test_a_sign_in_page_is_no_shutdown() -> None:
    contents = lived()
    whole = contents.disruptions[0]
    portal = Segment(NetworkState.CAPTIVE_PORTAL, DisruptionGrade.PROBABLE, ("captive-portal",), whole.started)
    (row,) = table(replace(contents, disruptions=(replace(whole, segments=(portal,)),)))
    assert (row["shutdown_type"], row["shutdown_extent"]) == ("Unknown", "")


def test_a_report_without_a_disruption_has_one_row_without_dates() -> None:
    (row,) = table(replace(lived(), disruptions=()))
    assert (row["start_date_type"], row["start_date"], row["shutdown_status"]) == ("Estimated", "", "Unknown")


def test_an_answer_to_no_column_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        rows(replace(lived(), answers=(Answer("colour", "red"),)))
    assert caught.value.code is Code.UNKNOWN_STOP_COLUMN


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "\n=1"])
def test_formulas_become_text(cell: str) -> None:
    assert harmless(cell).startswith("'")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_cell_comes_back_as_one_cell_that_is_no_formula(words: str) -> None:
    (row,) = table(replace(lived(), answers=(Answer("event", words),)))
    assert len(row) == 45
    assert row["event"][:1] not in {"=", "+", "-", "@", "\t", "\r"}
    if words.isprintable() and words[:1].isalnum():
        assert row["event"] == words
