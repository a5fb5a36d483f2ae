"""The page for people: self-contained, no script, no request, whatever the words in it."""

import html.parser
import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import (
    CertificateSeen,
    DisplayServer,
    Fact,
    FileAdded,
    PageCaptured,
    PageState,
    ScreenCaptured,
)
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.statements import CorrectionWritten, Impact, NoteWritten, WitnessHeard
from evidence_kit.model.disruption import DisruptionGrade, NetworkState, Segment
from evidence_kit.model.entry import IntakeMark, LockedAtSealing
from evidence_kit.model.judgement import Method, TargetOutcome
from evidence_kit.model.report import Answer
from evidence_kit.report import page
from evidence_kit.report.contents import ReportContents, document_of
from evidence_kit.report.words import direction
from evidence_kit.words.captures import PAGE_STATES
from tests.fakes.report import DISRUPTION_ID, FakeJournal, contents_of, lived_through

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p", "section", "dl", "dt"),
    *("dd", "bdi", "code", "div", "ol", "ul", "li", "span", "article", "time", "figure", "img", "br", "a"),
}
ATTRIBUTES = {
    *("lang", "dir", "charset", "http-equiv", "content", "name", "class", "id", "alt", "src", "href"),
}


class Reader(html.parser.HTMLParser):
    """Collects what a browser would act on, and the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.times = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.found and self.found[-1][0] == "time":
            self.times += data


def read(contents: ReportContents, journal: FakeJournal) -> Reader:
    reader = Reader()
    reader.feed(b"".join(page.html(contents, document_of(contents), journal)).decode())
    return reader


def lived() -> tuple[FakeJournal, ReportContents]:
    journal = FakeJournal()
    return journal, contents_of(journal, lived_through(journal))


def check_harmless(reader: Reader) -> None:
    for tag, attributes in reader.found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("src", "data:image/").startswith("data:image/")
        assert attributes.get("href", "exhibits/").startswith("exhibits/")


def test_the_page_asks_for_nothing_and_forbids_itself_everything() -> None:
    journal, contents = lived()
    reader = read(contents, journal)
    check_harmless(reader)
    policy = next(a["content"] for tag, a in reader.found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:;")


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "'-alert(1)-'",
    "<!--",
    "]]>",
    "\u202egpj.exe\u2066",
    "\x00\x1b[2J\x07",
    "&lt;b&gt;",
    "<iframe srcdoc='<script>1</script>'>",
    "\ud800",
]


def all_of(words: str, journal: FakeJournal) -> list[Body]:
    """One of each kind that a report may hold, with `words` wherever there is text."""
    record = journal.keep(words.encode(), words, "file")
    opened = journal.entries[2].body
    assert isinstance(opened, DisruptionOpened)
    interval = opened.started
    state, grade = NetworkState.ABROAD_CUT, DisruptionGrade.OBSERVED
    return [
        NoteWritten(words, words),
        WitnessHeard(words, words, (), words, (Impact("health", words),)),
        CorrectionWritten(words, words),
        ScreenCaptured(record, words, 0, 0, 1, 1, True, DisplayServer.X11, words),
        PageCaptured(
            *(record, None, words, f"{words}/", words, "error-page", words, -1, 200, ()),
            *(CertificateSeen("rejected", words, None, words, words), words, 1),
        ),
        FileAdded(record, words, words, (Fact(words, words),), "read"),
        MeasurementTaken(record, words, words, TargetOutcome.TLS_SNI, state),
        DisruptionOpened(DISRUPTION_ID, state, grade, (Method.CUT_RESET,), interval, words, (words,)),
        DisruptionChanged(DISRUPTION_ID, state, grade, (Method.CUT_RESET,), interval, (words,)),
        DisruptionClosed(DISRUPTION_ID, interval, (words,)),
    ]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words_in_every_field(words: str) -> None:
    journal, contents = lived()
    # Half a character cannot even be written into an entry.
    for body in all_of(words if words != "\ud800" else "x", journal):
        journal.append(body)
    contents = replace(
        contents_of(journal, contents.disruptions[0]),
        text=words,
        place=words,
        pseudonym=words,
        consent=words,
        answers=(Answer("event", words), Answer(words, "")),
        language="fa",
    )
    reader = read(contents, journal)
    check_harmless(reader)
    assert not {"\u202e", "\u2066", "\x1b", "\x00", "\ud800"} & set(reader.text)
    assert ("html", {"lang": "en", "dir": "ltr"}) in reader.found, "without a catalogue the words are English"
    if words.isprintable():
        assert reader.text.count(words) >= 30, "it stands where it was written, as it was written"


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_text_can_stand_in_the_page_and_comes_out_as_written(words: str) -> None:
    journal, contents = lived()
    reader = read(replace(contents, text=f"[{words}]"), journal)
    check_harmless(reader)
    if words.isprintable() and words.isascii():
        assert f"[{words}]" in reader.text


def test_small_pictures_are_embedded_unchanged_and_large_ones_named() -> None:
    journal, contents = lived()
    reader = read(contents, journal)
    embedded = [a["src"] for tag, a in reader.found if tag == "img"]
    assert len(embedded) == 3
    large = journal.keep(bytes(page.EMBED_EACH + 1), "image/png", "screenshot")
    journal.append(FileAdded(large, "large.png", None, (), "none"))
    reader = read(contents_of(journal, contents.disruptions[0]), journal)
    assert len([tag for tag, _ in reader.found if tag == "img"]) == 3
    assert any(a.get("href", "").endswith("large.png") for _, a in reader.found)


def test_a_withheld_exhibit_is_said_to_be_withheld() -> None:
    journal, contents = lived()
    page_body = journal.entries[5].body
    assert isinstance(page_body, PageCaptured) and page_body.mhtml
    reader = read(contents_of(journal, contents.disruptions[0], withheld=(page_body.mhtml.sha256,)), journal)
    assert "Kept back by the person who reports" in reader.text
    assert not any(a.get("href", "").endswith(".mhtml") for _, a in reader.found)


def test_the_disruption_is_told_as_intervals_and_by_the_steady_clock() -> None:
    journal, contents = lived()
    text = read(contents, journal).text
    assert "Began between 2026-11-18 11:06:54 UTC and 2026-11-18 11:07:24 UTC." in text
    assert "it lasted at least 2 h 0 min" in text
    assert text.count("not yet stamped") == len(contents.entries)


def test_testimony_is_shown_with_its_witness_consent_and_impacts() -> None:
    journal, contents = lived()
    impacts = (Impact("health", "no <b>insulin</b>"), Impact("money", ""))
    journal.append(WitnessHeard("They came at night.", "a nurse", ("share", "quote"), "not <now>", impacts))
    reader = read(contents_of(journal, contents.disruptions[0]), journal)
    check_harmless(reader)
    for words in (
        "Testimony",
        "They came at night.",
        "a nurse",
        "Pass it on in a report; Quote it word for word",
        "not <now>",
    ):
        assert words in reader.text
    assert "no <b>insulin</b>" in reader.text
    assert "Money" in reader.text


def test_a_correction_and_what_it_corrects_point_to_each_other() -> None:
    journal, contents = lived()
    note = next(one.entry for one in contents.entries if one.entry.kind == "note")
    journal.append(CorrectionWritten(note.id, "It was <b>14:20</b>."))
    journal.append(CorrectionWritten("an-id-that-is-not-here", "Nor this."))
    reader = read(contents_of(journal, contents.disruptions[0]), journal)
    number = next(n for n, one in enumerate(contents.entries, start=1) if one.entry is note)
    correction = len(contents.entries) + 1
    assert "It was <b>14:20</b>." in reader.text
    assert f"Correctsentry {number} of this report" in reader.text
    assert f"Correctedcorrected later: see entry {correction} of this report" in reader.text
    assert "an entry that is not in this report, an-id-that-is-not-here" in reader.text


def test_every_time_stands_in_an_element_of_its_own_so_that_no_direction_turns_its_date() -> None:
    journal, contents = lived()
    reader = read(replace(contents, language="fa"), journal)
    moments = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
    assert len(moments.findall(reader.text)) == len(moments.findall(reader.times)) >= len(contents.entries) + 7
    assert "code,time,a{direction:ltr;unicode-bidi:isolate}" in reader.text


def test_a_sound_measurement_is_not_said_to_have_missed_anything_and_a_good_spell_not_to_have_lasted() -> None:
    journal, contents = lived()
    record = journal.keep(b"{}", "application/json", "measurement")
    journal.append(
        MeasurementTaken(record, "connectivity_ladder", None, NetworkState.ONLINE, NetworkState.ONLINE, None),
    )
    (disruption,) = contents.disruptions
    spell = Segment(NetworkState.ONLINE, disruption.grade, (), disruption.started)
    reader = read(contents_of(journal, replace(disruption, segments=(*disruption.segments, spell))), journal)
    assert re.findall(r"State\s*(Connected.*)", reader.text) == ["Connected"]
    assert "Connected for a while; it comes and goes" in reader.text


SCHEMES = [
    dict(re.findall(r"--(\w+):#([0-9a-f]+)", block)) for block in re.findall(r":root\{([^}]*--[^}]*)", page._STYLE)
]


def test_every_colour_of_the_page_has_its_own_in_the_dark() -> None:
    light, dark = SCHEMES
    assert light.keys() == dark.keys() == set(re.findall(r"var\(--(\w+)\)", page._STYLE))


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    whole = colour if len(colour) == 6 else "".join(letter * 2 for letter in colour)
    parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
def test_words_can_be_told_from_what_is_behind_them(scheme: dict[str, str]) -> None:
    behind = {"paper": ("ink", "soft", "accent"), "wash": ("ink", "soft", "accent"), "warnwash": ("ink", "warn")}
    for ground, inks in behind.items():
        for ink in inks:
            darker, lighter = sorted((luminance(scheme[ground]), luminance(scheme[ink])))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ground, ink)


def test_the_style_knows_neither_left_nor_right() -> None:
    assert re.findall(r"[^;{]*\b(?:left|right)\b[^;}]*", page._STYLE) == []


def test_a_page_that_never_answered_is_not_said_to_show_an_error() -> None:
    journal, contents = lived()
    seen = journal.entries[5].body
    assert isinstance(seen, PageCaptured)
    journal.append(replace(seen, page_state="no-answer", net_error=None))
    journal.append(replace(seen, page_state="live", net_error=None))
    text = read(contents_of(journal, contents.disruptions[0]), journal).text
    shown = [line.removeprefix("Shown") for line in text.splitlines() if line.startswith("Shown")]
    assert shown == [PAGE_STATES[one] for one in (PageState.ERROR_PAGE, PageState.NO_ANSWER, PageState.LIVE)]


@pytest.mark.parametrize("locked", LockedAtSealing)
def test_the_page_says_what_the_sealing_process_said_of_the_lock_and_no_more(locked: LockedAtSealing) -> None:
    journal, contents = lived()
    mark = IntakeMark(journal.clock.read(), "a" * 64, None, locked)
    journal.append(NoteWritten("through the intake"), mark)
    told = read(contents_of(journal, contents.disruptions[0]), journal).text
    assert ("which was locked" in told, "which was unlocked" in told, "did not know whether it was locked" in told) == (
        locked is LockedAtSealing.YES,
        locked is LockedAtSealing.NO,
        locked is LockedAtSealing.NOT_KNOWN,
    )
    assert "straight into the journal" in told, "as the other entries were"


@pytest.mark.parametrize(
    ("title", "runs"), [("گزارش مدرک", "rtl"), ("1. דוח", "rtl"), ("Rapport", "ltr"), ("٢٣", "ltr")]
)
def test_a_report_runs_as_the_words_of_its_language_are_written(title: str, runs: str, tmp_path: Path) -> None:
    spoken = Catalog(locale="fa")
    spoken.add("Evidence report", title)
    (compiled := tmp_path / "fa/LC_MESSAGES/evidence-kit.mo").parent.mkdir(parents=True)
    with compiled.open("wb") as out:
        write_mo(out, spoken)
    assert direction("fa", tmp_path) == runs
    assert direction("fa-IR", tmp_path) == runs
    assert direction("en", tmp_path) == direction("no tag at all", tmp_path) == "ltr"


def test_a_page_in_a_language_that_is_not_there_is_marked_as_the_english_that_it_is() -> None:
    journal, contents = lived()
    for asked, said in (("xx", "en"), ("fr", "fr")):
        reader = read(replace(contents, language=asked), journal)
        assert [attributes["lang"] for tag, attributes in reader.found if tag == "html"] == [said]
