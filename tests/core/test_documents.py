"""The documents' English is plain: short sentences, links that lead somewhere, decisions with date and status."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from evidence_kit.model.bodies.body import BODIES
from tests.core.sources import ROOT

MOST_WORDS = 24
SPECIFICATIONS = {"format.md", "cli.md"}
"""They give values and grammar: what is in brackets, and what a colon or a semicolon parts, is counted by itself."""
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "packaging").rglob("*.md"),
    ]
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
STATUS = re.compile(r"20\d\d-\d\d-\d\d · (accepted|superseded by \d{4})")
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def prose(text: str) -> str:
    """The text without blocks of code; code within a line counts as one word, a link as its words."""
    text = re.sub(r"^( *)```.*?^\1```", "\n\n", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]*`", "code", text)
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)


def sentences(text: str) -> Iterator[str]:
    """Every sentence; a cell of a table and an item of a list end one too."""
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[*#-]|\d+\.)\s)|\|", prose(text)):
        yield from re.split(r"(?<=[.!?])[\"”)*]*\s+", " ".join(block.split()))


def parts_of_a_specification(text: str) -> Iterator[str]:
    text = prose(text)
    while (less := re.sub(r"\([^()]*\)|\{[^{}]*\}|\[[^\[\]]*\]", "", text)) != text:
        text = less
    for sentence in sentences(text):
        yield from re.split(r"[:;]\s", sentence)


def words(sentence: str) -> int:
    return len(re.findall(r"[\w’'-]+", sentence))


def broken_links(path: Path, text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if "://" not in target and not (path.parent / target).exists():
            yield target


@every_document
def test_every_sentence_is_short(path: Path) -> None:
    cut = parts_of_a_specification if path.name in SPECIFICATIONS else sentences
    assert [one for one in cut(path.read_text(encoding="utf-8")) if words(one) > MOST_WORDS] == []


@every_document
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    assert list(broken_links(path, path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_number_a_date_and_a_status(path: Path) -> None:
    title, _, rest = path.read_text(encoding="utf-8").partition("\n")
    assert title.startswith(f"# {path.name[:4]} ")
    assert STATUS.fullmatch(rest.strip().partition("\n")[0])


def test_decisions_are_numbered_without_a_gap_or_a_double() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("one two. three four five", 3),
        ("* one two\n* three", 2),
        ("| one two | three |", 2),
        ("see `a b c d e f` here", 3),
        ("[one two](three/four.md) five", 3),
        ("one\n```\ntwo three four\n```\n", 1),
        ("don't over-count", 2),
    ],
)
def test_words_are_counted_as_a_reader_counts_them(text: str, longest: int) -> None:
    assert max(map(words, sentences(text))) == longest


def test_a_specification_is_cut_at_its_lists() -> None:
    text = "The state: one of `a`, `b` (with {many [nested]} asides); else four words are here."
    assert [words(part) for part in parts_of_a_specification(text)] == [2, 4, 5]


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("")
    text = "[a](there.md) [b](there.md#part) [c](gone.md) [d](https://example.org/)"
    assert list(broken_links(tmp_path / "x.md", text)) == ["gone.md"]


def test_the_format_names_each_kind_of_entry_with_exactly_its_fields() -> None:
    table = (ROOT / "docs/format.md").read_text(encoding="utf-8").partition("| kind | fields |\n|---|---|\n")[2]
    rows = [row.strip("| ").split(" | ", 1) for row in table.partition("\n\n")[0].splitlines()]
    told = {kind: re.findall(r"`(\w+)` ", said) for kind, said in rows}
    assert told == {kind: [field.name for field in fields(body)] for kind, body in BODIES.items()}
