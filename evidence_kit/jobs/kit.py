"""The kit: one writer thread owns the vault, others do what may take long; one of the files that know threads.

Jobs go down through `submit`, events come up through `listen`. The core never asks a question: it raises, the shell
asks, and sends the job again.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.events import Absorbed, Event, Listener
from evidence_kit.files import medium_errors
from evidence_kit.jobs.job import AnswerT, CancelToken, Job, JobContext, LongJobContext, Work, wipe_secrets
from evidence_kit.system.interrupts import held_back
from evidence_kit.vault.vault import Vault

_LONG_JOBS: Final = 2
_ASIDE: Final = 4


@dataclass(frozen=True, slots=True)
class Absorb(Job[int]):
    """Bring what the clock did and what was recorded and delivered while locked into the journal; how much that was."""

    def run(self, context: JobContext) -> int:
        context.note_clock_since_last_entry()
        entered = context.vault.absorb()
        if entered:
            context.tell(Absorbed(entered))
        return entered


class Kit:
    """An unlocked vault with its writer thread. Use it in a `with`; leaving it locks.

    `open_vault` runs on the writer thread, because the database binds to the thread that opens it.
    """

    def __init__(self, folder: Path, open_vault: Callable[[], Vault], clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self._listeners: list[Listener] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._long_jobs = ThreadPoolExecutor(_LONG_JOBS, thread_name_prefix="long-job")
        # Long jobs wait for these, so they have threads of their own.
        self._pool = ThreadPoolExecutor(_ASIDE, thread_name_prefix="pool")
        self._wanted: dict[CancelToken, None] = {}
        self._draining = False
        self._open = True
        self._context: JobContext | None = None
        try:
            self._context = self._writer.submit(lambda: JobContext(open_vault(), clock, self.tell)).result()
            self._absorb()
        except BaseException:
            self.close()
            raise

    def _absorb(self) -> None:
        try:
            self.run(Absorb())
        except Refused as refusal:
            # A full disk must not keep anybody from reading; what lies in the intake stays there and is safe.
            if refusal.code is not Code.DISK_FULL:
                raise

    def submit(self, job: Work[AnswerT], cancel: CancelToken | None = None) -> Future[AnswerT]:
        """Have a job done: a short one on the writer thread, a long one beside it, which `cancel` calls off.

        Raises `Refused(Code.VAULT_LOCKED)` once closed.
        """
        if not self._open or self._context is None:
            raise Refused(Code.VAULT_LOCKED)
        if isinstance(job, Job):
            return self._writer.submit(self._done, job, self._context)
        if self._draining:
            raise Refused(Code.VAULT_LOCKED)
        token = cancel or CancelToken()
        self._wanted[token] = None
        future = self._long_jobs.submit(medium_errors()(job.run), LongJobContext(self, token))
        future.add_done_callback(lambda _: self._wanted.pop(token, None))
        return future

    @staticmethod
    def _done(job: Job[AnswerT], context: JobContext) -> AnswerT:
        try:
            with medium_errors():
                return job.run(context)
        finally:
            wipe_secrets(job)

    def run(self, job: Work[AnswerT], cancel: CancelToken | None = None) -> AnswerT:
        """The answer of a job; a long one is done on the caller's own thread."""
        if isinstance(job, Job):
            return self.submit(job).result()
        with medium_errors():
            return job.run(LongJobContext(self, cancel or CancelToken()))

    def aside(self, work: Callable[[], AnswerT]) -> Future[AnswerT]:
        """Do long work that needs no vault in the pool, so that the writer is never held up."""
        return self._pool.submit(medium_errors()(work))

    def listen(self, listener: Listener) -> None:
        """Hear events, on whatever thread they happen."""
        self._listeners.append(listener)

    def tell(self, event: Event) -> None:
        """Say what became true to everybody who listens."""
        for listener in self._listeners:
            listener(event)

    def close(self) -> None:
        """Lock: long jobs end at their next step, short ones are finished, then the keys go.

        Ctrl-C does not stop it half-way: the gpg home with the secret key would stay behind.
        """
        if self._draining:
            return
        with held_back():
            self._close()

    def _close(self) -> None:
        self._draining = True
        for token in list(self._wanted):
            token.call_off()
        self._long_jobs.shutdown(wait=True, cancel_futures=True)
        self._open = False
        self._pool.shutdown(wait=True)
        if self._context is not None:
            self._writer.submit(self._context.close).result()
        self._writer.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
