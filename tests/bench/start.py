"""Beginnings: the command line from nothing, and the unlock beside the key derivation that it cannot be without."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from argon2 import low_level

from evidence_kit.app.vaults import create_vault, open_kit
from evidence_kit.vault.key_derivation import usual_kdf
from tests.bench.older import Build, older_build, this_build
from tests.bench.row import Row, Times, against, in_turn, spoken
from tests.bench.stage import Group, Stage, ran
from tests.fakes.product import PASSPHRASE

_BEYOND_S: Final = 0.25
# In a process of the build that will open it: a vault whose key derivation takes no time worth measuring.
_MAKE: Final = (
    "import sys; from pathlib import Path; from evidence_kit.clock import SystemClock; "
    "from evidence_kit.vault.key_derivation import Kdf; from evidence_kit.vault.vault import Vault; "
    "secret = bytearray(sys.stdin.buffer.read()); "
    "Vault.create(Path(sys.argv[1]), secret, SystemClock(), kdf=Kdf(64, 1, 1)).vault.close()"
)


def rows(stage: Stage) -> Group:
    yield "cold start of the command line", lambda: _cold(stage)
    yield "commands from nothing, beside an older build", lambda: _beside_older(stage)
    yield "unlock", lambda: _unlock(stage)


def _cold(stage: Stage) -> Row:
    ours, peer = in_turn(
        [lambda: ran(sys.executable, "-m", "evidence_kit", "--help"), lambda: ran(sys.executable, "-c", "pass")],
        stage.rounds,
    )
    return against("`evidence-kit --help`, new process", ours, "python -c pass", peer, 4)


def _beside_older(stage: Stage) -> list[Row]:
    """Each command in turn with the older build's, over vaults whose key derivation takes next to nothing."""
    place = stage.room("commands")
    builds = (this_build(), older_build(place))
    secret = place / "passphrase"
    secret.write_bytes(PASSPHRASE)
    vaults = [place / f"vault-{number}" for number in range(2)]
    for build, vault in zip(builds, vaults, strict=True):
        done = [sys.executable, "-P", "-c", _MAKE, str(vault)]
        subprocess.run(done, env=build.environment(), input=PASSPHRASE, check=True, capture_output=True)

    def run(build: Build, vault: Path, command: tuple[str, ...]) -> Callable[[], object]:
        arguments = build.command("--vault", str(vault), "--passphrase-file", str(secret), *command)
        return lambda: subprocess.run(arguments, env=build.environment(), check=True, capture_output=True)

    return [
        _faster(
            f"`{command[0]}`, new process, beyond the key derivation",
            *in_turn([run(build, vault, command) for build, vault in zip(builds, vaults, strict=True)], stage.rounds),
        )
        for command in (("note", "what happened"), ("journal",), ("deliveries",))
    ]


def _faster(work: str, ours: Times, older: Times) -> Row:
    ratio = f"{ours.median / older.median:.2f}×"
    return Row(work, str(ours), f"an older build: {older}", ratio, f"≤ {spoken(_BEYOND_S)}", ours.median <= _BEYOND_S)


def _unlock(stage: Stage) -> Row:
    folder = stage.room("unlock") / "vault"
    create_vault(folder, bytearray(PASSPHRASE))
    kdf = usual_kdf()

    def unlock() -> None:
        open_kit(folder, bytearray(PASSPHRASE)).close()

    def bare() -> None:
        low_level.hash_secret_raw(
            PASSPHRASE,
            bytes(32),
            kdf.passes,
            kdf.memory_kib,
            kdf.lanes,
            32,
            low_level.Type.ID,
            low_level.ARGON2_VERSION,
        )

    ours, peer = in_turn([unlock, bare], stage.few + 2)
    figures = f"{kdf.memory_kib // 1024} MiB, {kdf.passes} passes, {kdf.lanes} lanes"
    return against("unlock and lock a small vault", ours, f"bare Argon2id ({figures})", peer, None)
