"""Check what a recipient received, whatever shape it has; answer with findings, raise only what stops the looking."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model import report as layout
from evidence_kit.model.delivery import PartRole
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.model.report import ReportDocument
from evidence_kit.seal.pgp import Keyring, Opened, Signing, check_fingerprint
from evidence_kit.verify import proof
from evidence_kit.verify.archive import Member, read_directory
from evidence_kit.verify.bag import (
    CAPS,
    PICTURE_CAP,
    Reading,
    bag_findings,
    broken,
    found,
    hashed,
    read_document,
    without_top,
)
from evidence_kit.verify.container import (
    HandedForm,
    folder_members,
    form_of,
    load_enclosed_certificate,
    message_members,
    read_message,
    zip_members,
)

EXIT_HOLDS: Final = 0
EXIT_BROKEN: Final = 4


@dataclass(slots=True)
class Examined:
    """What a look at a report gave. `document` is its own word, there only if it could be read.

    `ciphertext` is the SHA-256 and size of the message in binary, where there was one.
    """

    findings: list[Finding]
    document: ReportDocument | None = None
    part: PartRole = PartRole.REPORT
    ciphertext: tuple[str, int] | None = None


def check(path: Path, *, keyring: Keyring | None = None, expected: str | None = None) -> list[Finding]:
    """Everything that can be told of a report: a folder, a zip, an encrypted message or a mail with one.

    `keyring` holds the recipient's secret key; only encrypted forms need it. `expected` is the fingerprint that the
    sender gave over another way. Whatever is wrong with the report is a finding; raised are `Refused` with
    "no-such-file", "not-a-file", "no-permission", "not-a-report", "mail-without-report", "needs-secret-key",
    "not-for-this-key", "not-openpgp", "message-too-large" and the refusals of `check_fingerprint`, and `Unavailable`
    where gpg is missing.
    """
    return examine(path, keyring=keyring, expected=expected).findings


def examine(path: Path, *, keyring: Keyring | None = None, expected: str | None = None) -> Examined:
    """As `check`, with what a receipt says of the report."""
    expected = expected and check_fingerprint(expected)
    form = form_of(path)
    examined = Examined([found(FindingCode.FORM, Verdict.NOTE, path.name, form=form.value)])
    try:
        match form:
            case HandedForm.FOLDER:
                _check_bag(folder_members(path), None, expected, examined)
            case HandedForm.ZIP:
                _check_bag(without_top(zip_members(path)), None, expected, examined)
            case HandedForm.MESSAGE | HandedForm.MAIL:
                _check_message(path, form, keyring, expected, examined)
    except Broken as error:
        examined.findings.append(broken(error, path.name))
    return examined


def is_broken(findings: Iterable[Finding]) -> bool:
    """Whether anything did not hold."""
    return any(finding.verdict is Verdict.BROKEN for finding in findings)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 if nothing is broken, else 4."""
    return EXIT_BROKEN if is_broken(findings) else EXIT_HOLDS


def _check_message(
    path: Path, form: HandedForm, keyring: Keyring | None, expected: str | None, examined: Examined
) -> None:
    if keyring is None:
        raise Refused(Code.NEEDS_SECRET_KEY)
    message = read_message(path, form, keyring)
    examined.ciphertext = message.ciphertext
    if message.is_notice:
        examined.part = PartRole.NOTICE
        examined.findings.append(found(FindingCode.NOTICE, Verdict.NOTE))
        examined.findings += _message_findings(message.opened, None, expected)
        return
    directory = read_directory(message.tail, message.size)
    load_enclosed_certificate(message, directory, keyring)
    members = message_members(path, form, keyring, directory)
    opened: list[Opened] = []

    def listening() -> Iterator[Member]:
        opened.append((yield from members))

    _check_bag(without_top(listening()), opened, expected, examined)


def _check_bag(
    members: Iterable[Member], opened: Sequence[Opened] | None, expected: str | None, examined: Examined
) -> None:
    """Every finding on a bag. `opened` is filled by the time the members are read, or None without a message."""
    reading, container = read_bag(members)
    findings = examined.findings
    findings += container
    findings += bag_findings(reading)
    document = None
    if layout.DOCUMENT in reading.contents:
        try:
            document = examined.document = read_document(reading.contents[layout.DOCUMENT])
        except Broken as error:
            reason = str(error.facts.get("field") or "")
            findings.append(found(_of_document(error.code), Verdict.BROKEN, layout.DOCUMENT, field=reason or None))
    if opened is None:
        findings.append(found(FindingCode.MESSAGE_ABSENT, Verdict.UNPROVEN))
        findings += _sender_findings(document.fingerprint if document else None, expected)
    elif opened:
        findings += _message_findings(opened[0], document, expected)
    findings += proof.signature_findings(reading, document)
    entries, flaws = proof.read_entries(reading)
    findings += flaws
    if entries and not flaws:
        findings.append(found(FindingCode.ENTRIES_IN_JOURNAL, Verdict.HOLDS, count=len(entries)))
    if document:
        findings += proof.agreement_findings(document, entries, reading)
        findings += proof.exhibit_findings(document, reading)
        findings += proof.tile_seed_findings(document, entries, reading)
    findings += reading.pictures
    findings += _limits()


def read_bag(members: Iterable[Member]) -> tuple[Reading, list[Finding]]:
    """Walk once. A container that breaks on the way is a finding, and what was read until then is still judged."""
    reading = Reading()
    measured = hashlib.sha256()
    pictures: dict[str, proof.Commitment] = {}
    measurements: set[str] = set()
    prepared = False
    try:
        for member in members:
            if member.name.startswith(layout.EXHIBITS) and not prepared:
                prepared = True
                document = _document_so_far(reading)
                if document:
                    pictures = proof.commitments(document, reading)
                    measurements = proof.measurement_paths(document)
            if member.name in measurements:
                member = _measured(member, measured)
            wanted = PICTURE_CAP if member.name in pictures else CAPS.get(member.name, 0)
            content = hashed(member, reading, wanted)
            if member.name in pictures:
                reading.pictures.append(proof.picture_finding(member.name, content, pictures[member.name]))
            elif content is not None and member.name in CAPS:
                reading.contents[member.name] = content
    except Broken as error:
        return reading, [broken(error)]
    finally:
        reading.measurements = measured.hexdigest()
    return reading, [found(FindingCode.CONTAINER_SAFE, Verdict.HOLDS, files=len(reading.hashes))]


def _document_so_far(reading: Reading) -> ReportDocument | None:
    try:
        return read_document(reading.contents.get(layout.DOCUMENT, b""))
    except Broken:
        return None


def _measured(member: Member, digest: "hashlib._Hash") -> Member:
    """The same member, its bytes also counted into what `measurements.jsonl` must be."""

    def chunks() -> Iterator[bytes]:
        last = b""
        for chunk in member.chunks:
            digest.update(chunk)
            last = chunk[-1:] or last
            yield chunk
        if last not in {b"", b"\n"}:
            digest.update(b"\n")

    return Member(member.name, member.size, chunks())


def _message_findings(opened: Opened, document: ReportDocument | None, expected: str | None) -> Iterator[Finding]:
    """Who signed the whole message. No signature is broken, not silence: the kit never sends without."""
    if not opened.encrypted:
        yield found(FindingCode.MESSAGE_NOT_ENCRYPTED, Verdict.NOTE)
    if opened.signing is Signing.UNSIGNED:
        yield found(FindingCode.MESSAGE_UNSIGNED, Verdict.BROKEN)
        return
    if opened.signing is Signing.UNKNOWN or opened.signature is None:
        verdict = Verdict.BROKEN if document else Verdict.UNPROVEN
        yield found(FindingCode.MESSAGE_SIGNER_UNKNOWN, verdict, signer=opened.claimed_signer)
        # What it claims proves nothing, unless it does not even claim to be from whom it should be.
        claimed = opened.claimed_signer
        if expected is not None and claimed is not None and not expected.endswith(claimed):
            yield from _sender_findings(claimed, expected)
        return
    signer = opened.signature.fingerprint
    if document and signer != document.fingerprint:
        yield found(FindingCode.MESSAGE_SIGNER_OTHER, Verdict.BROKEN, signer=signer, vault=document.fingerprint)
    else:
        yield found(FindingCode.MESSAGE_SIGNED, Verdict.HOLDS, signer=signer)
    if opened.signature.in_future:
        yield found(FindingCode.SIGNED_IN_FUTURE, Verdict.UNPROVEN)
    yield from _sender_findings(signer, expected)


def _sender_findings(fingerprint: str | None, expected: str | None) -> Iterator[Finding]:
    if fingerprint is None:
        return
    if expected is None:
        yield found(FindingCode.SENDER_UNCONFIRMED, Verdict.UNPROVEN, fingerprint=fingerprint)
    elif expected == fingerprint:
        yield found(FindingCode.SENDER_CONFIRMED, Verdict.HOLDS, fingerprint=fingerprint)
    else:
        yield found(FindingCode.SENDER_OTHER, Verdict.BROKEN, fingerprint=fingerprint, expected=expected)


def _limits() -> Iterator[Finding]:
    """What no check of this kind can prove, said every time."""
    yield found(FindingCode.TIMES_NOT_STAMPED, Verdict.UNPROVEN)
    for code in (
        FindingCode.LIMIT_DEVICE_CLOCK,
        FindingCode.LIMIT_DEPICTION,
        FindingCode.LIMIT_SELECTION,
        FindingCode.LIMIT_CAUSE,
    ):
        yield found(code, Verdict.NOTE)


def _of_document(error: Code) -> FindingCode | Code:
    """What is wrong with report.json, by the error that reading it raised."""
    return next((code for code in FindingCode if code == f"report-{error.value}"), error)
