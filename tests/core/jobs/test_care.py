"""What looks after the vault and the machine, and says what it found."""

import os
import shutil
from pathlib import Path

import pytest

from evidence_kit.drill.journey import holds
from evidence_kit.errors import Refused
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.files import in_memory, runtime_folder
from evidence_kit.jobs.care import AskFindings, AskFingerprint, ProveSecret, SetRecoveryCode
from evidence_kit.jobs.doctor import examine_machine, swaps_in_clear
from evidence_kit.jobs.job import CancelToken
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListEntries
from evidence_kit.jobs.passphrase import offer_recovery_code
from evidence_kit.jobs.upkeep import BackUpVault, CheckVault
from evidence_kit.machine.components import own_licence, parts, versions
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.model.finding import Verdict
from tests.core.kits import PASSPHRASE, open_kit


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


def test_a_backup_tells_how_far_it_is_and_can_be_called_off_leaving_nothing(kit: Kit, tmp_path: Path) -> None:
    told: list[Event] = []
    kit.listen(told.append)
    size = kit.run(BackUpVault(tmp_path / "copy"))
    assert size == (tmp_path / "copy").stat().st_size
    steps = [event for event in told if isinstance(event, WorkProgressed)]
    assert {step.work for step in steps} == {"backup"}
    assert steps[-1].done == steps[-1].total
    unwanted = CancelToken()
    unwanted.call_off()
    with pytest.raises(Refused, match="called-off"):
        kit.run(BackUpVault(tmp_path / "other"), unwanted)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["copy"]
    assert not list(kit.folder.glob(".*.part"))


def test_a_check_can_be_called_off_and_the_vault_goes_on(kit: Kit) -> None:
    unwanted = CancelToken()
    unwanted.call_off()
    with pytest.raises(Refused, match="called-off"):
        kit.run(CheckVault(), unwanted)
    assert {finding.verdict for finding in kit.run(CheckVault())} == {Verdict.HOLDS}


def test_a_new_recovery_code_opens_only_once_it_was_set(kit: Kit) -> None:
    code = offer_recovery_code()
    with pytest.raises(Refused, match="wrong-passphrase"):
        kit.run(ProveSecret(bytearray(code, "ascii")))
    kit.run(SetRecoveryCode(code))
    secret = bytearray(code, "ascii")
    kit.run(ProveSecret(secret))
    assert not any(secret)
    with pytest.raises(Refused, match="recovery-code-typo"):
        kit.run(SetRecoveryCode(code[:-1]))


def test_the_owner_proves_to_be_it_with_the_passphrase_alone(kit: Kit) -> None:
    kit.run(ProveSecret(bytearray(PASSPHRASE)))
    with pytest.raises(Refused, match="wrong-passphrase"):
        kit.run(ProveSecret(bytearray(b"not the passphrase")))


def test_the_fingerprint_is_that_of_the_key_that_signs(kit: Kit) -> None:
    (created,) = [entry.body for entry in kit.run(ListEntries()) if isinstance(entry.body, VaultCreated)]
    assert kit.run(AskFingerprint()) == created.fingerprint


@pytest.mark.slow
def test_every_part_is_named_with_version_and_licence_or_the_text_of_it() -> None:
    found = {part.name.lower().replace("_", "-"): part for part in parts()}
    assert {"pyside6-essentials", "sqlcipher3", "requests", "urllib3"} <= found.keys()
    assert "pytest" not in found, "what developers use is no part of the product"
    assert all(part.version for part in found.values())
    assert [part.name for part in found.values() if not part.licence and not part.texts] == []
    assert all(text.is_file() for part in found.values() for text in part.texts)
    licence = own_licence()
    assert licence is not None
    assert "GNU GENERAL PUBLIC LICENSE" in licence.read_text(encoding="utf-8")
    told = versions()
    assert told.sqlcipher.startswith("4.")
    assert told.gpg.startswith("2.")


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
    # Root gets a camera without a sandbox, and is told.
    assert ("camera-as-root" in found) == (os.geteuid() == 0)
    assert ("camera" in found) == (os.geteuid() != 0)


@pytest.mark.parametrize("place", [0, (1 << 20) - 3, 1 << 20, 3_000_000])
def test_a_leak_is_found_wherever_it_begins(tmp_path: Path, place: int) -> None:
    (tmp_path / "file").write_bytes(bytes(place) + b"the bridge" + bytes(9))
    assert holds(tmp_path / "file", b"the bridge")
    assert not holds(tmp_path / "file", b"the brigde")
