"""What a card or a poster says: the person's words, cleaned, and a few fixed ones. Nothing else ever gets on it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from evidence_kit.jobs.course import DisruptionName
from ui.words import day, say, say_many

MESSAGE_CAP: Final = 200
FIELD_CAP: Final = 60
# Cf has signs that only hide or reorder what stands there; these four are how some languages are written.
_WRITTEN: Final = {"\u200c", "\u200d", "\u200e", "\u200f"}
_HIDDEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400


class Shape(Enum):
    """The sizes in pixels. The poster is A4 at 200 dots per inch."""

    SQUARE = (1080, 1080)
    WIDE = (1200, 630)
    POSTER = (1654, 2339)


@dataclass(frozen=True, slots=True)
class Card:
    """What the person wants to say; an empty field is left out."""

    message: str
    place: str = ""
    date: str = ""
    lasting: str = ""

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is said beside the message: labels and values."""
        named = ((say("Where"), self.place), (say("When"), self.date), (say("How long"), self.lasting))
        return tuple((label, value) for label, value in named if value)

    def words(self) -> tuple[str, ...]:
        """Every word that is on it, from top to bottom."""
        lines = (self.message, *(one for fact in self.facts() for one in fact), foot())
        return tuple(line for line in lines if line)


def foot() -> str:
    """The last line of every card."""
    return say("Nobody should be cut off. #KeepItOn")


def cleaned(untrusted: str, cap: int) -> str:
    """One line without hidden signs, of at most `cap` characters."""
    shown = "".join(
        sign for sign in " ".join(untrusted.split()) if sign in _WRITTEN or unicodedata.category(sign) not in _HIDDEN
    )
    return shown[:cap].strip()


def runs_rtl(words: str) -> bool | None:
    """Whether the first letter with a direction runs from right to left; None where no letter has one."""
    for sign in words:
        match unicodedata.bidirectional(sign):
            case "L":
                return False
            case "R" | "AL":
                return True
    return None


def suggested(disruption: DisruptionName, now_utc: str) -> Card:
    """What a disruption suggests to say: its day and its length, both less exact than the journal has them."""
    over = disruption.ended_utc is not None
    begun = datetime.fromisoformat(disruption.started_utc)
    until = datetime.fromisoformat(disruption.ended_utc or now_utc)
    return Card(
        message=_message(disruption.state, over=over),
        date=day(disruption.started_utc),
        lasting=roughly((until - begun).total_seconds()) if over else say("not over yet"),
    )


def plain_message() -> str:
    """What is said where no disruption is chosen."""
    return say("We had no internet.")


def _message(state: str, *, over: bool) -> str:
    if state == "cut-from-abroad":
        return say("We were cut off from the rest of the world.") if over else say("We are cut off from the world.")
    return plain_message() if over else say("We have no internet.")


def roughly(seconds: float) -> str:
    """A length in words, rounded: an exact one would tell when somebody was at this computer."""
    if seconds < _HOUR_S:
        return say("less than an hour")
    if seconds < 2 * _DAY_S:
        return say_many("about {number} hour", "about {number} hours", round(seconds / _HOUR_S))
    return say_many("about {number} day", "about {number} days", round(seconds / _DAY_S))
