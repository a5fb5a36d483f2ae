"""Exhibits on the disk: whole, secret, stored once, and damage named."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.exhibit import Exhibit, TileRoot
from evidence_kit.vault.exhibits import PIECE
from evidence_kit.vault.vault import Vault
from tests.core.vault.conftest import Place


def keep(vault: Vault, content: bytes, name: str = "x") -> Exhibit:
    exhibit = vault.exhibits.stage([content], "application/octet-stream", "file")
    vault.append(FileAdded(exhibit, name, None, (), "none"))
    return exhibit


def files(place: Place) -> list[Path]:
    return sorted((place.folder / "exhibits").iterdir())


def fault(vault: Vault, sha256: str) -> str:
    with pytest.raises(Broken) as told:
        for _ in vault.exhibits.read(sha256):
            pass
    assert told.value.facts["sha256"] == sha256
    return told.value.code.value


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_bytes_come_back_as_they_were_whatever_the_pieces(vault: Vault, size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    content = content[:size]
    chunks = [content[start : start + 100_000] for start in range(0, size, 100_000)]
    exhibit = vault.exhibits.stage(iter(chunks), "image/png", "screenshot")
    assert (exhibit.sha256, exhibit.size) == (hashlib.sha256(content).hexdigest(), size)
    assert b"".join(vault.exhibits.read(exhibit.sha256)) == content
    vault.append(FileAdded(exhibit, "x", None, (), "none"))
    assert b"".join(vault.exhibits.read(exhibit.sha256)) == content


def test_the_same_bytes_are_stored_once_whenever_they_come_again(vault: Vault, place: Place) -> None:
    first = vault.exhibits.stage([b"same"], "image/png", "screenshot")
    again = vault.exhibits.stage([b"sa", b"me"], "image/png", "photo")
    assert len(files(place)) == 1
    vault.append(FileAdded(first, "x", None, (), "none"))
    vault.append(FileAdded(again, "y", None, (), "none"))
    later = vault.exhibits.stage([b"same"], "image/png", "file")
    vault.append(FileAdded(later, "z", None, (), "none"))
    assert (later.sha256, later.role, len(files(place))) == (first.sha256, "file", 1)


def test_the_first_tile_commitment_of_a_picture_stays_its_own(vault: Vault) -> None:
    plain = vault.exhibits.stage([b"pixels"], "image/png", "file")
    vault.append(FileAdded(plain, "x", None, (), "none"))
    assert vault.exhibits.tile_seed(plain.sha256) is None
    tiles = TileRoot("a" * 64, 10, 20)
    committed = vault.exhibits.stage([b"pixels"], "image/png", "screenshot", tiles, b"s" * 32)
    vault.append(FileAdded(committed, "x", None, (), "none"))
    other = vault.exhibits.stage([b"pixels"], "image/png", "screenshot", TileRoot("b" * 64, 10, 20), b"t" * 32)
    vault.append(FileAdded(other, "x", None, (), "none"))
    assert (committed.tiles, other.tiles, vault.exhibits.tile_seed(plain.sha256)) == (tiles, tiles, b"s" * 32)


def test_names_and_sizes_of_files_say_nothing_of_what_is_inside(vault: Vault, place: Place) -> None:
    exhibit = keep(vault, b"secret")
    (path,) = files(place)
    assert exhibit.sha256[:8] not in path.name
    assert len(path.name) == 32
    assert b"secret" not in path.read_bytes()


def test_what_no_entry_names_is_gone_after_a_crash_and_the_rest_is_there(place: Place) -> None:
    with place.open() as vault:
        kept = keep(vault, b"kept")
        vault.exhibits.stage([b"staged, then the machine died"], "image/png", "screenshot")
        (place.folder / "exhibits" / ("0" * 32)).write_bytes(b"half a file")
        killed = place.copy("killed")
        assert len(files(killed)) == 3
    assert len(files(place)) == 2  # closed in order: only what the vault itself had staged went
    with killed.open() as vault:
        assert len(files(killed)) == 1
        assert b"".join(vault.exhibits.read(kept.sha256)) == b"kept"


def test_a_source_that_fails_leaves_nothing(vault: Vault, place: Place) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * PIECE
        raise Broken(Code.MAIL_DAMAGED)

    with pytest.raises(Broken):
        vault.exhibits.stage(failing(), "image/png", "screenshot")
    assert files(place) == []


@pytest.mark.parametrize("where", [0, 23, 24, 1000, PIECE + 17 + 24 + 5, -1])
def test_a_flipped_bit_is_damage_named_by_the_exhibit(place: Place, where: int) -> None:
    with place.open() as vault:
        exhibit = keep(vault, b"y" * (2 * PIECE + 100))
        (path,) = files(place)
        content = bytearray(path.read_bytes())
        content[where] ^= 4
        path.write_bytes(content)
        assert fault(vault, exhibit.sha256) == "exhibit-damaged"
        assert ("exhibit-damaged", exhibit.sha256) in {(found.code, found.subject) for found in vault.check()}


@pytest.mark.parametrize("length", [0, 10, 24, 24 + PIECE + 17, 24 + 2 * (PIECE + 17), -1])
def test_a_truncated_exhibit_is_damage_even_at_a_piece_s_end(place: Place, length: int) -> None:
    with place.open() as vault:
        exhibit = keep(vault, b"y" * (2 * PIECE + 100))
        (path,) = files(place)
        path.write_bytes(path.read_bytes()[:length])
        assert fault(vault, exhibit.sha256) == "exhibit-damaged"


def test_bytes_added_at_the_end_and_files_swapped_are_damage(vault: Vault, place: Place) -> None:
    one, two = keep(vault, b"one" * 1000), keep(vault, b"two" * 1000)
    first, second = files(place)
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])
    assert {fault(vault, one.sha256), fault(vault, two.sha256)} == {"exhibit-damaged"}
    first.write_bytes(contents[0] + b"\0")
    second.write_bytes(contents[1] + contents[1])
    assert {fault(vault, one.sha256), fault(vault, two.sha256)} == {"exhibit-damaged"}


def test_a_deleted_exhibit_is_told_at_the_opening_and_when_asked_for(place: Place) -> None:
    with place.open() as vault:
        gone, kept = keep(vault, b"gone"), keep(vault, b"kept")
        stored = vault.exhibits.find(gone.sha256)
        assert stored is not None
        (place.folder / "exhibits" / stored.file).unlink()
    with place.open() as vault:
        assert [(found.code, found.subject) for found in vault.findings] == [("exhibit-missing", gone.sha256)]
        assert fault(vault, gone.sha256) == "exhibit-missing"
        assert b"".join(vault.exhibits.read(kept.sha256)) == b"kept"
        assert ("exhibit-missing", gone.sha256) in {(found.code, found.subject) for found in vault.check()}
