"""Work on an unlocked vault, as frozen dataclasses: a `Job` on the thread that owns it, a `LongJob` beside that thread.

Nothing else is let through to the process that has the keys.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from evidence_kit.clock import Clock, ClockWatch
from evidence_kit.clock.watch import changes as changes_between
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.events import Event, Listener
from evidence_kit.vault.vault import Vault

if TYPE_CHECKING:
    from evidence_kit.seal.pgp import Keyring

AnswerT = TypeVar("AnswerT")
Answer_co = TypeVar("Answer_co", covariant=True)


class JobContext:
    """What a job finds on the writer thread: the vault, the clock, the vault's gpg home, and whom to tell of events."""

    def __init__(self, vault: Vault, clock: Clock, tell: Listener) -> None:
        self.vault = vault
        self.clock = clock
        self.tell = tell
        self._clock_watch = ClockWatch(clock)
        self._closing = contextlib.ExitStack()
        self._keyring: Keyring | None = None

    @property
    def keyring(self) -> "Keyring":
        """An ephemeral gpg home that holds the vault's secret key; made at the first need, gone at lock."""
        if self._keyring is None:
            from evidence_kit.seal.pgp import Keyring  # few jobs sign or encrypt

            self._keyring = self._closing.enter_context(Keyring())
            self._keyring.load_secret(self.vault.register.secret_key())
        return self._keyring

    def note_clock(self) -> None:
        """Enter what the clock did since the last look, so that readings before and after can be told apart."""
        _, changes = self._clock_watch.look()
        if changes:
            self.vault.append_many(changes)

    def note_clock_since_last_entry(self) -> None:
        """Enter what the clock did between the newest entry and now: a restart, a step, another zone."""
        newest = next(iter(self.vault.entries(before=self.vault.size, limit=1)), None)
        if newest is not None:
            self.vault.append_many(changes_between(newest.clock, self.clock.read()))

    def close(self) -> None:
        """End the gpg home and close the vault."""
        try:
            self._closing.close()
        finally:
            self.vault.close()


@dataclass(frozen=True, slots=True)
class Job(ABC, Generic[Answer_co]):
    """Short work on the writer thread; a subclass is a frozen dataclass of what is asked for.

    A secret is a `bytearray` in it, and whoever took the job overwrites that: the kit when it is done, the window's
    process when it is sent.
    """

    @abstractmethod
    def run(self, context: JobContext) -> Answer_co:
        """Do it now; whatever else waits for the vault waits for this."""


class CancelToken:
    """Whether a long job's answer is still wanted; may be asked and called off on any thread."""

    def __init__(self) -> None:
        self._is_off = False

    def call_off(self) -> None:
        self._is_off = True

    def check(self) -> None:
        """Raises `Refused(Code.CALLED_OFF)` once nobody wants the work; to be asked between small pieces of it."""
        if self._is_off:
            raise Refused(Code.CALLED_OFF)


class JobRunner(Protocol):
    """What a long job needs of a kit."""

    def run(self, job: Job[AnswerT]) -> AnswerT: ...

    def aside(self, work: Callable[[], AnswerT]) -> Future[AnswerT]: ...

    def tell(self, event: Event) -> None: ...


class LongJobContext:
    """What a long job finds beside the writer thread: jobs run on that thread, further threads, events, its token."""

    def __init__(self, runner: JobRunner, cancel: CancelToken) -> None:
        self._runner = runner
        self.cancel = cancel

    def run(self, job: "Work[AnswerT]") -> AnswerT:
        """The answer of a job that this one is made of: a short one on the writer thread, a long one here and now."""
        return self._runner.run(job) if isinstance(job, Job) else job.run(self)

    def aside(self, work: Callable[[], AnswerT]) -> Future[AnswerT]:
        """Do work that needs no vault on another thread meanwhile."""
        return self._runner.aside(work)

    def tell(self, event: Event) -> None:
        self._runner.tell(event)


@dataclass(frozen=True, slots=True)
class LongJob(ABC, Generic[Answer_co]):
    """Work beside the writer thread, which says how far it is and asks now and then whether it is still wanted."""

    @abstractmethod
    def run(self, context: LongJobContext) -> Answer_co:
        """Do it; raises `Refused(Code.CALLED_OFF)` at the next step once nobody wants it."""


Work = Job[AnswerT] | LongJob[AnswerT]


def wipe_secrets(job: Work[AnswerT]) -> None:
    """Overwrite every `bytearray` that a job carries: those are its secrets. It cannot be done a second time."""
    for field in fields(job):
        value = getattr(job, field.name)
        if type(value) is bytearray:
            value[:] = bytes(len(value))
