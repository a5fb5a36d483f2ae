"""The kit: one writer thread owns the vault, a pool does what may take long; one of two files that know threads.

Commands go down through `do`, events come up through `listen`. The core never asks a question: it raises, the face
asks, and sends the command again.
"""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, TypeVar

from evidence_kit.clock import Clock, ClockWatch
from evidence_kit.clock.watch import changes as changes_between
from evidence_kit.errors import Refused
from evidence_kit.events import Absorbed, Event, Listener
from evidence_kit.files import medium_errors
from evidence_kit.seal.pgp import Keyring
from evidence_kit.vault.vault import Vault

Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class JobContext:
    """What a command finds on the writer thread: the vault, the clock, the vault's gpg home, and a voice."""

    def __init__(self, vault: Vault, clock: Clock, tell: Listener) -> None:
        self.vault = vault
        self.clock = clock
        self.tell = tell
        self._clock_watch = ClockWatch(clock)
        self._closing = contextlib.ExitStack()
        self._keyring: Keyring | None = None

    @property
    def keyring(self) -> Keyring:
        """An ephemeral gpg home that holds the vault's secret key; made at the first need, gone at lock."""
        if self._keyring is None:
            self._keyring = self._closing.enter_context(Keyring())
            self._keyring.load_secret(self.vault.secret_key())
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


class Command(Protocol[Answer_co]):
    """A frozen dataclass that says what to do; carried out on the writer thread."""

    def carry_out(self, context: JobContext) -> Answer_co: ...


@dataclass(frozen=True, slots=True)
class Absorb:
    """Bring what the clock did and what was recorded and delivered while locked into the journal; how much that was."""

    def carry_out(self, context: JobContext) -> int:
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
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="pool")
        self._open = True
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
            if refusal.what != "disk-full":
                raise

    def do(self, command: Command[Answer]) -> Future[Answer]:
        """Carry out a command on the writer thread. Raises `Refused(what="vault-locked")` once closed."""
        if not self._open:
            raise Refused(what="vault-locked")
        return self._writer.submit(medium_errors()(command.carry_out), self._context)

    def run(self, command: Command[Answer]) -> Answer:
        """As `do`, waiting for the answer."""
        return self.do(command).result()

    def aside(self, work: Callable[[], Answer]) -> Future[Answer]:
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
        """Drain the pool, then the writer, then the keys."""
        if not self._open:
            return
        self._open = False
        self._pool.shutdown(wait=True)
        context = getattr(self, "_context", None)
        if context is not None:
            self._writer.submit(context.close).result()
        self._writer.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
