"""A bag under the eyes: read every member once, keep the small ones, and tell whether it is complete and unchanged."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, written_facts
from evidence_kit.model import codec
from evidence_kit.model import report as layout
from evidence_kit.model.codec import Json
from evidence_kit.model.finding import Finding, Verdict, code_found
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.model.report import ReportDocument
from evidence_kit.plain_text import plain_line
from evidence_kit.verify.archive import Member
from evidence_kit.verify.names import NAME_SHOWN, is_safe

MEBIBYTE: Final = 1 << 20
# Files that a check reads rather than hashes, with what each may weigh.
CAPS: Final = {
    layout.DECLARATION: 1024,
    layout.BAG_INFO: 64 * 1024,
    layout.MANIFEST: 8 * MEBIBYTE,
    layout.TAG_MANIFEST: 64 * 1024,
    layout.DOCUMENT: 8 * MEBIBYTE,
    layout.ENTRIES: 32 * MEBIBYTE,
    layout.INCLUSION: 32 * MEBIBYTE,
    layout.CHECKPOINT: 1024,
    layout.CHECKPOINT_SIGNATURE: 64 * 1024,
    layout.CERTIFICATE: 256 * 1024,
    layout.TILE_SEEDS: 4 * MEBIBYTE,
}
PICTURE_CAP: Final = 64 * MEBIBYTE
REQUIRED: Final = (*CAPS, layout.PADDING, layout.PAGE, layout.HOW_TO_CHECK, layout.STOP_ROWS, layout.MEASUREMENTS)

_LINE: Final = re.compile(rb"([0-9a-f]{64})  ([!-~]{1,240})")
_OXUM: Final = re.compile(rb"^Payload-Oxum: ([0-9]{1,18})\.([0-9]{1,9})$", re.MULTILINE)


@dataclass(slots=True)
class Reading:
    """What one walk through the members leaves: hashes of all, contents of the small, pictures that wait for a look.

    `hashes` gives SHA-256 (hex) and size by path. `measurements` is the hash that `measurements.jsonl` should have.
    """

    hashes: dict[str, tuple[str, int]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    measurements: str = ""
    pictures: list[Finding] = field(default_factory=list)


def found(code: FindingCode | Code, verdict: Verdict, subject: str = "", **facts: str | int | None) -> Finding:
    """A finding with everything untrusted in it made printable."""
    pairs = tuple((name, plain_line(str(value), NAME_SHOWN)) for name, value in facts.items() if value is not None)
    return Finding(code, verdict, plain_line(subject, 240), pairs)


def broken(error: KitError, subject: str = "") -> Finding:
    """A fault met on the way, told as a finding; the name in its facts is its subject."""
    facts = written_facts(error)
    named = facts.pop("name", None) or facts.pop("place", None)
    return found(code_found(error.code), Verdict.BROKEN, str(named or subject), **facts)


def without_top(members: Iterable[Member]) -> Iterator[Member]:
    """Members of a zip by their path inside its one top folder. Raises `Broken(Code.CONTAINER_TOP_FOLDER)`."""
    top = None
    for member in members:
        first, slash, rest = member.name.partition("/")
        top = top or first
        if first != top or not slash:
            raise Broken(Code.CONTAINER_TOP_FOLDER, name=member.name)
        yield Member(rest, member.size, member.chunks)


def hashed(member: Member, reading: Reading, keep: int) -> bytes | None:
    """Read a member to its end into `reading.hashes`; its bytes if they are at most `keep`."""
    digest = hashlib.sha256()
    kept: list[bytes] | None = [] if member.size <= keep else None
    size = 0
    for chunk in member.chunks:
        digest.update(chunk)
        size += len(chunk)
        if size > keep:
            kept = None
        if kept is not None:
            kept.append(chunk)
    reading.hashes[member.name] = (digest.hexdigest(), size)
    return b"".join(kept) if kept is not None else None


def bag_findings(reading: Reading) -> Iterator[Finding]:
    """Whether the bag is complete and every hash is right (RFC 8493 §3), more strictly: no file is left unlisted."""
    whole = True
    for finding in _flaws(reading):
        whole = False
        yield finding
    if whole:
        size = sum(size for _, size in reading.hashes.values())
        yield found(FindingCode.BAG_WHOLE, Verdict.HOLDS, files=len(reading.hashes), bytes=size)


def _flaws(reading: Reading) -> Iterator[Finding]:
    for path, cap in CAPS.items():
        if path in reading.hashes and path not in reading.contents:
            yield found(FindingCode.FILE_TOO_LARGE, Verdict.BROKEN, path, cap=cap)
    for path in REQUIRED:
        if path not in reading.hashes:
            yield found(FindingCode.BAG_MISSING_FILE, Verdict.BROKEN, path)
    contents = reading.contents
    if contents.get(layout.DECLARATION, layout.DECLARATION_TEXT) != layout.DECLARATION_TEXT:
        yield found(FindingCode.BAG_DECLARATION, Verdict.BROKEN, layout.DECLARATION)
    payload = {path for path in reading.hashes if path.startswith("data/")}
    tags = set(reading.hashes) - payload - {layout.TAG_MANIFEST}
    yield from _manifest_flaws(reading, layout.MANIFEST, payload)
    yield from _manifest_flaws(reading, layout.TAG_MANIFEST, tags)
    oxum = _OXUM.search(contents.get(layout.BAG_INFO, b""))
    counted = (sum(reading.hashes[path][1] for path in payload), len(payload))
    if layout.BAG_INFO in contents and (oxum is None or (int(oxum[1]), int(oxum[2])) != counted):
        yield found(FindingCode.BAG_COUNT, Verdict.BROKEN, layout.BAG_INFO, bytes=counted[0], files=counted[1])


def _manifest_flaws(reading: Reading, manifest: str, present: set[str]) -> Iterator[Finding]:
    if manifest not in reading.contents:
        return
    listed: dict[str, str] = {}
    for number, line in enumerate(reading.contents[manifest].split(b"\n")[:-1], start=1):
        match = _LINE.fullmatch(line)
        path = match[2].decode() if match else ""
        if match is None or path in listed or not is_safe(path):
            yield found(FindingCode.MANIFEST_MALFORMED, Verdict.BROKEN, manifest, line=number)
            return
        listed[path] = match[1].decode()
    if not reading.contents[manifest].endswith(b"\n"):
        yield found(FindingCode.MANIFEST_MALFORMED, Verdict.BROKEN, manifest, line=len(listed) + 1)
    for path in sorted(listed.keys() | present):
        if path not in present:
            yield found(FindingCode.BAG_MISSING_FILE, Verdict.BROKEN, path)
        elif path not in listed:
            yield found(FindingCode.BAG_EXTRA_FILE, Verdict.BROKEN, path)
        elif listed[path] != reading.hashes[path][0]:
            yield found(FindingCode.MANIFEST_HASH, Verdict.BROKEN, path, manifest=manifest)


def read_document(untrusted: bytes) -> ReportDocument:
    """`report.json` as its noun.

    Raises `Broken` as `codec.parse` and `codec.from_json` do, and with "newer-version".
    """
    parsed = codec.parse(untrusted, CAPS[layout.DOCUMENT])
    if not isinstance(parsed, dict) or not isinstance(parsed.get("v"), int) or parsed.get("kind") != "report":
        raise Broken(Code.FORMAT, field="report.json")
    if parsed["v"] != layout.VERSION:
        raise Broken(Code.NEWER_VERSION, known=layout.VERSION)
    body: dict[str, Json] = {name: value for name, value in parsed.items() if name not in {"v", "kind"}}
    return codec.from_json(ReportDocument, body)
