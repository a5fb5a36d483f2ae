"""The open vault as its users see it."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from evidence_kit.errors import Broken, Refused
from evidence_kit.files import Disk, write_whole
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.sharing import ReportSealed
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, Destination, Recipient
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState, Segment
from evidence_kit.model.exhibit import ExhibitRole, TileRoot
from evidence_kit.model.judgement import Method, TargetOutcome
from evidence_kit.seal import checkpoint, merkle
from evidence_kit.seal.checkpoint import Checkpoint
from evidence_kit.seal.pgp import SecretKey
from evidence_kit.vault.vault import Vault, wipe
from evidence_kit.vault.words import query_of
from tests.core.vault.conftest import FAST, PASSPHRASE, Place, note
from tests.fakes.clock import FakeClock

AT = Moment("2026-11-23T10:00:00.000Z", 5, "11111111-2222-3333-4444-555555555555")
WHEN = Interval(None, AT)
ONE, TWO = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"


def opened(disruption: str) -> DisruptionOpened:
    cut = NetworkState.BEYOND_PROVIDER
    return DisruptionOpened(disruption, cut, DisruptionGrade.OBSERVED, (Method.ALL_RESOLVERS,), WHEN, "net", ("r",))


def found(vault: Vault, typed: str) -> list[int]:
    return [entry.sequence for entry in vault.index.search(typed)]


def refusal(call: object) -> str:
    assert callable(call)
    with pytest.raises((Refused, Broken)) as told:
        call()
    return str(told.value.code.value)


def test_a_new_vault_is_empty_and_opens_with_passphrase_and_code(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "vault"
    made = Vault.create(folder, bytearray(PASSPHRASE), FakeClock(), kdf=FAST)
    with made.vault as vault:
        assert (vault.size, vault.root, vault.findings) == (0, merkle.EMPTY_ROOT, ())
        vault.append(note("first"))
    for secret in (PASSPHRASE, made.recovery_code.encode()):
        with Vault.open(folder, bytearray(secret), FakeClock()) as vault:
            assert vault.size == 1
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_vault_is_not_made_where_something_lies(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    assert refusal(lambda: Vault.create(tmp_path, bytearray(PASSPHRASE), FakeClock(), kdf=FAST)) == "folder-not-empty"
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_an_unlock_does_not_disturb_what_another_process_is_writing_there(place: Place) -> None:
    """The watch keeps its memory in the vault's folder, and people unlock while it writes."""

    class Unlocked(Disk):
        def fsync(self, handle: int) -> None:
            place.open().close()
            super().fsync(handle)

    left = place.folder / ".1234.part"
    left.write_bytes(b"of a killed process")
    write_whole(place.folder / "station.json", b"{}", disk=Unlocked())
    assert (place.folder / "station.json").read_bytes() == b"{}"
    assert not left.exists()


def test_what_a_killed_creation_left_is_no_vault_and_does_not_stand_in_the_way(place: Place) -> None:
    (place.folder / "vault.header").rename(place.folder / ".header.new")
    assert refusal(place.open) == "header-missing"
    Vault.create(place.folder, bytearray(PASSPHRASE), FakeClock(), kdf=FAST).vault.close()
    with place.open() as vault:
        assert vault.size == 0


def test_a_refused_creation_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    assert refusal(lambda: Vault.create(folder, bytearray(b"short"), FakeClock(), kdf=FAST)) == "passphrase-too-short"
    assert not folder.exists() or not list(folder.iterdir())


def test_where_no_vault_is_none_is_opened(tmp_path: Path) -> None:
    assert refusal(lambda: Vault.open(tmp_path, bytearray(PASSPHRASE), FakeClock())) == "no-vault"


def test_a_vault_in_use_is_refused_to_a_second_one(vault: Vault, place: Place) -> None:
    assert refusal(place.open) == "vault-in-use"
    vault.close()
    place.open().close()


def test_entries_come_back_as_they_were_sealed(vault: Vault, place: Place) -> None:
    place.clock.pass_time(60)
    sealed = [vault.append(note(f"number {number}")) for number in range(5)]
    assert list(vault.entries()) == sealed
    assert [entry.sequence for entry in vault.entries(after=1, limit=2)] == [2, 3]
    assert [entry.sequence for entry in vault.entries(before=3, limit=2)] == [2, 1]
    assert sealed[0].clock == place.clock.read()
    vault.close()
    with place.open() as again:
        assert list(again.entries()) == sealed
        assert again.findings == ()


def test_entries_are_chosen_by_kind_and_by_id(vault: Vault) -> None:
    first = vault.append(note("a"))
    second = vault.append(DisruptionClosed(ONE, WHEN, ()))
    assert list(vault.entries(kinds=["disruption-closed"])) == [second]
    assert list(vault.entries(ids=[first.id, "unknown"])) == [first]
    assert list(vault.entries(kinds=[])) == []


def test_an_entry_is_found_by_a_unique_beginning_of_its_id(vault: Vault, place: Place) -> None:
    first = vault.append(note("a"))
    place.clock.pass_time(86400 * 400)
    second = vault.append(note("b"))
    assert vault.entry(first.id) == first
    assert vault.entry(second.id[:13].upper()) == second
    assert refusal(lambda: vault.entry("0000")) == "no-such-entry"
    assert refusal(lambda: vault.entry("%")) == "no-such-entry"
    third = vault.append(note("c"))
    assert refusal(lambda: vault.entry(third.id[:9])) == "ambiguous-id"


def test_the_tree_is_that_of_the_lines_and_its_proofs_hold_at_every_size(vault: Vault) -> None:
    lines = [entry.line for entry in vault.append_many([note(str(number)) for number in range(5)])]
    lines += [vault.append(note(str(number))).line for number in range(5, 13)]
    leaves = [merkle.leaf_hash(line) for line in lines]
    assert vault.root == merkle.root(leaves)
    for size in range(1, 14):
        assert vault.tree.root_at(size) == merkle.root(leaves[:size])
        for index in range(size):
            proof = vault.tree.inclusion(index, size)
            assert merkle.root_from_inclusion(leaves[index], index, size, proof) == merkle.root(leaves[:size])
        merkle.check_consistency(size, 13, vault.tree.root_at(size), vault.root, vault.tree.consistency(size, 13))
    with pytest.raises(IndexError):
        vault.tree.inclusion(0, 14)


def test_all_of_many_entries_are_sealed_or_none(vault: Vault) -> None:
    vault.append(note("before"))
    with pytest.raises(Refused):
        vault.append_many([note("a"), note("x" * 70_000)])
    assert (vault.size, [entry.body for entry in vault.entries()]) == (1, [note("before")])
    assert vault.append(note("after")).sequence == 1


def test_the_database_itself_refuses_to_change_or_delete_what_is_sealed(vault: Vault) -> None:
    vault.exhibits.stage([b"x"], "image/png", "screenshot", TileRoot("0" * 64, 1, 1), b"s" * 32)
    exhibit = vault.exhibits.stage([b"x"], "image/png", "screenshot", TileRoot("0" * 64, 1, 1), b"s" * 32)
    vault.append(FileAdded(exhibit, "x", None, (), "none"))
    vault.register.add_checkpoint(checkpoint.text(Checkpoint("o", vault.size, vault.root)), b"signature")
    for table, column in (("entry", "line"), ("exhibit", "key"), ("tiles", "seed"), ("checkpoint", "text")):
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(dbapi2.IntegrityError, match="append-only"):
                vault._database.execute(statement)


def test_words_are_found_by_their_beginnings_all_of_them_and_the_newest_first(vault: Vault) -> None:
    vault.append_many([note("The cable was cut at noon"), note("nothing to see"), note("Cables everywhere, at night")])
    assert found(vault, "cab") == [2, 0]
    assert found(vault, "cabl at no") == [0]
    assert found(vault, "cable missing") == []
    assert found(vault, "  ") == []
    assert [entry.sequence for entry in vault.index.search("cab", limit=1)] == [2]


def test_what_is_far_back_is_found_after_what_is_new(vault: Vault) -> None:
    vault.append_many([note("needle"), *(note("hay") for _ in range(4200)), note("needle"), note("Needles")])
    assert found(vault, "needle") == [4202, 4201, 0]
    assert [entry.sequence for entry in vault.index.search("needle", limit=2)] == [4202, 4201]
    assert [entry.sequence for entry in vault.index.search("hay", limit=4200)] == list(range(4200, 0, -1))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("انقطع الإنترنت في المدينة", "الإنتر"),
        ("مُحَمَّد", "محمد"),
        ("इंटरनेट बंद है", "इंटर"),
        ("昨天互联网被切断了", "互联网"),
        ("昨天互联网被切断了", "切断"),
        ("อินเทอร์เน็ตถูกตัด", "ถูกตัด"),
        ("အင်တာနက် ဖြတ်တောက်", "ဖြတ်"),
        ("ኢንተርኔት ተቋርጧል", "ኢንተር"),
        ("Интернет отключён", "отключен"),
        ("Zürich Straße", "zurich strasse"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullw"),
        ("인터넷이 끊겼다", "인터넷"),
        ("https://www.bbc.co.uk/news?x=1", "bbc.co.uk/ne"),
    ],
)
def test_words_of_any_script_are_found(vault: Vault, text: str, typed: str) -> None:
    vault.append_many([note(text), note("something else 其他 อื่น")])
    assert found(vault, typed) == [0]


@pytest.mark.parametrize(
    "typed",
    ['"', '""', "*", "a*", "NEAR(a b)", "a OR b", "a AND", "-a", "^a", "text:a", "(", "a)", "'", "\0", "+", "{a}"],
)
def test_signs_of_the_query_language_are_only_signs(vault: Vault, typed: str) -> None:
    vault.append(note("plain"))
    assert found(vault, typed) == []


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_no_typed_text_makes_a_malformed_query(typed: str) -> None:
    connection = dbapi2.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
        if (query := query_of(typed)) is not None:
            connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()
    except UnicodeEncodeError:
        assert any("\ud800" <= sign <= "\udfff" for sign in typed)
    finally:
        connection.close()


def test_the_index_catches_up_after_a_kill_and_indexes_nothing_twice(vault: Vault, place: Place) -> None:
    vault.append(note("needle one"))
    assert found(vault, "needle") == [0]
    vault.append(note("needle two"))
    killed = place.copy("killed")
    with killed.open() as again:
        again.append(note("needle three"))
        assert found(again, "needle") == [2, 1, 0]
        assert again._database.one("SELECT count(*) FROM words_docsize") == (3,)


def test_disruptions_are_put_together_from_their_entries(vault: Vault) -> None:
    vault.append(note("before"))
    vault.append(opened(ONE))
    inside = vault.append(note("inside", disruption=ONE))
    assert vault.disruptions.newest_open() == ONE
    changed = DisruptionChanged(
        ONE, NetworkState.ABROAD_CUT, DisruptionGrade.CONFIRMED, (Method.BLACKOUT_INTERNATIONAL,), WHEN, ()
    )
    vault.append(changed)
    vault.append(ReportSealed("r", (inside.id,), ONE, (), (), ""))
    vault.append(DisruptionClosed(ONE, Interval(AT, AT), ()))
    vault.append(opened(TWO))
    one, two = vault.disruptions.all()
    assert one.segments == (
        Segment(NetworkState.BEYOND_PROVIDER, DisruptionGrade.OBSERVED, (Method.ALL_RESOLVERS,), WHEN),
        Segment(NetworkState.ABROAD_CUT, DisruptionGrade.CONFIRMED, (Method.BLACKOUT_INTERNATIONAL,), WHEN),
    )
    assert (one.id, one.ended, one.entries, one.grade) == (
        ONE,
        Interval(AT, AT),
        (inside.id,),
        DisruptionGrade.CONFIRMED,
    )
    assert (two.ended, vault.disruptions.newest_open()) == (None, TWO)
    assert vault.disruptions.find(TWO) == two
    assert refusal(lambda: vault.disruptions.find(ONE[:20])) == "ambiguous-id"
    for wrong in ("", "zz", "%", ONE + "0"):
        assert refusal(lambda wrong=wrong: vault.disruptions.find(wrong)) == "no-such-disruption"


def test_the_end_of_an_unknown_disruption_is_kept_and_shown_nowhere(vault: Vault) -> None:
    vault.append(DisruptionClosed(ONE, WHEN, ()))
    assert (list(vault.disruptions.all()), vault.disruptions.newest_open()) == ([], None)


def test_settings_people_and_keys_are_kept_over_a_restart(vault: Vault, place: Place) -> None:
    recipient = Recipient(
        "A" * 40, ("Desk <d@example.org>",), b"certificate", ConfirmedBy(Confirmation.TYPED), AT.wall_utc, None
    )
    destination = Destination("00" * 8, "desk", "smtps://u:p@mail.example.org", ("A" * 40,))
    key = SecretKey("B" * 40, b"armoured", b"certificate", "random words")
    assert refusal(vault.register.secret_key) == "no-secret-key"
    vault.register.put("watchlist", ["a", {"b": 1}])
    vault.register.put_recipient(recipient)
    vault.register.put_recipient(Recipient("C" * 40, (), b"", ConfirmedBy(Confirmation.TYPED), AT.wall_utc, None))
    vault.register.remove_recipient("C" * 40)
    vault.register.put_destination(destination)
    vault.register.put_secret_key(key)
    vault.close()
    with place.open() as again:
        assert again.register.get("watchlist") == ["a", {"b": 1}]
        assert (list(again.register.recipients()), list(again.register.destinations())) == ([recipient], [destination])
        assert again.register.secret_key() == key
        again.register.put("watchlist", None)
        again.register.remove_destination(destination.id)
        assert (again.register.get("watchlist"), list(again.register.destinations())) == (None, [])


def test_checkpoints_are_kept_in_order_and_only_those_of_this_journal(vault: Vault) -> None:
    texts = []
    for number in range(3):
        vault.append(note(str(number)))
        texts.append(checkpoint.text(Checkpoint("origin", vault.size, vault.root)))
    for text in texts:
        vault.register.add_checkpoint(text, b"signature")
    assert [(kept.size, kept.text) for kept in vault.register.checkpoints()] == list(zip((1, 2, 3), texts, strict=True))
    for wrong in (Checkpoint("origin", 3, bytes(32)), Checkpoint("origin", 4, vault.root)):
        assert (
            refusal(lambda wrong=wrong: vault.register.add_checkpoint(checkpoint.text(wrong), b""))
            == "checkpoint-differs"
        )


def test_a_passphrase_is_changed_on_an_open_vault(vault: Vault, place: Place) -> None:
    vault.append(note("kept"))
    vault.change_passphrase(bytearray(b"another one altogether"))
    vault.close()
    assert refusal(place.open) == "wrong-passphrase"
    with place.open(b"another one altogether") as again:
        assert again.size == 1


def test_nothing_that_was_written_lies_in_clear_anywhere_in_the_folder(place: Place) -> None:
    canary = "Kanarienvogel-7311"
    with place.open() as vault:
        vault.register.put("setting-" + canary, canary)
        exhibit = vault.exhibits.stage([canary.encode() * 100], "text/plain", "file")
        vault.append(FileAdded(exhibit, canary, None, (), "none"))
        vault.append(NoteWritten(canary, canary))
        assert found(vault, "kanarien") == [1, 0]
        list(vault.check())
        for path in [path for path in place.folder.rglob("*") if path.is_file()]:
            for form in (canary.encode(), canary.encode("utf-16-le"), exhibit.sha256.encode(), canary.lower().encode()):
                assert form not in path.read_bytes(), path.name
                assert form.decode("latin-1") not in path.name


def test_the_pragmas_are_those_that_were_measured(vault: Vault) -> None:
    for pragma, wanted in (
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("temp_store", 2),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("cipher_memory_security", "1"),
        ("page_size", "4096"),
    ):
        assert vault._database.one(f"PRAGMA {pragma}") == (wanted,)
    assert vault._database.one("SELECT v FROM words_config WHERE k = 'secure-delete'") == (1,)


def test_a_body_may_only_name_exhibits_that_the_vault_holds(vault: Vault) -> None:
    exhibit = vault.exhibits.stage([b"x"], "image/png", "screenshot")
    vault.append(FileAdded(exhibit, "x", None, (), "none"))
    unknown = FileAdded(type(exhibit)("f" * 64, 1, "image/png", "file"), "y", None, (), "none")
    assert refusal(lambda: vault.append(unknown)) == "exhibit-missing"
    assert vault.size == 1


def test_a_measurement_names_its_record_and_its_address_can_be_searched(vault: Vault) -> None:
    record = vault.exhibits.stage([b"{}"], "application/json", "measurement")
    body: Body = MeasurementTaken(
        record, "web_connectivity", "https://example.org/x", TargetOutcome.ACCESSIBLE, NetworkState.ONLINE
    )
    entry = vault.append(body)
    assert vault.entry(entry.id).body == body
    assert found(vault, "example.org") == [0]
    assert hashlib.sha256(b"".join(vault.exhibits.read(record.sha256))).hexdigest() == record.sha256


def test_wiping_destroys_keys_and_files_even_while_the_vault_is_open(vault: Vault, place: Place) -> None:
    vault.append(note("x"))
    keys = place.folder.with_name("keys")
    os.link(place.folder / "vault.header", keys)  # the very sectors, to be looked at afterwards
    before = keys.read_bytes()
    wipe(place.folder)
    assert not place.folder.exists()
    after = keys.read_bytes()
    assert len(after) == len(before)
    assert not any(before[i : i + 32] in after for i in range(0, len(before), 32))
    assert refusal(lambda: wipe(place.folder)) == "no-vault"


def test_a_vault_whose_keys_are_gone_is_not_called_absent_by_wiping(place: Place) -> None:
    (place.folder / "vault.header").unlink()
    before = sorted(place.folder.rglob("*"))
    assert refusal(lambda: wipe(place.folder)) == "wipe-without-header"
    assert sorted(place.folder.rglob("*")) == before


def test_a_folder_that_is_no_vault_is_not_wiped(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear")
    assert refusal(lambda: wipe(tmp_path)) == "no-vault"
    assert (tmp_path / "letter").read_text() == "dear"


def test_half_a_character_stops_neither_the_entry_nor_the_search(vault: Vault, place: Place) -> None:
    vault.append(note("the caf\udce9 is closed"))
    vault.close()
    with place.open() as again:
        (found,) = again.index.search("closed")
    assert found.body == note("the caf\ufffd is closed")


@pytest.mark.parametrize(
    "ask",
    [
        lambda vault: list(vault.entries()),
        lambda vault: vault.append(NoteWritten("late")),
        lambda vault: list(vault.index.search("early")),
        lambda vault: vault.index.sequences(limit=3, typed="early"),
        lambda vault: list(vault.disruptions.all()),
        lambda vault: vault.register.get("a"),
        lambda vault: vault.register.put("a", 1),
        lambda vault: vault.tree.root_at(1),
        lambda vault: vault.exhibits.find("00" * 32),
        lambda vault: vault.exhibits.stage((b"late",), "text/plain", ExhibitRole.FILE),
        lambda vault: list(vault.check()),
    ],
)
def test_nothing_is_read_from_a_closed_vault_or_written_to_it(vault: Vault, ask: Callable[[Vault], object]) -> None:
    vault.append(NoteWritten("early"))
    vault.close()
    with pytest.raises(dbapi2.ProgrammingError, match="closed database"):
        ask(vault)


def test_a_closed_vault_writes_to_no_file_that_came_after_it(vault: Vault, tmp_path: Path) -> None:
    vault.close()
    others = [tmp_path / f"other-{number}" for number in range(16)]
    handles = [os.open(path, os.O_RDWR | os.O_CREAT) for path in others]  # one of them has the header's number
    try:
        for change in (lambda: vault.change_passphrase(bytearray(b"another passphrase")), vault.replace_recovery_code):
            with pytest.raises(OSError, match="Bad file descriptor"):
                change()
    finally:
        for handle in handles:
            os.close(handle)
    assert [path.read_bytes() for path in others] == [b""] * len(others)
