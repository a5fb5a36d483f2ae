"""One file out, the same vault back; a damaged or hostile file leaves nothing."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.delivery import Delivery, Part
from evidence_kit.vault.backup import restore
from evidence_kit.vault.intake import Intake
from evidence_kit.vault.outbox import Outbox
from tests.core.vault.conftest import Place, note

pytestmark = pytest.mark.slow

Members = list[tuple[str, bytes]]


@pytest.fixture
def file(place: Place, tmp_path: Path) -> Path:
    """A backup of a vault that holds one of everything."""
    with place.open() as vault:
        vault.append_many([note("needle one"), note("two")])
        exhibit = vault.exhibits.stage([b"pixels" * 300_000], "image/png", "screenshot")
        vault.append(FileAdded(exhibit, "x", None, (), "none"))
        vault.register.put("setting", 1)
        outbox = Outbox(place.folder)
        parcel = outbox.new_parcel()
        outbox.parcel_path(parcel).write_bytes(b"ciphertext")
        part = Part("report", parcel, hashlib.sha256(b"ciphertext").hexdigest(), 10, "<x@y>")
        delivery = Delivery("delivery-1", "report-1", "0" * 16, "2026-11-23T10:00:00.000Z", (part,))
        outbox.stage("report-1", [delivery])
        outbox.settle(["report-1"])
        with Intake(place.folder) as intake:
            waiting = intake.stage([b"waiting"], "image/png", "screenshot")
            intake.seal(FileAdded(waiting, "w", None, (), "none"), place.clock.read())
            intake.stage([b"in flight"], "image/png", "screenshot")
            vault.backup(tmp_path / "backup")
    return tmp_path / "backup"


def fault(file: Path, folder: Path) -> str:
    with pytest.raises(KitError) as told:
        restore(file, folder)
    assert not folder.exists() or not list(folder.iterdir())
    assert [path.name for path in folder.parent.iterdir() if path.name.endswith(".part")] == []
    return told.value.code.value


def test_a_restored_vault_is_the_same_one(place: Place, file: Path, tmp_path: Path) -> None:
    with place.open() as vault:
        wanted = [entry.line for entry in vault.entries()], vault.root
    heard: list[tuple[int, int]] = []
    restore(file, tmp_path / "back" / "vault", lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1]
    for secret in (None, place.code.encode()):
        back = Place(tmp_path / "back" / "vault", place.code, place.clock)
        with back.open(secret) if secret else back.open() as vault:
            assert ([entry.line for entry in vault.entries(limit=3)], vault.tree.root_at(3)) == wanted
            assert vault.absorb() == (0 if secret else 1)
            assert vault.register.get("setting") == 1
            assert [delivery.id for delivery in vault.outbox.deliveries()] == ["delivery-1"]
            assert {found.verdict.value for found in vault.check()} == {"holds"}
            assert [entry.sequence for entry in vault.index.search("needle")] == [0]


def test_a_backup_shows_nothing_in_clear_and_is_an_ordinary_tar(file: Path) -> None:
    content = file.read_bytes()
    assert b"needle" not in content
    assert b"pixels" not in content
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert names[0] == "evidence-kit-backup"
    assert {"vault.header", "vault.db"} <= set(names)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_never_overwritten_and_no_copy_stays_behind(place: Place, file: Path) -> None:
    before = file.read_bytes()
    with place.open() as vault, pytest.raises(KitError) as told:
        vault.backup(file)
    assert (told.value.code.value, file.read_bytes()) == ("file-exists", before)
    assert not list(place.folder.glob(".*.part"))


def test_a_restore_does_not_touch_a_folder_that_holds_something(file: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("dear")
    with pytest.raises(KitError) as told:
        restore(file, tmp_path / "full")
    assert told.value.code is Code.FOLDER_NOT_EMPTY
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter"]


def test_a_flipped_bit_in_any_member_leaves_nothing(file: Path, tmp_path: Path) -> None:
    content = file.read_bytes()
    with tarfile.open(file) as tar:
        spots = [place for member in tar for place in (member.offset + 5, member.offset_data + member.size // 2)]
    for spot in [*spots, len(content) - 1]:
        (tmp_path / "bad").write_bytes(content[:spot] + bytes([content[spot] ^ 1]) + content[spot + 1 :])
        assert fault(tmp_path / "bad", tmp_path / "out") == "backup-damaged", spot


@pytest.mark.parametrize("left", [0, 100, 512, 700, 20_000, -1, -1024, -1025])
def test_a_truncated_file_leaves_nothing(file: Path, tmp_path: Path, left: int) -> None:
    (tmp_path / "bad").write_bytes(file.read_bytes()[:left])
    assert fault(tmp_path / "bad", tmp_path / "out") == "backup-damaged"


def read(file: Path) -> Members:
    with tarfile.open(file) as tar:
        return [(member.name, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]  # files


def listing(members: Members) -> bytes:
    lines = [f"{hashlib.sha256(content).hexdigest()} {len(content)} {name}" for name, content in members]
    return "\n".join(["evidence-kit-backup 1", *lines, ""]).encode()


def packed(members: Members, change: Callable[[tarfile.TarInfo], None] = lambda _: None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            change(info)
            tar.addfile(info, io.BytesIO(content))
    body = out.getvalue().rstrip(b"\0")
    return body + bytes(-len(body) % 512) + bytes(1024)


def test_the_packer_of_these_tests_makes_files_that_restore(file: Path, tmp_path: Path) -> None:
    _, *members = read(file)
    (tmp_path / "again").write_bytes(packed([("evidence-kit-backup", listing(members)), *members]))
    restore(tmp_path / "again", tmp_path / "out")


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "/tmp/escaped",
        "exhibits/../../escaped",
        "exhibits/" + "A" * 32,
        "intake/quarantine/../x",
        "outbox/parcels/../../x.pgp",
        "lock",
        "vault.db-wal",
        "strange",
    ],
)
def test_names_that_no_vault_has_are_refused(file: Path, tmp_path: Path, name: str) -> None:
    _, *members = read(file)
    members.append((name, b"x"))
    (tmp_path / "bad").write_bytes(packed([("evidence-kit-backup", listing(members)), *members]))
    assert fault(tmp_path / "bad", tmp_path / "out") == "backup-damaged"
    assert not (tmp_path / "escaped").exists()


def test_links_devices_and_folders_in_the_place_of_files_are_refused(file: Path, tmp_path: Path) -> None:
    _, *members = read(file)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):

        def change(info: tarfile.TarInfo, kind: bytes = kind) -> None:
            if info.name == "vault.db":
                info.type, info.linkname = kind, "/etc/passwd"

        (tmp_path / "bad").write_bytes(packed([("evidence-kit-backup", listing(members)), *members], change))
        assert fault(tmp_path / "bad", tmp_path / "out") == "backup-damaged"


def test_members_too_many_too_few_twice_or_in_another_order_are_refused(file: Path, tmp_path: Path) -> None:
    _, *members = read(file)
    whole = ("evidence-kit-backup", listing(members))
    wrong = [
        [whole, *members, members[-1]],
        [whole, *members[:-1]],
        [whole, *reversed(members)],
        [("evidence-kit-backup", listing([*members, members[0]])), *members, members[0]],
        [("evidence-kit-backup", listing(members[:-2])), *members[:-2]],
        members,
        [("evidence-kit-backup", b"\xff\xfe"), *members],
        [("evidence-kit-backup", b""), *members],
    ]
    for made in wrong:
        (tmp_path / "bad").write_bytes(packed(made))
        assert fault(tmp_path / "bad", tmp_path / "out") == "backup-damaged"


def test_a_newer_backup_is_named_so(file: Path, tmp_path: Path) -> None:
    _, *members = read(file)
    newer = listing(members).replace(b"backup 1", b"backup 2", 1)
    (tmp_path / "bad").write_bytes(packed([("evidence-kit-backup", newer), *members]))
    assert fault(tmp_path / "bad", tmp_path / "out") == "newer-version"


def test_what_is_no_backup_at_all_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"\x89PNG" * 1000)
    assert fault(tmp_path / "photo", tmp_path / "out") == "backup-damaged"
    assert fault(tmp_path / "absent", tmp_path / "out") == "no-such-file"


def test_an_exhibit_that_changes_while_it_is_copied_is_no_backup(place: Place, tmp_path: Path) -> None:
    with place.open() as vault:
        exhibit = vault.exhibits.stage([b"x" * 2_000_000], "image/png", "screenshot")
        vault.append(FileAdded(exhibit, "x", None, (), "none"))
        (stored,) = (place.folder / "exhibits").iterdir()

        def disturb(_done: int, _total: int) -> None:
            stored.write_bytes(stored.read_bytes()[:-1] + b"?")

        with pytest.raises(Broken) as told:
            vault.backup(tmp_path / "backup", disturb)
        assert told.value.code is Code.BACKUP_CHANGED
    assert not (tmp_path / "backup").exists()
