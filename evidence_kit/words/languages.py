"""The languages that the product speaks, English and those with a compiled catalogue, and a translator into each."""

import gettext
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from evidence_kit.words.marked import marked

Say = Callable[[str], str]

LOCALES: Final = Path(__file__).resolve().parents[2] / "resources" / "locale"
DOMAIN: Final = "evidence-kit"


def catalogue(tags: Sequence[str] | None, locales: Path = LOCALES) -> gettext.NullTranslations:
    """The translations of the first of `tags` that has some; None asks the environment as gettext does.

    English where there is none.
    """
    return gettext.translation(DOMAIN, localedir=locales, languages=tags, fallback=True)


def runs_right_to_left(words: gettext.NullTranslations) -> bool:
    """Whether a catalogue's words are written from right to left, by the first letter that has a direction (UAX #9).

    Asked of the words themselves, so that no list of languages is kept.
    """
    directions = map(unicodedata.bidirectional, words.gettext(marked("Evidence report")))
    return next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L"


def spoken_languages(locales: Path = LOCALES) -> list[str]:
    """Their tags (BCP 47, with `_`), in order; not those that are made for tests, whose region begins with X."""
    translated = {path.parts[-3] for path in locales.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return sorted({"en"} | {tag for tag in translated if not tag.partition("_")[2].startswith("X")})
