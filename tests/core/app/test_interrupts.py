"""Ctrl-C while something must come to its end: the end comes, then the interrupt, and once."""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_kit.files import runtime_folder
from evidence_kit.jobs.checkpoints import SignCheckpoint
from evidence_kit.jobs.job import LongJob, LongJobContext
from evidence_kit.system.interrupts import held_back
from tests.core.kits import open_kit


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Python's own way with Ctrl-C, whatever the test runner set."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_what_was_pressed_within_comes_at_the_end_and_once() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), held_back():
        for step in range(3):
            signal.raise_signal(signal.SIGINT)
            done.append(step)
    assert done == [0, 1, 2]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c")
def test_what_fails_within_fails_as_it_did() -> None:
    with pytest.raises(ValueError, match="its own"), held_back():
        raise ValueError("its own")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_somebody_elses_way_with_it_and_other_threads_are_left_alone() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)

    def elsewhere() -> None:
        with held_back():
            pass

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()


@dataclass(frozen=True, slots=True)
class EndsUnderCtrlC(LongJob[None]):
    """Signs once, so that there is a gpg home; goes on until it is called off, and then Ctrl-C is pressed twice."""

    started: threading.Event

    def run(self, context: LongJobContext) -> None:
        context.run(SignCheckpoint())
        self.started.set()
        try:
            while True:
                context.cancel.check()
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.usefixtures("ctrl_c")
def test_locking_is_not_stopped_half_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="ekt-", dir=runtime_folder()) as own:
        monkeypatch.setenv("XDG_RUNTIME_DIR", own)
        kit = open_kit(folder)
        job = EndsUnderCtrlC(threading.Event())
        kit.submit(job)
        assert job.started.wait(60)
        assert list(Path(own).iterdir()) != []
        with pytest.raises(KeyboardInterrupt):
            kit.close()
        assert list(Path(own).iterdir()) == []
        open_kit(folder).close()
