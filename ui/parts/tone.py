"""How words are meant: their style on the screen, and the manner of a notice."""

from enum import StrEnum


class Tone(StrEnum):
    """A style of the theme for words; the theme's style sheet has each by its value."""

    PLAIN = ""
    TITLE = "title"
    TOPIC = "topic"
    HEAD = "head"
    FAINT = "faint"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    CODE = "code"
    MONO = "mono"
    LINK = "link"


class Manner(StrEnum):
    """What a notice tells: news, that something went well, wants attention, or went wrong."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
