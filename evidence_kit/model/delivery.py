"""A report on its way: recipient, destination, parcels of ciphertext, and how far each has come."""

from dataclasses import dataclass, field
from enum import StrEnum

from evidence_kit.codes import Code
from evidence_kit.errors import KitError


class DeliveryState(StrEnum):
    """How far a part has come. Only READ_BACK and RECEIPTED count as delivered; CLAIMED is a server's word.

    UNCERTAIN: everything was handed over and no answer came. NEEDS_ANOTHER_WAY: this destination cannot take it.
    """

    WAITING = "waiting"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    CLAIMED = "claimed"
    READ_BACK = "read-back"
    RECEIPTED = "receipted"
    NEEDS_ANOTHER_WAY = "needs-another-way"


class PartRole(StrEnum):
    """What one message of a delivery is: the short notice, sent first, or the report itself."""

    NOTICE = "notice"
    REPORT = "report"


class Confirmation(StrEnum):
    """How a key was confirmed. TYPED and SCANNED: the person compared its full fingerprint, which they typed or which a
    code in a picture held. SIGNED_LIST: the person compared the fingerprint of whoever signed the list it was in."""

    TYPED = "typed"
    SCANNED = "scanned"
    SIGNED_LIST = "signed-list"


@dataclass(frozen=True, slots=True)
class ConfirmedBy:
    """How a key was confirmed, and with a list the fingerprint of its signer; null and only null without one.

    Raises `ValueError` for any other pair.
    """

    how: Confirmation
    signer: str | None = None

    def __post_init__(self) -> None:
        if (self.how is Confirmation.SIGNED_LIST) != (self.signer is not None):
            raise ValueError("a signer belongs to a signed list")


@dataclass(frozen=True, slots=True)
class Recipient:
    """An OpenPGP certificate confirmed by full fingerprint (40 or 64 hex, upper case).

    `certificate` is the minimal binary form that was imported; `expires_utc` null means never.
    """

    fingerprint: str
    user_ids: tuple[str, ...]
    certificate: bytes
    confirmed_by: ConfirmedBy
    confirmed_utc: str
    expires_utc: str | None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where reports go: `url` is an address that one of the destination types reads (`sync.types`).

    It may hold a password: it stays in the vault and out of `repr`. `id` is 16 random hex digits and tells nothing.
    """

    id: str
    name: str
    url: str = field(repr=False)
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartError:
    """Why a part is not done. `reply` is the number of the mail server's answer where it gave one.

    It lies in clear in the outbox, so no other fact of the error stays: they can name places.
    """

    code: Code
    reply: int | None = None

    @property
    def facts(self) -> dict[str, int]:
        """The facts for the error's sentence."""
        return {} if self.reply is None else {"code": self.reply}


def part_error(error: KitError) -> PartError:
    """What a delivery keeps of an error."""
    reply = error.facts.get("code")
    return PartError(error.code, reply if isinstance(reply, int) else None)


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a delivery.

    `parcel` names the ciphertext file in the outbox, `sha256` and `size` are of that ciphertext, `message_id` stays
    the same over all attempts, `retry_utc` (RFC 3339) says when it may be tried again.
    """

    role: PartRole
    parcel: str
    sha256: str
    size: int
    message_id: str
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    error: PartError | None = None
    retry_utc: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One report to one destination; `parts` in sending order, the notice first. `paused` by the person."""

    id: str
    report: str
    destination: str
    created_utc: str
    parts: tuple[Part, ...]
    paused: bool = False

    @property
    def state(self) -> DeliveryState:
        """The report's own state, which is that of the last part."""
        return self.parts[-1].state
