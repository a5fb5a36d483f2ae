"""Bring a recipient's signed receipt in, and mark what it confirms."""

from dataclasses import dataclass

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.jobs.keep import seal_entry
from evidence_kit.model.bodies.sharing import ReceiptBrought
from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartRole
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.finding import Verdict
from evidence_kit.verify import receipt


@dataclass(frozen=True, slots=True)
class BringReceipt(Job[tuple[Delivery, str | None]]):
    """Check a recipient's signed receipt against what was sent, keep it, and mark the delivery as receipted.

    Raises `Broken` where the signature does not hold, `Refused` with "receipt-unknown" where no delivery sent these
    bytes, "receipt-stranger" where the signer is not a recipient of that delivery, "receipt-not-sound" where the
    recipient's check found the report broken.
    """

    untrusted_receipt: bytes

    def run(self, context: JobContext) -> tuple[Delivery, str | None]:
        for recipient in context.vault.register.recipients():
            context.keyring.load_certificate(recipient.certificate)
        brought = receipt.read(self.untrusted_receipt, context.keyring)
        delivery, part = self._sent(context, brought.ciphertext)
        destination = next(
            (one for one in context.vault.register.destinations() if one.id == delivery.destination), None
        )
        allowed = (
            destination.recipients
            if destination
            else tuple(one.fingerprint for one in context.vault.register.recipients())
        )
        if brought.signer not in allowed:
            raise Refused(Code.RECEIPT_STRANGER, fingerprint=brought.signer)
        if brought.verdict is not Verdict.HOLDS:
            raise Broken(Code.RECEIPT_NOT_SOUND, fingerprint=brought.signer)
        now = context.clock.read()
        exhibit = context.vault.exhibits.stage(
            (self.untrusted_receipt,), "application/pgp-encrypted", ExhibitRole.RECEIPT
        )
        body = ReceiptBrought(
            delivery=delivery.id,
            report=delivery.report,
            signer=brought.signer,
            ciphertext=brought.ciphertext,
            received_utc=brought.received_utc,
            receipt=exhibit,
        )
        seal_entry(context, body)
        for settled in delivery.parts if part.role is PartRole.REPORT else (part,):
            if settled.state is not DeliveryState.RECEIPTED:
                delivery = context.vault.outbox.move(delivery.id, settled.role, DeliveryState.RECEIPTED, at=now)
        context.vault.absorb()
        return delivery, destination.name if destination else None

    @staticmethod
    def _sent(context: JobContext, ciphertext: str) -> tuple[Delivery, Part]:
        for delivery in context.vault.outbox.deliveries():
            for part in delivery.parts:
                if part.sha256 == ciphertext:
                    return delivery, part
        raise Refused(Code.RECEIPT_UNKNOWN)
