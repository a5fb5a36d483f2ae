"""The process that has the keys: a kit behind a pipe, from unlock to lock. When the pipe ends, so does it.

It knows no network and shows nothing; the window's process sends jobs and hears events. A request that is no job is
refused, whatever it can do.
"""

import contextlib
import os
import pickle
import socket
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evidence_kit.app.pipe import Pipe
from evidence_kit.app.vaults import CreatedVault, create_vault, open_kit
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.events import Event
from evidence_kit.files import medium_errors
from evidence_kit.jobs.job import CancelToken, Job, LongJob, Work
from evidence_kit.jobs.kit import Kit
from evidence_kit.system import ignore_interrupts


@dataclass(frozen=True, slots=True)
class Open:
    """Unlock the vault in `folder`; the first message. With `create` it is made first."""

    folder: Path
    secret: bytearray
    create: bool = False
    accept_loss: bool = False


@dataclass(frozen=True, slots=True)
class VaultOpened:
    """The vault is open; `created` where it was just made."""

    created: CreatedVault | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Do a job; `number` names the answer."""

    number: int
    job: Work[object]


@dataclass(frozen=True, slots=True)
class CallOff:
    """The answer of that number is not wanted any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an `Ask`: an answer or a foreseen error; `bug` names what neither is, by its place alone."""

    number: int
    answer: object = None
    error: KitError | None = None
    bug: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the kit's."""

    event: Event


def serve(end: socket.socket) -> None:
    """Open one vault, then answer until the other end is gone; a failed opening is told and ends this."""
    pipe = Pipe(end)
    with contextlib.closing(pipe), contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
        first = pipe.receive()
        if not isinstance(first, Open):
            return
        try:
            with medium_errors():
                kit, created = _open(first)
        except KitError as error:
            pipe.send(Answered(0, error=error))
            return
        with kit:
            kit.listen(lambda event: _tell(pipe, event))
            pipe.send(Answered(0, VaultOpened(created)))
            JobServer(pipe, kit).serve()


def _open(wanted: Open) -> tuple[Kit, CreatedVault | None]:
    try:
        created = create_vault(wanted.folder, wanted.secret) if wanted.create else None
        return open_kit(wanted.folder, wanted.secret, accept_loss=wanted.accept_loss), created
    finally:
        wanted.secret[:] = bytes(len(wanted.secret))


def _tell(pipe: Pipe, event: Event) -> None:
    with contextlib.suppress(OSError):
        pipe.send(Happened(event))


class JobServer:
    """Takes jobs from the pipe to the kit, and answers back."""

    def __init__(self, pipe: Pipe, kit: Kit) -> None:
        self._pipe = pipe
        self._kit = kit
        self._cancel: dict[int, CancelToken] = {}

    def serve(self) -> None:
        while True:
            match self._pipe.receive():
                case Ask(number=int() as number, job=Job() | LongJob() as job):
                    self._begin(number, job)
                case Ask(number=int() as number):
                    self._answer(Answered(number, error=Refused(Code.FORMAT)))
                case CallOff(number=int() as number) if number in self._cancel:
                    self._cancel[number].call_off()

    def _begin(self, number: int, job: Work[object]) -> None:
        cancel = self._cancel[number] = CancelToken()
        self._kit.submit(job, cancel).add_done_callback(partial(self._done, number))

    def _done(self, number: int, future: "Future[object]") -> None:
        self._cancel.pop(number, None)
        if future.cancelled():
            self._answer(Answered(number, error=Refused(Code.CALLED_OFF)))
            return
        error = future.exception()
        if error is None:
            self._answer(Answered(number, future.result()))
        elif isinstance(error, KitError):
            self._answer(Answered(number, error=error))
        else:
            self._answer(Answered(number, bug=place_of(error)))

    def _answer(self, answered: Answered) -> None:
        with contextlib.suppress(OSError):
            try:
                self._pipe.send(answered)
            except pickle.PicklingError as error:
                self._pipe.send(Answered(answered.number, bug=place_of(error)))


def place_of(error: BaseException) -> str:
    """Kind and place of a bug, never its content."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "evidence_kit" in name or f"{os.sep}ui{os.sep}" in name:
            place = f"{Path(name).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"


def main(handle: int) -> None:
    """Serve over the socket that the window's process left open at `handle`."""
    # The window decides when this ends: a Ctrl-C in the terminal that started it is the window's.
    ignore_interrupts()
    with socket.socket(fileno=handle) as end:
        serve(end)
