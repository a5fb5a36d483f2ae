import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import wall_ns_of
from evidence_kit.errors import Refused
from evidence_kit.events import EntrySealed, Event
from evidence_kit.files import runtime_folder
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import IntakeKeeper, JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListEntries
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.bodies.vault_events import ClockChanged
from evidence_kit.vault.vault import Vault
from tests.core.kits import PASSPHRASE, open_kit
from tests.fakes.clock import FakeClock


@dataclass(frozen=True, slots=True)
class Where(Job[str]):
    def run(self, context: JobContext) -> str:
        return threading.current_thread().name


def test_every_command_runs_on_the_one_writer_thread(kit: Kit) -> None:
    assert {kit.run(Where()) for _ in range(5)} == {"writer_0"}


def test_long_work_beside_the_writer_does_not_hold_it_up(kit: Kit) -> None:
    going_on = threading.Event()
    long = kit.aside(lambda: going_on.wait(30))
    assert kit.run(WriteNote("meanwhile")).kind == "note"
    going_on.set()
    assert long.result()


def test_an_entry_is_told_only_once_it_is_there(kit: Kit) -> None:
    told: list[Event] = []
    kit.listen(told.append)
    entry = kit.run(WriteNote("heard"))
    assert told == [EntrySealed(sequence=entry.sequence, kind="note")]


def test_everybody_who_listens_hears(kit: Kit) -> None:
    one: list[Event] = []
    other: list[Event] = []
    kit.listen(one.append)
    kit.listen(other.append)
    kit.run(WriteNote("heard twice"))
    assert one == other != []


@dataclass(frozen=True, slots=True)
class GpgHome(Job[set[Path]]):
    def run(self, context: JobContext) -> set[Path]:
        before = set(runtime_folder().iterdir())
        context.keyring.sign_detached(b"x", context.vault.register.secret_key().fingerprint)
        return set(runtime_folder().iterdir()) - before


def test_locking_takes_the_gpg_home_away_and_may_be_asked_for_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A runtime folder of our own: in the common one other processes make and remove theirs meanwhile.
    with tempfile.TemporaryDirectory(prefix="ekt-", dir=runtime_folder()) as own:
        monkeypatch.setenv("XDG_RUNTIME_DIR", own)
        with open_kit(folder) as kit:
            homes = kit.run(GpgHome())
            assert homes
            kit.close()
        assert not any(home.exists() for home in homes)


def test_a_closed_kit_says_that_the_vault_is_locked(folder: Path) -> None:
    with open_kit(folder) as kit:
        pass
    with pytest.raises(Refused, match="vault-locked"):
        kit.run(WriteNote("too late"))


def test_a_kit_that_cannot_open_leaves_no_thread_behind(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-vault"):
        open_kit(tmp_path / "nowhere")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("writer", "pool"))]


def test_two_kits_over_one_vault_are_refused(kit: Kit, folder: Path) -> None:
    with pytest.raises(Refused, match="vault-in-use"):
        open_kit(folder)


def test_what_is_sealed_while_locked_enters_at_the_next_unlock_with_both_times(folder: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.bin"
    photo.write_bytes(b"\x00\x01 bytes of a camera")
    with IntakeKeeper(folder, SystemClock()) as locked:
        locked.note("said while locked", "Mina")
        Capturing(locked).file(photo)
    with open_kit(folder) as kit:
        *_, note, file = kit.run(ListEntries())
    assert isinstance(note.body, NoteWritten)
    assert (note.body.text, note.body.pseudonym) == ("said while locked", "Mina")
    assert isinstance(file.body, FileAdded)
    assert note.intake is not None
    assert file.intake is not None
    assert file.intake.previous == note.intake.item
    assert note.intake.clock.boottime_ns < note.clock.boottime_ns
    assert b"said while locked" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_file_lands_in_the_journal_byte_for_byte(kit: Kit, tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    (tmp_path / "evidence.dat").write_bytes(content)
    entry = Capturing(JournalKeeper(kit)).file(tmp_path / "evidence.dat")
    assert isinstance(entry.body, FileAdded)
    sha256 = entry.body.original.sha256

    @dataclass(frozen=True, slots=True)
    class Read(Job[bytes]):
        def run(self, context: JobContext) -> bytes:
            return b"".join(context.vault.exhibits.read(sha256))

    assert kit.run(Read()) == content


def test_search_finds_notes_and_the_newest_are_shown_last(kit: Kit) -> None:
    for text in ("the bridge is closed", "nothing here", "bridge open again"):
        kit.run(WriteNote(text))
    found = kit.run(ListEntries(search="bridge"))
    assert [entry.body.text for entry in found if isinstance(entry.body, NoteWritten)] == [
        "the bridge is closed",
        "bridge open again",
    ]
    assert [entry.sequence for entry in kit.run(ListEntries(limit=2))] == [2, 3]
    assert len(kit.run(ListEntries(search="bridge", limit=1))) == 1


def kit_with(folder: Path, clock: FakeClock) -> Kit:
    return Kit(folder, lambda: Vault.open(folder, bytearray(PASSPHRASE), clock), clock)


def told_by_clock(kit: Kit) -> list[tuple[str, int]]:
    return [
        (entry.body.change, entry.body.amount_ms)
        for entry in kit.run(ListEntries())
        if isinstance(entry.body, ClockChanged) and entry.body.change != "rebooted"
    ]


def test_what_the_clock_did_is_entered_before_the_next_entry(folder: Path) -> None:
    clock = FakeClock(wall_ns=wall_ns_of(SystemClock().read()) + 60_000_000_000)
    with kit_with(folder, clock) as kit:
        kit.run(WriteNote("before"))
        clock.step_wall(3600)
        clock.pass_time(5, asleep=True)
        clock.utc_offset_s = 7200
        kit.run(WriteNote("after"))
        assert [entry.kind for entry in kit.run(ListEntries())][-5:] == [
            "note",
            "clock-changed",
            "clock-changed",
            "clock-changed",
            "note",
        ]
        assert told_by_clock(kit) == [("wall-step", 3_600_000), ("zone", 7_200_000), ("suspended", 5_000)]


def test_a_step_between_two_unlocks_is_noticed(folder: Path) -> None:
    clock = FakeClock(wall_ns=wall_ns_of(SystemClock().read()) + 60_000_000_000)
    with kit_with(folder, clock) as kit:
        kit.run(WriteNote("before"))
    clock.pass_time(100)
    clock.step_wall(-86_400)
    with kit_with(folder, clock) as kit:
        assert told_by_clock(kit) == [("wall-step", -86_400_000)]
    with kit_with(folder, clock) as kit:
        assert told_by_clock(kit) == [("wall-step", -86_400_000)]
