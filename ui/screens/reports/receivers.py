"""Who can open what goes to a destination, and whether their keys still hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence_kit.model.delivery import Destination, Recipient
from evidence_kit.words.confirming import confirmed_on
from ui.words import grouped, say, say_many, when

SOON_DAYS: Final = 31


@dataclass(frozen=True, slots=True)
class Receiver:
    """A recipient of a destination as page 4 shows it: `lapse` is a warning or "", `ends` whether it is over."""

    name: str
    fingerprint: str
    confirmed: str
    lapse: str
    ended: bool


def receivers_of(destination: Destination, recipients: Sequence[Recipient], now_utc: str) -> list[Receiver]:
    """Everybody to whose key a destination's reports are encrypted."""
    known = {one.fingerprint: one for one in recipients}
    return [_receiver(fingerprint, known.get(fingerprint), now_utc) for fingerprint in destination.recipients]


def _receiver(fingerprint: str, recipient: Recipient | None, now_utc: str) -> Receiver:
    if recipient is None:
        return Receiver(
            say("Unknown recipient"), fingerprint, "", say("This recipient was removed. Add them again."), True
        )
    day = when(recipient.confirmed_utc)[:10]
    confirmed = confirmed_on(recipient.confirmed_by, day, grouped, say)
    lapse, is_over = _lapse(recipient.expires_utc, now_utc)
    name = recipient.user_ids[0] if recipient.user_ids else say("No name in the key")
    return Receiver(name, fingerprint, confirmed, lapse, is_over)


def _lapse(expires_utc: str | None, now_utc: str) -> tuple[str, bool]:
    if expires_utc is None:
        return "", False
    days = (datetime.fromisoformat(expires_utc) - datetime.fromisoformat(now_utc)).days
    if days < 0:
        return say("This key has expired. Nothing can be sent to it: ask its owner for a renewed one."), True
    if days < SOON_DAYS:
        return say_many("This key ends in {number} day.", "This key ends in {number} days.", days), False
    return "", False
