"""The kit in a process of its own: the same answers and errors, events, and an end that takes the keys with it."""

import contextlib
import os
import pickle
import queue
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from enum import Enum
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from evidence_kit.app.pipe import Pipe
from evidence_kit.app.remote import Bug, RemoteKit
from evidence_kit.app.vault_process import Ask, CallOff, JobServer, Open
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.events import EntrySealed, Event
from evidence_kit.jobs.care import ChangePassphrase, ProveSecret
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ExportExhibits, ListEntries
from evidence_kit.jobs.report_sealing import LendTools
from evidence_kit.model.delivery import DeliveryState
from tests.core.kits import PASSPHRASE, open_kit

pytestmark = pytest.mark.slow


@pytest.fixture
def remote(folder: Path) -> Iterator[RemoteKit]:
    kit = RemoteKit(folder, bytearray(PASSPHRASE))
    yield kit
    kit.close()


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "vault-process" in child.cmdline()]


def test_jobs_are_done_and_events_come_back(remote: RemoteKit) -> None:
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    remote.listen(told.put)
    note = remote.run(WriteNote("from the window"))
    assert told.get(timeout=20) == EntrySealed(note.sequence, "note")
    assert remote.run(ListEntries())[-1] == note


def test_a_foreseen_error_keeps_its_code_and_facts(remote: RemoteKit, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no-such-entry") as told:
        remote.run(ExportExhibits("ffff", tmp_path))
    assert told.value.facts == {"id": "ffff"}


def test_a_wrong_passphrase_is_refused_and_leaves_no_process(folder: Path) -> None:
    with pytest.raises(Refused, match="wrong-passphrase"):
        RemoteKit(folder, bytearray(b"not this one"))
    assert children() == []


def test_the_lock_ends_the_process_and_what_was_asked_before_is_kept(folder: Path) -> None:
    kit = RemoteKit(folder, bytearray(PASSPHRASE))
    (process,) = children()
    pending = kit.submit(WriteNote("just before the lock"))
    kit.close()
    assert not process.is_running()
    with pytest.raises(Refused, match="vault-locked"):
        kit.run(ListEntries())
    assert pending.exception() is None or isinstance(pending.exception(), Refused)
    with open_kit(folder) as again:
        assert [entry.kind for entry in again.run(ListEntries())].count("note") == 1


def test_a_process_that_dies_is_told_to_whoever_waits(remote: RemoteKit) -> None:
    (process,) = children()
    os.kill(process.pid, signal.SIGSTOP)
    pending = remote.submit(ListEntries())
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(Unavailable, match="vault-process-died"):
        pending.result(timeout=20)
    assert not remote.is_open()


def test_a_process_whose_window_is_gone_ends_by_itself(folder: Path) -> None:
    kit = RemoteKit(folder, bytearray(PASSPHRASE))
    (process,) = children()
    kit._pipe.shut()  # as when the window's process is killed
    process.wait(20)
    kit.close()


@pytest.mark.parametrize(
    "thing",
    [
        WriteNote,  # the class, not one of its jobs
        CallOff(1),
        EntrySealed(1, "note"),
        Open(Path("/"), bytearray(b"x"), create=True),
        {"run": "ListEntries"},
        (WriteNote("wrapped"),),
        Path("/"),
        None,
    ],
    ids=repr,
)
def test_a_request_that_is_no_job_is_refused_at_the_key_boundary(remote: RemoteKit, thing: Any) -> None:
    answer: Future[Any] = Future()
    remote._send(thing, answer)
    with pytest.raises(Refused, match="format"):
        answer.result(timeout=20)
    assert [entry.kind for entry in remote.run(ListEntries())] == ["vault-created"]


def test_a_noun_that_only_looks_like_a_job_is_refused(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it can do, what is done in the vault's process is a job of this program's."""
    asked: list[object] = []
    monkeypatch.setattr(CallOff, "run", lambda self, context: asked.append(context), raising=False)
    ours, theirs = socket.socketpair()
    with contextlib.closing(Pipe(ours)) as pipe:
        pipe.send(Ask(1, cast(Any, CallOff(1))))
        ours.shutdown(socket.SHUT_WR)
        with contextlib.closing(Pipe(theirs)) as end, pytest.raises(EOFError):
            JobServer(end, kit).serve()
        answered = pipe.receive()
    assert (answered.number, answered.error.code.value, asked) == (1, "format", [])


@pytest.mark.parametrize("job", [ChangePassphrase(bytearray(b"too short")), ProveSecret(bytearray(PASSPHRASE))])
def test_the_window_keeps_no_secret_that_it_sent(remote: RemoteKit, job: ChangePassphrase | ProveSecret) -> None:
    remote.submit(job).exception(timeout=20)
    assert not any(job.new if isinstance(job, ChangePassphrase) else job.secret)


def test_a_secret_that_is_not_sent_because_the_vault_is_locked_is_wiped_too(folder: Path) -> None:
    kit = RemoteKit(folder, bytearray(PASSPHRASE))
    kit.close()
    job = ChangePassphrase(bytearray(PASSPHRASE))
    assert isinstance(kit.submit(job).exception(), Refused)
    assert not any(job.new)


def test_an_answer_that_cannot_pass_is_told_as_a_fault_of_our_own(remote: RemoteKit) -> None:
    with pytest.raises(Bug, match=r"PicklingError at pipe\.py"):
        remote.submit(LendTools()).result(timeout=20)
    assert remote.run(ListEntries())


@pytest.mark.parametrize(
    "name", ["os.system", "builtins.eval", "evidence_kit.machine.children.os.execv", "subprocess.Popen"]
)
def test_nothing_but_our_own_nouns_passes_the_pipe(name: str) -> None:
    module, _, function = name.rpartition(".")
    if module.startswith("evidence_kit"):
        module, function = "evidence_kit.machine.children", "os.execv"
    crafted = b"\x80\x04" + b"".join(
        b"\x8c" + bytes([len(part)]) + part for part in (module.encode(), function.encode())
    )
    crafted += b"\x93."
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(len(crafted).to_bytes(8, "big") + bytes(4) + crafted)
        with pytest.raises(pickle.UnpicklingError):
            Pipe(ours).receive()


class Written311(Enum):
    """Writes itself down as every Enum of Python 3.11.2 (Debian 12) does."""

    ONE = "one"

    def __reduce_ex__(self, _protocol: Any) -> Any:
        return getattr, (type(self), self.name)


def test_an_enumeration_passes_whatever_this_python_would_make_of_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Pipe(ours).send(((Written311.ONE, DeliveryState.WAITING), [DeliveryState.WAITING]))
        wire = theirs.recv(1 << 16)
        assert b"getattr" not in wire
        Pipe(ours).send(DeliveryState.WAITING)
        assert Pipe(theirs).receive() is DeliveryState.WAITING


def test_a_message_that_claims_to_be_endless_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall((1 << 40).to_bytes(8, "big") + bytes(4))
        with pytest.raises(pickle.UnpicklingError):
            Pipe(ours).receive()
