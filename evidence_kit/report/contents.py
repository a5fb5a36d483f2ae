"""What goes into a report, as its maker hands it over, and what it needs of whoever keeps the exhibits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from evidence_kit import VERSION
from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.files import safe_name
from evidence_kit.model import report as layout
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.model.report import Answer, ReportDocument, ReportedEntry, ReportedExhibit
from evidence_kit.seal import checkpoint, merkle

SOFTWARE: Final = f"Evidence Kit {VERSION}"

_EXTENSIONS: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "application/json": ".json",
    "multipart/related": ".mhtml",
    "message/rfc822": ".mhtml",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "text/plain": ".txt",
}


class Source(Protocol):
    """Where exhibits come from; the vault fits."""

    def read_exhibit(self, sha256: str) -> Iterator[bytes]: ...

    def tile_seed(self, sha256: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An entry to disclose with its proof (sibling hashes, leaf upwards) for the checkpoint of the report.

    `withheld` are SHA-256 of exhibits that it names and that the person keeps back.
    """

    entry: Entry
    inclusion: tuple[bytes, ...]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportContents:
    """Everything of a report but the exhibits' bytes. `entries` in journal order; nothing else of the journal shows.

    `checkpoint` is the signed text, `signature` the armoured detached signature by the vault's key `fingerprint`,
    whose minimal `certificate` goes along. `disruptions` should be those whose entries are disclosed. `place`, `text`,
    `pseudonym`, `consent` and `answers` are the person's own words; `language` is a BCP 47 tag.
    """

    id: str
    created: ClockReading
    fingerprint: str
    certificate: bytes
    checkpoint: bytes
    signature: bytes
    entries: tuple[Disclosed, ...]
    disruptions: tuple[Disruption, ...] = ()
    text: str = ""
    place: str | None = None
    pseudonym: str | None = None
    consent: str | None = None
    answers: tuple[Answer, ...] = ()
    language: str = "en"


def document_of(contents: ReportContents) -> ReportDocument:
    """What `report.json` will say: paths given out, ids of undisclosed entries left out.

    Raises `Broken` with "checkpoint-format" or "inclusion-proof" where the contents do not prove themselves, so that no
    report leaves which the recipient's check would refuse.
    """
    signed = checkpoint.parse(contents.checkpoint)
    disclosed = {one.entry.id for one in contents.entries}
    paths: dict[str, str] = {}
    entries: list[ReportedEntry] = []
    for number, one in enumerate(contents.entries, start=1):
        entry = one.entry
        leaf = merkle.leaf_hash(entry.line)
        if merkle.root_from_inclusion(leaf, entry.sequence, signed.size, one.inclusion) != signed.root:
            raise Broken(Code.INCLUSION_PROOF, index=entry.sequence, size=signed.size)
        exhibits: list[ReportedExhibit] = []
        taken: set[str] = set()
        for exhibit in entry.body.exhibits:
            path = None
            if exhibit.sha256 not in one.withheld:
                name = _free_name(name_of(entry, exhibit), taken)
                path = paths.setdefault(exhibit.sha256, f"{layout.EXHIBITS}{number:04d}-{entry.kind}/{name}")
            exhibits.append(
                ReportedExhibit(exhibit.sha256, exhibit.size, exhibit.media_type, role=exhibit.role, path=path)
            )
        entries.append(ReportedEntry(entry.id, entry.sequence, entry.kind, entry.seen, tuple(exhibits)))
    return ReportDocument(
        id=contents.id,
        created=contents.created,
        software=SOFTWARE,
        language=contents.language,
        fingerprint=contents.fingerprint,
        origin=signed.origin,
        size=signed.size,
        root=signed.root.hex(),
        place=contents.place,
        text=contents.text,
        pseudonym=contents.pseudonym,
        consent=contents.consent,
        disruptions=tuple(
            replace(one, entries=tuple(name for name in one.entries if name in disclosed))
            for one in contents.disruptions
        ),
        answers=contents.answers,
        entries=tuple(entries),
    )


def name_of(entry: Entry, exhibit: Exhibit) -> str:
    """An ASCII name that unpacks alike everywhere; the person's own file name stays in the entry as a label."""
    extension = _EXTENSIONS.get(exhibit.media_type, ".bin")
    stem = str(exhibit.role)
    if isinstance(entry.body, FileAdded):
        stem, dot, tail = safe_name(entry.body.name).rpartition(".")
        if not dot:
            stem, tail = tail, ""
        tail = re.sub(r"[^A-Za-z0-9]", "", tail)[:8]
        extension = f".{tail}" if tail else extension
    stem = re.sub(r"[^A-Za-z0-9-]+", "_", stem).strip("-")[:60]
    return (stem if re.search(r"[A-Za-z0-9]", stem) else "original") + extension


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{number}-{name}"
    taken.add(free.lower())
    return free
