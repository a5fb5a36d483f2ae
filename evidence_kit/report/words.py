"""The words of a report: a translator for its language, and times and spans put plainly."""

import gettext
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from evidence_kit.model.disruption import Interval, Moment
from evidence_kit.words.languages import LOCALES, catalogue, runs_right_to_left

Speak = Callable[[str], str]

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def speaker(language: str) -> Speak:
    """The translator for a BCP 47 tag; English where there is no translation."""
    return _catalogue_of(language).gettext


def language_of(language: str, locales: Path = LOCALES) -> str:
    """The tag of the language that `speaker` says: English where there is no translation."""
    return "en" if type(_catalogue_of(language, locales)) is gettext.NullTranslations else language


def direction(language: str, locales: Path = LOCALES) -> str:
    """The HTML `dir` of the words that `speaker` says: that of their own letters."""
    return "rtl" if runs_right_to_left(_catalogue_of(language, locales)) else "ltr"


def _catalogue_of(language: str, locales: Path = LOCALES) -> gettext.NullTranslations:
    if not _TAG.fullmatch(language):
        return gettext.NullTranslations()
    return catalogue([language.replace("-", "_"), language.split("-", 1)[0]], locales)


def when(wall_utc: str, offset_s: int) -> str:
    """A wall time as the device's owner read it, with its distance from UTC: "2026-11-18 12:06:40 UTC+01:00"."""
    local = datetime.fromisoformat(wall_utc) + timedelta(seconds=offset_s)
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    zone = f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}" if offset_s else "UTC"
    return f"{local:%Y-%m-%d %H:%M:%S} {zone}"


def between(interval: Interval, offset_s: int, say: Speak, show: Callable[[str, int], str] = when) -> str:
    """An interval in words; `show` puts each of its times."""
    before = show(interval.before.wall_utc, offset_s)
    if interval.after is None:
        return say("at some time before {before} (nothing was measured earlier)").format(before=before)
    after = show(interval.after.wall_utc, offset_s)
    return say("between {after} and {before}").format(after=after, before=before)


def steady_span(first: Moment, last: Moment, say: Speak) -> str | None:
    """How much time passed by the clock that nobody can set; None over a restart."""
    if first.boot_id != last.boot_id:
        return None
    return span((last.boottime_ns - first.boottime_ns) // 1_000_000_000, say)


def span(seconds: int, say: Speak) -> str:
    """Seconds as hours, minutes and seconds."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return say("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return say("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return say("{seconds} s").format(seconds=rest)
