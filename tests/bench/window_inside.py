"""The real window in a process of its own, asked from inside: when rows are painted, what it takes at rest. As JSON.

`unlock VAULT SETTINGS` gives seconds, `rest VAULT SETTINGS TARGETS SECONDS` shares and bytes.
"""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from evidence_kit.app.desktop import Desktop
from tests.bench.window import Rest
from tests.fakes.product import PASSPHRASE
from ui.bridge import Bridge
from ui.screens.journal.view import JournalScreen
from ui.shell import Shell

_SETTLE_MS = 3_000


class _Painted(QObject):
    """Calls `then` once, after the watched widget was painted while `ready`."""

    def __init__(self, widget: QObject, ready: Callable[[], bool], then: Callable[[], object]) -> None:
        super().__init__(widget)
        self._ready, self._then = ready, then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._ready():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


@contextlib.contextmanager
def _shown(vault: str, settings: str, targets: str | None = None) -> Iterator[Shell]:
    application = QApplication([])
    bridge = Bridge(Desktop(Path(vault), Path(settings), targets=Path(targets) if targets else None))
    shell = Shell(bridge, application)
    shell.show()
    _rest(_SETTLE_MS)
    try:
        yield shell
    finally:
        shell.hide()
        bridge.close()
        shell.take_apart()


def _rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def unlock(vault: str, settings: str) -> float:
    """Seconds from asking to unlock until the journal's first rows are painted."""
    with _shown(vault, settings) as shell:
        shell.window.go("journal")
        loop = QEventLoop()

        def look() -> None:
            screen = shell.window.screen_of("journal")
            assert isinstance(screen, JournalScreen)
            _Painted(screen.list.viewport(), lambda: screen.model.rowCount() > 0, loop.quit)

        shell.window.bridge.unlocked.connect(look)
        begun = time.perf_counter()
        shell.window.bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
        loop.exec()
        return time.perf_counter() - begun


def rest(vault: str, settings: str, targets: str, seconds: str) -> dict[str, float]:
    """What window and vault process take while nobody does anything."""
    with _shown(vault, settings, targets) as shell:
        bridge = shell.window.bridge
        loop = QEventLoop()
        bridge.unlock(bytearray(PASSPHRASE), lambda _: loop.quit())
        loop.exec()
        for name in ("journal", "now"):
            shell.window.go(name)
            _rest(_SETTLE_MS)
        assert bridge.desktop.watch.running
        assert bridge.desktop.watch.last_round is not None
        window = psutil.Process()
        (kept,) = window.children()
        both = (window, kept)
        before, begun = sum(map(_cpu, both)), time.perf_counter()
        _rest(round(float(seconds) * 1000))
        share = (sum(map(_cpu, both)) - before) / (time.perf_counter() - begun)
        return asdict(Rest(share, *(one.memory_full_info().pss for one in both)))


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    print(json.dumps({"unlock": unlock, "rest": rest}[sys.argv[1]](*sys.argv[2:])))
