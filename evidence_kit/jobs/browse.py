"""Jobs for reading the journal: where entries are, small rows of them, one in full, and what was said later."""

from array import array
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.course import DisruptionName, Named, entries_within, named_disruptions
from evidence_kit.jobs.gist import Gist, gist_of
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import seal_entry
from evidence_kit.model.belonging import disruption_of
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.sharing import ReportSealed
from evidence_kit.model.bodies.statements import CorrectionWritten
from evidence_kit.model.entry import Entry, LockedAtSealing, Origin
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.plain_text import plain_text
from evidence_kit.seal import checkpoint

FOUND_CAP: Final = 200_000
ROWS_CAP: Final = 256
CORRECTION_CAP: Final = 48 * 1024
# What the picture's child can decode; anything else has an icon instead.
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp"})


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry in a list. `disruption` is one that did open; `picture` the SHA-256 of what can be shown small."""

    sequence: int
    id: str
    kind: str
    seen_utc: str
    offset_s: int
    gist: Gist = None
    disruption: str | None = None
    picture: str | None = None
    origin: Origin = Origin.JOURNAL
    locked: LockedAtSealing = LockedAtSealing.NO
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """The journal's `size`, and where the entries are that fit, newest first (32-bit numbers); null stands for all."""

    size: int
    places: bytes | None

    def sequences(self) -> "array[int] | None":
        """The places as numbers."""
        if self.places is None:
            return None
        numbers = array("I")
        numbers.frombytes(self.places)
        return numbers


@dataclass(frozen=True, slots=True)
class FindEntries(Job[FoundEntries]):
    """Where the entries are that fit everything asked for; null asks for nothing. `since_ms` counts from 1970 in UTC
    and is compared with the time of entry. `after` leaves out what is known already. At most `FOUND_CAP`."""

    search: str | None = None
    kinds: tuple[str, ...] | None = None
    disruption: str | None = None
    since_ms: int | None = None
    after: int = -1

    def run(self, context: JobContext) -> FoundEntries:
        vault = context.vault
        if (self.search, self.kinds, self.disruption, self.since_ms) == (None, None, None, None):
            return FoundEntries(vault.size, None)
        # The first twelve digits of a UUIDv7 are its milliseconds (RFC 9562 §5.7).
        digits = None if self.since_ms is None else f"{max(self.since_ms, 0):012x}"
        places = vault.index.sequences(
            typed=self.search,
            kinds=self.kinds,
            among=None if self.disruption is None else entries_within(context, self.disruption, self.after),
            since=None if digits is None else f"{digits[:8]}-{digits[8:]}",
            after=self.after,
            limit=FOUND_CAP,
        )
        return FoundEntries(vault.size, array("I", places).tobytes())


@dataclass(frozen=True, slots=True)
class ReadRows(Job[tuple[JournalRow, ...]]):
    """The rows at these sequences, at most `ROWS_CAP`; those that are not there are left out."""

    sequences: tuple[int, ...]

    def run(self, context: JobContext) -> tuple[JournalRow, ...]:
        wanted = sorted(set(self.sequences[:ROWS_CAP]))
        if not wanted:
            return ()
        names = {one.id: one for one in named_disruptions(context)}
        corrected = _corrected(context, wanted[0])
        return tuple(
            row_of(entry, names, corrected)
            for first, count in _runs(wanted)
            for entry in context.vault.entries(after=first - 1, limit=count)
        )


def _runs(sequences: list[int]) -> Iterator[tuple[int, int]]:
    """First and length of every stretch without a gap."""
    first = last = sequences[0]
    for sequence in sequences[1:]:
        if sequence != last + 1:
            yield first, last - first + 1
            first = sequence
        last = sequence
    yield first, last - first + 1


def _corrected(context: JobContext, after: int) -> set[str]:
    """Ids of entries that were corrected later than `after`: a correction comes after what it corrects."""
    said = (entry.body for entry in context.vault.entries(after=after, kinds=(CorrectionWritten.KIND,)))
    return {body.corrects for body in said if isinstance(body, CorrectionWritten)}


def harmless(untrusted: str) -> str:
    """Text without what can hide or reorder what stands around it."""
    return plain_text(untrusted)


def row_of(entry: Entry, names: Mapping[str, Named], corrected: Container[str]) -> JournalRow:
    """An entry as a row; `names` are the disruptions that did open, `corrected` ids of entries with a correction."""
    return JournalRow(
        sequence=entry.sequence,
        id=entry.id,
        kind=entry.kind,
        seen_utc=entry.seen.wall_utc,
        offset_s=entry.seen.utc_offset_s,
        gist=gist_of(entry.body),
        disruption=disruption_of(entry, names),
        picture=picture_of(entry.body),
        origin=entry.origin,
        locked=entry.locked,
        corrected=entry.id in corrected,
    )


def picture_of(body: Body) -> str | None:
    """The SHA-256 of an entry's picture, if it has one that can be shown."""
    shown: Exhibit | None = None
    match body:
        case ScreenCaptured(picture=shown) | PageCaptured(picture=shown) | FileAdded(original=shown):
            pass
        case _:
            return None
    return shown.sha256 if shown.media_type in _PICTURES else None


@dataclass(frozen=True, slots=True)
class NameDisruptions(Job[tuple[DisruptionName, ...]]):
    """Every disruption as a heading, newest first; reads their steps alone, whatever else belongs to them."""

    def run(self, context: JobContext) -> tuple[DisruptionName, ...]:
        return tuple(one.heading for one in reversed(named_disruptions(context)))


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry in full with all that points to it. `line` is the stored line, harmless to show.

    `checkpoint` is the size of the oldest signed checkpoint that covers it, null before there is one, and `root` its
    root (64 hex). `reports` are (report id, when it was sealed) of every report that it went into.
    """

    entry: Entry
    line: str
    picture: str | None
    disruption: DisruptionName | None
    corrects: JournalRow | None
    corrections: tuple[Entry, ...]
    correctable: bool
    reports: tuple[tuple[str, str], ...]
    checkpoint: int | None
    root: str | None


@dataclass(frozen=True, slots=True)
class ShowEntry(Job[EntryShown]):
    """One entry in full. Raises `Refused(Code.NO_SUCH_ENTRY)`."""

    sequence: int

    def run(self, context: JobContext) -> EntryShown:
        vault = context.vault
        entry = next(iter(vault.entries(after=self.sequence - 1, limit=1)), None)
        if entry is None or entry.sequence != self.sequence:
            raise Refused(Code.NO_SUCH_ENTRY, id=str(self.sequence))
        names = {one.id: one for one in named_disruptions(context)}
        corrects = None
        if isinstance(entry.body, CorrectionWritten):
            corrects = row_of(vault.entry(entry.body.corrects), names, ())
        said = vault.entries(after=entry.sequence, kinds=(CorrectionWritten.KIND,))
        sealed = vault.entries(after=entry.sequence, kinds=(ReportSealed.KIND,))
        covering = next((kept for kept in vault.register.checkpoints() if kept.size > entry.sequence), None)
        return EntryShown(
            entry=entry,
            line=plain_text(entry.line.decode()),
            picture=picture_of(entry.body),
            disruption=names[belongs_to].heading if (belongs_to := disruption_of(entry, names)) else None,
            corrects=corrects,
            corrections=tuple(
                one for one in said if isinstance(one.body, CorrectionWritten) and one.body.corrects == entry.id
            ),
            correctable=entry.body.REPORTABLE,
            reports=tuple(
                (one.body.report, one.clock.wall_utc)
                for one in sealed
                if isinstance(one.body, ReportSealed) and entry.id in one.body.entries
            ),
            checkpoint=covering.size if covering else None,
            root=checkpoint.parse(covering.text).root.hex() if covering else None,
        )


@dataclass(frozen=True, slots=True)
class CorrectEntry(Job[Entry]):
    """Keep what a person says now about an earlier entry, which stays as it is.

    Raises `Refused` with "no-such-entry", "note-empty", "note-too-long" or "not-correctable" (what the tool wrote about
    itself).
    """

    entry: str
    text: str

    def run(self, context: JobContext) -> Entry:
        corrected = context.vault.entry(self.entry)
        if not corrected.body.REPORTABLE:
            raise Refused(Code.NOT_CORRECTABLE, id=corrected.id)
        text = self.text.strip()
        if not text:
            raise Refused(Code.NOTE_EMPTY)
        if len(text.encode("utf-8", "replace")) > CORRECTION_CAP:
            raise Refused(Code.NOTE_TOO_LONG, cap=CORRECTION_CAP)
        return seal_entry(context, CorrectionWritten(corrects=corrected.id, text=text))
