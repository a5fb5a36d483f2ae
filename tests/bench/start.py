"""Beginnings: the command line from nothing, and the unlock beside the key derivation that it cannot be without."""

import sys

from argon2 import low_level

from evidence_kit.app.vaults import create_vault, open_kit
from evidence_kit.vault.header import usual_kdf
from tests.bench.row import Row, against, in_turn
from tests.bench.stage import Group, Stage, ran
from tests.fakes.product import PASSPHRASE


def rows(stage: Stage) -> Group:
    yield "cold start of the command line", lambda: _cold(stage)
    yield "unlock", lambda: _unlock(stage)


def _cold(stage: Stage) -> Row:
    ours, peer = in_turn(
        [lambda: ran(sys.executable, "-m", "evidence_kit", "--help"), lambda: ran(sys.executable, "-c", "pass")],
        stage.rounds,
    )
    return against("`evidence-kit --help`, new process", ours, "python -c pass", peer, None)


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
