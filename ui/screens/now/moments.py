"""Moments of the Now screen: seconds to draw and compare, and how a time of day is shown."""

from datetime import datetime

from evidence_kit.app.desktop import wall_now
from ui.words import (
    when,
)


def short_time(wall_utc: str) -> str:
    """The time of day today, with the date on any other day."""
    whole = when(wall_utc)
    return whole[11:] if whole[:10] == today() else whole


def today() -> str:
    return when(wall_now())[:10]


def stamp(wall_utc: str) -> float:
    return datetime.fromisoformat(wall_utc).timestamp()
