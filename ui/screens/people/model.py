"""How recipients and destinations are told: names, fingerprints, how each was confirmed, and what ends soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence_kit.jobs.destination_types import shown
from evidence_kit.jobs.fingerprint_words import fingerprint_words
from evidence_kit.model.delivery import Destination, Recipient
from evidence_kit.words.confirming import confirmed_on
from ui.parts.recipient_name import name_of
from ui.parts.tone import Tone
from ui.words import grouped, say, say_many, say_marked, when

_SOON_DAYS: Final = 31


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A recipient as told; `warning` is "" or says what ends soon, `tone` goes with it."""

    fingerprint: str
    name: str
    grouped: str
    words: str
    confirmed: str
    warning: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class DestinationRow:
    """A destination as told: where it leads, without any secret, and who can open what goes there."""

    id: str
    name: str
    where: str
    recipients: str


def recipient_row(recipient: Recipient, now_utc: str) -> RecipientRow:
    """One recipient, seen at `now_utc`."""
    warning, tone = _expiry(recipient.expires_utc, now_utc)
    return RecipientRow(
        fingerprint=recipient.fingerprint,
        name=name_of(recipient),
        grouped=grouped(recipient.fingerprint),
        words=" ".join(fingerprint_words(recipient.fingerprint)),
        confirmed=_confirmed(recipient),
        warning=warning,
        tone=tone,
    )


def _confirmed(recipient: Recipient) -> str:
    date = when(recipient.confirmed_utc)[:16]
    return confirmed_on(recipient.confirmed_by, date, grouped, say)


def _expiry(expires_utc: str | None, now_utc: str) -> tuple[str, Tone]:
    if expires_utc is None:
        return "", Tone.PLAIN
    days = (datetime.fromisoformat(expires_utc) - datetime.fromisoformat(now_utc)).days
    if days < 0:
        return say("This key has expired: nothing can be sent to it. Ask for a new one."), Tone.BAD
    if days <= _SOON_DAYS:
        return (
            say_many(
                "This key expires in {number} day. Ask for a new one in time.",
                "This key expires in {number} days. Ask for a new one in time.",
                days,
            ),
            Tone.WARN,
        )
    return say("Valid until {date}").format(date=when(expires_utc)[:10]), Tone.PLAIN


def destination_row(destination: Destination, recipients: Sequence[Recipient]) -> DestinationRow:
    """One destination."""
    names = {recipient.fingerprint: name_of(recipient) for recipient in recipients}
    known = ", ".join(names.get(fingerprint, grouped(fingerprint)) for fingerprint in destination.recipients)
    return DestinationRow(
        id=destination.id,
        name=destination.name,
        where=_where(destination.url),
        recipients=say("Can be opened by: {names}").format(names=known),
    )


def _where(url: str) -> str:
    told = shown(url)
    return say_marked(told.words).format_map(told.facts)
