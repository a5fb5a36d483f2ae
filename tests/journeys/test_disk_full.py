"""A disk that is really full: every command says so, nothing acknowledged is lost, and one more note gets in."""

import json
import os
import queue
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evidence_kit.app.desktop import Desktop
from evidence_kit.clock import SystemClock
from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.drill.resolver import Names
from evidence_kit.drill.servers import Behaviour
from evidence_kit.errors import Refused
from evidence_kit.events import Event, KeepingHeld, KeepingResumed, RoundJudged
from tests.fakes.correspondent import Correspondent
from tests.fakes.product import PATIENCE_S, Product, Surroundings, Watching
from tests.journeys.conftest import Template, over

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs Linux and root"
    ),
]


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """24 MiB in memory; `fill` leaves no block free."""

    folder: Path

    def fill(self, leave: int = 0) -> None:
        """Take every block, then give `leave` bytes back."""
        with (self.folder / f"filler-{secrets.token_hex(4)}").open("wb", buffering=0) as out:
            for size in (1 << 20, 4096):
                try:
                    while out.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue
            out.truncate(out.tell() - leave)
        assert shutil.disk_usage(self.folder).free == leave

    def make_room(self) -> None:
        for filler in self.folder.glob("filler-*"):
            filler.unlink()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def product(template: Template, small: SmallDisk, around: Surroundings, tmp_path: Path) -> Product:
    shutil.copytree(template.folder, small.folder / "vault")
    return over(small.folder / "vault", around, tmp_path)


# What an unlocked database needs beside itself, so that the ballast is not given up for it.
ROOM = 256 << 10


def test_on_a_full_disk_every_command_says_so_and_nothing_is_lost(
    product: Product, small: SmallDisk, desk: Correspondent, tmp_path: Path
) -> None:
    (stick := tmp_path / "stick").mkdir()
    product.prepare("destination", "add", "stick", f"folder:{stick}", "--recipient", desk.fingerprint)
    (first := tmp_path / "first.bin").write_bytes(secrets.token_bytes(2_000_000))
    product.prepare("capture", "file", str(first))
    product.prepare("note", "before")
    made = product.prepare("report", "create", "--to", "stick")
    before = product.run("journal")
    small.fill(ROOM)
    (another := tmp_path / "another.bin").write_bytes(secrets.token_bytes(400_000))
    for command in (
        ["capture", "file", str(another)],
        ["capture", "file", "--sealed", str(another)],
        ["report", "create", "--to", "stick", "--entry", before[-3]["id"]],
        ["backup", str(small.folder / "backup")],
    ):
        assert product.refused(*command) == (2, "disk-full"), command
        assert shutil.disk_usage(small.folder).free == ROOM, command
    # What only looks goes on.
    assert product.run("journal") == before
    assert product.run("deliveries") == made["deliveries"]
    # Notes get in, the last ones by the room that is kept for them; at last there is none left.
    kept = []
    while not (told := product.tell("note", "-", given="one more " + secrets.token_hex(20_000))).code:
        kept.append(told.json)
        small.fill(min(ROOM, shutil.disk_usage(small.folder).free))
    assert (told.code, told.error["error"]) == (2, "disk-full")
    assert kept
    assert not (product.vault / "ballast").exists()
    small.make_room()
    journal = product.run("journal")
    assert [entry for entry in journal if entry["kind"] == "note"][1:] == kept
    assert [entry for entry in journal if entry in before] == before
    assert product.tell("sync", "--once").code == 0
    assert len(list(stick.iterdir())) == 2
    product.run("capture", "file", str(another))
    assert product.run("doctor")["verdict"] == "holds"
    assert (product.vault / "ballast").stat().st_size == 4 << 20


def test_what_needs_no_unlocking_also_says_that_the_disk_is_full(product: Product, small: SmallDisk) -> None:
    small.fill()
    assert product.refused("note", "--sealed", "while locked") == (2, "disk-full")
    assert product.refused("network", "--proxy", "socks5h://127.0.0.1:9050") == (2, "disk-full")
    assert product.run("network")["proxy"] is None
    small.make_room()
    assert product.run("doctor")["verdict"] == "holds"


def test_a_vault_opens_and_takes_a_note_on_a_disk_without_a_single_block(product: Product, small: SmallDisk) -> None:
    before = product.run("journal")
    small.fill()
    assert product.run("journal") == before
    note = product.run("note", "the last word")
    small.make_room()
    assert product.run("journal") == [*before, note]


def test_what_waits_to_come_in_keeps_nobody_from_reading_on_a_full_disk(product: Product, small: SmallDisk) -> None:
    note = product.run("note", "before")
    sealed = [f"{number} " + "x" * 40_000 for number in range(12)]
    for text in sealed:
        product.prepare("note", "--sealed", text)
    (product.vault / "ballast").unlink()
    small.fill(ROOM)
    read = product.run("journal")
    assert note in read
    assert len(read) < len(sealed), "there was no room for all of them"
    small.make_room()
    assert [entry["body"]["text"] for entry in product.run("journal") if entry["kind"] == "note"] == ["before", *sealed]


def test_a_new_vault_on_a_full_disk_is_refused_and_leaves_nothing(
    small: SmallDisk, around: Surroundings, tmp_path: Path
) -> None:
    small.fill()
    fresh = over(small.folder / "fresh", around, tmp_path)
    assert fresh.refused("init") == (2, "disk-full")
    assert list(fresh.vault.rglob("*")) == []
    small.make_room()
    fresh.run("init")
    assert fresh.run("doctor")["verdict"] == "holds"


def moments(journal: list[dict[str, Any]], kind: str) -> list[str]:
    """When the entries of a kind were seen, by their own clock readings."""
    return [entry["seen_utc"] for entry in journal if entry["kind"] == kind]


def test_a_watch_goes_on_over_a_full_disk_and_what_it_saw_is_kept_once_there_is_room(
    product: Product, small: SmallDisk, tmp_path: Path
) -> None:
    with FakeInternet() as internet:
        targets = ("watch", "--targets", str(internet.write_targets(tmp_path)))
        with Watching(product.start(*targets)) as watch:
            watch.until_state("online")
            small.fill()
            internet.cut_abroad()
            told = watch.expect(lambda told: told["event"] == "keeping-held")
            assert (told["reason"], told["lost"]) == ("disk-full", 0)
            watch.until_state("cut-from-abroad")
            # Three failed rounds in a row are a disruption.
            internet.black_out()
            watch.until_state("no-connection-beyond-provider")
            internet.home.behave(Behaviour.UP)
            internet.system.answering = Names.TRUE
            watch.until_state("cut-from-abroad")
            room = SystemClock().read().wall_utc
            small.make_room()
            watch.expect(lambda told: told["event"] == "keeping-resumed")
            internet.restore()
            watch.until_state("online")
            assert watch.end() == (0, "")
        assert [told["event"] for told in watch.heard if told["event"].startswith("keeping")] == [
            "keeping-held",
            "keeping-resumed",
        ]
    assert product.run("doctor")["verdict"] == "holds"
    journal = product.run("journal")
    (opened,) = moments(journal, "disruption-opened")
    assert opened < room
    measured = moments(journal, "measurement")
    assert measured == sorted(measured)
    assert len([when for when in measured if when < room]) >= 3


def test_a_watch_that_ends_on_a_full_disk_says_how_much_was_not_kept(
    product: Product, small: SmallDisk, tmp_path: Path
) -> None:
    small.fill()
    with FakeInternet() as internet:
        targets = internet.write_targets(tmp_path)
        with Watching(product.start("watch", "--targets", str(targets))) as watch:
            watch.until_state("online")
            # The reserve was given up to unlock; now that is used up, too.
            small.fill()
            internet.black_out()
            watch.until_state("no-connection-beyond-provider")
            code, said = watch.end()
    error = json.loads(said.splitlines()[-1])
    assert (code, error["error"], error["facts"]["why"]) == (2, "not-written-down", "disk-full")
    assert error["facts"]["entries"] >= 1
    assert error["message"].startswith("The disk stayed full to the end. Seen and not kept: ")
    small.make_room()
    assert product.run("doctor")["verdict"] == "holds"


def test_an_item_that_took_the_last_block_is_kept_once(product: Product, small: SmallDisk) -> None:
    product.prepare("note", "--sealed", "before")
    small.fill(4096)
    product.prepare("note", "--sealed", "the last block")
    assert product.refused("note", "--sealed", "too late") == (2, "disk-full")
    small.make_room()
    product.prepare("note", "--sealed", "after")
    notes = [entry["body"]["text"] for entry in product.run("journal") if entry["kind"] == "note"]
    assert notes == ["before", "the last block", "after"]
    assert product.run("doctor")["verdict"] == "holds"


def test_on_a_full_disk_nothing_is_sent_that_could_not_be_noted_and_all_goes_once_when_there_is_room(
    product: Product, small: SmallDisk, desk: Correspondent, tmp_path: Path
) -> None:
    (tmp_path / "inbox").mkdir()
    inbox = Inbox(tmp_path / "inbox")
    with PostOffice(inbox, tmp_path / "ca.pem") as office, FakeInternet() as internet:
        url = office.url("desk@newsroom.invalid")
        product.prepare("destination", "add", "mail", url, "--recipient", desk.fingerprint)
        product.prepare("note", "to be sent")
        product.prepare("report", "create", "--to", "mail")
        internet.black_out(Behaviour.REFUSED)
        targets = ("watch", "--targets", str(internet.write_targets(tmp_path)))
        with Watching(product.start(*targets)) as watch:
            watch.until_state("no-connection-beyond-provider")
            small.fill()
            internet.restore()
            watch.until_state("online")
            told = watch.expect(lambda told: told["event"] == "sending-held")
            assert (told["reason"], told["pending"]) == ("disk-full", 0)
            assert inbox.received() == []
            small.make_room()
            watch.until_sent("notice")
            watch.until_sent("report")
            assert watch.end() == (0, "")
        assert [told["event"] for told in watch.heard if told["event"].startswith("sending")] == [
            "sending-held",
            "sending-resumed",
        ]
        assert len(inbox.received()) == 2
    assert product.run("doctor")["verdict"] == "holds"


def heard(told: "queue.SimpleQueue[Event]", kind: type[Event]) -> Event:
    """The next event of a kind."""
    while not isinstance(event := told.get(timeout=PATIENCE_S), kind):
        pass
    return event


def test_the_window_s_own_watch_goes_on_over_a_full_disk_and_its_end_says_what_was_lost(
    product: Product, small: SmallDisk, tmp_path: Path
) -> None:
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    with FakeInternet() as internet:
        desktop = Desktop(product.vault, tmp_path / "settings", targets=internet.write_targets(tmp_path))
        desktop.listen(told.put)
        desktop.watch.start()
        heard(told, RoundJudged)
        small.fill()
        internet.cut_abroad()
        assert heard(told, KeepingHeld) == desktop.watch.keeping_held
        desktop.watch.look_now()
        heard(told, RoundJudged)
        assert desktop.watch.running
        small.make_room()
        heard(told, KeepingResumed)
        assert desktop.watch.keeping_held is None
        small.fill()
        heard(told, KeepingHeld)
        with pytest.raises(Refused, match="not-written-down") as lost:
            desktop.watch.stop()
        assert desktop.watch.fault is lost.value
        assert (desktop.watch.running, desktop.watch.keeping_held) == (False, None)
        desktop.watch.stop()
        # The next watch goes on where there is room again.
        small.make_room()
        desktop.watch.start()
        heard(told, RoundJudged)
        assert desktop.watch.fault is None
        small.fill()
        heard(told, KeepingHeld)
        with pytest.raises(Refused, match="not-written-down"):
            desktop.close()
        small.make_room()
    assert product.run("doctor")["verdict"] == "holds"
    assert moments(product.run("journal"), "measurement")
