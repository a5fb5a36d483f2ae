"""kill -9 at random moments: whatever was acknowledged is there, once, in order, and everything holds."""

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.finding import Verdict
from tests.core.vault.conftest import Place

KILLS = 15 * int(os.environ.get("EVIDENCE_KIT_TORTURE", "1"))
ROOT = Path(__file__).parents[3]


def killed_after(place: Place, what: str, seconds: float) -> list[str]:
    """What the writer had said when it was killed so long after it began."""
    command = [sys.executable, "-m", "tests.core.vault.writer", what, str(place.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        timer = threading.Timer(seconds, writer.kill)
        timer.start()
        said = writer.stdout.read()
        timer.join()
    # The last line may be cut in the middle of a write.
    return [line for line in said.split("\n")[:-1] if line]


@pytest.mark.slow
def test_acknowledged_entries_and_settings_survive_any_kill(place: Place) -> None:
    chance = random.Random(seed := random.randrange(1 << 30))
    print("seed", seed)
    for _ in range(KILLS):
        said = killed_after(place, "unlocked", chance.uniform(0.002, 0.12))
        sizes = [int(line.split()[1]) for line in said if line.startswith("size")]
        counts = [int(line.split()[1]) for line in said if line.startswith("count")]
        with place.open() as vault:
            assert vault.findings == ()
            assert vault.size >= max(sizes, default=0)
            if counts:
                count = vault.register.get("count")
                assert isinstance(count, int)
                assert count >= counts[-1]
            assert {found.verdict for found in vault.check()} == {Verdict.HOLDS}
            notes = [
                (entry.body.text, entry.sequence) for entry in vault.entries() if isinstance(entry.body, NoteWritten)
            ]
            assert [text for text, _ in notes] == [f"needle {sequence}" for _, sequence in notes]
            assert len(list(vault.index.search("needle", 100_000))) == len(notes)
        assert not list(place.folder.rglob("*.part"))


@pytest.mark.slow
def test_sealed_items_survive_any_kill_and_enter_once(place: Place) -> None:
    chance = random.Random(seed := random.randrange(1 << 30))
    print("seed", seed)
    entered = 0
    for _ in range(KILLS):
        said = killed_after(place, "locked", chance.uniform(0.002, 0.08))
        with place.open() as vault:
            fresh = vault.absorb()
            assert fresh >= len(said)
            entered += fresh
            assert (vault.size, vault.findings) == (entered, ())
            assert {found.verdict for found in vault.check()} == {Verdict.HOLDS}
        assert sorted(path.name for path in (place.folder / "intake").iterdir()) in (["link", "lock"], ["lock"])
