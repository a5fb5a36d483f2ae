"""The notice: at most 2 KB, readable, with stable lines, whatever is in it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.report.contents import ReportContents
from evidence_kit.report.notice import CAP, Sealed, notice
from tests.fakes.report import FakeJournal, contents_of, lived_through


def lived() -> ReportContents:
    journal = FakeJournal()
    return contents_of(journal, lived_through(journal))


def pairs(text: bytes) -> dict[str, str]:
    *_, last = text.decode().split("\n\n")
    return dict(line.split(": ", 1) for line in last.splitlines())


def test_the_stable_lines_say_what_where_when_and_which_report() -> None:
    contents = lived()
    said = pairs(notice(contents, Sealed("ab" * 32, 12345)))
    assert list(said) == [
        *("Report", "Created", "Where", "Disruption", "State", "Grade", "Started-After", "Started-Before"),
        *("Ended-After", "Ended-Before", "Vault-Fingerprint", "Journal-Origin", "Journal-Size", "Journal-Root"),
        *("Entries", "Report-Size", "Report-SHA256"),
    ]
    assert said["Report"] == contents.id
    assert said["State"] == "no-connection-beyond-provider"
    assert said["Started-Before"] == "2026-11-18T11:07:24.000Z"
    assert said["Report-Size"] == "12345"


def test_people_can_read_it() -> None:
    text = notice(lived()).decode()
    assert text.startswith("Evidence Kit notice\n\nNo connection beyond the provider")
    assert "\n> The connection went at noon. Shops closed & people <gathered>." in text


@given(st.text(max_size=700).map(lambda words: words * 4), st.text(max_size=500), st.booleans())
@settings(max_examples=40, deadline=None)
def test_it_never_outgrows_two_kilobytes_nor_forges_a_line(words: str, place: str, with_report: bool) -> None:
    contents = replace(lived(), text=f"{words}\nReport: forged", place=place)
    text = notice(contents, Sealed("ab" * 32, 2**50) if with_report else None)
    assert len(text) <= CAP
    assert pairs(text)["Report"] == contents.id
    assert text.count(b"\nReport: ") == 1


def test_a_report_without_a_disruption_has_a_notice_too() -> None:
    said = pairs(notice(replace(lived(), disruptions=())))
    assert "State" not in said
    assert said["Entries"] == "7"
