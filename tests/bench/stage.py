"""Where the benchmark works and how large its work is; vaults to work in, cheap to unlock."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.jobs.kit import Kit
from evidence_kit.model.bodies.vault_events import VaultCreated
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.bench.row import CannotRun, Row
from tests.fakes.product import PASSPHRASE

MIB = 1 << 20
CHEAP = Kdf(1024, 1, 1)


@dataclass(frozen=True, slots=True)
class Stage:
    """`rounds` of short work, `few` of long work; `large` in bytes; `journals` in entries."""

    folder: Path
    rounds: int
    few: int
    appends: int
    large: int
    journals: tuple[int, ...]
    watch_s: float

    def room(self, name: str) -> Path:
        """A new folder."""
        made = self.folder / name
        made.mkdir()
        return made

    def large_file(self, size: int) -> Path:
        """A file of random bytes, made once."""
        path = self.folder / f"large-{size}"
        if not path.exists():
            with path.open("wb") as out:
                for _ in range(size // MIB):
                    out.write(os.urandom(MIB))
        return path


Group = Iterator[tuple[str, Callable[[], Row | Sequence[Row]]]]
"""What a module gives: names of rows, each with the work that measures it."""


def stage_of(environment: dict[str, str], folder: Path) -> Stage:
    """The sizes: the usual ones, BENCH_QUICK=1 to try the benchmark out, BENCH_FULL=1 for the sizes of the design."""
    if environment.get("BENCH_QUICK"):
        return Stage(folder, 3, 1, 10, 8 * MIB, (1, 200, 2_000), 4)
    if environment.get("BENCH_FULL"):
        return Stage(folder, 11, 5, 300, 1024 * MIB, (1, 10_000, 100_000, 1_000_000), 60)
    return Stage(folder, 11, 3, 300, 256 * MIB, (1, 10_000, 100_000), 20)


def new_vault(folder: Path) -> Path:
    """A closed vault with its key, in `folder`, whose passphrase costs next to nothing to try."""
    with Keyring() as keyring:
        key = keyring.generate()
    with Vault.create(folder, bytearray(PASSPHRASE), SystemClock(), kdf=CHEAP).vault as vault:
        vault.register.put_secret_key(key)
        vault.append(VaultCreated(key.fingerprint, vault.intake_key, "a benchmark"))
    return folder


def open_vault(folder: Path) -> Vault:
    return Vault.open(folder, bytearray(PASSPHRASE), SystemClock())


def open_kit(folder: Path) -> Kit:
    return Kit(folder, lambda: open_vault(folder), SystemClock())


def ran(*command: str, **kept: object) -> bytes:
    """Run a program to its end; its output. Raises `CannotRun` where it is missing or fails."""
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=600, **kept)  # type: ignore[call-overload]
    except FileNotFoundError:
        raise CannotRun(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["nothing said"]
        raise CannotRun(f"{command[0]} ended with {error.returncode}: {said[-1]}") from None
    return bytes(done.stdout)


def own(module: str, *arguments: str) -> list[str]:
    """The command that runs one of the benchmark's modules in a process of its own."""
    return [sys.executable, "-m", f"tests.bench.{module}", *arguments]
