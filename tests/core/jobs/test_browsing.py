"""Reading the journal in windows, one entry in full, and corrections that go where what they correct goes."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import moment_of
from evidence_kit.errors import Broken, Refused
from evidence_kit.jobs.browse import CorrectEntry, FindEntries, NameDisruptions, ReadRows, ShowEntry
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.checkpoints import SignCheckpoint
from evidence_kit.jobs.gist import FileGist, SaidGist
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import Bytes, Keep, WriteNote
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.measurement_summary import ReadMeasurement, told
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened, MeasurementTaken
from evidence_kit.model.bodies.statements import CorrectionWritten, NoteWritten, WitnessHeard
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.model.entry import Entry
from evidence_kit.model.identity import new_id
from evidence_kit.seal.checkpoint import parse

RECORD = {
    "measurement_start_time": "2026-11-23 14:02:10",
    "test_runtime": 1.5,
    "input": None,
    "test_keys": {
        "queries": [{"hostname": "news.example", "failure": "dns_nxdomain_error"}],
        "tcp_connect": [{"ip": "192.0.2.7", "port": 443, "status": {"failure": None, "success": True}}],
        "tls_handshakes": [{"server_name": "one.example", "failure": None}],
        "requests": [{"request": {"url": "http://check.example/"}, "failure": "generic_timeout_error"}],
        "x_state": "no-connection-beyond-provider",
        "x_grade": "probable",
        "x_methods": ["blackout.total"],
        "x_reasons": ["anchors.authenticated=0/6"],
        "x_bytes_sent": 812,
        "x_bytes_received": 90,
    },
}


@dataclass(frozen=True, slots=True)
class Append(Job[list[Entry]]):
    """Put bodies into the journal as they are."""

    bodies: tuple[Body, ...]

    def run(self, context: JobContext) -> list[Entry]:
        return context.vault.append_many(self.bodies)


def found(kit: Kit, command: FindEntries) -> list[int]:
    places = kit.run(command).sequences()
    assert places is not None
    return list(places)


def opened(disruption: str) -> DisruptionOpened:
    moment = moment_of(SystemClock().read())
    return DisruptionOpened(
        disruption,
        NetworkState.BEYOND_PROVIDER,
        DisruptionGrade.PROBABLE,
        ("blackout.total",),
        Interval(moment, moment),
        "0" * 16,
        (),
    )


@pytest.fixture
def disruption() -> str:
    return new_id(SystemClock().read())


def test_what_is_asked_for_is_found_newest_first_and_everything_together_narrows_it_down(
    kit: Kit, disruption: str
) -> None:
    first = kit.run(WriteNote("the bridge is closed"))
    kit.run(
        Append(
            (
                opened(disruption),
                NoteWritten("the bridge again", None, disruption),
                NoteWritten("nothing here"),
            )
        )
    )
    last = kit.run(WriteNote("Bridges burn"))
    size = last.sequence + 1
    assert kit.run(FindEntries()).places is None
    assert kit.run(FindEntries()).size == size
    assert found(kit, FindEntries(search="brid")) == [last.sequence, size - 3, first.sequence]
    assert found(kit, FindEntries(kinds=("note",))) == [last.sequence, size - 2, size - 3, first.sequence]
    # One of them is linked to nothing, and was written while the disruption lasted.
    assert found(kit, FindEntries(disruption=disruption)) == [last.sequence, size - 2, size - 3, size - 4]
    assert found(kit, FindEntries(search="again", kinds=("note",), disruption=disruption)) == [size - 3]
    assert found(kit, FindEntries(search="bridge", after=size - 3)) == [last.sequence]
    assert found(kit, FindEntries(search="...")) == []


def test_only_entries_since_a_moment_are_found(kit: Kit) -> None:
    clock = SystemClock().read()
    old = replace(clock, wall_utc="2026-01-01T00:00:00.000Z")
    new = replace(clock, wall_utc="2026-02-01T00:00:00.000Z")

    @dataclass(frozen=True, slots=True)
    class AppendAt(Job[list[Entry]]):
        def run(self, context: JobContext) -> list[Entry]:
            return [context.vault.append(NoteWritten("then"), reading=reading) for reading in (old, new)]

    then, later = kit.run(AppendAt())
    january_ms = 1_768_435_200_000  # 2026-01-15
    notes = FindEntries(kinds=("note",), since_ms=january_ms)
    assert found(kit, notes) == [later.sequence]
    assert found(kit, replace(notes, since_ms=0)) == [later.sequence, then.sequence]


def test_rows_are_small_harmless_and_tell_their_disruption(kit: Kit, disruption: str) -> None:
    kit.run(
        Append(
            (
                opened(disruption),
                NoteWritten("a\nb\u202ec" + "x" * 5000, "M.", None),
            )
        )
    )
    moment = moment_of(SystemClock().read())
    kit.run(Append((DisruptionClosed(disruption, Interval(moment, moment), ()),)))
    size = kit.run(FindEntries()).size
    rows = kit.run(ReadRows((size - 2, size - 3, size - 2, size + 40)))
    assert [row.kind for row in rows] == ["disruption-opened", "note"]
    assert isinstance(rows[1].gist, SaidGist)
    assert rows[1].gist.text.startswith("a b\ufffdc")
    assert len(rows[1].gist.text.encode()) <= 240
    # Written while it was open, though not linked to it.
    assert rows[1].disruption == disruption
    (name,) = kit.run(NameDisruptions())
    assert (name.id, name.state, name.ended_utc) == (disruption, "no-connection-beyond-provider", moment.wall_utc)


def test_a_correction_is_an_entry_of_its_own_and_is_told_at_both(kit: Kit) -> None:
    note = kit.run(WriteNote("at 13:20"))
    correction = kit.run(CorrectEntry(note.id, "  It was 14:20.  "))
    assert correction.body == CorrectionWritten(note.id, "It was 14:20.")
    shown = kit.run(ShowEntry(note.sequence))
    assert [one.id for one in shown.corrections] == [correction.id]
    assert shown.correctable
    back = kit.run(ShowEntry(correction.sequence))
    assert back.corrects is not None
    assert back.corrects.id == note.id
    (row,) = kit.run(ReadRows((note.sequence,)))
    assert row.corrected
    assert found(kit, FindEntries(search="14:20")) == [correction.sequence]


@pytest.mark.parametrize(("text", "what"), [("  ", "note-empty"), ("x" * 60_000, "note-too-long")])
def test_a_correction_that_says_nothing_or_too_much_is_refused(kit: Kit, text: str, what: str) -> None:
    note = kit.run(WriteNote("once"))
    with pytest.raises(Refused, match=what):
        kit.run(CorrectEntry(note.id, text))


def test_what_the_kit_wrote_about_itself_cannot_be_corrected(kit: Kit) -> None:
    with pytest.raises(Refused, match="not-correctable"):
        kit.run(CorrectEntry(kit.run(ShowEntry(0)).entry.id, "no"))


def test_the_proof_of_an_entry_is_the_oldest_signed_checkpoint_over_it(kit: Kit) -> None:
    note = kit.run(WriteNote("first"))
    assert kit.run(ShowEntry(note.sequence)).checkpoint is None
    signed = kit.run(SignCheckpoint())
    kit.run(WriteNote("second"))
    kit.run(SignCheckpoint())
    shown = kit.run(ShowEntry(note.sequence))
    assert (shown.checkpoint, shown.root) == (signed.size, parse(signed.text).root.hex())


def test_an_entry_that_is_not_there_is_refused(kit: Kit) -> None:
    with pytest.raises(Refused, match="no-such-entry"):
        kit.run(ShowEntry(4000))


# Reports


def reported(kit: Kit, **choice: object) -> list[str]:
    wanted = {"disruption": None, "entries": (), "destinations": ("desk",), "text": ""} | choice
    return [one.entry.id for one in kit.run(GatherReport(**wanted)).contents.entries]  # type: ignore[arg-type]


def test_corrections_go_with_what_they_correct_and_theirs_with_them(kit: Kit, desk: str) -> None:
    note, other = kit.run(WriteNote("one")), kit.run(WriteNote("two"))
    first = kit.run(CorrectEntry(note.id, "not so"))
    second = kit.run(CorrectEntry(first.id, "but so"))
    kit.run(CorrectEntry(other.id, "of the other"))
    assert reported(kit, entries=(note.id,)) == [note.id, first.id, second.id]
    assert len(reported(kit)) == 5


def test_the_correction_of_a_testimony_that_may_not_leave_stays_too(kit: Kit, desk: str) -> None:
    (heard,) = kit.run(Append((WitnessHeard("told in confidence", None, (), "", ()),)))
    correction = kit.run(CorrectEntry(heard.id, "it was his brother"))
    note = kit.run(WriteNote("something to report"))
    assert reported(kit) == [note.id]
    with pytest.raises(Refused, match="consent-missing"):
        reported(kit, entries=(correction.id,))


# Measurements


def test_a_measurement_is_told_from_its_record(kit: Kit) -> None:
    record = json.dumps(RECORD).encode()
    entry = kit.run(
        Keep(
            (Bytes((record,), "application/json", "measurement"),),
            lambda exhibits, linked: MeasurementTaken(
                exhibits[0], "connectivity_ladder", None, NetworkState.BEYOND_PROVIDER, None, linked
            ),
            SystemClock().read(),
        )
    )
    assert isinstance(entry.body, MeasurementTaken)
    read = kit.run(ReadMeasurement(entry.body.record.sha256))
    assert (read.state, read.grade, read.runtime_ms, read.sent) == (
        "no-connection-beyond-provider",
        "probable",
        1500,
        812,
    )
    assert [(one.how, one.what, one.failure) for one in read.asked] == [
        ("name", "news.example", "dns_nxdomain_error"),
        ("connect", "192.0.2.7 : 443", None),
        ("encrypt", "one.example", None),
        ("page", "http://check.example/", "generic_timeout_error"),
    ]


@pytest.mark.parametrize("record", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_a_record_that_is_no_json_is_called_broken(record: bytes) -> None:
    with pytest.raises(Broken, match="json-malformed"):
        told(record)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*RECORD, *RECORD["test_keys"], "status", "request"]), inner, max_size=6)
    ),  # type: ignore[misc]
    max_leaves=20,
)


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_whatever_json_a_record_is_it_is_told_without_a_fault(value: object) -> None:
    told(json.dumps(value).encode())


def test_the_words_of_a_photos_row_are_its_name_size_and_picture(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "street.jpg").write_bytes(b"\xff\xd8\xff" + b"x" * 40)
    with Capturing(JournalKeeper(kit)) as capturing:
        entry = capturing.file(tmp_path / "street.jpg")
    (row,) = kit.run(ReadRows((entry.sequence,)))
    assert row.gist == FileGist("street.jpg", is_photo=True, size=43)
    assert row.picture is not None
