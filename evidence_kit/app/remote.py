"""The kit in a process of its own, reached over a pipe; to lock is to end that process.

The same shapes as `Kit`: jobs go down, events come up. Long jobs may be called off.
"""

import pickle
import socket
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from evidence_kit.app.pipe import Pipe
from evidence_kit.app.vault_process import Answered, Ask, CallOff, Happened, Open, VaultOpened
from evidence_kit.app.vaults import CreatedVault
from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.events import Listener
from evidence_kit.jobs.job import AnswerT, Work, wipe_secrets
from evidence_kit.machine.children import vault_process_command

# What was asked before the lock is finished within this; then the process is ended.
_GRACE_S: Final = 5.0


class Bug(RuntimeError):
    """A fault of our own in the vault's process: what and where, no content."""


class RemoteKit:
    """An unlocked vault in a child process. Made by `unlock`; `close` locks.

    Raises from every future `Refused(Code.VAULT_LOCKED)` once closed, `Unavailable(Code.VAULT_PROCESS_DIED)` where
    the process ended by itself; what was committed until then is kept.
    """

    def __init__(self, folder: Path, secret: bytearray, *, create: bool = False, accept_loss: bool = False) -> None:
        self.folder = folder
        self.created: CreatedVault | None = None
        self._listeners: list[Listener] = []
        self._waiting: dict[int, Future[Any]] = {}
        self._number = 0
        self._turn = threading.Lock()
        self._open = True
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                vault_process_command(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._pipe = Pipe(ours)
        try:
            self._pipe.send(Open(folder, secret, create=create, accept_loss=accept_loss))
            answered = self._first()
            if answered.error is not None:
                raise answered.error
        except BaseException:
            self._pipe.close()
            self._process.wait()
            raise
        if isinstance(answered.answer, VaultOpened):
            self.created = answered.answer.created
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="vault-pipe")
        self._reader.submit(self._read)

    def _first(self) -> Answered:
        try:
            answered = self._pipe.receive()
        except (EOFError, pickle.UnpicklingError):
            raise Unavailable(Code.VAULT_PROCESS_DIED) from None
        return answered if isinstance(answered, Answered) else Answered(0, error=Unavailable(Code.VAULT_PROCESS_DIED))

    def submit(self, job: Work[AnswerT]) -> Future[AnswerT]:
        """Have a job done in the vault's process; `call_off` with the same future ends a long one early.

        Secrets in it are wiped here when this returns.
        """
        future: Future[AnswerT] = Future()
        try:
            self._send(job, future)
        finally:
            wipe_secrets(job)
        return future

    def _send(self, job: Work[AnswerT], future: Future[AnswerT]) -> None:
        with self._turn:
            if not self._open:
                future.set_exception(Refused(Code.VAULT_LOCKED))
                return
            self._number += 1
            number = self._number
            self._waiting[number] = future
        future.set_running_or_notify_cancel()
        try:
            self._pipe.send(Ask(number, job))
        except OSError:
            if self._waiting.pop(number, None) is not None:
                future.set_exception(Unavailable(Code.VAULT_PROCESS_DIED))

    def run(self, job: Work[AnswerT]) -> AnswerT:
        """As `submit`, waiting for the answer; never on the window's own thread."""
        return self.submit(job).result()

    def call_off(self, future: "Future[Any]") -> None:
        """Say that a long job's answer is not wanted; it ends with `Refused(Code.CALLED_OFF)` at its next step."""
        with self._turn:
            number = next((number for number, waiting in self._waiting.items() if waiting is future), None)
        if number is not None:
            try:
                self._pipe.send(CallOff(number))
            except OSError:
                return

    def listen(self, listener: Listener) -> None:
        """Hear events, on the pipe's thread."""
        self._listeners.append(listener)

    def _read(self) -> None:
        try:
            while True:
                match self._pipe.receive():
                    case Answered() as answered:
                        self._settle(answered)
                    case Happened(event=event):
                        for listener in self._listeners:
                            listener(event)
        except (EOFError, pickle.UnpicklingError):
            self._give_up()

    def _settle(self, answered: Answered) -> None:
        with self._turn:
            future = self._waiting.pop(answered.number, None)
        if future is None:
            return
        if answered.error is not None:
            future.set_exception(answered.error)
        elif answered.bug is not None:
            future.set_exception(Bug(answered.bug))
        else:
            future.set_result(answered.answer)

    def _give_up(self) -> None:
        with self._turn:
            locked, self._open = not self._open, False
            waiting, self._waiting = list(self._waiting.values()), {}
        for future in waiting:
            future.set_exception(Refused(Code.VAULT_LOCKED) if locked else Unavailable(Code.VAULT_PROCESS_DIED))

    def is_open(self) -> bool:
        """Whether the process still answers."""
        return self._open

    def close(self) -> None:
        """Lock: no more jobs, what was being committed is finished, and the process is gone when this returns."""
        with self._turn:
            self._open = False
        self._pipe.shut()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.shutdown(wait=True)
        self._pipe.close()
