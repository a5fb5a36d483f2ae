"""Show exactly what a report would hold and what it reveals, before anything is made; then seal what was shown."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.jobs.drafts import MeasuredPace, MeasurePace, ReportDraft, SettleDraft
from evidence_kit.jobs.job import Job, JobContext, LongJob, LongJobContext
from evidence_kit.jobs.report_candidates import (
    PLACE_FACTS,
    FindBackground,
    accompanying,
    label_of,
)
from evidence_kit.jobs.report_gathering import (
    GatheredReport,
    GatherReport,
    corrections_of,
)
from evidence_kit.jobs.report_sealing import CreateReport, SealedReport
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.bodies.statements import CorrectionWritten, NoteWritten, WitnessHeard
from evidence_kit.model.codec import LINE_CAP, canonical, to_json
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.report import padded_size
from evidence_kit.report import page
from evidence_kit.report.compose import files_of
from evidence_kit.report.contents import document_of

PAGE_ENTRIES: Final = 60  # as much of report.html as a person reads beforehand, and lays out at once
# The journal's line about the report names every entry: 36 characters, two quotes and a comma each. The rest of the
# line takes less than this, without the person's words and the deliveries.
_ENTRY: Final = 39
_LINE_REST: Final = 2048
_DELIVERY: Final = 96
_DEVICE: Final = frozenset(
    {"Make", "Model", "LensModel", "BodySerialNumber", "CameraSerialNumber", "LensSerialNumber", "HostComputer"}
)
_OWNER: Final = frozenset(
    {"Artist", "Copyright", "CameraOwnerName", "OwnerName", "XPAuthor", "PNG Author", "PNG Copyright", "Author"}
)


@dataclass(frozen=True, slots=True)
class PreviewFile:
    """A file in the report: where it lies there, how large it is, its role, and the entry's own label for it."""

    path: str
    size: int
    role: str
    label: str


@dataclass(frozen=True, slots=True)
class FileDisclosure:
    """What a file says of itself beyond what it shows; each null where nothing of the kind was found.

    `unread`: it may say more, which nobody read.
    """

    label: str
    place: str | None
    device: str | None
    owner: str | None
    unread: bool


@dataclass(frozen=True, slots=True)
class PreviewText:
    """Words that leave as they were written: a note or a testimony."""

    kind: str
    text: str
    pseudonym: str | None


@dataclass(frozen=True, slots=True)
class ReportPreview:
    """Exactly what would leave the machine. `choice` seals this and nothing else.

    `counts` are kinds of entries and how many; `left_out` measurements for which the report has no room; `size` is
    the estimate of one ciphertext in bytes, padded; `page` is report.html without pictures and with the first
    entries, markup made by `report.page` alone.
    """

    choice: GatherReport
    counts: tuple[tuple[str, int], ...]
    left_out: int
    files: tuple[PreviewFile, ...]
    size: int
    words: tuple[PreviewText, ...]
    telling: tuple[FileDisclosure, ...]
    paces: tuple[MeasuredPace, ...]
    journal_size: int
    page: str


@dataclass(frozen=True, slots=True)
class PreviewReport(LongJob[ReportPreview]):
    """Say exactly what a draft's report would hold; nothing is made. Raises as `GatherReport`."""

    draft: ReportDraft

    def run(self, context: LongJobContext) -> ReportPreview:
        draft = self.draft
        chosen, left_out = list(draft.entries), 0
        about = context.run(FindBackground(draft.disruption))
        if draft.measurements and about.disruption is not None:
            measured, course = accompanying(context, about)
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
class _Corrections(Job[list[str]]):
    entries: tuple[str, ...]

    def run(self, context: JobContext) -> list[str]:
        return [entry.id for entry in corrections_of(context, self.entries)]


def _leaving(
    gathered: GatheredReport, choice: GatherReport, left_out: int, paces: tuple[MeasuredPace, ...]
) -> ReportPreview:
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
    twice = sum(one.size for one in files if one.role == ExhibitRole.MEASUREMENT)
    plain = gathered.size + beside + twice + 400 * len(files) + 16_384
    return ReportPreview(
        choice=choice,
        counts=tuple(Counter(entry.kind for entry in entries).items()),
        left_out=left_out,
        files=tuple(PreviewFile(one.path or "", one.size, one.role, label_of(owners[one.path])) for one in files),
        size=padded_size(plain),
        words=tuple(words for entry in entries if (words := _words(entry)) is not None),
        telling=tuple(_telling(entry.body) for entry in entries if isinstance(entry.body, FileAdded)),
        paces=paces,
        journal_size=document.size,
        page=markup.decode(),
    )


def _words(entry: Entry) -> PreviewText | None:
    body = entry.body
    if isinstance(body, NoteWritten | WitnessHeard):
        return PreviewText(entry.kind, body.text, body.pseudonym)
    if isinstance(body, CorrectionWritten):
        return PreviewText(entry.kind, body.text, None)
    return None


def _telling(body: FileAdded) -> FileDisclosure:
    def said(names: frozenset[str]) -> str | None:
        return ", ".join(dict.fromkeys(fact.value for fact in body.metadata if fact.name in names)) or None

    is_read = body.metadata_state == "read" or (
        body.metadata_state == "none" and body.original.media_type.startswith("image/")
    )
    place = said(frozenset({"GPSPosition"})) or said(PLACE_FACTS)
    return FileDisclosure(body.name, place, said(_DEVICE), said(_OWNER), unread=not is_read)
