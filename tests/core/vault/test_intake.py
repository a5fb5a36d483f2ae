"""Recording while locked: sealed, linked, entered once, and never held up by a bad item."""

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nacl import bindings

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model import codec
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.entry import LockedAtSealing, Origin
from evidence_kit.model.exhibit import Exhibit, TileRoot
from evidence_kit.model.finding import Verdict
from evidence_kit.vault import header
from evidence_kit.vault.intake import Intake
from evidence_kit.vault.vault import Vault
from tests.core.vault.conftest import Place, note
from tests.fakes.clock import FakeClock


@pytest.fixture
def intake(place: Place) -> Iterator[Intake]:
    with Intake(place.folder) as opened:
        yield opened


@pytest.fixture
def folder(place: Place) -> Path:
    return place.folder / "intake"


def items(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name[:10].isdigit() and "-" in path.name)


def seal(intake: Intake, clock: FakeClock, *texts: str) -> list[str]:
    return [intake.seal(note(text), clock.read()) for text in texts]


def told(vault: Vault) -> list[tuple[str, str]]:
    return [(found.code, found.subject) for found in vault.findings]


def broken(vault: Vault) -> set[str]:
    return {found.code for found in vault.check() if found.verdict is Verdict.BROKEN}


def test_what_is_sealed_while_locked_enters_with_both_its_times(place: Place, intake: Intake, folder: Path) -> None:
    then = place.clock.read()
    first, second = seal(intake, place.clock, "one", "two")
    place.clock.pass_time(3600)
    with place.open() as vault:
        assert vault.absorb() == 2
        one, two = vault.entries()
        assert (one.body, two.body) == (note("one"), note("two"))
        assert (one.clock, one.seen) == (place.clock.read(), then)
        assert one.intake is not None
        assert two.intake is not None
        assert (one.intake.item, one.intake.previous) == (first, None)
        assert (one.origin, one.locked) == (Origin.INTAKE, LockedAtSealing.NOT_KNOWN), "nobody told this process"
        assert (two.intake.item, two.intake.previous) == (second, first)
        assert (items(folder), vault.findings, broken(vault)) == ([], (), set())


def test_whether_the_vault_was_locked_is_recorded_at_each_sealing(place: Place) -> None:
    states = [LockedAtSealing.YES, LockedAtSealing.NO, LockedAtSealing.NOT_KNOWN]
    told = iter(states)
    with Intake(place.folder, lambda: next(told)) as intake:
        seal(intake, place.clock, "one", "two", "three")
    with place.open() as vault:
        vault.absorb()
        straight = vault.append(note("four"))
        *through, last = vault.entries()
    assert [entry.locked for entry in through] == states
    assert {entry.origin for entry in through} == {Origin.INTAKE}
    assert last == straight
    assert (straight.origin, straight.locked) == (Origin.JOURNAL, LockedAtSealing.NO)


def test_items_reveal_nothing_and_need_no_key(place: Place, intake: Intake, folder: Path) -> None:
    exhibit = intake.stage([b"canary-7311"], "text/plain", "file")
    intake.seal(FileAdded(exhibit, "canary-7311", None, (), "none"), place.clock.read())
    for path in folder.iterdir():
        assert b"canary" not in path.read_bytes()
        assert exhibit.sha256[:16] not in path.name


def test_exhibits_come_along_with_their_tiles_and_the_same_bytes_only_once(place: Place, intake: Intake) -> None:
    tiles = TileRoot("a" * 64, 5, 5)
    for name in ("x", "y"):
        picture = intake.stage([b"pixels" * 100_000], "image/png", "screenshot", tiles, b"s" * 32)
        intake.seal(FileAdded(picture, name, None, (), "none"), place.clock.read())
    with place.open() as vault:
        assert vault.absorb() == 2
        assert b"".join(vault.exhibits.read(picture.sha256)) == b"pixels" * 100_000
        assert vault.exhibits.tile_seed(picture.sha256) == b"s" * 32
        assert len(list((place.folder / "exhibits").iterdir())) == 1
        assert sorted(path.name for path in (place.folder / "intake").iterdir()) == ["link", "lock"]
        assert broken(vault) == set()


def test_an_exhibit_already_in_the_vault_is_not_stored_again(place: Place, intake: Intake) -> None:
    with place.open() as vault:
        known = vault.exhibits.stage([b"same"], "image/png", "screenshot")
        vault.append(FileAdded(known, "x", None, (), "none"))
        again = intake.stage([b"same"], "image/png", "screenshot")
        intake.seal(FileAdded(again, "y", None, (), "none"), place.clock.read())
        assert vault.absorb() == 1
        assert len(list((place.folder / "exhibits").iterdir())) == 1
        assert b"".join(vault.exhibits.read(again.sha256)) == b"same"


def test_the_chain_goes_on_over_restarts_unlocks_and_many_writers(place: Place, folder: Path) -> None:
    for text in ("a", "b"):
        with Intake(place.folder) as intake:
            seal(intake, place.clock, text)
    with place.open() as vault:
        vault.absorb()

    def write(number: int) -> None:
        with Intake(place.folder) as intake:
            seal(intake, place.clock, *(f"{number}.{count}" for count in range(4)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with place.open() as vault:
        assert vault.absorb() == 16
        marks = [entry.intake for entry in vault.entries()]
        assert [mark.previous for mark in marks if mark] == [None, *(mark.item for mark in marks[:-1] if mark)]
        assert (vault.findings, broken(vault)) == ((), set())


def test_a_kill_between_item_and_link_does_not_fork_the_chain(place: Place, intake: Intake, folder: Path) -> None:
    seal(intake, place.clock, "one")
    link = (folder / "link").read_bytes()
    seal(intake, place.clock, "two")
    (folder / "link").write_bytes(link)
    seal(intake, place.clock, "three")
    with place.open() as vault:
        assert (vault.absorb(), vault.findings) == (3, ())


def test_a_kill_between_item_and_link_is_put_right_before_the_item_goes(
    place: Place, intake: Intake, folder: Path
) -> None:
    seal(intake, place.clock, "one")
    (folder / "link").unlink()
    with place.open() as vault:
        assert vault.absorb() == 1
        seal(intake, place.clock, "two")
        assert (vault.absorb(), vault.findings) == (1, ())


def test_an_item_met_again_after_a_crash_is_not_entered_twice(place: Place, intake: Intake, folder: Path) -> None:
    exhibit = intake.stage([b"bytes"], "image/png", "screenshot")
    intake.seal(FileAdded(exhibit, "x", None, (), "none"), place.clock.read())
    saved = place.copy("saved")
    with place.open() as vault:
        assert vault.absorb() == 1
    # As after a kill right behind the commit: neither the exhibit's file moved nor the item deleted.
    (file,) = (place.folder / "exhibits").iterdir()
    shutil.rmtree(folder)
    shutil.copytree(saved.folder / "intake", folder)
    file.unlink()
    with place.open() as vault:
        assert vault.findings == ()
        assert b"".join(vault.exhibits.read(exhibit.sha256)) == b"bytes"
        assert (vault.absorb(), vault.size, vault.findings) == (0, 1, ())
        assert b"".join(vault.exhibits.read(exhibit.sha256)) == b"bytes"
        assert (items(folder), broken(vault)) == ([], set())


def test_a_missing_item_is_told_and_the_others_enter(place: Place, intake: Intake, folder: Path) -> None:
    seal(intake, place.clock, "one", "two", "three")
    items(folder)[1].unlink()
    with place.open() as vault:
        assert vault.absorb() == 2
        (finding,) = vault.findings
        assert (finding.code, finding.facts) == ("intake-item-missing", (("expected", "2"), ("found", "3")))
        assert broken(vault) == {"intake-item-missing"}


@pytest.mark.parametrize("damage", ["flip", "empty", "rubbish", "huge"])
def test_an_unreadable_item_goes_to_quarantine_is_told_and_blocks_nothing(
    place: Place, intake: Intake, folder: Path, damage: str
) -> None:
    seal(intake, place.clock, "one", "two", "three")
    bad = items(folder)[1]
    content = bad.read_bytes()
    bad.write_bytes(
        {
            "flip": content[:60] + bytes([content[60] ^ 1]) + content[61:],
            "empty": b"",
            "rubbish": b"x" * 500,
            "huge": bytes(300_000),
        }[damage]
    )
    with place.open() as vault:
        assert vault.absorb() == 2
        assert ("intake-item-unreadable", bad.name) in told(vault)
        assert [path.name for path in (folder / "quarantine").iterdir()] == [bad.name]
        assert "intake-item-unreadable" in broken(vault)
        assert vault.absorb() == 0


def test_an_item_whose_exhibit_is_damaged_or_gone_goes_to_quarantine(
    place: Place, intake: Intake, folder: Path
) -> None:
    for name in ("damaged", "gone", "sound"):
        exhibit = intake.stage([name.encode() * 1000], "image/png", "screenshot")
        file = folder / intake._staged[exhibit.sha256][0].file
        intake.seal(FileAdded(exhibit, name, None, (), "none"), place.clock.read())
        if name == "damaged":
            file.write_bytes(file.read_bytes()[:-1] + b"x")
        elif name == "gone":
            file.unlink()
    with place.open() as vault:
        assert vault.absorb() == 1
        assert [code for code, _ in told(vault)] == ["intake-item-unreadable"] * 2
        assert [entry.body.name for entry in vault.entries() if isinstance(entry.body, FileAdded)] == ["sound"]


def forge(place: Place, members: dict[str, codec.Json], number: int) -> Path:
    """What anybody with the public key could drop into the folder."""
    content = bindings.crypto_box_seal(codec.canonical(members), header.intake_key(place.folder / "vault.header"))
    name = f"{number:010d}-{hashlib.sha256(content).hexdigest()[:8]}"
    (place.folder / "intake" / name).write_bytes(content)
    return place.folder / "intake" / name


def members(place: Place, **changed: codec.Json) -> dict[str, codec.Json]:
    plain: dict[str, codec.Json] = {
        "v": 1,
        "number": 1,
        "previous": None,
        "clock": codec.to_json(place.clock.read()),
        "locked": "yes",
        "kind": "note",
        "body": codec.to_json(note("forged")),
        "exhibits": [],
    }
    return plain | changed


def test_the_forger_of_these_tests_can_make_an_item_that_enters(place: Place) -> None:
    forge(place, members(place), 1)
    with place.open() as vault:
        assert (vault.absorb(), vault.findings) == (1, ())


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"kind": "unknown"},
        {"kind": ["note"]},
        {"body": {"text": 5, "pseudonym": None, "disruption": None}},
        {"body": {"text": "x" * 70_000, "pseudonym": None, "disruption": None}},
        {"number": "1"},
        {"number": True},
        {"previous": 5},
        {"locked": "perhaps"},
        {"locked": None},
        {"exhibits": {}},
        {"exhibits": [{"sha256": "0" * 64}]},
        {"clock": None},
        {"extra": 1},
    ],
)
def test_a_malformed_item_goes_to_quarantine(place: Place, changed: dict[str, codec.Json]) -> None:
    forge(place, members(place, **changed), 1)
    with place.open() as vault:
        assert (vault.absorb(), [code for code, _ in told(vault)]) == (0, ["intake-item-unreadable"])


@pytest.mark.parametrize("file", ["../vault.db", "x" * 32, "A" * 32, "link", ""])
def test_an_exhibit_s_file_name_cannot_leave_the_folder(place: Place, file: str) -> None:
    stored: codec.Json = {
        "sha256": "0" * 64,
        "size": 1,
        "file": file,
        "key": codec.to_json(bytes(32)),
        "tiles": None,
        "tile_seed": None,
    }
    forge(place, members(place, exhibits=[stored]), 1)
    with place.open() as vault:
        assert (vault.absorb(), [code for code, _ in told(vault)]) == (0, ["intake-item-unreadable"])


def test_a_forged_item_cannot_put_wrong_bytes_under_an_exhibit_s_hash(place: Place, intake: Intake) -> None:
    wrong = intake.stage([b"wrong bytes"], "image/png", "screenshot")
    stored, out = intake._staged.pop(wrong.sha256)
    out.close()
    true = hashlib.sha256(b"true bytes").hexdigest()
    body = FileAdded(Exhibit(true, 11, "image/png", "file"), "x", None, (), "none")
    claim = codec.to_json(stored)
    assert isinstance(claim, dict)
    forge(place, members(place, kind="file", body=codec.to_json(body), exhibits=[claim | {"sha256": true}]), 1)
    with place.open() as vault:
        assert vault.absorb() == 0
        exhibit = vault.exhibits.stage([b"true bytes"], "image/png", "file")
        vault.append(FileAdded(exhibit, "x", None, (), "none"))
        assert b"".join(vault.exhibits.read(true)) == b"true bytes"


def test_the_same_item_under_two_names_enters_once(place: Place, intake: Intake, folder: Path) -> None:
    seal(intake, place.clock, "one")
    (first,) = items(folder)
    shutil.copy(first, folder / "0000000002-00000000")
    with place.open() as vault:
        assert (vault.absorb(), vault.size, items(folder)) == (1, 1, [])


def test_what_a_dead_writer_staged_goes_and_what_a_living_one_staged_stays(place: Place, folder: Path) -> None:
    dead = folder / ("d" * 32)
    dead.write_bytes(b"half")
    with Intake(place.folder) as living:
        exhibit = living.stage([b"in flight"], "image/png", "screenshot")
        with place.open() as vault:
            vault.absorb()
            assert not dead.exists()
            living.seal(FileAdded(exhibit, "x", None, (), "none"), place.clock.read())
            assert vault.absorb() == 1
            assert b"".join(vault.exhibits.read(exhibit.sha256)) == b"in flight"


def test_what_was_staged_and_never_sealed_goes_with_the_writer(place: Place, folder: Path) -> None:
    with Intake(place.folder) as intake:
        intake.stage([b"never sealed"], "image/png", "screenshot")
        intake.stage([b"never sealed"], "image/png", "screenshot")
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_what_could_not_become_an_entry_is_refused_when_it_is_sealed(place: Place, intake: Intake) -> None:
    with pytest.raises(Refused) as told_long:
        seal(intake, place.clock, "x" * 70_000)
    assert told_long.value.code is Code.ENTRY_TOO_LONG
    body = FileAdded(Exhibit("0" * 64, 1, "image/png", "file"), "x", None, (), "none")
    with pytest.raises(Broken) as told_missing:
        intake.seal(body, place.clock.read())
    assert told_missing.value.code is Code.EXHIBIT_MISSING


def test_a_wiped_or_absent_vault_takes_nothing_in(place: Place, tmp_path: Path) -> None:
    header.destroy(place.folder)
    with pytest.raises(Broken) as told_wiped:
        Intake(place.folder)
    assert told_wiped.value.code is Code.HEADER_DAMAGED
    with pytest.raises(Refused) as told_absent:
        Intake(tmp_path / "absent")
    assert told_absent.value.code is Code.NO_VAULT
