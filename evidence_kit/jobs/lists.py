"""A signed list of recipients: a coalition hands its members one file, and each member confirms one fingerprint.

The file is a first line, the signer's certificate in base64, and a signed OpenPGP message (docs/format.md, "List of
recipients").
"""

import base64
import binascii
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import chunks_of
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import seal_entry
from evidence_kit.jobs.people import check_usable, expiry_text
from evidence_kit.model import codec
from evidence_kit.model.bodies.sharing import RecipientAdded
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, Recipient
from evidence_kit.seal.certificate import Certificate, check_fingerprint, inspect_certificate
from evidence_kit.seal.pgp import Signing

CAP: Final = 2 << 20
VERSION: Final = 1
_FIRST: Final = b"evidence-kit-recipients 1\n"
_MESSAGE: Final = b"-----BEGIN PGP MESSAGE-----"
_MOST: Final = 100
_NAME_CAP: Final = 100


@dataclass(frozen=True, slots=True)
class ListedRecipient:
    """A certificate in a list, and where its owner takes mail; both are the signer's word."""

    certificate: bytes
    mail: str


@dataclass(frozen=True, slots=True)
class _Said:
    """The signed JSON without its `v` and `kind`."""

    name: str
    created_utc: str
    recipients: tuple[ListedRecipient, ...]


@dataclass(frozen=True, slots=True)
class OfferedRecipient:
    """Somebody on a list: `known` where the vault has the key already, `fault` the code of why it cannot be used."""

    fingerprint: str
    user_ids: tuple[str, ...]
    expires_utc: str | None
    mail: str
    known: bool
    fault: Code | None


@dataclass(frozen=True, slots=True)
class OfferedList:
    """A list whose signature holds. Whose `signer` is, the person has to find out over another way."""

    name: str
    signer: str
    created_utc: str
    recipients: tuple[OfferedRecipient, ...]


@dataclass(frozen=True, slots=True)
class MakeList(Job[bytes]):
    """A list of these recipients (all of them where none is named), signed with the vault's key; the file's bytes.

    Raises `Refused` with "name-empty", "unknown-recipient" or "nothing-to-hand-out".
    """

    name: str
    fingerprints: tuple[str, ...] = ()
    mails: tuple[tuple[str, str], ...] = ()

    def run(self, context: JobContext) -> bytes:
        name = self.name.strip()
        if not name or len(name) > _NAME_CAP:
            raise Refused(Code.NAME_EMPTY, cap=_NAME_CAP)
        known = {one.fingerprint: one for one in context.vault.register.recipients()}
        wanted = self.fingerprints or tuple(known)
        for fingerprint in wanted:
            if fingerprint not in known:
                raise Refused(Code.UNKNOWN_RECIPIENT, fingerprint=fingerprint)
        if not wanted:
            raise Refused(Code.NOTHING_TO_HAND_OUT)
        mails = dict(self.mails)
        said = _Said(
            name=name,
            created_utc=context.clock.read().wall_utc,
            recipients=tuple(ListedRecipient(known[one].certificate, mails.get(one, "")) for one in wanted),
        )
        body = codec.to_json(said)
        if not isinstance(body, dict):
            raise TypeError("a list is an object")
        key = context.vault.register.secret_key()
        signed = context.keyring.sign_message(
            codec.canonical({"v": VERSION, "kind": "recipients", **body}), key.fingerprint
        )
        return _FIRST + base64.encodebytes(key.certificate) + signed


@dataclass(frozen=True, slots=True)
class ReadList(Job[OfferedList]):
    """Look at a list before anything of it is taken.

    Raises `Refused` with "list-format", "list-too-large" or a certificate's own fault, `Broken` with "list-unsigned",
    "newer-version" or the signature's faults.
    """

    untrusted_list: bytes

    def run(self, context: JobContext) -> OfferedList:
        said, signer = _read(context, self.untrusted_list)
        known = {one.fingerprint for one in context.vault.register.recipients()}
        offered = tuple(_offered(context, one, known) for one in said.recipients)
        return OfferedList(said.name, signer, said.created_utc, offered)


@dataclass(frozen=True, slots=True)
class TakeList(Job[tuple[Recipient, ...]]):
    """Add the chosen recipients of a list whose signer's full fingerprint the person compared; who was added.

    Raises as `ReadList`, and `Refused` with "short-key-id", "fingerprint-format" or "fingerprint-differs".
    """

    untrusted_list: bytes
    untrusted_fingerprint: str
    chosen: tuple[str, ...]

    def run(self, context: JobContext) -> tuple[Recipient, ...]:
        given = check_fingerprint(self.untrusted_fingerprint)
        said, signer = _read(context, self.untrusted_list)
        if given != signer:
            raise Refused(Code.FINGERPRINT_DIFFERS, found=signer, given=given)
        known = {one.fingerprint for one in context.vault.register.recipients()}
        added = []
        for listed in said.recipients:
            certificate = inspect_certificate(listed.certificate)
            if certificate.fingerprint in self.chosen and certificate.fingerprint not in known:
                check_usable(certificate, context)
                added.append(_add(context, certificate, ConfirmedBy(Confirmation.SIGNED_LIST, signer)))
        return tuple(added)


def _add(context: JobContext, certificate: Certificate, by: ConfirmedBy) -> Recipient:
    recipient = Recipient(
        fingerprint=certificate.fingerprint,
        user_ids=certificate.user_ids,
        certificate=certificate.minimal,
        confirmed_by=by,
        confirmed_utc=context.clock.read().wall_utc,
        expires_utc=expiry_text(certificate.expires_utc),
    )
    context.vault.register.put_recipient(recipient)
    seal_entry(context, RecipientAdded(recipient.fingerprint, recipient.user_ids, by))
    return recipient


def _offered(context: JobContext, listed: ListedRecipient, known: set[str]) -> OfferedRecipient:
    certificate = inspect_certificate(listed.certificate)
    fault = None
    try:
        check_usable(certificate, context)
    except Refused as refusal:
        fault = refusal.code
    return OfferedRecipient(
        fingerprint=certificate.fingerprint,
        user_ids=certificate.user_ids,
        expires_utc=expiry_text(certificate.expires_utc),
        mail=listed.mail,
        known=certificate.fingerprint in known,
        fault=fault,
    )


def _read(context: JobContext, untrusted: bytes) -> tuple[_Said, str]:
    if len(untrusted) > CAP:
        raise Refused(Code.LIST_TOO_LARGE, cap=CAP)
    head, found, untrusted_message = untrusted.replace(b"\r\n", b"\n").partition(_MESSAGE)
    if not found or not head.startswith(_FIRST):
        raise Refused(Code.LIST_FORMAT)
    try:
        untrusted_certificate = base64.b64decode(b"".join(head.removeprefix(_FIRST).split()), validate=True)
    except binascii.Error:
        raise Refused(Code.LIST_FORMAT) from None
    signer = context.keyring.load_certificate(inspect_certificate(untrusted_certificate).minimal)
    with context.keyring.open_message(BytesIO(found + untrusted_message), max_output=CAP) as message:
        text = b"".join(chunks_of(message))
        opened = message.outcome
    if opened.signing is Signing.UNKNOWN or opened.signature is None or opened.signature.fingerprint != signer:
        raise Broken(Code.LIST_UNSIGNED)
    parsed = codec.parse(text, cap=CAP)
    if not isinstance(parsed, dict) or parsed.get("kind") != "recipients":
        raise Refused(Code.LIST_FORMAT)
    if parsed.get("v") != VERSION:
        raise Broken(Code.NEWER_VERSION, known=VERSION)
    said = codec.from_json(_Said, {name: value for name, value in parsed.items() if name not in {"v", "kind"}})
    if len(said.recipients) > _MOST or len(said.name) > _NAME_CAP:
        raise Refused(Code.LIST_FORMAT)
    return said, signer
