"""What a report says of itself: the nouns behind `data/report.json`, and where the files of a bag lie."""

from dataclasses import dataclass
from typing import Final

from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.exhibit import ExhibitRole

VERSION: Final = 1

DECLARATION: Final = "bagit.txt"
DECLARATION_TEXT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAG_INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
PADDING: Final = "padding.bin"

DOCUMENT: Final = "data/report.json"
PAGE: Final = "data/report.html"
HOW_TO_CHECK: Final = "data/HOW-TO-CHECK.txt"
STOP_ROWS: Final = "data/stop.csv"
MEASUREMENTS: Final = "data/measurements.jsonl"
EXHIBITS: Final = "data/exhibits/"
ENTRIES: Final = "data/proof/entries.jsonl"
INCLUSION: Final = "data/proof/inclusion.txt"
CHECKPOINT: Final = "data/proof/checkpoint"
CHECKPOINT_SIGNATURE: Final = "data/proof/checkpoint.asc"
CERTIFICATE: Final = "data/proof/vault-certificate.pgp"
TILE_SEEDS: Final = "data/proof/tile-seeds.txt"

NOTICE_TITLE: Final = "Evidence Kit notice"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person said for one STOP column, in that column's own words."""

    column: str
    value: str


@dataclass(frozen=True, slots=True)
class ReportedExhibit:
    """An exhibit of a disclosed entry. `path` from the bag's top folder; null where the person kept it back."""

    sha256: str
    size: int
    media_type: str
    role: ExhibitRole
    path: str | None


@dataclass(frozen=True, slots=True)
class ReportedEntry:
    """A disclosed entry: `index` is its leaf in the journal's tree, `seen` the clock's word on its moment."""

    id: str
    index: int
    kind: str
    seen: ClockReading
    exhibits: tuple[ReportedExhibit, ...]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """`data/report.json` without its `v` and `kind`. `entries` stand in the order of `data/proof/entries.jsonl`.

    `fingerprint` is the vault's OpenPGP key (40 or 64 hex, upper case); `origin`, `size` and `root` (64 hex) repeat the
    checkpoint; `language` is a BCP 47 tag.
    """

    id: str
    created: ClockReading
    software: str
    language: str
    fingerprint: str
    origin: str
    size: int
    root: str
    place: str | None
    text: str
    pseudonym: str | None
    consent: str | None
    disruptions: tuple[Disruption, ...]
    answers: tuple[Answer, ...]
    entries: tuple[ReportedEntry, ...]


def folder_of(report_id: str) -> str:
    """The one folder at the top of the zip. The end of a UUIDv7 is random; its beginning is the time."""
    return f"evidence-report-{report_id[-8:]}"


def padded_size(size: int) -> int:
    """The Padmé bucket of `size` bytes (Nikitin and others, PETS 2019): at most 12 % more, few distinct sizes."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return (size + mask) & ~mask
