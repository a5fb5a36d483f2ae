"""A recipient's signed word that a ciphertext arrived and what a check of it found; hashes and a time, no content."""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import chunks_of, sha256_of
from evidence_kit.model import codec
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import PartRole
from evidence_kit.model.finding import Verdict
from evidence_kit.seal.pgp import Keyring, Signing
from evidence_kit.verify.check import examine, is_broken
from evidence_kit.verify.container import HandedForm, form_of, open_ciphertext

CAP: Final = 64 * 1024
VERSION: Final = 1
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_VERDICTS: Final = frozenset({Verdict.HOLDS, Verdict.BROKEN})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, and who signed it (full fingerprint).

    `ciphertext` and `root` are 64 hex, `size` bytes of ciphertext, `verdict` holds or broken; `report` and `root` are
    null where the message did not say or could not be read. `received_utc` is the recipient's clock.
    """

    signer: str
    report: str | None
    part: PartRole
    ciphertext: str
    size: int
    received_utc: str
    verdict: Verdict
    root: str | None


@dataclass(frozen=True, slots=True)
class _Said:
    """The signed JSON without its `v` and `kind`."""

    report: str | None
    part: PartRole
    ciphertext: str
    size: int
    received_utc: str
    verdict: Verdict
    root: str | None


def make(path: Path, *, keyring: Keyring, signer: str, reading: ClockReading) -> bytes:
    """Check an encrypted report or notice and sign a receipt for it: canonical JSON in an armoured OpenPGP message.

    Raises as `check` does, `Refused(Code.RECEIPT_NEEDS_MESSAGE)` for a folder or a zip (only ciphertext is
    receipted), and as `Keyring.sign_message`.
    """
    form = form_of(path)
    if form not in {HandedForm.MESSAGE, HandedForm.MAIL}:
        raise Refused(Code.RECEIPT_NEEDS_MESSAGE)
    examined = examine(path, keyring=keyring)
    if examined.ciphertext is None:
        # Broken before its end was seen; what arrived has a hash all the same.
        with open_ciphertext(path, form) as ciphertext:
            examined.ciphertext = sha256_of(ciphertext)
    sha256, size = examined.ciphertext
    document = examined.document
    said = _Said(
        report=document.id if document else None,
        part=examined.part,
        ciphertext=sha256,
        size=size,
        received_utc=reading.wall_utc,
        verdict=Verdict.BROKEN if is_broken(examined.findings) else Verdict.HOLDS,
        root=document.root if document else None,
    )
    body = codec.to_json(said)
    if not isinstance(body, dict):
        raise TypeError("a receipt is an object")
    return keyring.sign_message(codec.canonical({"v": VERSION, "kind": "receipt", **body}), signer)


def read(untrusted: bytes, keyring: Keyring) -> Receipt:
    """A receipt whose signature holds; whose it should be is for the caller to compare.

    Raises `Broken` with "receipt-unsigned", "receipt-unknown-signer", "receipt-format", "newer-version" or as
    `codec.parse`, `codec.from_json` and `Keyring.open_message`, `Refused` with "receipt-too-large" or "not-openpgp".
    """
    if len(untrusted) > CAP:
        raise Refused(Code.RECEIPT_TOO_LARGE, cap=CAP)
    with keyring.open_message(BytesIO(untrusted), max_output=CAP) as message:
        text = b"".join(chunks_of(message))
        opened = message.outcome
    if opened.signing is Signing.UNKNOWN:
        raise Broken(Code.RECEIPT_UNKNOWN_SIGNER, signer=opened.claimed_signer)
    if opened.signature is None:
        raise Broken(Code.RECEIPT_UNSIGNED)
    parsed = codec.parse(text)
    if not isinstance(parsed, dict) or parsed.get("kind") != "receipt":
        raise Broken(Code.RECEIPT_FORMAT)
    if parsed.get("v") != VERSION:
        raise Broken(Code.NEWER_VERSION, known=VERSION)
    said = codec.from_json(_Said, {name: value for name, value in parsed.items() if name not in {"v", "kind"}})
    hashes = [said.ciphertext, *([said.root] if said.root is not None else [])]
    if not all(_HASH.fullmatch(one) for one in hashes) or said.verdict not in _VERDICTS or said.size < 0:
        raise Broken(Code.RECEIPT_FORMAT)
    return Receipt(
        signer=opened.signature.fingerprint,
        report=said.report,
        part=said.part,
        ciphertext=said.ciphertext,
        size=said.size,
        received_utc=said.received_utc,
        verdict=said.verdict,
        root=said.root,
    )
