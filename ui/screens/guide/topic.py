"""What a topic of the guide is: a title, and short parts under each other. No widgets and no words of its own."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """How a part is shown. A limit says what is not proven or not protected, with a sign of its own."""

    HEAD = auto()
    PARAGRAPH = auto()
    STEP = auto()
    POINT = auto()
    LIMIT = auto()


@dataclass(frozen=True, slots=True)
class TopicPart:
    """One piece of a topic, in the person's language."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is what `help_wanted` asks for. `also` are words that people search for and the text does not use.

    `see` are the names of topics that go on from here.
    """

    name: str
    title: str
    parts: tuple[TopicPart, ...]
    also: str = ""
    see: tuple[str, ...] = ()


def head(words: str) -> TopicPart:
    """A heading within a topic."""
    return TopicPart(Kind.HEAD, words)


def plain(words: str) -> TopicPart:
    """A paragraph."""
    return TopicPart(Kind.PARAGRAPH, words)


def step(words: str) -> TopicPart:
    """One of several things to do, one after the other; steps that follow each other are numbered."""
    return TopicPart(Kind.STEP, words)


def point(words: str) -> TopicPart:
    """One of several things of the same kind."""
    return TopicPart(Kind.POINT, words)


def limit(words: str) -> TopicPart:
    """Something that is not proven, or not protected."""
    return TopicPart(Kind.LIMIT, words)
