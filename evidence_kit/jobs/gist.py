"""What an entry is about, for a line of a list: the thing itself and what became of it, as a type for each sort.

Texts in them are untrusted; here they are on one line, capped, and hold nothing that hides or reorders.
"""

from dataclasses import dataclass
from typing import Final

from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded, PageCaptured, PageState, ScreenCaptured
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.sharing import (
    DeliveryNoted,
    DestinationChange,
    DestinationChanged,
    ReceiptBrought,
    RecipientAdded,
    ReportSealed,
)
from evidence_kit.model.bodies.statements import CorrectionWritten, NoteWritten, WitnessHeard
from evidence_kit.model.bodies.vault_events import ClockChange, ClockChanged, VaultCreated
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.judgement import TargetOutcome
from evidence_kit.plain_text import plain_line

LABEL_CAP: Final = 240


@dataclass(frozen=True, slots=True)
class SaidGist:
    """Somebody's words, and the name that they gave."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ScreenGist:
    """A picture of the screen, its size in pixels, and whether it is of one colour."""

    width: int
    height: int
    blank: bool


@dataclass(frozen=True, slots=True)
class PageGist:
    """A page as the page camera saw it; `net_error` is Chromium's name for why it did not load."""

    address: str
    title: str
    state: PageState
    net_error: str | None


@dataclass(frozen=True, slots=True)
class FileGist:
    """A file that was added, and its size in bytes."""

    name: str
    is_photo: bool
    size: int


@dataclass(frozen=True, slots=True)
class LookGist:
    """A look at the connection."""

    state: NetworkState


@dataclass(frozen=True, slots=True)
class SiteTestGist:
    """A site that was tested, and what that came to."""

    address: str
    verdict: TargetOutcome | NetworkState


@dataclass(frozen=True, slots=True)
class DisruptionGist:
    """What a disruption began as or changed to."""

    state: NetworkState
    grade: DisruptionGrade


@dataclass(frozen=True, slots=True)
class ClockGist:
    """What the computer's clock did, and by how much."""

    change: ClockChange
    amount_ms: int


@dataclass(frozen=True, slots=True)
class KeyGist:
    """A recipient's key."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class DestinationGist:
    """What became of a destination."""

    name: str
    change: DestinationChange


@dataclass(frozen=True, slots=True)
class ReportGist:
    """A sealed report of so many entries."""

    entries: int


@dataclass(frozen=True, slots=True)
class DeliveryGist:
    """What a delivery came to."""

    state: DeliveryState


@dataclass(frozen=True, slots=True)
class ReceiptGist:
    """A receipt, and the key that signed it."""

    signer: str


Gist = (
    SaidGist
    | ScreenGist
    | PageGist
    | FileGist
    | LookGist
    | SiteTestGist
    | DisruptionGist
    | ClockGist
    | KeyGist
    | DestinationGist
    | ReportGist
    | DeliveryGist
    | ReceiptGist
    | None
)
"""None where the kind of entry says it all."""


def gist_of(body: Body) -> Gist:
    """What an entry with this body is about."""
    match body:
        case NoteWritten() | WitnessHeard():
            return SaidGist(_line(body.text), _line(body.pseudonym or ""))
        case CorrectionWritten():
            return SaidGist(_line(body.text))
        case ScreenCaptured():
            return ScreenGist(body.width, body.height, body.blank)
        case PageCaptured():
            return PageGist(_line(body.address_asked), _line(body.title), body.page_state, body.net_error)
        case FileAdded():
            return FileGist(_line(body.name), body.original.role == ExhibitRole.PHOTO, body.original.size)
        case MeasurementTaken(address=None):
            return LookGist(body.state or NetworkState.UNKNOWN)
        case MeasurementTaken():
            return SiteTestGist(_line(body.address or ""), body.verdict)
        case DisruptionOpened() | DisruptionChanged():
            return DisruptionGist(body.state, body.grade)
        case ClockChanged():
            return ClockGist(body.change, body.amount_ms)
        case RecipientAdded():
            return KeyGist(_line(next(iter(body.user_ids), "")), body.fingerprint)
        case DestinationChanged():
            return DestinationGist(_line(body.name), body.change)
        case ReportSealed():
            return ReportGist(len(body.entries))
        case DeliveryNoted():
            return DeliveryGist(body.state)
        case ReceiptBrought():
            return ReceiptGist(body.signer)
        case DisruptionClosed() | VaultCreated():
            return None
        case _:
            return SaidGist(_line(" ".join(body.texts)))


def _line(untrusted: str) -> str:
    return plain_line(untrusted, LABEL_CAP)
