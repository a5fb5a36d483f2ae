"""What looks after the vault and the machine, and says what it found."""

import shutil
from pathlib import Path

import pytest

from evidence_kit.app.commands.care import AskFindings, CheckVault
from evidence_kit.app.commands.keep import WriteNote
from evidence_kit.app.doctor import examine_machine, swaps_in_clear
from evidence_kit.app.drill import holds
from evidence_kit.app.kit import Kit
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.files import in_memory, runtime_folder
from evidence_kit.model.finding import Verdict
from tests.core.app.conftest import open_kit


def test_a_whole_check_tells_how_far_it_is(kit: Kit) -> None:
    kit.run(WriteNote("something to read"))
    told: list[Event] = []
    kit.listen(told.append)
    found = {finding.code: finding.verdict for finding in kit.run(CheckVault())}
    assert found.keys() >= {"database", "journal", "exhibits"}
    assert set(found.values()) == {Verdict.HOLDS}
    steps = [(event.work, event.done, event.total) for event in told if isinstance(event, WorkProgressed)]
    assert steps
    assert steps[-1] == ("check", steps[-1][2], steps[-1][2])


def test_what_was_amiss_at_the_unlock_can_be_asked_for(folder: Path) -> None:
    content = bytearray((folder / "vault.header").read_bytes())
    content[2000] ^= 1
    (folder / "vault.header").write_bytes(content)
    with open_kit(folder) as kit:
        assert [finding.code for finding in kit.run(AskFindings())] == ["header-copy-damaged"]


SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.mark.parametrize(
    ("devices", "in_clear"),
    [((), False), (("/dev/zram0", "/dev/dm-1"), False), (("/dev/sda2",), True), (("/dev/zram0", "/swapfile"), True)],
)
def test_swap_that_may_keep_memory_on_the_disk_is_seen(devices: tuple[str, ...], in_clear: bool) -> None:
    table = SWAPS + "".join(f"{device}  partition\t8388604\t0\t-2\n" for device in devices)
    assert swaps_in_clear(table) is in_clear


@pytest.mark.slow
def test_the_machine_is_described_as_it_is_also_where_no_vault_is_yet(tmp_path: Path) -> None:
    found = {finding.code: finding.verdict for finding in examine_machine(tmp_path / "not" / "there")}
    roomy = shutil.disk_usage(tmp_path).free >= 500 << 20
    assert found["room" if roomy else "room-short"] is (Verdict.HOLDS if roomy else Verdict.NOTE)
    memory = in_memory(runtime_folder())
    assert found["runtime-in-memory" if memory else "runtime-on-disk"] is (
        Verdict.HOLDS if memory else Verdict.UNPROVEN
    )
    assert found["clock-unbounded"] is Verdict.UNPROVEN
    assert {"python", "gpg"} <= found.keys()


@pytest.mark.parametrize("place", [0, (1 << 20) - 3, 1 << 20, 3_000_000])
def test_a_leak_is_found_wherever_it_begins(tmp_path: Path, place: int) -> None:
    (tmp_path / "file").write_bytes(bytes(place) + b"the bridge" + bytes(9))
    assert holds(tmp_path / "file", b"the bridge")
    assert not holds(tmp_path / "file", b"the brigde")
