"""Which words of an entry can be searched, and how typed text becomes a query that FTS5 cannot choke on."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from evidence_kit.model.bodies.body import Body

# Scripts written without spaces between words: each sign becomes a word, and a typed run of them a phrase.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Accents and vowel points, which are written or left out as one likes, and the Arabic stretching stroke.
_OPTIONAL: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)


def words_of(body: Body, read: Callable[[str], str] = lambda _: "") -> str:
    """What people wrote, the addresses they captured and what pages said, folded for the index; empty for other kinds.

    `read` gives the words of an exhibit by its SHA-256.
    """
    named = (getattr(body, name) for name in body.SEARCHED_EXHIBITS)
    return folded(" ".join([*body.texts, *(read(exhibit.sha256) for exhibit in named if exhibit is not None)]))


def folded(text: str) -> str:
    """Text as both the index and the query see it."""
    if text.isascii():  # nothing below would change but the letters' case
        return text.lower()
    # Half characters, which SQLite takes no text with, as the codec writes them.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", _OPTIONAL.sub("", unicodedata.normalize("NFKD", text))).casefold()
    spread: list[str] = []
    for sign in text:
        if _UNSPACED.match(sign) and unicodedata.category(sign) not in {"Mn", "Mc"}:
            spread.append(" ")
        spread.append(sign)
    return "".join(spread)


def query_of(typed: str) -> str | None:
    """An FTS5 query for entries that hold every typed word, each as the beginning of a word; None for no words."""
    phrases = []
    for word in typed.split():
        kept = "".join(sign if _is_indexed(sign) else " " for sign in folded(word)).split()
        if kept:
            phrases.append(f'"{" ".join(kept)}"*')
    return " AND ".join(phrases) or None


def _is_indexed(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LN" or category in {"Co", "Mn", "Mc"}
