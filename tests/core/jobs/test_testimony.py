"""Testimony: sealed locked or not, found by its words, and never in a report that the witness did not agree to."""

from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import IntakeKeeper, JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListEntries
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.statements import Impact, WitnessHeard
from evidence_kit.model.entry import Entry
from tests.core.kits import open_kit

IMPACTS = (Impact("health", "no insulin"), Impact("money", ""))


def told(kit: Kit, text: str, *consent: str) -> Entry:
    return Capturing(JournalKeeper(kit)).testimony(text, "a nurse", consent, "not before summer", IMPACTS)


def gathered(kit: Kit, desk: str, *entries: str) -> list[Body]:
    report = GatherReport(disruption=None, entries=entries, destinations=(desk,), text="")
    return [disclosed.entry.body for disclosed in kit.run(report).contents.entries]


def test_testimony_sealed_while_locked_enters_at_the_next_unlock(folder: Path) -> None:
    with IntakeKeeper(folder, SystemClock()) as locked:
        sealed = Capturing(locked).testimony("They came at night", "a nurse", ("share",), "no town", IMPACTS)
    with open_kit(folder) as kit:
        *_, entry = kit.run(ListEntries())
    assert entry.body == sealed == WitnessHeard("They came at night", "a nurse", ("share",), "no town", IMPACTS)
    assert entry.intake is not None


@pytest.mark.parametrize("typed", ["pharmacy", "nurse", "summer", "insulin"])
def test_testimony_is_found_by_any_of_its_words(kit: Kit, typed: str) -> None:
    entry = told(kit, "The pharmacy is closed")
    assert [found.id for found in kit.run(ListEntries(search=typed))] == [entry.id]


def test_testimony_goes_into_a_report_only_where_the_witness_agreed(kit: Kit, desk: str) -> None:
    kept_back = told(kit, "Only for you", "quote", "contact")
    shared = told(kit, "For everybody", "share")
    kit.run(WriteNote("a note"))
    bodies = gathered(kit, desk)
    assert shared.body in bodies
    assert kept_back.body not in bodies
    with pytest.raises(Refused, match="consent-missing"):
        gathered(kit, desk, kept_back.id)


def test_a_file_tells_how_far_it_is_and_can_be_called_off(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "film.bin").write_bytes(bytes(1_000_000))
    heard: list[tuple[int, int]] = []
    Capturing(JournalKeeper(kit)).file(tmp_path / "film.bin", lambda done, total: heard.append((done, total)))
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1] == (1_000_000, 1_000_000)

    def enough(_done: int, _total: int) -> None:
        raise Refused(Code.CALLED_OFF)

    before = kit.run(ListEntries())
    stored = set((kit.folder / "exhibits").iterdir())
    with pytest.raises(Refused, match="called-off"):
        Capturing(JournalKeeper(kit)).file(tmp_path / "film.bin", enough)
    assert kit.run(ListEntries()) == before
    assert set((kit.folder / "exhibits").iterdir()) == stored
