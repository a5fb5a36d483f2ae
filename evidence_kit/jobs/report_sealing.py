"""Make a report: gather on the writer thread, build and encrypt beside it, seal on the writer thread again.

The plain report exists only in a pipe between two threads, one piece at a time.
"""

import os
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence_kit.events import WorkProgressed
from evidence_kit.jobs.job import AnswerT, Job, JobContext, LongJob, LongJobContext
from evidence_kit.jobs.keep import seal_entry
from evidence_kit.jobs.report_gathering import (
    GatheredReport,
    GatherReport,
)
from evidence_kit.model.bodies.sharing import ReportSealed
from evidence_kit.model.delivery import Delivery, Part, PartRole
from evidence_kit.report.archive import Writer
from evidence_kit.report.compose import write_report
from evidence_kit.report.notice import Sealed, notice
from evidence_kit.seal.pgp import Ciphertext, Keyring
from evidence_kit.sync.transport import new_message_id
from evidence_kit.vault.outbox import Outbox


@dataclass(frozen=True, slots=True)
class StagedCiphertext:
    """Ciphertext that lies in the outbox, not yet part of a delivery."""

    parcel: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class SealedReport:
    """What came of a report: its deliveries with the destinations' names."""

    report: str
    entries: tuple[str, ...]
    deliveries: tuple[tuple[Delivery, str], ...]


@dataclass(frozen=True, slots=True)
class SealReport(Job[SealedReport]):
    """Put the ciphertext of each destination on its way and enter the report in the journal.

    `parcels` has one (notice, report) pair for each destination, in their order.
    """

    gathered: GatheredReport
    parcels: tuple[tuple[StagedCiphertext, StagedCiphertext], ...]

    def run(self, context: JobContext) -> SealedReport:
        contents = self.gathered.contents
        made: list[tuple[Delivery, str]] = []
        for destination, (announcement, report) in zip(self.gathered.destinations, self.parcels, strict=True):
            parts = tuple(
                Part(
                    role=role,
                    parcel=parcel.parcel,
                    sha256=parcel.sha256,
                    size=parcel.size,
                    message_id=new_message_id(),
                )
                for role, parcel in ((PartRole.NOTICE, announcement), (PartRole.REPORT, report))
            )
            delivery = Delivery(
                id=secrets.token_hex(8),
                report=contents.id,
                destination=destination.id,
                created_utc=contents.created.wall_utc,
                parts=parts,
            )
            made.append((delivery, destination.name))
        entries = tuple(disclosed.entry.id for disclosed in contents.entries)
        # All of them or none, whatever crashes: the journal's entry decides, also at the next unlock, whether what is
        # staged goes out.
        context.vault.outbox.stage(contents.id, [delivery for delivery, _ in made])
        seal_entry(
            context,
            ReportSealed(
                report=contents.id,
                entries=entries,
                disruption=self.gathered.disruption,
                deliveries=tuple(delivery.id for delivery, _ in made),
                ciphertexts=tuple(delivery.parts[-1].sha256 for delivery, _ in made),
                text=contents.text,
            ),
        )
        context.vault.settle_outbox()
        return SealedReport(contents.id, entries, tuple(made))


@dataclass(frozen=True, slots=True)
class CreateReport(LongJob[SealedReport]):
    """Gather what was chosen, then encrypt and queue it. Raises as `GatherReport` and `EncryptReport`."""

    choice: GatherReport

    def run(self, context: LongJobContext) -> SealedReport:
        return context.run(EncryptReport(context.run(self.choice)))


@dataclass(frozen=True, slots=True)
class EncryptReport(LongJob[SealedReport]):
    """Encrypt and queue what was gathered for each destination; one ciphertext for each set of recipients.

    Raises `Refused` where a certificate cannot be encrypted to, and "called-off"; nothing is queued then, and no
    ciphertext is left. Tells of the work "report".
    """

    gathered: GatheredReport

    def run(self, context: LongJobContext) -> SealedReport:
        gathered = self.gathered
        tools = context.run(LendTools())
        made: dict[frozenset[str], tuple[StagedCiphertext, StagedCiphertext]] = {}
        groups = {frozenset(destination.recipients) for destination in gathered.destinations}
        pace = _Progress(context, gathered.size * len(groups))
        laid: list[Path] = []
        try:
            for destination in gathered.destinations:
                recipients = frozenset(destination.recipients)
                if recipients not in made:
                    made[recipients] = _encrypt(context, gathered, tools, tuple(destination.recipients), pace, laid)
            context.cancel.check()
        except BaseException:
            for path in laid:
                path.unlink(missing_ok=True)
            raise
        parcels = tuple(made[frozenset(destination.recipients)] for destination in gathered.destinations)
        return context.run(SealReport(gathered, parcels))


@dataclass(frozen=True, slots=True)
class LendTools(Job[tuple[Keyring, Outbox, str]]):
    """The gpg home and the outbox, which need no database, and the signer's fingerprint."""

    def run(self, context: JobContext) -> tuple[Keyring, Outbox, str]:
        return context.keyring, context.vault.outbox, context.vault.register.secret_key().fingerprint


def _encrypt(
    context: LongJobContext,
    gathered: GatheredReport,
    tools: tuple[Keyring, Outbox, str],
    recipients: tuple[str, ...],
    pace: "_Progress",
    laid: list[Path],
) -> tuple[StagedCiphertext, StagedCiphertext]:
    keyring, outbox, signer = tools

    def sealed(write: Callable[[Writer], object]) -> StagedCiphertext:
        parcel = outbox.new_parcel()
        out = outbox.parcel_path(parcel)
        laid.append(out)
        ciphertext = _through_pipe(context, write, lambda source: keyring.encrypt(source, out, recipients, signer), out)
        return StagedCiphertext(parcel, ciphertext.sha256, ciphertext.size)

    report = sealed(lambda out: write_report(gathered.contents, gathered.shelf, _CountingWriter(out, pace)))
    text = notice(gathered.contents, Sealed(report.sha256, report.size))
    return sealed(lambda out: out.write(text)), report


def _through_pipe(
    context: LongJobContext, write: Callable[[Writer], object], encrypt: Callable[[BinaryIO], Ciphertext], out: Path
) -> Ciphertext:
    """Run the writer here and gpg in the pool; whichever fails takes the half-made ciphertext with it."""
    reading, writing = os.pipe()
    encrypted: Future[Ciphertext] = context.aside(lambda: _reading(reading, encrypt))
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


def _reading(handle: int, encrypt: Callable[[BinaryIO], AnswerT]) -> AnswerT:
    with os.fdopen(handle, "rb", buffering=0) as source:
        return encrypt(source)


class _Progress:
    """Says how far the work is, at most every twentieth part, and asks whether it is still wanted."""

    def __init__(self, context: LongJobContext, total: int) -> None:
        self._context = context
        self._total = max(total, 1)
        self._done = 0
        self._told = 0

    def went_on(self, count: int) -> None:
        self._context.cancel.check()
        self._done += count
        if (self._done - self._told) * 20 >= self._total:
            self._told = self._done
            self._context.tell(WorkProgressed(work="report", done=min(self._done, self._total), total=self._total))


class _CountingWriter:
    """Passes bytes on and says so."""

    def __init__(self, out: Writer, pace: _Progress) -> None:
        self._out = out
        self._pace = pace

    def write(self, data: bytes, /) -> None:
        self._out.write(data)
        self._pace.went_on(len(data))
