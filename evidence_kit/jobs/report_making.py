"""Make a report: gather on the writer thread, build and encrypt beside it, seal on the writer thread again.

The plain report exists only in a pipe between two threads, one piece at a time.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_kit.events import WorkProgressed
from evidence_kit.jobs.kit import Answer, JobContext, Kit
from evidence_kit.jobs.reports import (
    Gathered,
    GatherReport,
    Parcel,
    SealedReport,
    SealReport,
)
from evidence_kit.report.archive import Writer
from evidence_kit.report.compose import write_report
from evidence_kit.report.notice import Sealed, notice
from evidence_kit.seal.pgp import Ciphertext, Keyring
from evidence_kit.vault.outbox import Outbox


def create_report(kit: Kit, choice: GatherReport, check: Callable[[], None] = lambda: None) -> SealedReport:
    """Make, encrypt and queue a report for each destination; one ciphertext for each set of recipients.

    `check` is asked between small pieces of the work and may raise to end it. Raises as `GatherReport` does, and
    `Refused` where a certificate cannot be encrypted to; nothing is queued then, and no ciphertext is left.
    """
    gathered = kit.run(choice)
    tools = kit.run(_LendTools())
    made: dict[frozenset[str], tuple[Parcel, Parcel]] = {}
    groups = {frozenset(destination.recipients) for destination in gathered.destinations}
    pace = _Pace(kit, check, gathered.size * len(groups))
    laid: list[Path] = []
    try:
        for destination in gathered.destinations:
            recipients = frozenset(destination.recipients)
            if recipients not in made:
                made[recipients] = _encrypt(kit, gathered, tools, tuple(destination.recipients), pace, laid)
        check()
    except BaseException:
        for path in laid:
            path.unlink(missing_ok=True)
        raise
    parcels = tuple(made[frozenset(destination.recipients)] for destination in gathered.destinations)
    return kit.run(SealReport(gathered, parcels))


@dataclass(frozen=True, slots=True)
class _LendTools:
    """The gpg home and the outbox, which need no database, and the signer's fingerprint."""

    def carry_out(self, context: JobContext) -> tuple[Keyring, Outbox, str]:
        return context.keyring, context.vault.outbox, context.vault.secret_key().fingerprint


def _encrypt(
    kit: Kit,
    gathered: Gathered,
    tools: tuple[Keyring, Outbox, str],
    recipients: tuple[str, ...],
    pace: "_Pace",
    laid: list[Path],
) -> tuple[Parcel, Parcel]:
    keyring, outbox, signer = tools

    def sealed(write: Callable[[Writer], object]) -> Parcel:
        parcel = outbox.new_parcel()
        out = outbox.parcel_path(parcel)
        laid.append(out)
        ciphertext = _through_pipe(kit, write, lambda source: keyring.encrypt(source, out, recipients, signer), out)
        return Parcel(parcel, ciphertext.sha256, ciphertext.size)

    report = sealed(lambda out: write_report(gathered.contents, gathered.shelf, _Told(out, pace)))
    text = notice(gathered.contents, Sealed(report.sha256, report.size))
    return sealed(lambda out: out.write(text)), report


def _through_pipe(
    kit: Kit, write: Callable[[Writer], object], encrypt: Callable[[BinaryIO], Ciphertext], out: Path
) -> Ciphertext:
    """Run the writer here and gpg in the pool; whichever fails takes the half-made ciphertext with it."""
    reading, writing = os.pipe()
    encrypted: Future[Ciphertext] = kit.aside(lambda: _reading(reading, encrypt))
    try:
        with os.fdopen(writing, "wb", buffering=1 << 20) as pipe:
            write(pipe)
    except BrokenPipeError:
        # gpg ended first; what it says is the reason.
        encrypted.result()
        raise
    except BaseException:
        # gpg saw a clean end of a message that is not whole: what it made must not stay.
        encrypted.exception()
        out.unlink(missing_ok=True)
        raise
    return encrypted.result()


def _reading(handle: int, encrypt: Callable[[BinaryIO], Answer]) -> Answer:
    with os.fdopen(handle, "rb", buffering=0) as source:
        return encrypt(source)


class _Pace:
    """Says how far the work is, at most every twentieth part, and asks whether it is still wanted."""

    def __init__(self, kit: Kit, check: Callable[[], None], total: int) -> None:
        self._kit = kit
        self._check = check
        self._total = max(total, 1)
        self._done = 0
        self._told = 0

    def went_on(self, count: int) -> None:
        self._check()
        self._done += count
        if (self._done - self._told) * 20 >= self._total:
            self._told = self._done
            self._kit.tell(WorkProgressed(work="report", done=min(self._done, self._total), total=self._total))


class _Told:
    """Passes bytes on and says so."""

    def __init__(self, out: Writer, pace: _Pace) -> None:
        self._out = out
        self._pace = pace

    def write(self, data: bytes, /) -> None:
        self._out.write(data)
        self._pace.went_on(len(data))
