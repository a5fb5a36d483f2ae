"""Pieces of the page: everything from outside is escaped here, and nowhere else."""

import html
from collections.abc import Iterable

from evidence_kit.model.disruption import Interval
from evidence_kit.plain_text import plain_text
from evidence_kit.report import words
from evidence_kit.report.words import Speak


def escaped(untrusted: str) -> str:
    """Any text as harmless markup; what could hide or reorder is shown as U+FFFD."""
    return html.escape(plain_text(untrusted), quote=True)


def own(untrusted: str) -> str:
    """Somebody's own words, isolated so that their direction does not reach further."""
    return f"<bdi>{escaped(untrusted)}</bdi>"


def said(sentence: str, **values: str) -> str:
    """A sentence of ours as markup. `values` are markup that isolates itself: no direction of theirs reaches ours."""
    return escaped(sentence).format(**values)


def time_markup(wall_utc: str, offset_s: int) -> str:
    """A wall time that stays in one piece and in one order in any sentence."""
    return f"<time>{escaped(words.when(wall_utc, offset_s))}</time>"


def between_markup(interval: Interval, offset_s: int, say: Speak) -> str:
    """An interval in words, each of its times in one piece."""
    return words.between(interval, offset_s, lambda sentence: escaped(say(sentence)), time_markup)


def points(sentences: Iterable[str]) -> str:
    """A list of sentences."""
    return "<ul>\n" + "".join(f"<li>{escaped(sentence)}</li>\n" for sentence in sentences) + "</ul>\n"


def description_list(rows: Iterable[tuple[str, str]]) -> str:
    """Labels are text, values are markup made here."""
    return "<dl>\n" + "".join(f"<dt>{escaped(label)}</dt><dd>{value}</dd>\n" for label, value in rows) + "</dl>\n"
