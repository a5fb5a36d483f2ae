"""What may go into a report: everything captured, what belongs to a disruption, and what accompanies it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evidence_kit.jobs.drafts import ACCOMPANYING
from evidence_kit.jobs.job import Job, JobContext, LongJob, LongJobContext
from evidence_kit.jobs.report_gathering import may_leave, reportable_kinds, reported_so_far
from evidence_kit.model.belonging import belongs
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.disruptions import MeasurementTaken
from evidence_kit.model.bodies.statements import CorrectionWritten, NoteWritten, WitnessHeard
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry

# A correction is not chosen: it goes along with what it corrects.
NOT_CHOSEN: Final = frozenset(kind.KIND for kind in (*ACCOMPANYING, CorrectionWritten))
_SLICE: Final = 400
PLACE_FACTS: Final = frozenset({"GPSPosition", "GPSLatitude", "GPSLongitude", "GPSAreaInformation", "GPSDestLatitude"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may go into a report, as far as choosing needs it.

    `label` is untrusted: a note's words, a page's address, a file's name. `picture` is the SHA-256 of what can be shown
    small; `size` the exhibits' bytes. `may_leave` is false for testimony whose witness did not agree to share it.
    """

    id: str
    kind: str
    seen_utc: str
    seen_offset_s: int
    label: str
    picture: str | None
    size: int
    belongs: bool
    reported: bool
    may_leave: bool
    tells_place: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a person may choose from, oldest first; `measurements` and `course` count what the disruption has."""

    entries: tuple[Candidate, ...]
    measurements: int
    course: int


@dataclass(frozen=True, slots=True)
class FindCandidates(LongJob[Candidates]):
    """Everything that was captured, and which of it belongs to the disruption (an id or null)."""

    disruption: str | None

    def run(self, context: LongJobContext) -> Candidates:
        about = context.run(FindBackground(self.disruption))
        found = tuple(
            _candidate(entry, _is_part(entry, about), entry.id in about.reported)
            for entry in _entries(context, [kind for kind in reportable_kinds() if kind not in NOT_CHOSEN])
        )
        if about.disruption is None:
            return Candidates(found, 0, 0)
        measured, course = accompanying(context, about)
        return Candidates(found, len(measured), len(course))


@dataclass(frozen=True, slots=True)
class Background:
    """A disruption, every one that did open, and the ids of entries that a report took along."""

    disruption: Disruption | None
    opened: Mapping[str, Disruption]
    reported: frozenset[str]


@dataclass(frozen=True, slots=True)
class FindBackground(Job[Background]):
    """What the entries of a report are held against."""

    disruption: str | None

    def run(self, context: JobContext) -> Background:
        disruption = None if self.disruption is None else context.vault.disruptions.find(self.disruption)
        opened = {one.id: one for one in context.vault.disruptions.all()}
        return Background(disruption, opened, reported_so_far(context))


@dataclass(frozen=True, slots=True)
class _Slice(Job[list[Entry]]):
    after: int
    kinds: tuple[str, ...]

    def run(self, context: JobContext) -> list[Entry]:
        return list(context.vault.entries(after=self.after, limit=_SLICE, kinds=self.kinds))


def _entries(context: LongJobContext, kinds: Sequence[str]) -> Iterator[Entry]:
    """All entries of some kinds, in slices, so that captures and other jobs get in between."""
    names = tuple(kinds)
    after = -1
    while True:
        context.cancel.check()
        part = context.run(_Slice(after, names))
        yield from part
        if len(part) < _SLICE:
            return
        after = part[-1].sequence


def _is_part(entry: Entry, about: Background) -> bool:
    return about.disruption is not None and belongs(entry, about.disruption.id, about.opened)


def accompanying(context: LongJobContext, about: Background) -> tuple[list[str], list[str]]:
    """Ids of the disruption's measurements, and of the entries that tell its course."""
    measured: list[str] = []
    course: list[str] = []
    for entry in _entries(context, [kind.KIND for kind in ACCOMPANYING]):
        if _is_part(entry, about):
            (measured if isinstance(entry.body, MeasurementTaken) else course).append(entry.id)
    return measured, course


def _candidate(entry: Entry, is_part: bool, is_reported: bool) -> Candidate:
    body = entry.body
    exhibits = tuple(body.exhibits)
    picture = next((one.sha256 for one in exhibits if one.media_type.startswith("image/")), None)
    return Candidate(
        id=entry.id,
        kind=entry.kind,
        seen_utc=entry.seen.wall_utc,
        seen_offset_s=entry.seen.utc_offset_s,
        label=label_of(body),
        picture=picture,
        size=sum(one.size for one in exhibits),
        belongs=is_part,
        reported=is_reported,
        may_leave=may_leave(body),
        tells_place=isinstance(body, FileAdded) and any(fact.name in PLACE_FACTS for fact in body.metadata),
    )


def label_of(body: Body) -> str:
    """The words by which a person knows an entry again, at most 300; "" where it has none."""
    match body:
        case NoteWritten(text=text) | WitnessHeard(text=text):
            found = text
        case PageCaptured():
            found = body.address_asked
        case FileAdded(name=name):
            found = name
        case ScreenCaptured():
            found = f"{body.width} × {body.height}"
        case _:
            found = " ".join(body.texts)
    return " ".join(found[:300].split())
