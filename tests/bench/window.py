"""The window: from nothing to a painted one, a large vault's first rows, and what it costs while nobody touches it.

All of it on an X server of its own, 1366×768. Beginnings are seen from outside, on the server's screen.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mss

from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.machine.preferences import Appearance, Preferences, write_preferences
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.judgement import WatchPolicy
from tests.bench.display import server
from tests.bench.row import CannotRun, Row, Times, collected, spoken, within
from tests.bench.stage import Group, Stage, new_vault, open_vault, own, ran

_MB: Final = 1_000_000
_PATIENCE_S: Final = 60
SIZE: Final = (1366, 768)
_BARE: Final = """
from PySide6.QtWidgets import QApplication, QMainWindow, QLabel
application = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Hello"))
window.resize(1180, 720)
window.show()
application.exec()
"""


def rows(stage: Stage) -> Group:
    folder = stage.room("window")
    yield "window, cold start", lambda: _cold(stage, folder)
    yield "window, large vault", lambda: _first_rows(stage, folder)
    yield "window, idle", lambda: _idle(stage, folder)


def settings_in(folder: Path, network: str) -> Path:
    settings = folder / f"settings-{network}"
    write_preferences(settings, Preferences(network=network, language="en", appearance=Appearance.LIGHT, to_tray=False))
    return settings


def _cold(stage: Stage, folder: Path) -> Row:
    vault, settings = new_vault(folder / "small"), settings_in(folder, "quiet")
    ours = [sys.executable, "-m", "ui", "--vault", str(vault), "--settings", str(settings)]
    bare = [sys.executable, "-c", _BARE]
    with server(*SIZE):
        times, peer = collected([lambda: until_painted(ours), lambda: until_painted(bare)], stage.few + 2, warm=1)
    ratio = times.median / peer.median
    return Row(
        "window: new process → painted, vault locked",
        str(times),
        f"an empty PySide6 window: {peer}",
        f"{ratio:.2f}×",
        "< 3 s",
        times.median < 3,
    )


def until_painted(command: list[str]) -> float:
    """Seconds until something other than the empty screen's black is to be seen."""
    with mss.mss() as eye:
        middle = {"left": SIZE[0] // 2 - 20, "top": SIZE[1] // 2 - 20, "width": 40, "height": 40}
        begun = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as window:
            try:
                while not any(eye.grab(middle).rgb):
                    if window.poll() is not None or time.perf_counter() - begun > _PATIENCE_S:
                        raise CannotRun("no window came up")
                return time.perf_counter() - begun
            finally:
                window.kill()
                window.wait()
                while any(eye.grab(middle).rgb):
                    pass


def _first_rows(stage: Stage, folder: Path) -> Row:
    size = min(max(stage.journals), 100_000)
    vault, settings = new_vault(folder / "large"), settings_in(folder, "quiet")
    with open_vault(vault) as opened:
        while (missing := size - opened.size) > 0:
            opened.append_many(
                NoteWritten(f"Line {number} of a long blackout.") for number in range(min(missing, 1000))
            )
    with server(*SIZE):
        told = [json.loads(ran(*own("window_inside", "unlock", str(vault), str(settings)))) for _ in range(stage.few)]
    return within(
        f"window: unlock asked → journal's first rows painted, {size:,} entries, next to no key derivation",
        Times(tuple(told)),
        1,
    )


@dataclass(frozen=True, slots=True)
class Rest:
    """What window and vault process together take at rest: share of a core; bytes, shared ones counted once."""

    share: float
    window: int
    vault: int


def _idle(stage: Stage, folder: Path) -> list[Row]:
    vault, settings = new_vault(folder / "idle"), settings_in(folder, "normal")
    with server(*SIZE), FakeInternet() as internet:
        targets = internet.write_targets(folder, WatchPolicy())
        told = ran(*own("window_inside", "rest", str(vault), str(settings), str(targets), str(stage.watch_s)))
    rest = Rest(**json.loads(told))
    both = rest.window + rest.vault
    memory = f"{both / _MB:.0f} MB: window {rest.window / _MB:.0f}, vault's process {rest.vault / _MB:.0f}"
    work = "window idle, unlocked and watching"
    return [
        Row(
            f"{work}: CPU",
            f"{rest.share:.3%} over {spoken(stage.watch_s)}",
            "–",
            "–",
            "< 1 % of a core",
            rest.share < 0.01,
        ),
        Row(f"{work}: memory (PSS)", memory, "–", "–", "< 200 MB", both < 200 * _MB),
    ]
