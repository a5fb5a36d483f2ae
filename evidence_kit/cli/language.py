"""Speak the language of the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG); print nothing.

The catalogue is loaded with the first text that is said, and never for English.
"""

import gettext
from functools import cache
from typing import Final

from evidence_kit.words.languages import DOMAIN, LOCALES, catalogue
from evidence_kit.words.marked import marked

# What Typer says of its own accord; most of it through gettext.
OF_THE_LIBRARY: Final = (
    marked("Arguments"),
    marked("Commands"),
    marked("Options"),
    marked("Missing command."),
    marked("No such command {name!r}."),
    marked("Show this message and exit."),
    marked("default: {default}"),
    marked("required"),
)


@cache
def _translations() -> gettext.NullTranslations:
    return catalogue(None)


def say(text: str) -> str:
    """A text of the command line in the language of the environment."""
    return _translations().gettext(text) if text else ""


def say_marked(text: str) -> str:
    """A text that a table or a fact of the core holds and the catalogue has."""
    return _translations().gettext(text) if text else ""


def as_written(text: str) -> str:
    """The text in English, for what scripts read."""
    return text


def say_many(one: str, many: str, number: int, **facts: object) -> str:
    """The form for `number`, with the number and the other facts in it."""
    return _translations().ngettext(one, many, number).format(number=number, **facts)


def size_words(size: int) -> str:
    """A size in bytes."""
    return say_many("{number} byte", "{number} bytes", size)


def let_the_library_speak() -> None:
    """Have what Typer says of its own accord looked up in the product's catalogue."""
    gettext.bindtextdomain(DOMAIN, str(LOCALES))
    gettext.textdomain(DOMAIN)
