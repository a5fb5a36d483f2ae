"""What a person can change later: an address, a proxy, a restored vault's deliveries, and copies taken out."""

import socket
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_kit.app.station import ChosenWay
from evidence_kit.app.vaults import restore_vault
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ExportExhibits, ListDeliveries, ListDestinations
from evidence_kit.jobs.people import ChangeDestination
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport
from evidence_kit.jobs.upkeep import BackUpVault
from evidence_kit.model.bodies.captures import CertificateSeen, PageCaptured
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.entry import Entry
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.vault.outbox import Outbox
from evidence_kit.watch.network import NetworkChoice, read_choice, write_choice
from tests.core.kits import open_kit

EVERYTHING = GatherReport(disruption=None, entries=(), destinations=("desk",), text="")


def test_what_waits_follows_a_destination_to_its_new_address(kit: Kit, desk: str, tmp_path: Path) -> None:
    kit.run(WriteNote("waits"))
    kit.run(CreateReport(EVERYTHING))
    changed = kit.run(ChangeDestination(desk, FolderRoute(tmp_path / "elsewhere").url()))
    ((delivery, name),) = kit.run(ListDeliveries())
    assert (delivery.destination, name) == (changed.id, desk)
    assert kit.run(ListDestinations()) == (changed,)


def test_a_restored_vault_keeps_the_proxy_and_sends_nothing_by_itself(
    kit: Kit, desk: str, folder: Path, tmp_path: Path
) -> None:
    write_choice(folder, NetworkChoice(proxy="socks5h://127.0.0.1:9050"))
    kit.run(WriteNote("may have been sent since"))
    ((waiting, _),) = kit.run(CreateReport(EVERYTHING)).deliveries
    kit.run(WriteNote("was sent"))
    ((settled, _),) = kit.run(CreateReport(EVERYTHING)).deliveries
    for role in ("notice", "report"):
        for state in (DeliveryState.SENDING, DeliveryState.CLAIMED):
            Outbox(folder).move(settled.id, role, state, at=kit.clock.read())
    kit.run(BackUpVault(tmp_path / "copy"))
    restore_vault(tmp_path / "copy", tmp_path / "restored")
    assert read_choice(tmp_path / "restored").proxy == "socks5h://127.0.0.1:9050"
    with open_kit(tmp_path / "restored") as restored:
        paused = {delivery.id: delivery.paused for delivery, _ in restored.run(ListDeliveries())}
    assert paused == {waiting.id: True, settled.id: False}
    with pytest.raises(Refused, match="vault-exists"):
        restore_vault(tmp_path / "copy", tmp_path / "restored")


def test_a_proxy_set_later_holds_for_the_next_connection(folder: Path) -> None:
    way = ChosenWay(folder)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as dead:
        host, port = server.getsockname()
        way.open(host, port, 5).close()
        server.accept()[0].close()
        refused = dead.getsockname()[1]
        dead.close()
        write_choice(folder, NetworkChoice(proxy=f"socks5h://127.0.0.1:{refused}"))
        with pytest.raises(Unavailable, match="proxy-unreachable"):
            way.open(host, port, 5)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_originals_come_out_byte_for_byte_and_overwrite_nothing(kit: Kit, tmp_path: Path) -> None:
    content = bytes(range(256)) * 3000
    (tmp_path / "photo.bin").write_bytes(content)
    entry = Capturing(JournalKeeper(kit)).file(tmp_path / "photo.bin")
    out = tmp_path / "out"
    out.mkdir()
    (path,) = kit.run(ExportExhibits(entry.id, out))
    assert path.parent == out
    assert path.read_bytes() == content
    with pytest.raises(Refused, match="file-exists"):
        kit.run(ExportExhibits(entry.id, out))
    assert path.read_bytes() == content


@dataclass(frozen=True, slots=True)
class KeepPair(Job[Entry]):
    """A page with its picture and its MHTML."""

    def run(self, context: JobContext) -> Entry:
        picture = context.vault.exhibits.stage((b"picture",), media_type="image/png", role="page-picture")
        mhtml = context.vault.exhibits.stage((b"mhtml",), media_type="multipart/related", role="page-mhtml")
        seen = CertificateSeen("none")
        at = "https://example.org/"
        return context.vault.append(PageCaptured(picture, mhtml, at, at, "", "live", None, 0, 200, (), seen, "test"))


def test_an_entry_comes_out_with_all_its_files_or_with_none(kit: Kit, tmp_path: Path) -> None:
    page = kit.run(KeepPair())
    out = tmp_path / "out"
    with pytest.raises(Refused, match="folder-missing"):
        kit.run(ExportExhibits(page.id, out))
    out.mkdir()
    first, second = kit.run(ExportExhibits(page.id, out))
    assert [first.read_bytes(), second.read_bytes()] == [b"picture", b"mhtml"]
    first.unlink()
    with pytest.raises(Refused, match="file-exists"):
        kit.run(ExportExhibits(page.id, out))
    assert list(out.iterdir()) == [second]


def test_an_entry_without_files_has_nothing_to_export(kit: Kit, tmp_path: Path) -> None:
    note = kit.run(WriteNote("words alone"))
    with pytest.raises(Refused, match="nothing-to-export"):
        kit.run(ExportExhibits(note.id, tmp_path))
