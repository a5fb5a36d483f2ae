"""A process that writes to a vault until it is killed, and says what was acknowledged; run by `test_kill.py`."""

import itertools
import sys
from pathlib import Path

from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.vault.intake import Intake
from evidence_kit.vault.vault import Vault
from tests.core.vault.conftest import PASSPHRASE, note
from tests.fakes.clock import FakeClock

CLOCK = FakeClock()


def say(word: str) -> None:
    print(word, flush=True)


def unlocked(folder: Path) -> None:
    vault = Vault.open(folder, bytearray(PASSPHRASE), CLOCK)
    vault.absorb()
    say("open")
    for number in itertools.count():
        vault.append(note(f"needle {vault.size}"))
        say(f"size {vault.size}")
        if number % 3 == 0:
            exhibit = vault.exhibits.stage([f"{vault.size}".encode() * 50_000], "image/png", "screenshot")
            vault.append(FileAdded(exhibit, "x", None, (), "none"))
            say(f"size {vault.size}")
        if number % 4 == 0:
            vault.register.put("count", vault.size)
            say(f"count {vault.size}")
        if number % 9 == 8:
            vault.change_passphrase(bytearray(PASSPHRASE))
        if number % 11 == 10:
            list(vault.index.search("needle"))


def locked(folder: Path) -> None:
    with Intake(folder) as intake:
        say("open")
        for number in itertools.count():
            intake.seal(note(f"locked {number}"), CLOCK.read())
            say("item")
            exhibit = intake.stage([str(number).encode() * 50_000], "image/png", "screenshot")
            intake.seal(FileAdded(exhibit, "y", None, (), "none"), CLOCK.read())
            say("item")


if __name__ == "__main__":
    {"unlocked": unlocked, "locked": locked}[sys.argv[1]](Path(sys.argv[2]))
