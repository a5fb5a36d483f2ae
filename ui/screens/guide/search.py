"""Find words in the guide: in every topic at once, whatever their case and accents. No widgets."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ui.screens.guide.topic import Topic

_BEFORE: Final = 30
_AFTER: Final = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A topic that has all the words, and the part where most of them stand; `part` is None for the title alone.

    `snippet` is a piece of that part, "" for the title.
    """

    topic: Topic
    part: int | None
    snippet: str


def folded(text: str) -> str:
    """`text` without case, accents and vowel signs, so that "Señal" and "senal" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def find(topics: Iterable[Topic], untrusted_words: str) -> list[Found]:
    """The topics in which every word stands, those with a word in the title first; all of them for no words."""
    words = folded(untrusted_words).split()
    hits = [found for topic in topics if (found := _in_topic(topic, words)) is not None]
    return sorted(hits, key=lambda found: not any(word in folded(found.topic.title) for word in words))


def _in_topic(topic: Topic, words: list[str]) -> Found | None:
    if not words:
        return Found(topic, None, "")
    parts = [folded(part.words) for part in topic.parts]
    everything = "\n".join((folded(topic.title), folded(topic.also), *parts))
    if not all(word in everything for word in words):
        return None
    counts = [sum(word in part for word in words) for part in parts]
    best = max(counts)
    if not best:
        return Found(topic, None, "")
    at = counts.index(best)
    return Found(topic, at, _snippet(topic.parts[at].words, words))


def _snippet(text: str, words: list[str]) -> str:
    """A piece of `text` around the first of the words, cut at blanks where there are any."""
    # Folding changes lengths (accents, ligatures): each folded sign remembers where it came from.
    signs = [(one, at) for at, sign in enumerate(text) for one in folded(sign)]
    plain = "".join(one for one, _ in signs)
    at = min((signs[place][1] for word in words if (place := plain.find(word)) >= 0), default=0)
    begin = text.rfind(" ", 0, max(0, at - _BEFORE)) + 1 if at > _BEFORE else 0
    end = text.find(" ", at + _AFTER)
    end = min(end, at + 2 * _AFTER) if end >= 0 else min(len(text), at + 2 * _AFTER)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
