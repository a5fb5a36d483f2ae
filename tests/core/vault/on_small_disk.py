"""Run inside its own mount namespace by `test_disk.py`: what happens on a full and on a read-only disk."""

import json
import subprocess
import sys
from pathlib import Path

from evidence_kit.errors import KitError
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.vault_events import ClockChange, ClockChanged
from evidence_kit.vault.intake import Intake
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.vault import Vault
from tests.core.vault.conftest import FAST, PASSPHRASE, note
from tests.fakes.clock import FakeClock

CLOCK = FakeClock()
NOW = CLOCK.read()
BIG = ClockChanged(ClockChange.ZONE, NOW, NOW, 1)


def outcome(call: object) -> str:
    assert callable(call)
    try:
        call()
    except KitError as error:
        return error.code.value
    return ""


def fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as out:
        for size in (65536, 4096):
            try:
                while out.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def full(folder: Path) -> dict[str, object]:
    home = folder / "vault"
    vault = Vault.create(home, bytearray(PASSPHRASE), CLOCK, kdf=FAST).vault
    vault.append(note("before"))
    told: dict[str, object] = {}
    fill(folder)
    acknowledged = 0
    while not (what := outcome(lambda: vault.append(BIG))):
        acknowledged += 1
    told["append"] = what
    told["stage"] = outcome(lambda: vault.exhibits.stage([bytes(10_000_000)], "image/png", "screenshot"))
    told["left"] = [path.name for path in (home / "exhibits").iterdir()]
    told["note"] = outcome(lambda: vault.append(note("the last word")))
    fill(folder)
    told["intake"] = outcome(lambda: Intake(home).stage([bytes(10_000_000)], "image/png", "screenshot"))
    told["backup"] = outcome(lambda: vault.backup(folder / "backup"))
    told["reads"] = len(list(vault.entries())) == vault.size
    size, root = vault.size, vault.root.hex()
    vault.close()
    with Vault.open(home, bytearray(PASSPHRASE), CLOCK) as again:  # still full
        told["kept"] = (again.size, again.root.hex()) == (size, root)
        told["findings"] = len(again.findings)
        list(again.index.search("word"))  # at most the newest are not found
    (folder / "filler").unlink()
    with Vault.open(home, bytearray(PASSPHRASE), CLOCK) as again:
        exhibit = again.exhibits.stage([bytes(1_000_000)], "image/png", "screenshot")
        told["after"] = outcome(lambda: again.append(FileAdded(exhibit, "x", None, (), "none")))
        told["ballast"] = (home / "ballast").stat().st_size
        told["check"] = sorted({found.verdict.value for found in again.check()})
        told["count"] = again.size == size + 1
        bodies = [entry.body for entry in again.entries()]
        told["lost"] = bodies.count(BIG) != acknowledged or bodies.count(note("the last word")) != 1
    return told


def readonly(folder: Path) -> dict[str, object]:
    home = folder / "vault"
    Vault.create(home, bytearray(PASSPHRASE), CLOCK, kdf=FAST).vault.close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    return {
        "open": outcome(lambda: Vault.open(home, bytearray(PASSPHRASE), CLOCK)),
        "create": outcome(lambda: Vault.create(folder / "new", bytearray(PASSPHRASE), CLOCK, kdf=FAST)),
        "intake": outcome(lambda: Intake(home).stage([b"x"], "image/png", "screenshot")),
        "outbox": outcome(lambda: Outbox(home).tidy()),
    }


if __name__ == "__main__":
    where = Path(sys.argv[2])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", str(where)], check=True)
    print(json.dumps({"full": full, "readonly": readonly}[sys.argv[1]](where)))
