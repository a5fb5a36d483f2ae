"""Jobs around a report: sign a checkpoint, gather, seal, and bring a receipt in."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import seal_entry
from evidence_kit.jobs.people import find_destination
from evidence_kit.model.belonging import TELLING, belongs, disruption_of, reported
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Part, PartRole
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import (
    BODIES,
    Body,
    CorrectionWritten,
    Entry,
    ReceiptBrought,
    ReportSealed,
    WitnessHeard,
)
from evidence_kit.model.identity import new_id
from evidence_kit.report.contents import Disclosed, ReportContents
from evidence_kit.seal import checkpoint
from evidence_kit.seal.checkpoint import Checkpoint
from evidence_kit.sync.transport import new_message_id
from evidence_kit.verify import receipt
from evidence_kit.words.languages import spoken_languages


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint, its text, and the armoured detached signature over the text."""

    checkpoint: Checkpoint
    text: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignCheckpoint(Job[SignedCheckpoint]):
    """Sign the journal's size and root as they are now, and keep both; an unchanged journal keeps its checkpoint."""

    def run(self, context: JobContext) -> SignedCheckpoint:
        for kept in context.vault.checkpoints():
            if kept.size == context.vault.size:
                return SignedCheckpoint(checkpoint.parse(kept.text), kept.text, kept.signature)
        fingerprint = context.vault.secret_key().fingerprint
        pinned = Checkpoint(origin=origin_of(fingerprint), size=context.vault.size, root=context.vault.root)
        text = checkpoint.text(pinned)
        signature = context.keyring.sign_detached(text, fingerprint)
        context.vault.add_checkpoint(text, signature)
        return SignedCheckpoint(pinned, text, signature)


def origin_of(fingerprint: str) -> str:
    """The origin line of this vault's checkpoints."""
    return f"evidence-kit/vault/{fingerprint.lower()}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Exhibits that can be read on any thread: a reader for each, opened only when asked (report's `Source`)."""

    readers: Mapping[str, Callable[[], Iterator[bytes]]]
    seeds: Mapping[str, bytes]

    def read_exhibit(self, sha256: str) -> Iterator[bytes]:
        return self.readers[sha256]()

    def tile_seed(self, sha256: str) -> bytes | None:
        return self.seeds.get(sha256)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a report needs, off the writer thread. `size` is the sum of the exhibits in bytes."""

    contents: ReportContents
    shelf: Shelf
    size: int
    destinations: tuple[Destination, ...]
    disruption: str | None


@dataclass(frozen=True, slots=True)
class GatherReport(Job[Gathered]):
    """Choose the entries, prove each against a fresh checkpoint, and load the recipients' certificates.

    With `only` nothing but `entries` goes in, and `disruption` merely says what the report is about. `language` is the
    report's own, as `spoken_languages` has them; the person's words stay as they are.
    Raises `Refused` with "nothing-to-report", "unknown-entry", "unknown-disruption", "unknown-destination",
    "not-reportable", "consent-missing" or "unknown-language".
    """

    disruption: str | None
    entries: tuple[str, ...]
    destinations: tuple[str, ...]
    text: str
    pseudonym: str | None = None
    place: str | None = None
    consent: str | None = None
    only: bool = False
    language: str = "en"

    def run(self, context: JobContext) -> Gathered:
        if self.language not in spoken_languages():
            raise Refused(Code.UNKNOWN_LANGUAGE, known=", ".join(spoken_languages()))
        destinations = tuple(dict.fromkeys(find_destination(context, name) for name in self.destinations))
        disruption = self._disruption(context)
        chosen = self._chosen(context, disruption)
        signed = SignCheckpoint().run(context)
        self._load_certificates(context, destinations)
        key = context.vault.secret_key()
        opened = {one.id: one for one in context.vault.disruptions()}
        touched = {disruption_of(entry, opened) for entry in chosen}
        exhibits = {exhibit.sha256: exhibit for entry in chosen for exhibit in entry.body.exhibits}
        contents = ReportContents(
            id=new_id(context.clock.read()),
            created=context.clock.read(),
            fingerprint=key.fingerprint,
            certificate=key.certificate,
            checkpoint=signed.text,
            signature=signed.signature,
            entries=tuple(
                Disclosed(entry, tuple(context.vault.inclusion(entry.sequence, signed.checkpoint.size)))
                for entry in chosen
            ),
            disruptions=tuple(one for one in opened.values() if one.id in touched),
            text=self.text,
            place=self.place,
            pseudonym=self.pseudonym,
            consent=self.consent,
            language=self.language.replace("_", "-"),
        )
        shelf = Shelf(
            readers={sha256: context.vault.exhibit_reader(sha256) for sha256 in exhibits},
            seeds={sha256: seed for sha256 in exhibits if (seed := context.vault.tile_seed(sha256)) is not None},
        )
        size = sum(exhibit.size for exhibit in exhibits.values())
        return Gathered(contents, shelf, size, destinations, disruption.id if disruption else None)

    def _disruption(self, context: JobContext) -> Disruption | None:
        if self.disruption is None:
            return None
        if self.disruption == "last":
            disruptions = list(context.vault.disruptions())
            if not disruptions:
                raise Refused(Code.UNKNOWN_DISRUPTION, id="last")
            return disruptions[-1]
        return context.vault.disruption(self.disruption)

    def _chosen(self, context: JobContext, disruption: Disruption | None) -> list[Entry]:
        chosen: dict[int, Entry] = {}
        for prefix in self.entries:
            entry = context.vault.entry(prefix)
            if not entry.body.REPORTABLE:
                raise Refused(Code.NOT_REPORTABLE, id=entry.id, kind=entry.kind)
            if not may_leave(entry.body) or not may_leave(corrected_first(context, entry).body):
                raise Refused(Code.CONSENT_MISSING, id=entry.id)
            chosen[entry.sequence] = entry
        gone: frozenset[str] = frozenset()
        if not self.only and (disruption is not None or not self.entries):
            gone = frozenset() if disruption else reported_so_far(context)
            opened = {one.id: one for one in context.vault.disruptions()}
            for entry in context.vault.entries(kinds=reportable_kinds()):
                wanted = belongs(entry, disruption.id, opened) if disruption else entry.id not in gone
                if wanted and may_leave(entry.body) and not isinstance(entry.body, CorrectionWritten):
                    chosen[entry.sequence] = entry
        if not self.only:
            # What was corrected never goes without its corrections, nor a correction without the witness's consent.
            known_there = {entry.id for entry in chosen.values()} | gone
            for entry in corrections_of(context, known_there):
                if entry.id not in gone:
                    chosen[entry.sequence] = entry
        if not chosen:
            raise Refused(Code.NOTHING_TO_REPORT)
        return [chosen[sequence] for sequence in sorted(chosen)]

    @staticmethod
    def _load_certificates(context: JobContext, destinations: tuple[Destination, ...]) -> None:
        known = {recipient.fingerprint: recipient for recipient in context.vault.recipients()}
        for destination in destinations:
            for fingerprint in destination.recipients:
                if fingerprint not in known:
                    raise Refused(Code.UNKNOWN_RECIPIENT, fingerprint=fingerprint)
                context.keyring.load_certificate(known[fingerprint].certificate)


def may_leave(body: Body) -> bool:
    """Whether a report may hold it: testimony only where the witness agreed to that."""
    return not isinstance(body, WitnessHeard) or "share" in body.consent


def corrections_of(context: JobContext, ids: Collection[str]) -> list[Entry]:
    """Every correction of these entries, and of those corrections, in the journal's order."""
    corrected, found = set(ids), []
    for entry in context.vault.entries(kinds=(CorrectionWritten.KIND,)):
        if isinstance(entry.body, CorrectionWritten) and entry.body.corrects in corrected:
            corrected.add(entry.id)
            found.append(entry)
    return found


def corrected_first(context: JobContext, entry: Entry) -> Entry:
    """The entry that a correction is about, through corrections of corrections; any other entry itself."""
    while isinstance(entry.body, CorrectionWritten):
        entry = context.vault.entry(entry.body.corrects)
    return entry


def reported_so_far(context: JobContext) -> frozenset[str]:
    """The ids of entries that a report took along, as `model.belonging.reported` has it."""
    told = (entry.body for entry in context.vault.entries(kinds=TELLING))
    return reported(told, {delivery.report for delivery in context.vault.outbox.deliveries()})


def reportable_kinds() -> tuple[str, ...]:
    """The kinds of entries that may leave with a report."""
    return tuple(kind for kind, body in BODIES.items() if body.REPORTABLE)


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

    gathered: Gathered
    parcels: tuple[tuple[StagedCiphertext, StagedCiphertext], ...]

    def run(self, context: JobContext) -> SealedReport:
        contents = self.gathered.contents
        made: list[tuple[Delivery, str]] = []
        for destination, (notice, report) in zip(self.gathered.destinations, self.parcels, strict=True):
            parts = tuple(
                Part(
                    role=role,
                    parcel=parcel.parcel,
                    sha256=parcel.sha256,
                    size=parcel.size,
                    message_id=new_message_id(),
                )
                for role, parcel in ((PartRole.NOTICE, notice), (PartRole.REPORT, report))
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
class BringReceipt(Job[tuple[Delivery, str | None]]):
    """Check a recipient's signed receipt against what was sent, keep it, and mark the delivery as receipted.

    Raises `Broken` where the signature does not hold, `Refused` with "receipt-unknown" where no delivery sent these
    bytes, "receipt-stranger" where the signer is not a recipient of that delivery, "receipt-not-sound" where the
    recipient's check found the report broken.
    """

    untrusted_receipt: bytes

    def run(self, context: JobContext) -> tuple[Delivery, str | None]:
        for recipient in context.vault.recipients():
            context.keyring.load_certificate(recipient.certificate)
        brought = receipt.read(self.untrusted_receipt, context.keyring)
        delivery, part = self._sent(context, brought.ciphertext)
        destination = next((one for one in context.vault.destinations() if one.id == delivery.destination), None)
        allowed = (
            destination.recipients if destination else tuple(one.fingerprint for one in context.vault.recipients())
        )
        if brought.signer not in allowed:
            raise Refused(Code.RECEIPT_STRANGER, fingerprint=brought.signer)
        if brought.verdict != "holds":
            raise Broken(Code.RECEIPT_NOT_SOUND, fingerprint=brought.signer)
        now = context.clock.read()
        exhibit = context.vault.stage((self.untrusted_receipt,), media_type="application/pgp-encrypted", role="receipt")
        body = ReceiptBrought(
            delivery=delivery.id,
            report=delivery.report,
            signer=brought.signer,
            ciphertext=brought.ciphertext,
            received_utc=brought.received_utc,
            receipt=exhibit,
        )
        seal_entry(context, body)
        for settled in delivery.parts if part.role is PartRole.REPORT else (part,):
            if settled.state is not DeliveryState.RECEIPTED:
                delivery = context.vault.outbox.move(delivery.id, settled.role, DeliveryState.RECEIPTED, at=now)
        context.vault.absorb()
        return delivery, destination.name if destination else None

    @staticmethod
    def _sent(context: JobContext, ciphertext: str) -> tuple[Delivery, Part]:
        for delivery in context.vault.outbox.deliveries():
            for part in delivery.parts:
                if part.sha256 == ciphertext:
                    return delivery, part
        raise Refused(Code.RECEIPT_UNKNOWN)
