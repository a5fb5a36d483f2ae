"""Prove a report against its signed checkpoint: entries, exhibits, pictures, and what the report says of them."""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from evidence_kit.errors import Broken, KitError, Unavailable
from evidence_kit.model import report as layout
from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.codec import read_entry
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import ExhibitRole, TileRoot
from evidence_kit.model.finding import Finding, Verdict, code_found
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.model.report import ReportDocument, ReportedExhibit
from evidence_kit.seal import merkle, tiles
from evidence_kit.seal.checkpoint import Checkpoint
from evidence_kit.seal.checkpoint import parse as parse_checkpoint
from evidence_kit.seal.pgp import Keyring, inspect_certificate
from evidence_kit.verify.bag import Reading, found

ENTRY_CAP: Final = 20_000
PIXEL_CAP: Final = 50_000_000
_INCLUSION: Final = re.compile(rb"(0|[1-9][0-9]{0,17})((?: [0-9a-f]{64}){0,63})")
_SEED: Final = re.compile(rb"([0-9a-f]{64}) ([0-9a-f]{64})")
# Everything that Pillow raises on files that are not what they say.
_UNREADABLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a picture's pixels must lead to, and the seed of its salts."""

    tiles: TileRoot
    seed: bytes


def signature_findings(reading: Reading, document: ReportDocument | None) -> Iterator[Finding]:
    """Whether the checkpoint is signed by the key whose certificate goes along and which the report names.

    Raises `Unavailable` where gpg is missing.
    """
    wanted = (layout.CHECKPOINT, layout.CHECKPOINT_SIGNATURE, layout.CERTIFICATE)
    if any(path not in reading.contents for path in wanted):
        return
    text, signature, untrusted = (reading.contents[path] for path in wanted)
    try:
        certificate = inspect_certificate(untrusted)
    except KitError as error:
        if isinstance(error, Unavailable):
            raise
        yield found(FindingCode.VAULT_CERTIFICATE, Verdict.BROKEN, layout.CERTIFICATE, reason=error.code.value)
        return
    if document and certificate.fingerprint != document.fingerprint:
        yield found(
            FindingCode.VAULT_CERTIFICATE_OTHER, Verdict.BROKEN, layout.CERTIFICATE, fingerprint=certificate.fingerprint
        )
        return
    if certificate.revoked:
        yield found(
            FindingCode.VAULT_CERTIFICATE_REVOKED,
            Verdict.BROKEN,
            layout.CERTIFICATE,
            fingerprint=certificate.fingerprint,
        )
    try:
        with Keyring() as keyring:
            keyring.load_certificate(certificate.minimal)
            made = keyring.verify_detached(text, signature)
    except KitError as error:
        if isinstance(error, Unavailable):
            raise
        yield found(
            FindingCode.CHECKPOINT_SIGNATURE, Verdict.BROKEN, layout.CHECKPOINT_SIGNATURE, reason=error.code.value
        )
        return
    if made.fingerprint != certificate.fingerprint:
        yield found(
            FindingCode.CHECKPOINT_SIGNATURE, Verdict.BROKEN, layout.CHECKPOINT_SIGNATURE, reason="other-signer"
        )
        return
    yield found(FindingCode.CHECKPOINT_SIGNED, Verdict.HOLDS, layout.CHECKPOINT, fingerprint=made.fingerprint)
    if made.in_future:
        yield found(FindingCode.SIGNED_IN_FUTURE, Verdict.UNPROVEN, layout.CHECKPOINT_SIGNATURE)


def read_entries(reading: Reading) -> tuple[list[Entry], list[Finding]]:
    """The disclosed entries that can be read, and what is wrong with the others or with their proofs."""
    flaws: list[Finding] = []
    signed = _checkpoint(reading, flaws)
    lines = reading.contents.get(layout.ENTRIES, b"").split(b"\n")
    proofs = reading.contents.get(layout.INCLUSION, b"").split(b"\n")
    if lines[-1] or proofs[-1] or len(lines) != len(proofs) or len(lines) > ENTRY_CAP:
        flaws.append(found(FindingCode.ENTRIES_MALFORMED, Verdict.BROKEN, layout.ENTRIES, lines=len(lines) - 1))
        return [], flaws
    entries: list[Entry] = []
    for number, (line, proof) in enumerate(zip(lines[:-1], proofs[:-1], strict=True), start=1):
        place = f"{layout.ENTRIES}:{number}"
        match = _INCLUSION.fullmatch(proof)
        if not match:
            flaws.append(found(FindingCode.INCLUSION_MALFORMED, Verdict.BROKEN, f"{layout.INCLUSION}:{number}"))
            continue
        index, path = int(match[1]), [bytes.fromhex(hash_.decode()) for hash_ in match[2].split()]
        if signed and not _included(line, index, path, signed):
            flaws.append(found(FindingCode.ENTRY_NOT_IN_JOURNAL, Verdict.BROKEN, place, index=index))
        try:
            entries.append(read_entry(line, index))
        except Broken as error:
            flaws.append(found(FindingCode.ENTRY_MALFORMED, Verdict.BROKEN, place, reason=error.code.value))
    if min(len({entry.sequence for entry in entries}), len({entry.id for entry in entries})) < len(entries):
        flaws.append(found(FindingCode.ENTRY_TWICE, Verdict.BROKEN, layout.ENTRIES))
    return entries, flaws


def _checkpoint(reading: Reading, flaws: list[Finding]) -> Checkpoint | None:
    try:
        return parse_checkpoint(reading.contents.get(layout.CHECKPOINT, b""))
    except Broken as error:
        flaws.append(found(code_found(error.code), Verdict.BROKEN, layout.CHECKPOINT))
        return None


def _included(line: bytes, index: int, path: Sequence[bytes], signed: Checkpoint) -> bool:
    try:
        return merkle.root_from_inclusion(merkle.leaf_hash(line), index, signed.size, path) == signed.root
    except Broken:
        return False


def agreement_findings(document: ReportDocument, entries: Sequence[Entry], reading: Reading) -> Iterator[Finding]:
    """Whether `report.json` says of checkpoint, entries and disruptions what they say themselves."""
    signed = _checkpoint(reading, [])
    if signed and (document.origin, document.size, document.root) != (signed.origin, signed.size, signed.root.hex()):
        yield found(FindingCode.REPORT_DISAGREES, Verdict.BROKEN, layout.DOCUMENT, about="checkpoint")
    if len(document.entries) != len(entries):
        yield found(FindingCode.REPORT_DISAGREES, Verdict.BROKEN, layout.DOCUMENT, about="entries")
        return
    for said, entry in zip(document.entries, entries, strict=True):
        named = [(one.sha256, one.size, one.media_type, one.role) for one in entry.body.exhibits]
        told = [(one.sha256, one.size, one.media_type, one.role) for one in said.exhibits]
        own = (entry.id, entry.sequence, entry.kind, entry.seen)
        if (said.id, said.index, said.kind, said.seen) != own or named != told:
            yield found(FindingCode.REPORT_DISAGREES, Verdict.BROKEN, layout.DOCUMENT, about=f"entry {said.id}")
    for disruption in document.disruptions:
        yield from _disruption_findings(disruption, entries)


def _disruption_findings(disruption: Disruption, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Opened, changed and closed entries that were disclosed must say the same; what none of them says is unproven."""
    bodies = [entry.body for entry in entries if getattr(entry.body, "disruption", None) == disruption.id]
    told = {
        (
            body.state,
            body.grade,
            body.methods,
            body.started if isinstance(body, DisruptionOpened) else body.changed,
        )
        for body in bodies
        if isinstance(body, DisruptionOpened | DisruptionChanged)
    }
    said = {(part.state, part.grade, part.methods, part.started) for part in disruption.segments}
    openings = {body.started for body in bodies if isinstance(body, DisruptionOpened)}
    closings = {body.ended for body in bodies if isinstance(body, DisruptionClosed)}
    ended = {disruption.ended} if disruption.ended else set()
    if told - said or openings - {disruption.started} or closings - ended or not disruption.segments:
        yield found(FindingCode.REPORT_DISAGREES, Verdict.BROKEN, layout.DOCUMENT, about=f"disruption {disruption.id}")
    elif said - told or not openings or ended - closings:
        yield found(FindingCode.DISRUPTION_NOT_BACKED, Verdict.UNPROVEN, disruption.id)


def exhibit_findings(document: ReportDocument, reading: Reading) -> Iterator[Finding]:
    """Whether every exhibit that an entry names lies where the report says, and nothing else lies among them."""
    claimed: set[str] = set()
    count = size = 0
    for entry in document.entries:
        for exhibit in entry.exhibits:
            if exhibit.path is None:
                yield found(
                    FindingCode.EXHIBIT_WITHHELD, Verdict.NOTE, exhibit.sha256, entry=entry.id, role=exhibit.role
                )
                continue
            claimed.add(exhibit.path)
            there = reading.hashes.get(exhibit.path)
            if there is None or not exhibit.path.startswith(layout.EXHIBITS):
                yield found(FindingCode.EXHIBIT_MISSING, Verdict.BROKEN, exhibit.path, entry=entry.id)
            elif there != (exhibit.sha256, exhibit.size):
                yield found(FindingCode.EXHIBIT_DIFFERS, Verdict.BROKEN, exhibit.path, entry=entry.id)
            else:
                count, size = count + 1, size + exhibit.size
    for path in sorted(reading.hashes):
        if path.startswith(layout.EXHIBITS) and path not in claimed:
            yield found(FindingCode.EXHIBIT_UNCLAIMED, Verdict.BROKEN, path)
    if count:
        yield found(FindingCode.EXHIBITS_MATCH, Verdict.HOLDS, count=count, bytes=size)
    if reading.hashes.get(layout.MEASUREMENTS, (reading.measurements,))[0] != reading.measurements:
        yield found(FindingCode.MEASUREMENTS_DIFFER, Verdict.BROKEN, layout.MEASUREMENTS)


def commitments(document: ReportDocument, reading: Reading) -> dict[str, Commitment]:
    """By path: the tile commitment of each picture whose seed was disclosed. Malformed lines are told elsewhere."""
    seeds = dict(_seeds(reading))
    roots: dict[str, TileRoot] = {}
    for entry in read_entries(reading)[0]:
        roots |= {one.sha256: one.tiles for one in entry.body.exhibits if one.tiles}
    return {
        one.path: Commitment(roots[one.sha256], seeds[one.sha256])
        for one in (exhibit for entry in document.entries for exhibit in entry.exhibits)
        if one.path and one.sha256 in seeds and one.sha256 in roots
    }


def _seeds(reading: Reading) -> Iterator[tuple[str, bytes]]:
    for line in reading.contents.get(layout.TILE_SEEDS, b"").split(b"\n"):
        match = _SEED.fullmatch(line)
        if match:
            yield match[1].decode(), bytes.fromhex(match[2].decode())


def tile_seed_findings(document: ReportDocument, entries: Sequence[Entry], reading: Reading) -> Iterator[Finding]:
    """Whether the seeds are well formed and belong to pictures of this report; pictures without one are unproven."""
    lines = reading.contents.get(layout.TILE_SEEDS, b"").split(b"\n")
    seeds = [sha256 for sha256, _ in _seeds(reading)]
    committed = {one.sha256 for entry in entries for one in entry.body.exhibits if one.tiles}
    if lines[-1] or len(seeds) != len(lines) - 1 or len(set(seeds)) != len(seeds) or set(seeds) - committed:
        yield found(FindingCode.TILE_SEEDS_MALFORMED, Verdict.BROKEN, layout.TILE_SEEDS)
    disclosed = {one.sha256: one.path for entry in document.entries for one in entry.exhibits if one.path}
    for sha256 in sorted((committed & disclosed.keys()) - set(seeds)):
        yield found(FindingCode.TILES_WITHOUT_SEED, Verdict.UNPROVEN, disclosed[sha256] or "")


def picture_finding(path: str, content: bytes | None, commitment: Commitment) -> Finding:
    """Whether the pixels of a PNG lead to the commitment that its entry made at capture."""
    if content is None:
        return found(FindingCode.TILES_NOT_CHECKED, Verdict.UNPROVEN, path, reason="too-large")
    width, height = commitment.tiles.width, commitment.tiles.height
    try:
        with Image.open(BytesIO(content), formats=("PNG",)) as picture:
            if picture.size != (width, height):
                return found(FindingCode.TILES_DIFFER, Verdict.BROKEN, path)
            if width * height > PIXEL_CAP:
                return found(FindingCode.TILES_NOT_CHECKED, Verdict.UNPROVEN, path, reason="too-large")
            pixels = picture.convert("RGB").tobytes()
    except _UNREADABLE:
        return found(FindingCode.TILES_UNREADABLE, Verdict.BROKEN, path)
    if tiles.commit(pixels, width, height, commitment.seed) != commitment.tiles:
        return found(FindingCode.TILES_DIFFER, Verdict.BROKEN, path)
    return found(FindingCode.TILES_MATCH, Verdict.HOLDS, path)


def measurement_paths(document: ReportDocument) -> set[str]:
    """Where the measurements lie whose bytes make up `measurements.jsonl`."""
    exhibits: Iterator[ReportedExhibit] = (one for entry in document.entries for one in entry.exhibits)
    return {one.path for one in exhibits if one.path and one.role == ExhibitRole.MEASUREMENT}
