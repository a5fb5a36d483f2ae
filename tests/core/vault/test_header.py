"""Slots, copies and heads of the header, on real files."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.model.finding import Verdict
from evidence_kit.vault import header, recovery
from evidence_kit.vault.header import SIZE, Head, Header
from evidence_kit.vault.key_derivation import Kdf, usual_kdf
from evidence_kit.vault.key_slots import BLOCK
from tests.core.vault.conftest import FAST, PASSPHRASE, Place


@pytest.fixture
def path(place: Place) -> Path:
    return place.folder / "vault.header"


def unlock(path: Path, secret: bytes) -> Header:
    opened, _ = header.unlock(path, bytearray(secret))
    opened.close()
    return opened


def refusal(path: Path, secret: bytes) -> str:
    with pytest.raises(KitError) as told:
        unlock(path, secret)
    return told.value.code.value


def with_checksum(block: bytes) -> bytes:
    return block[:-32] + hashlib.sha256(block[:-32]).digest()


def test_the_passphrase_and_the_recovery_code_open_the_same_keys(place: Place, path: Path) -> None:
    assert unlock(path, PASSPHRASE).key("database") == unlock(path, place.code.encode()).key("database")


def test_a_wrong_passphrase_is_refused(path: Path) -> None:
    assert refusal(path, b"harbour lantern seven quiet orchards") == "wrong-passphrase"


def test_the_code_is_read_as_people_write_it(place: Place, path: Path) -> None:
    unlock(path, place.code.lower().replace("-", "  ").replace("0", "o").replace("1", "l").encode())


def test_a_typing_mistake_in_the_code_is_told_before_anything_is_read_or_derived(tmp_path: Path) -> None:
    code = recovery.code_of(recovery.new_secret())
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert refusal(tmp_path / "absent", wrong.encode()) == "recovery-code-typo"


def test_every_single_wrong_sign_and_every_swap_of_neighbours_in_a_code_is_noticed() -> None:
    code = recovery.code_of(recovery.new_secret())
    for index, sign in enumerate(code):
        if sign == "-":
            continue
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            typed = code[:index] + other + code[index + 1 :]
            if typed != code:
                with pytest.raises(Refused):
                    recovery.secret_of(typed)
        swapped = code[:index] + code[index + 1 : index + 2] + sign + code[index + 2 :]
        if swapped.replace("-", "") != code.replace("-", ""):
            with pytest.raises(Refused):
                recovery.secret_of(swapped)


def test_a_passphrase_that_could_be_taken_for_a_code_is_not_accepted(tmp_path: Path) -> None:
    for secret, what in (
        (recovery.code_of(recovery.new_secret()), "passphrase-like-code"),
        ("seven", "passphrase-too-short"),
    ):
        with pytest.raises(Refused) as told:
            header.create(tmp_path / "h", bytearray(secret.encode()), FAST)
        assert told.value.code.value == what
    assert not (tmp_path / "h").exists()


def test_a_passphrase_opens_however_its_letters_are_composed(tmp_path: Path) -> None:
    made, _ = header.create(tmp_path / "h", bytearray("Zürich Straße".encode()), FAST)
    made.close()
    unlock(tmp_path / "h", "Zu\u0308rich Straße".encode())


def test_a_changed_passphrase_replaces_the_old_one_and_leaves_the_code(place: Place, path: Path) -> None:
    opened, _ = header.unlock(path, bytearray(PASSPHRASE))
    opened.change_passphrase(bytearray(b"another one altogether"))
    opened.close()
    assert refusal(path, PASSPHRASE) == "wrong-passphrase"
    unlock(path, b"another one altogether")
    unlock(path, place.code.encode())


def test_a_replaced_code_replaces_the_old_one_and_leaves_the_passphrase(place: Place, path: Path) -> None:
    opened, _ = header.unlock(path, bytearray(PASSPHRASE))
    code = opened.replace_recovery_code()
    opened.close()
    assert refusal(path, place.code.encode()) == "wrong-passphrase"
    unlock(path, code.encode())
    unlock(path, PASSPHRASE)


def test_slots_are_rewritten_in_place_and_the_file_never_grows_or_moves(path: Path) -> None:
    before = path.stat()
    opened, _ = header.unlock(path, bytearray(PASSPHRASE))
    opened.change_passphrase(bytearray(b"another one altogether"))
    opened.write_head(Head(9, 0, bytes(32), bytes(32)))
    opened.close()
    assert (path.stat().st_ino, path.stat().st_size) == (before.st_ino, SIZE)


@pytest.mark.parametrize("torn", [1, 300, 4096])
@pytest.mark.parametrize("copy", ["A", "B"])
def test_a_change_cut_off_anywhere_leaves_a_vault_that_opens(path: Path, torn: int, copy: str) -> None:
    old = path.read_bytes()
    opened, _ = header.unlock(path, bytearray(PASSPHRASE))
    opened.change_passphrase(bytearray(b"another one altogether"))
    opened.close()
    new = path.read_bytes()
    if copy == "B":  # written first
        content = old[:BLOCK] + new[BLOCK : BLOCK + torn] + old[BLOCK + torn : 2 * BLOCK]
        opens = PASSPHRASE
    else:
        content = new[:torn] + old[torn:BLOCK] + new[BLOCK : 2 * BLOCK]
        opens = b"another one altogether"
    path.write_bytes(content + new[2 * BLOCK :])
    unlock(path, opens)
    both = path.read_bytes()
    assert both[:BLOCK] == both[BLOCK : 2 * BLOCK]
    unlock(path, opens)


@pytest.mark.parametrize("offset", [9, 30, 70, 590, 4090])
@pytest.mark.parametrize("copy", [0, BLOCK])
def test_a_bit_flipped_in_one_copy_is_told_and_put_right(place: Place, path: Path, offset: int, copy: int) -> None:
    whole = path.read_bytes()
    place.flip("vault.header", copy + offset)
    opened, findings = header.unlock(path, bytearray(PASSPHRASE))
    opened.close()
    assert [(finding.code, finding.facts) for finding in findings] == [
        ("header-copy-damaged", (("copy", "B" if copy else "A"),))
    ]
    assert path.read_bytes() == whole


def test_bits_flipped_in_both_copies_still_open_where_the_slot_itself_is_sound(place: Place, path: Path) -> None:
    for copy in (0, BLOCK):
        place.flip("vault.header", copy + 2000)
    opened, findings = header.unlock(path, bytearray(PASSPHRASE))
    opened.close()
    assert {finding.code for finding in findings} == {"header-copy-damaged"}
    assert header.unlock(path, bytearray(PASSPHRASE))[1] == ()


def test_two_wrecked_copies_are_told_as_damage_and_not_as_a_wrong_passphrase(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes(2 * BLOCK) + content[2 * BLOCK :])
    assert refusal(path, PASSPHRASE) == "header-damaged"
    path.write_bytes(content[:100])
    assert refusal(path, PASSPHRASE) == "header-damaged"
    path.unlink()
    assert refusal(path, PASSPHRASE) == "header-missing"


def test_a_swapped_intake_key_is_told_and_put_right(path: Path) -> None:
    content = path.read_bytes()
    block = with_checksum(content[:64] + b"\x55" * 32 + content[96:BLOCK])
    path.write_bytes(block + block + content[2 * BLOCK :])
    assert header.intake_key(path) == b"\x55" * 32
    opened, findings = header.unlock(path, bytearray(PASSPHRASE))
    opened.close()
    assert {(finding.code, finding.verdict) for finding in findings} == {
        ("header-changed", Verdict.BROKEN),
        ("intake-key-changed", Verdict.BROKEN),
    }
    assert header.intake_key(path) == opened.intake_key


@pytest.mark.parametrize("by_code", [False, True])
def test_after_the_list_of_roles_is_lost_a_new_passphrase_still_leaves_no_old_one(
    place: Place, path: Path, by_code: bool
) -> None:
    content = path.read_bytes()
    block = with_checksum(content[:580] + bytes([content[580] ^ 1]) + content[581:BLOCK])
    path.write_bytes(block + block + content[2 * BLOCK :])
    opened, findings = header.unlock(path, bytearray(place.code.encode() if by_code else PASSPHRASE))
    assert [finding.code for finding in findings] == ["header-changed"]
    opened.change_passphrase(bytearray(b"another one altogether"))
    opened.close()
    assert refusal(path, PASSPHRASE) == "wrong-passphrase"
    unlock(path, b"another one altogether")


def test_a_newer_header_is_refused_and_not_touched(path: Path) -> None:
    content = path.read_bytes()
    block = with_checksum(content[:8] + (2).to_bytes(4, "little") + content[12:BLOCK])
    path.write_bytes(block + block + content[2 * BLOCK :])
    newer = path.read_bytes()
    assert refusal(path, PASSPHRASE) == "newer-version"
    assert path.read_bytes() == newer


@pytest.mark.parametrize(
    "figures", [(1 << 31, 1, 1), (7, 1, 1), (1024, 0, 1), (1024, 99999, 1), (1024, 1, 0), (1024, 1, 999)]
)
def test_figures_out_of_reason_are_never_computed(path: Path, figures: tuple[int, int, int]) -> None:
    content = path.read_bytes()
    memory, passes, lanes = (figure.to_bytes(4, "little") for figure in figures)
    block = with_checksum(content[:12] + memory + passes + lanes + content[24:BLOCK])
    path.write_bytes(block + block + content[2 * BLOCK :])
    assert refusal(path, PASSPHRASE) == "header-damaged"


def test_which_slots_are_used_differs_between_vaults_and_unused_ones_are_random_bytes_too(tmp_path: Path) -> None:
    used = set()
    for number in range(5):
        made, _ = header.create(tmp_path / str(number), bytearray(PASSPHRASE), FAST)
        made.close()
        used.add(made._roles)
        content = (tmp_path / str(number)).read_bytes()
        slots = [content[96 + index * 60 : 156 + index * 60] for index in range(8)]
        assert len(set(slots)) == 8
        assert all(len(set(slot)) > 30 for slot in slots)
    assert len(used) > 1


def test_the_newest_readable_head_counts_and_a_torn_one_leaves_the_one_before(path: Path) -> None:
    opened, _ = header.unlock(path, bytearray(PASSPHRASE))
    last = opened.heads()[0]
    first = opened.write_head(replace(last, size=7, root=b"\x01" * 32))
    second = opened.write_head(replace(first, size=8, root=b"\x02" * 32))
    assert opened.heads() == [second, first]
    content = bytearray(path.read_bytes())
    content[(2 + second.serial % 2) * BLOCK + 20] ^= 1
    path.write_bytes(content)
    assert opened.heads() == [first]
    opened.close()


def test_a_head_of_another_vault_is_not_a_head(path: Path, tmp_path: Path) -> None:
    other, _ = header.create(tmp_path / "other", bytearray(PASSPHRASE), FAST)
    other.write_head(Head(100, 5, bytes(32), bytes(32)))
    other.close()
    foreign = (tmp_path / "other").read_bytes()
    content = path.read_bytes()
    path.write_bytes(content[: 2 * BLOCK] + foreign[2 * BLOCK :])
    opened, _ = header.unlock(path, bytearray(PASSPHRASE))
    assert opened.heads() == []
    opened.close()


def test_the_usual_figures_lie_between_64_and_256_mebibytes() -> None:
    assert usual_kdf() in [Kdf(mib * 1024, 3, 4) for mib in (64, 128, 256)]


def test_destroying_overwrites_every_byte_in_place(place: Place, path: Path) -> None:
    before, inode = path.read_bytes(), path.stat().st_ino
    header.destroy(place.folder)
    after = path.read_bytes()
    assert (len(after), path.stat().st_ino) == (SIZE, inode)
    assert all(after[i : i + 16] != before[i : i + 16] for i in range(0, SIZE, 16))
    for secret in (PASSPHRASE, place.code.encode()):
        assert refusal(path, secret) == "header-damaged"
    with pytest.raises(Broken):
        header.intake_key(path)


def test_what_is_no_vault_is_not_destroyed(tmp_path: Path) -> None:
    (tmp_path / "vault.header").write_bytes(b"a letter")
    with pytest.raises(Refused) as told:
        header.destroy(tmp_path)
    assert told.value.code is Code.NO_VAULT
    assert (tmp_path / "vault.header").read_bytes() == b"a letter"
