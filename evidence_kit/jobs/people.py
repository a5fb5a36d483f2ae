"""Jobs about who gets reports, and where."""

import secrets
from dataclasses import dataclass, replace

from evidence_kit.clock.reading import wall_ns_of, wall_text
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import seal_entry
from evidence_kit.model.bodies.sharing import DestinationChange, DestinationChanged, RecipientAdded
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, Destination, Recipient
from evidence_kit.seal.certificate import Certificate, check_fingerprint, inspect_certificate
from evidence_kit.sync.types import read_route

_NAME_CAP = 100


@dataclass(frozen=True, slots=True)
class AddRecipient(Job[Recipient]):
    """Keep a certificate whose full fingerprint the person compared: typed, or scanned from a code in a picture.

    Raises `Refused` with "short-key-id", "fingerprint-format", "fingerprint-differs" or a certificate's own fault.
    """

    untrusted_key: bytes
    untrusted_fingerprint: str
    is_scanned: bool = False

    def run(self, context: JobContext) -> Recipient:
        fingerprint = check_fingerprint(self.untrusted_fingerprint)
        certificate = inspect_certificate(self.untrusted_key)
        if certificate.fingerprint != fingerprint:
            raise Refused(Code.FINGERPRINT_DIFFERS, found=certificate.fingerprint, given=fingerprint)
        check_usable(certificate, context)
        recipient = Recipient(
            fingerprint=fingerprint,
            user_ids=certificate.user_ids,
            certificate=certificate.minimal,
            confirmed_by=ConfirmedBy(Confirmation.SCANNED if self.is_scanned else Confirmation.TYPED),
            confirmed_utc=context.clock.read().wall_utc,
            expires_utc=expiry_text(certificate.expires_utc),
        )
        known = {kept.fingerprint: kept.confirmed_by for kept in context.vault.register.recipients()}
        context.vault.register.put_recipient(recipient)
        if known.get(fingerprint) != recipient.confirmed_by:
            seal_entry(context, RecipientAdded(fingerprint, recipient.user_ids, recipient.confirmed_by))
        return recipient


def check_usable(certificate: Certificate, context: JobContext) -> None:
    """Raise `Refused` for a certificate that is revoked, expired, or cannot encrypt."""
    now_s = wall_ns_of(context.clock.read()) // 1_000_000_000
    if certificate.revoked:
        raise Refused(Code.CERTIFICATE_REVOKED, fingerprint=certificate.fingerprint)
    if not certificate.can_encrypt:
        raise Refused(Code.CERTIFICATE_CANNOT_ENCRYPT, fingerprint=certificate.fingerprint)
    if certificate.expires_utc is not None and certificate.expires_utc <= now_s:
        raise Refused(Code.CERTIFICATE_EXPIRED, fingerprint=certificate.fingerprint)


def expiry_text(epoch_s: int | None) -> str | None:
    """When a certificate ends, as the journal writes times; None for never."""
    return None if epoch_s is None else wall_text(epoch_s * 1_000_000_000)


@dataclass(frozen=True, slots=True)
class RemoveRecipient(Job[None]):
    """Forget a recipient; what was sealed to them stays sealed to them.

    Raises `Refused` with "unknown-recipient", or "recipient-needed" while a destination names them.
    """

    fingerprint: str

    def run(self, context: JobContext) -> None:
        if self.fingerprint not in {one.fingerprint for one in context.vault.register.recipients()}:
            raise Refused(Code.UNKNOWN_RECIPIENT, fingerprint=self.fingerprint)
        for destination in context.vault.register.destinations():
            if self.fingerprint in destination.recipients:
                raise Refused(Code.RECIPIENT_NEEDED, name=destination.name)
        context.vault.register.remove_recipient(self.fingerprint)


@dataclass(frozen=True, slots=True)
class AddDestination(Job[Destination]):
    """Keep a destination.

    Raises `Refused` with "name-empty", "name-taken", "unknown-recipient" or the address's fault.
    """

    name: str
    untrusted_url: str
    untrusted_recipients: tuple[str, ...]

    def run(self, context: JobContext) -> Destination:
        name = self.name.strip()
        if not name or len(name) > _NAME_CAP:
            raise Refused(Code.NAME_EMPTY, cap=_NAME_CAP)
        if any(kept.name == name for kept in context.vault.register.destinations()):
            raise Refused(Code.NAME_TAKEN, name=name)
        read_route(self.untrusted_url)
        known = {kept.fingerprint for kept in context.vault.register.recipients()}
        recipients = tuple(dict.fromkeys(check_fingerprint(given) for given in self.untrusted_recipients))
        for fingerprint in recipients:
            if fingerprint not in known:
                raise Refused(Code.UNKNOWN_RECIPIENT, fingerprint=fingerprint)
        destination = Destination(id=secrets.token_hex(8), name=name, url=self.untrusted_url, recipients=recipients)
        context.vault.register.put_destination(destination)
        seal_entry(
            context,
            DestinationChanged(DestinationChange.ADDED, destination.id, destination.name, destination.recipients),
        )
        return destination


@dataclass(frozen=True, slots=True)
class ChangeDestination(Job[Destination]):
    """Give a destination another address; what waits for it goes there. Raises the address's fault."""

    name: str
    untrusted_url: str

    def run(self, context: JobContext) -> Destination:
        destination = find_destination(context, self.name)
        read_route(self.untrusted_url)
        destination = replace(destination, url=self.untrusted_url)
        context.vault.register.put_destination(destination)
        seal_entry(
            context,
            DestinationChanged(DestinationChange.CHANGED, destination.id, destination.name, destination.recipients),
        )
        return destination


@dataclass(frozen=True, slots=True)
class RemoveDestination(Job[Destination]):
    """Forget a destination; its deliveries stay and are shown as without a way."""

    name: str

    def run(self, context: JobContext) -> Destination:
        destination = find_destination(context, self.name)
        context.vault.register.remove_destination(destination.id)
        seal_entry(
            context,
            DestinationChanged(DestinationChange.REMOVED, destination.id, destination.name, destination.recipients),
        )
        return destination


def find_destination(context: JobContext, name: str) -> Destination:
    """The destination of that name. Raises `Refused(Code.UNKNOWN_DESTINATION)`."""
    for destination in context.vault.register.destinations():
        if name in (destination.name, destination.id):
            return destination
    raise Refused(Code.UNKNOWN_DESTINATION, name=name)
