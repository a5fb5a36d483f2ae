"""What an entry says, as labels and values for people; decides nothing about how it looks."""

from dataclasses import dataclass

from evidence_kit.model.clock_reading import ClockReading
from ui import words
from ui.parts.tone import Tone


@dataclass(frozen=True, slots=True)
class LabelledFact:
    """A value under its label; `mono` for hashes and the like, `tone` as in `ui.parts.text.Text`."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class FactSection:
    """Facts that belong together under a title; `text` are somebody's own words before them.

    `leads_to` is the sequence of another entry that they are about, `topic` one of the guide's that explains them.
    """

    title: str
    facts: tuple[LabelledFact, ...] = ()
    text: str = ""
    leads_to: int | None = None
    topic: str = ""


def wall(reading: ClockReading) -> str:
    """A reading's own time and zone."""
    return f"{words.when(reading.wall_utc, reading.utc_offset_s)} {zone_words(reading.utc_offset_s)}"


def zone_words(offset_s: int) -> str:
    """A distance from UTC: "UTC+01:00"."""
    minutes = abs(offset_s) // 60
    return f"UTC{'-' if offset_s < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}" if offset_s else "UTC"
