"""To whom evidence goes: recipients, destinations, reports, their deliveries and receipts."""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import ConfirmedBy, DeliveryState, PartError, PartRole
from evidence_kit.model.exhibit import Exhibit


class DestinationChange(StrEnum):
    """What was done to a destination."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RecipientAdded(Body):
    """Somebody's certificate, by full fingerprint (40 hex, upper case), and how it was confirmed."""

    KIND = "recipient-added"
    SEARCHED = ("user_ids",)
    REPORTABLE = False
    fingerprint: str
    user_ids: tuple[str, ...]
    confirmed_by: ConfirmedBy


@dataclass(frozen=True, slots=True)
class DestinationChanged(Body):
    """Something was done to a destination. Its address and password stay in the settings."""

    KIND = "destination-changed"
    SEARCHED = ("name",)
    REPORTABLE = False
    change: DestinationChange
    destination: str
    name: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportSealed(Body):
    """A report was made: its id, the entries in it (ids), and per destination the ciphertext's SHA-256."""

    KIND = "report"
    SEARCHED = ("text",)
    REPORTABLE = False
    report: str
    entries: tuple[str, ...]
    disruption: str | None
    deliveries: tuple[str, ...]
    ciphertexts: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class DeliveryNoted(Body):
    """What happened to a delivery while it was under way, entered at the next unlock."""

    KIND = "delivery"
    SEARCHED = ()
    REPORTABLE = False
    delivery: str
    report: str
    part: PartRole
    state: DeliveryState
    attempts: int
    error: PartError | None
    at: ClockReading


@dataclass(frozen=True, slots=True)
class ReceiptBrought(Body):
    """A recipient's signed receipt, whose signature and hash were checked, came back."""

    KIND = "receipt"
    SEARCHED = ()
    REPORTABLE = False
    delivery: str
    report: str
    signer: str
    ciphertext: str
    received_utc: str
    receipt: Exhibit
