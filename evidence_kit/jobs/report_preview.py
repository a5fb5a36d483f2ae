"""Long work around a report: look what may go in, show what would leave and what it reveals, seal and queue it."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.jobs.drafts import ACCOMPANYING, Draft, MeasuredPace, MeasurePace, SettleDraft
from evidence_kit.jobs.job import Job, JobContext, LongJob, LongJobContext
from evidence_kit.jobs.report_making import CreateReport
from evidence_kit.jobs.reports import (
    Gathered,
    GatherReport,
    SealedReport,
    corrections_of,
    may_leave,
    reportable_kinds,
    reported_so_far,
)
from evidence_kit.model.belonging import belongs
from evidence_kit.model.codec import LINE_CAP, canonical, to_json
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import (
    Body,
    CorrectionWritten,
    Entry,
    FileAdded,
    MeasurementTaken,
    NoteWritten,
    PageCaptured,
    ScreenCaptured,
    WitnessHeard,
)
from evidence_kit.model.report import padded_size
from evidence_kit.report import page
from evidence_kit.report.compose import files_of
from evidence_kit.report.contents import document_of

# A correction is not chosen: it goes along with what it corrects.
NOT_CHOSEN: Final = frozenset(kind.KIND for kind in (*ACCOMPANYING, CorrectionWritten))
PAGE_ENTRIES: Final = 60  # as much of report.html as a person reads beforehand, and lays out at once
_SLICE: Final = 400
# The journal's line about the report names every entry: 36 characters, two quotes and a comma each. The rest of the
# line takes less than this, without the person's words and the deliveries.
_ENTRY: Final = 39
_LINE_REST: Final = 2048
_DELIVERY: Final = 96
_PLACE: Final = frozenset({"GPSPosition", "GPSLatitude", "GPSLongitude", "GPSAreaInformation", "GPSDestLatitude"})
_DEVICE: Final = frozenset(
    {"Make", "Model", "LensModel", "BodySerialNumber", "CameraSerialNumber", "LensSerialNumber", "HostComputer"}
)
_OWNER: Final = frozenset(
    {"Artist", "Copyright", "CameraOwnerName", "OwnerName", "XPAuthor", "PNG Author", "PNG Copyright", "Author"}
)


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
        about = context.run(_Background(self.disruption))
        found = tuple(
            _candidate(entry, _is_part(entry, about), entry.id in about.reported)
            for entry in _entries(context, [kind for kind in reportable_kinds() if kind not in NOT_CHOSEN])
        )
        if about.disruption is None:
            return Candidates(found, 0, 0)
        measured, course = _accompanying(context, about)
        return Candidates(found, len(measured), len(course))


@dataclass(frozen=True, slots=True)
class LeavingFile:
    """A file in the report: where it lies there, how large it is, its role, and the entry's own label for it."""

    path: str
    size: int
    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What a file says of itself beyond what it shows; each null where nothing of the kind was found.

    `unread`: it may say more, which nobody read.
    """

    label: str
    place: str | None
    device: str | None
    owner: str | None
    unread: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Words that leave as they were written: a note or a testimony."""

    kind: str
    text: str
    pseudonym: str | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Exactly what would leave the machine. `choice` seals this and nothing else.

    `counts` are kinds of entries and how many; `left_out` measurements for which the report has no room; `size` is
    the estimate of one ciphertext in bytes, padded; `page` is report.html without pictures and with the first
    entries, markup made by `report.page` alone.
    """

    choice: GatherReport
    counts: tuple[tuple[str, int], ...]
    left_out: int
    files: tuple[LeavingFile, ...]
    size: int
    words: tuple[Words, ...]
    telling: tuple[Telling, ...]
    paces: tuple[MeasuredPace, ...]
    journal_size: int
    page: str


@dataclass(frozen=True, slots=True)
class LookOver(LongJob[Leaving]):
    """Say exactly what a draft's report would hold; nothing is made. Raises as `GatherReport`."""

    draft: Draft

    def run(self, context: LongJobContext) -> Leaving:
        draft = self.draft
        chosen, left_out = list(draft.entries), 0
        about = context.run(_Background(draft.disruption))
        if draft.measurements and about.disruption is not None:
            measured, course = _accompanying(context, about)
            room = room_for_entries(draft.text, len(draft.destinations)) - len(chosen) - len(course)
            kept = thinned(measured, room)
            left_out = len(measured) - len(kept)
            chosen += [*course, *kept]
        chosen += context.run(_Corrections(tuple(chosen)))
        choice = GatherReport(
            disruption=draft.disruption,
            entries=tuple(dict.fromkeys(chosen)),
            destinations=draft.destinations,
            text=draft.text,
            pseudonym=draft.pseudonym,
            place=draft.place,
            consent=draft.consent,
            only=True,
            language=draft.language or "en",
        )
        if not draft.destinations:
            raise Refused(Code.NO_DESTINATION)
        if len(choice.entries) > room_for_entries(draft.text, len(draft.destinations)):
            raise Refused(Code.REPORT_TOO_MANY, cap=room_for_entries(draft.text, len(draft.destinations)))
        gathered = context.run(choice)
        context.cancel.check()
        return _leaving(gathered, choice, left_out, context.run(MeasurePace(draft.destinations)))


@dataclass(frozen=True, slots=True)
class SealDraft(LongJob[SealedReport]):
    """Encrypt, seal and queue exactly `choice`, then forget the draft it came from. Raises as `CreateReport`."""

    choice: GatherReport
    draft: str
    replaces: str | None = None

    def run(self, context: LongJobContext) -> SealedReport:
        made = context.run(CreateReport(self.choice))
        # The report is sealed and on its way: that it cannot be tidied up after is no reason to say that it failed.
        with contextlib.suppress(Refused, Unavailable):
            context.run(SettleDraft(self.draft, made.report, self.replaces))
        return made


def room_for_entries(text: str, deliveries: int) -> int:
    """How many entries fit into one report: the journal's line about it names each of them, and a line is capped."""
    words = len(canonical(to_json(text)))
    return max(0, (LINE_CAP - _LINE_REST - words - _DELIVERY * deliveries) // _ENTRY)


def thinned(ids: Sequence[str], room: int) -> list[str]:
    """At most `room` of `ids`, evenly spread, the first and the last among them."""
    if len(ids) <= room:
        return list(ids)
    if room < 2:
        return list(ids[: max(0, room)])
    return [ids[number * (len(ids) - 1) // (room - 1)] for number in range(room)]


@dataclass(frozen=True, slots=True)
class _About:
    disruption: Disruption | None
    opened: Mapping[str, Disruption]
    reported: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Background(Job[_About]):
    disruption: str | None

    def run(self, context: JobContext) -> _About:
        disruption = None if self.disruption is None else context.vault.disruption(self.disruption)
        opened = {one.id: one for one in context.vault.disruptions()}
        return _About(disruption, opened, reported_so_far(context))


@dataclass(frozen=True, slots=True)
class _Corrections(Job[list[str]]):
    entries: tuple[str, ...]

    def run(self, context: JobContext) -> list[str]:
        return [entry.id for entry in corrections_of(context, self.entries)]


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


def _is_part(entry: Entry, about: _About) -> bool:
    return about.disruption is not None and belongs(entry, about.disruption.id, about.opened)


def _accompanying(context: LongJobContext, about: _About) -> tuple[list[str], list[str]]:
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
        tells_place=isinstance(body, FileAdded) and any(fact.name in _PLACE for fact in body.metadata),
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


def _leaving(gathered: Gathered, choice: GatherReport, left_out: int, paces: tuple[MeasuredPace, ...]) -> Leaving:
    contents = gathered.contents
    document = document_of(contents)
    entries = [one.entry for one in contents.entries]
    by_id = {entry.id: entry.body for entry in entries}
    owners = {exhibit.path: by_id[one.id] for one in reversed(document.entries) for exhibit in one.exhibits}
    files = tuple(files_of(document))
    markup = b"".join(page.html(contents, document, gathered.shelf, brief=PAGE_ENTRIES))
    fitting = [one.size for one in files if one.media_type.startswith("image/") and one.size <= page.EMBED_EACH]
    embedded = min(sum(fitting), page.EMBED_ALL)
    # What lies beside the files: lines and proofs, the page with its pictures in base64, measurements once more.
    beside = sum(len(entry.line) + 1400 for entry in entries) + len(markup) + embedded * 4 // 3
    twice = sum(one.size for one in files if one.role == "measurement")
    plain = gathered.size + beside + twice + 400 * len(files) + 16_384
    return Leaving(
        choice=choice,
        counts=tuple(Counter(entry.kind for entry in entries).items()),
        left_out=left_out,
        files=tuple(LeavingFile(one.path or "", one.size, one.role, label_of(owners[one.path])) for one in files),
        size=padded_size(plain),
        words=tuple(words for entry in entries if (words := _words(entry)) is not None),
        telling=tuple(_telling(entry.body) for entry in entries if isinstance(entry.body, FileAdded)),
        paces=paces,
        journal_size=document.size,
        page=markup.decode(),
    )


def _words(entry: Entry) -> Words | None:
    body = entry.body
    if isinstance(body, NoteWritten | WitnessHeard):
        return Words(entry.kind, body.text, body.pseudonym)
    if isinstance(body, CorrectionWritten):
        return Words(entry.kind, body.text, None)
    return None


def _telling(body: FileAdded) -> Telling:
    def said(names: frozenset[str]) -> str | None:
        return ", ".join(dict.fromkeys(fact.value for fact in body.metadata if fact.name in names)) or None

    is_read = body.metadata_state == "read" or (
        body.metadata_state == "none" and body.original.media_type.startswith("image/")
    )
    place = said(frozenset({"GPSPosition"})) or said(_PLACE)
    return Telling(body.name, place, said(_DEVICE), said(_OWNER), unread=not is_read)
