"""Gather a report on the writer thread: which entries go in, proven against a fresh checkpoint, and for whom."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.checkpoints import SignCheckpoint
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.people import find_destination
from evidence_kit.model.belonging import TELLING, belongs, disruption_of, reported
from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.model.bodies.statements import Consent, CorrectionWritten, WitnessHeard
from evidence_kit.model.delivery import Destination
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry
from evidence_kit.model.identity import new_id
from evidence_kit.report.contents import Disclosed, ReportContents
from evidence_kit.words.languages import spoken_languages


@dataclass(frozen=True, slots=True)
class ExhibitReaders:
    """Exhibits that can be read on any thread: a reader for each, opened only when asked (report's `Source`)."""

    readers: Mapping[str, Callable[[], Iterator[bytes]]]
    seeds: Mapping[str, bytes]

    def read_exhibit(self, sha256: str) -> Iterator[bytes]:
        return self.readers[sha256]()

    def tile_seed(self, sha256: str) -> bytes | None:
        return self.seeds.get(sha256)


@dataclass(frozen=True, slots=True)
class GatheredReport:
    """All that a report needs, off the writer thread. `size` is the sum of the exhibits in bytes."""

    contents: ReportContents
    shelf: ExhibitReaders
    size: int
    destinations: tuple[Destination, ...]
    disruption: str | None


@dataclass(frozen=True, slots=True)
class GatherReport(Job[GatheredReport]):
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

    def run(self, context: JobContext) -> GatheredReport:
        if self.language not in spoken_languages():
            raise Refused(Code.UNKNOWN_LANGUAGE, known=", ".join(spoken_languages()))
        destinations = tuple(dict.fromkeys(find_destination(context, name) for name in self.destinations))
        disruption = self._disruption(context)
        chosen = self._chosen(context, disruption)
        signed = SignCheckpoint().run(context)
        self._load_certificates(context, destinations)
        key = context.vault.register.secret_key()
        opened = {one.id: one for one in context.vault.disruptions.all()}
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
                Disclosed(entry, tuple(context.vault.tree.inclusion(entry.sequence, signed.size))) for entry in chosen
            ),
            disruptions=tuple(one for one in opened.values() if one.id in touched),
            text=self.text,
            place=self.place,
            pseudonym=self.pseudonym,
            consent=self.consent,
            language=self.language.replace("_", "-"),
        )
        shelf = ExhibitReaders(
            readers={sha256: context.vault.exhibits.reader(sha256) for sha256 in exhibits},
            seeds={
                sha256: seed for sha256 in exhibits if (seed := context.vault.exhibits.tile_seed(sha256)) is not None
            },
        )
        size = sum(exhibit.size for exhibit in exhibits.values())
        return GatheredReport(contents, shelf, size, destinations, disruption.id if disruption else None)

    def _disruption(self, context: JobContext) -> Disruption | None:
        if self.disruption is None:
            return None
        if self.disruption == "last":
            disruptions = list(context.vault.disruptions.all())
            if not disruptions:
                raise Refused(Code.UNKNOWN_DISRUPTION, id="last")
            return disruptions[-1]
        return context.vault.disruptions.find(self.disruption)

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
            opened = {one.id: one for one in context.vault.disruptions.all()}
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
        known = {recipient.fingerprint: recipient for recipient in context.vault.register.recipients()}
        for destination in destinations:
            for fingerprint in destination.recipients:
                if fingerprint not in known:
                    raise Refused(Code.UNKNOWN_RECIPIENT, fingerprint=fingerprint)
                context.keyring.load_certificate(known[fingerprint].certificate)


def may_leave(body: Body) -> bool:
    """Whether a report may hold it: testimony only where the witness agreed to that."""
    return not isinstance(body, WitnessHeard) or Consent.SHARE in body.consent


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
