"""The window's words: the person's language, sentences for errors, and numbers and times as people read them.

Every text of the window goes through `say`, whole: no sentence is put together from pieces.
"""

import gettext
import locale
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QDate, QLibraryInfo, QLocale, QObject, Qt, QTranslator

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.model.finding import Finding
from evidence_kit.words.findings import finding_words
from evidence_kit.words.languages import catalogue, runs_right_to_left, spoken_languages
from evidence_kit.words.sentences import KEEPING_HELD, SENDING_HELD
from evidence_kit.words.telling import drill_words, error_words
from ui.sentences import CAMERA_OF_THE_WINDOW, FINDINGS_OF_THE_WINDOW, SENTENCES_OF_THE_WINDOW

_TAG: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class _Language:
    """The language that is spoken now; changed by `speak` alone."""

    def __init__(self) -> None:
        self.tag = "en"
        self.catalogue: gettext.NullTranslations = gettext.NullTranslations()


_now = _Language()


def speak(tag: str) -> None:
    """Speak the language of a BCP 47 tag from now on, "" for the system's; English where there is no translation."""
    wanted = (tag or system_language()).replace("-", "_")
    if not _TAG.fullmatch(wanted):
        wanted = "en"
    _now.tag = wanted
    _now.catalogue = catalogue([wanted, wanted.split("_", 1)[0]])


def system_language() -> str:
    """The system's language as a tag; "en" where it has none."""
    try:
        found = locale.setlocale(locale.LC_MESSAGES, "")
    except locale.Error:
        found = ""
    found = found.split(".", 1)[0]
    return found if _TAG.fullmatch(found) and found not in {"C", "POSIX"} else QLocale.system().name()


def language() -> str:
    """The tag of the language that is spoken."""
    return _now.tag


def languages() -> list[tuple[str, str]]:
    """Each language's tag and the name that its speakers give it; the tag again where Qt knows none."""
    return [(tag, QLocale(tag).nativeLanguageName() or tag) for tag in spoken_languages()]


def direction() -> Qt.LayoutDirection:
    """Which way the words that are said run."""
    right_to_left = runs_right_to_left(_now.catalogue)
    return Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight


def of_qt(parent: QObject) -> QTranslator:
    """Qt's own words (buttons of dialogs, names of keys) in the language that is spoken; none where Qt has none."""
    made = QTranslator(parent)
    made.load(QLocale(_now.tag), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return made


def say(text: str) -> str:
    """A text of the window in the person's language."""
    return _now.catalogue.gettext(text) if text else ""


def say_marked(text: str) -> str:
    """A text that a fact of the core holds and `words.marked` collected, in the person's language."""
    return say(text)


def as_heading(words: str) -> str:
    """Words that begin as a heading does, in scripts that have capitals."""
    return words[:1].upper() + words[1:]


def say_many(one: str, many: str, number: int) -> str:
    """`one` or `many` as the language wants it for `number`, which fills `{number}`."""
    return _now.catalogue.ngettext(one, many, number).format(number=number)


def sentence(error: KitError) -> str:
    """What happened and what to do, for one error."""
    return reason(error.code, error.facts)


def reason(code: Code, facts: Mapping[str, object]) -> str:
    """The sentence of a code with its facts."""
    return error_words(say, code, facts, SENTENCES_OF_THE_WINDOW, CAMERA_OF_THE_WINDOW)


def keeping_sentence(code: Code) -> str:
    """That the disk does not take what the watch sees."""
    return say(KEEPING_HELD[code])


def sending_sentence(code: Code) -> str:
    """That nothing is sent as it could not be noted."""
    return say(SENDING_HELD[code])


def finding_sentence(finding: Finding) -> str:
    """What a check found, in plain words."""
    return finding_words(say, finding, FINDINGS_OF_THE_WINDOW)


def drill_sentence(name: str, facts: Mapping[str, object]) -> str:
    """What a step of the drill did, or why it could not."""
    if isinstance(why := facts.get("why"), Code):
        return reason(why, {fact: value for fact, value in facts.items() if fact != "why"})
    return drill_words(say, name, facts)


# Numbers and times


def size(count: int) -> str:
    """Bytes for people: "14 MB"."""
    return QLocale(_now.tag).formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def number(count: int) -> str:
    """A whole number with the language's own separators."""
    return QLocale(_now.tag).toString(count)


def when(wall_utc: str, offset_s: int | None = None) -> str:
    """A wall time as this computer's owner reads it: "2026-11-23 14:01:40"; `offset_s` None takes the present zone."""
    moment = datetime.fromisoformat(wall_utc)
    local = (
        moment.astimezone()
        if offset_s is None
        else datetime.fromtimestamp(moment.timestamp() + offset_s, moment.tzinfo)
    )
    return f"{local:%Y-%m-%d %H:%M:%S}"


def clock_time(wall_utc: str) -> str:
    """The hours and minutes of a wall time here: "14:01"."""
    return f"{datetime.fromisoformat(wall_utc).astimezone():%H:%M}"


def day(wall_utc: str) -> str:
    """The day of a wall time here, as the language writes it: "Monday, 23 November 2026"."""
    local = datetime.fromisoformat(wall_utc).astimezone()
    return QLocale(_now.tag).toString(QDate(local.year, local.month, local.day), QLocale.FormatType.LongFormat)


def span(seconds: float) -> str:
    """How long, to the minute above one: "2 h 14 min"."""
    whole = max(0, int(seconds))
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return say("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return say("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return say("{minutes} min").format(minutes=minutes)
    return say("{seconds} s").format(seconds=whole)


def grouped(fingerprint: str) -> str:
    """A fingerprint in groups of four."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))
