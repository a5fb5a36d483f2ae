"""Real damage to real files: old pages put back, the log cut, bits flipped, files gone; nothing passes in silence."""

import contextlib
import random
import struct
from collections.abc import Iterator

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.finding import Verdict
from evidence_kit.seal import checkpoint
from evidence_kit.seal.checkpoint import Checkpoint
from evidence_kit.vault.database import Database
from evidence_kit.vault.header import Head, Header
from evidence_kit.vault.journal import Draft, Journal
from evidence_kit.vault.kept import Change
from evidence_kit.vault.vault import Vault
from tests.core.vault.conftest import Place, note

PAGE = 4096
BROKEN = Verdict.BROKEN


def told(place: Place) -> str:
    """What the opening says, or what a full check of the opened vault says; "" for nothing amiss."""
    try:
        with place.open() as vault:
            faults = [finding for finding in vault.findings if finding.verdict is BROKEN]
            faults += [finding for finding in vault.check() if finding.verdict is BROKEN]
            return ",".join(sorted({finding.code for finding in faults}))
    except KitError as error:
        return error.code.value


@contextlib.contextmanager
def left_open(place: Place) -> Iterator[Vault]:
    """A vault whose files are copied while it is open: what a kill would leave, its log not folded in."""
    with place.open() as vault:
        yield vault


def test_a_sound_vault_is_told_to_hold(place: Place) -> None:
    with place.open() as vault:
        vault.append_many([note(str(number)) for number in range(20)])
        exhibit = vault.exhibits.stage([b"x" * 600_000], "image/png", "screenshot")
        vault.append(FileAdded(exhibit, "x", None, (), "none"))
        vault.register.put("a", 1)
        heard: list[tuple[int, int]] = []
        found = list(vault.check(lambda done, total: heard.append((done, total))))
        assert {(finding.code, finding.verdict) for finding in found} == {
            (code, Verdict.HOLDS) for code in ("database", "journal", "exhibits")
        }
        assert heard[-1][0] == heard[-1][1] > 600_000
    assert told(place) == ""


def test_an_older_database_put_back_is_a_cut_journal(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("old"))
    old = place.copy("old")
    with place.open() as vault:
        vault.append(note("new"))
    place.take_from(old, "vault.db")
    with pytest.raises(Broken) as fault:
        place.open()
    assert (fault.value.code.value, fault.value.facts) == ("journal-cut", {"found": 1, "expected": 2})


@pytest.mark.slow
def test_every_single_old_page_put_back_is_noticed_or_harmless(place: Place) -> None:
    with place.open() as vault:
        vault.append_many([note(f"{number} " + "w" * 300, disruption=f"d{number}") for number in range(60)])
        vault.register.put("people", "few")
    old = (place.folder / "vault.db").read_bytes()
    with place.open() as vault:
        vault.append_many([note(f"{number} " + "w" * 300, disruption=f"d{number}") for number in range(60, 120)])
        vault.register.put("people", "many")
        lines = [entry.line for entry in vault.entries()]
    new = (place.folder / "vault.db").read_bytes()
    passed = []
    for page in range(len(old) // PAGE):
        here = slice(page * PAGE, (page + 1) * PAGE)
        if old[here] == new[here]:
            continue
        spliced = place.copy(f"page{page}")
        (spliced.folder / "vault.db").write_bytes(new[: here.start] + old[here] + new[here.stop :])
        if told(spliced) == "":
            passed.append(page)
            with spliced.open() as vault:
                assert [entry.line for entry in vault.entries()] == lines
                assert vault.register.get("people") == "many"
    # What may pass holds no evidence: pages of the search index.
    assert len(passed) <= 3


def test_the_log_cut_at_any_frame_is_noticed(place: Place) -> None:
    with left_open(place) as vault:
        for number in range(3):
            vault.append(note(str(number)))
        whole = place.copy("whole")
    log = (whole.folder / "vault.db-wal").read_bytes()
    frames = (len(log) - 32) // (24 + PAGE)
    commits = [
        frame
        for frame in range(frames)
        if struct.unpack_from(">I", log, 32 + frame * (24 + PAGE) + 4)[0]  # size after commit, 0 for other frames
    ]
    last_needed = commits[-1]
    outcome = {}
    for frame in range(frames + 1):
        cut = whole.copy(f"cut{frame}")
        (cut.folder / "vault.db-wal").write_bytes(log[: 32 + frame * (24 + PAGE)])
        try:
            cut.open().close()
            outcome[frame] = ""
        except Broken as fault:
            outcome[frame] = fault.code.value
    assert {what for frame, what in outcome.items() if frame <= last_needed} == {"journal-cut"}
    assert outcome[frames] == ""


def test_a_deleted_log_is_noticed(place: Place) -> None:
    with left_open(place) as vault:
        vault.append(note("only in the log"))
        killed = place.copy("killed")
    (killed.folder / "vault.db-wal").unlink()
    assert told(killed) == "journal-cut"


def test_a_flipped_bit_in_the_log_is_noticed(place: Place) -> None:
    with left_open(place) as vault:
        vault.append(note("only in the log"))
        killed = place.copy("killed")
    killed.flip("vault.db-wal", 32 + 24 + 100)
    assert told(killed) == "journal-cut"


def test_what_a_crash_between_commit_and_header_leaves_is_taken_over(place: Place) -> None:
    with left_open(place) as vault:
        vault.append(note("remembered"))
        before = place.copy("before")
        vault.append_many([note(str(number)) for number in range(5)])
        killed = place.copy("killed")
        root = vault.root
    killed.take_from(before, "vault.header")
    for _ in range(2):
        with killed.open() as again:
            assert (again.size, again.root, again.findings) == (6, root, ())
            assert [finding.code for finding in again.check() if finding.verdict is BROKEN] == []


def test_another_history_of_the_same_length_is_a_rewritten_journal(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("common"))
    other = place.copy("other")
    with place.open() as vault:
        vault.append(note("true"))
    with other.open() as vault:
        vault.append_many([note("false"), note("false too")])
    place.take_from(other, "vault.db")
    assert told(place) == "journal-rewritten"


def test_a_longer_history_that_does_not_begin_with_the_known_one_is_refused(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("one"))
        tree = vault._database.one("SELECT tree FROM entry")
        assert tree is not None
    with left_open(place) as vault:
        # An entry whose stored nodes are not those of its line.
        vault._database.execute(
            "INSERT INTO entry (sequence, id, kind, tree, line) VALUES (1, 'x', 'note', ?, ?)", (bytes(64), b"{}")
        )
    assert told(place) == "journal-rewritten"


def test_rolled_back_settings_are_noticed_even_where_the_journal_is_whole(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("x"))
        vault.register.put("recipients", "two")
    old = place.copy("old")
    with place.open() as vault:
        vault.register.put("recipients", "one")
    place.take_from(old, "vault.db")
    assert told(place) == "vault-rolled-back"


def test_a_rolled_back_checkpoint_is_noticed(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("x"))
    old = place.copy("old")
    with place.open() as vault:
        vault.register.add_checkpoint(checkpoint.text(Checkpoint("o", 1, vault.root)), b"signature")
    place.take_from(old, "vault.db")
    assert told(place) == "vault-rolled-back"


class Snapshots(Header):
    """Keeps the vault's folder as a kill would leave it, before and after every write of a head."""

    def __init__(self, opened: Header, place: Place) -> None:
        super().__init__(place.folder / "vault.header", opened._master, opened._roles, opened._block)
        self.place = place
        self.taken: list[Place] = []

    def write_head(self, head: Head) -> Head:
        self.taken.append(self.place.copy(f"kill{len(self.taken)}"))
        head = super().write_head(head)
        self.taken.append(self.place.copy(f"kill{len(self.taken)}"))
        return head


def test_a_kill_at_any_moment_of_a_commit_leaves_the_old_state_or_the_new_one(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("first"))
        vault.register.put("a", "old")
        header = Snapshots(vault._header, place)
        journal = Journal(vault._database, header, vault.exhibits, place.clock)
        journal.open()
        journal.commit([Draft(note("second"))], [Change("setting", "a", "new")])
        header.close()
    states = []
    for killed in header.taken:
        with killed.open() as again:
            assert again.findings == ()
            states.append((again.size, again.register.get("a")))
            assert {found.verdict for found in again.check()} == {Verdict.HOLDS}
        with killed.open() as again:
            assert again._header.heads()[0].pending == bytes(32)
    assert states == [(1, "old"), (1, "old"), (2, "new"), (2, "new")]


def test_a_lost_head_copy_is_told_and_both_lost_are_refused(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("x"))
    place.flip("vault.header", 2 * PAGE + 30)
    with place.open() as vault:
        assert [(finding.code, finding.verdict) for finding in vault.findings] == [
            ("head-copy-damaged", Verdict.UNPROVEN)
        ]
        assert vault.size == 1
    with place.open() as vault:
        assert vault.findings == ()
    place.flip("vault.header", 2 * PAGE + 30)
    place.flip("vault.header", 3 * PAGE + 30)
    assert told(place) == "head-damaged"


def test_a_cut_journal_opens_when_the_loss_is_accepted_and_says_so_for_ever(place: Place) -> None:
    with place.open() as vault:
        vault.append(note("needle old"))
    old = place.copy("old")
    with place.open() as vault:
        vault.append(note("needle lost"))
        assert len(list(vault.index.search("needle"))) == 2
    place.take_from(old, "vault.db")
    with place.open(accept_loss=True) as vault:
        assert "journal-cut" in {finding.code for finding in vault.findings}
        vault.append(note("needle new"))
        assert [entry.sequence for entry in vault.index.search("needle")] == [1, 0]
    with place.open() as vault:
        assert [(finding.code, finding.facts) for finding in vault.findings] == [
            ("journal-lost-entries", (("expected", "2"),))
        ]
        assert "journal-lost-entries" in {finding.code for finding in vault.check()}


def test_after_a_loss_the_search_index_holds_nothing_of_what_is_gone(place: Place) -> None:
    with place.open() as vault:
        vault.append_many([note("kept needle", disruption="d"), note("lost needle", disruption="d")])
        assert len(list(vault.index.search("needle"))) == 2
        vault._database.execute("DROP TRIGGER entry_remains")
        vault._database.execute("DELETE FROM entry WHERE sequence = 1")
    assert told(place) == "journal-cut"
    with place.open(accept_loss=True) as vault:
        vault.append(note("new words"))
        assert list(vault.index.search("lost")) == []
        assert [entry.sequence for entry in vault.index.search("new")] == [1]
        assert "disruption-links" not in {finding.code for finding in vault.check()}


def test_flipped_bits_anywhere_in_the_database_are_noticed(place: Place) -> None:
    with place.open() as vault:
        vault.append_many([note("w" * 500) for _ in range(40)])
        vault.register.put("a", 1)
    size = (place.folder / "vault.db").stat().st_size
    chance = random.Random(7311)
    places = [3, 20, size - 1, *(chance.randrange(size) for _ in range(6))]
    for number, offset in enumerate(places):
        damaged = place.copy(f"flip{number}")
        damaged.flip("vault.db", offset, 1 << chance.randrange(8))
        assert told(damaged) != "", offset


def test_a_truncated_database_is_damage(place: Place) -> None:
    with place.open() as vault:
        vault.append_many([note("w" * 500) for _ in range(40)])
    path = place.folder / "vault.db"
    path.write_bytes(path.read_bytes()[: 5 * PAGE])
    assert told(place) in {"vault-damaged", "journal-cut", "journal-rewritten"}


def test_missing_and_strange_files_are_named(place: Place) -> None:
    gone = place.copy("gone")
    (gone.folder / "vault.db").unlink()
    assert told(gone) == "database-missing"
    headless = place.copy("headless")
    (headless.folder / "vault.header").unlink()
    assert told(headless) == "header-missing"
    plain = place.copy("plain")
    (plain.folder / "vault.db").write_bytes(b"SQLite format 3\x00" + bytes(4080))
    assert told(plain) == "database-not-encrypted"
    rubbish = place.copy("rubbish")
    (rubbish.folder / "vault.db").write_bytes(random.Random(1).randbytes(8192))
    assert told(rubbish) == "vault-damaged"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DROP TRIGGER entry_stays", "trigger-missing"),
        ("DROP TRIGGER checkpoint_remains", "trigger-missing"),
        ("DELETE FROM disruption_entry", "disruption-links"),
        ("UPDATE entry SET line = CAST(replace(line, 'two', 'TWO') AS BLOB) WHERE sequence = 2", "journal-rewritten"),
        ("UPDATE entry SET kind = 'page' WHERE sequence = 1", "entry-mislabelled"),
        ("DELETE FROM entry WHERE sequence = 1", "journal-rewritten"),
        ("DELETE FROM exhibit", "exhibit-missing"),
    ],
)
def test_changes_made_with_the_key_itself_are_found_by_the_check(place: Place, statement: str, code: str) -> None:
    with place.open() as vault:
        exhibit = vault.exhibits.stage([b"x"], "image/png", "screenshot")
        vault.append(FileAdded(exhibit, "x", None, (), "none"))
        vault.append_many([note("one", disruption="d"), note("two"), note("three"), note("four")])
        key = vault._header.key("database")
    database = Database(place.folder / "vault.db", key)
    if not statement.startswith("DROP"):
        for trigger in ("entry_stays", "entry_remains", "exhibit_remains"):
            database.execute(f"DROP TRIGGER {trigger}")
    database.execute(statement)
    database.close()
    assert code in told(place).split(",")


def test_a_line_changed_under_the_tree_is_never_given_out(place: Place) -> None:
    with place.open() as vault:
        vault.append_many([note("one"), note("two"), note("three")])
        vault._database.execute("DROP TRIGGER entry_stays")
        vault._database.execute("UPDATE entry SET line = CAST(replace(line, 'one', 'ONE') AS BLOB) WHERE sequence = 0")
        with pytest.raises(Broken) as fault:
            list(vault.entries())
        assert (fault.value.code.value, fault.value.facts["sequence"]) == ("journal-rewritten", 0)


class FullOnce(Header):
    """The disk is full for one write of the head."""

    def __init__(self, opened: Header, place: Place) -> None:
        super().__init__(place.folder / "vault.header", opened._master, opened._roles, opened._block)
        self.full = False

    def write_head(self, head: Head) -> Head:
        if self.full:
            self.full = False
            raise Refused(Code.DISK_FULL)
        return super().write_head(head)


def test_a_note_whose_head_did_not_fit_is_entered_once(place: Place) -> None:
    with place.open() as vault:
        header = FullOnce(vault._header, place)
        vault._journal = Journal(vault._database, header, vault.exhibits, place.clock)
        vault._journal.open()
        header.full = True
        entry = vault.append(note("once"))
        assert [kept.id for kept in vault.entries()] == [entry.id]
        header.close()
    with place.open() as vault:
        assert vault.size == 1
        assert {found.verdict for found in vault.check()} == {Verdict.HOLDS}
