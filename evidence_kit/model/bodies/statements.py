"""What people say: notes, testimonies of witnesses, corrections."""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.model.bodies.body import Body, Linked


class Consent(StrEnum):
    """What a witness can agree to: sharing with recipients, publishing without a name, quoting, being asked again."""

    SHARE = "share"
    PUBLISH = "publish"
    QUOTE = "quote"
    CONTACT = "contact"


class ImpactArea(StrEnum):
    """A part of a life that a disruption reaches."""

    WORK = "work"
    HEALTH = "health"
    SAFETY = "safety"
    MONEY = "money"
    NEWS = "news"
    SCHOOLING = "schooling"


@dataclass(frozen=True, slots=True)
class NoteWritten(Linked):
    """What a person wrote. `disruption` is the id of the one open at that moment, here and below."""

    KIND = "note"
    SEARCHED = ("text", "pseudonym")
    REPORTABLE = True
    text: str
    pseudonym: str | None = None
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What the disruption did to one part of a life; `text` may be empty."""

    area: ImpactArea
    text: str


@dataclass(frozen=True, slots=True)
class WitnessHeard(Linked):
    """What a witness told, and what they agreed to: `consent_text` are their own terms.

    Without "share" it does not leave the vault with a report.
    """

    KIND = "testimony"
    SEARCHED = ("text", "pseudonym", "consent_text", "impacts")
    REPORTABLE = True
    text: str
    pseudonym: str | None
    consent: tuple[Consent, ...]
    consent_text: str
    impacts: tuple[Impact, ...]
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionWritten(Body):
    """What a person says now about an earlier entry, which stays as it is; `corrects` is that entry's id."""

    KIND = "correction"
    SEARCHED = ("text",)
    REPORTABLE = True
    corrects: str
    text: str
