"""Schema steps, and that a newer vault is left alone."""

from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError
from evidence_kit.vault.database import Database
from evidence_kit.vault.migrate import steps
from evidence_kit.vault.vault import Vault
from tests.core.vault.conftest import PASSPHRASE, Place, note

NEXT = "CREATE TABLE extra (a INTEGER) STRICT; INSERT INTO extra VALUES (7);"
FAILING = "CREATE TABLE extra (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"


def open_with(place: Place, *more: str) -> Vault:
    return Vault.open(place.folder, bytearray(PASSPHRASE), place.clock, steps=(*steps(), *more))


@pytest.fixture
def filled(place: Place) -> Place:
    with place.open() as vault:
        vault.append(note("kept"))
    return place


def test_a_vault_of_an_older_version_is_brought_up_and_keeps_everything(filled: Place) -> None:
    with open_with(filled, NEXT) as vault:
        assert vault._database.one("SELECT a FROM extra") == (7,)
        assert vault._database.one("PRAGMA user_version") == (len(steps()) + 1,)
        assert [entry.body for entry in vault.entries()] == [note("kept")]
    with open_with(filled, NEXT) as vault:
        assert vault._database.one("SELECT count(*) FROM extra") == (1,)
    assert not (filled.folder / "vault.db.before").exists()


def test_a_step_that_fails_leaves_the_old_version_whole_and_an_encrypted_copy_beside(filled: Place) -> None:
    with pytest.raises(Exception, match="nowhere"):
        open_with(filled, FAILING)
    assert b"SQLite format" not in (filled.folder / "vault.db.before").read_bytes()
    with filled.open() as vault:
        assert vault._database.one("SELECT count(*) FROM sqlite_master WHERE name = 'extra'") == (0,)
        assert [entry.body for entry in vault.entries()] == [note("kept")]
    assert not (filled.folder / "vault.db.before").exists()


def test_the_copy_beside_opens_with_the_same_key(filled: Place) -> None:
    with filled.open() as vault:
        key = vault._header.key("database")
    with pytest.raises(Exception, match="nowhere"):
        open_with(filled, FAILING)
    copy = Database(filled.folder / "vault.db.before", key)
    assert copy.one("SELECT count(*) FROM entry") == (1,)
    copy.close()


def test_a_newer_vault_is_refused_and_not_touched(filled: Place) -> None:
    open_with(filled, NEXT).close()
    before = (filled.folder / "vault.db").read_bytes()
    with pytest.raises(KitError) as told:
        filled.open()
    assert (told.value.code.value, told.value.facts) == (
        "newer-version",
        {"found": len(steps()) + 1, "known": len(steps())},
    )
    assert (filled.folder / "vault.db").read_bytes() == before
    open_with(filled, NEXT).close()


def test_another_key_is_damage_and_no_key_makes_no_plaintext(tmp_path: Path) -> None:
    Database(tmp_path / "db", b"k" * 32, create=True).close()
    database = Database(tmp_path / "db", b"k" * 32)
    database.execute("CREATE TABLE t (a)")
    database.close()
    assert not (tmp_path / "db").read_bytes().startswith(b"SQLite format")
    with pytest.raises(Broken) as told:
        Database(tmp_path / "db", b"l" * 32)
    assert told.value.code is Code.VAULT_DAMAGED


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "db", b"k" * 32, create=True)
    database.execute("CREATE TABLE t (a)")
    with pytest.raises(Broken), database.transaction():
        database.execute("INSERT INTO t VALUES (1)")
        raise Broken(Code.MAIL_DAMAGED)
    assert database.one("SELECT count(*) FROM t") == (0,)
    with database.transaction():
        database.execute("INSERT INTO t VALUES (1)")
    assert database.one("SELECT count(*) FROM t") == (1,)
    database.close()
