"""The registry of error codes: each has its words, and none is born anywhere else."""

import ast

import pytest

from evidence_kit.codes import Branch, Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.words.sentences import SENTENCES
from tests.core.sources import sources
from tests.registry import fields_of, flaws

# Where a code's text comes from another process; the codec reads what lies in files.
READERS = {"evidence_kit/errors.py"}


def test_a_code_without_words_or_with_a_fact_that_has_no_place_is_found() -> None:
    assert list(flaws(Code, SENTENCES, {})) == []
    assert list(flaws([Code.DISK_FULL], {}, {})) == ["DISK_FULL has no sentence"]
    (placeless,) = flaws([Code.JOURNAL_CUT], {Code.JOURNAL_CUT: "Cut: {found}"}, {})
    assert "expected" in placeless
    (factless,) = flaws([Code.DISK_FULL], {Code.DISK_FULL: "Full: {path}"}, {})
    assert "path" in factless
    (elsewhere,) = flaws([Code.DISK_FULL], SENTENCES, {Code.DISK_FULL: "Full: {path}"})
    assert "elsewhere" in elsewhere


def test_every_sentence_can_be_formatted() -> None:
    for code, sentence in SENTENCES.items():
        assert all(name.isidentifier() for name in fields_of(sentence)), code
        assert sentence.format_map(dict.fromkeys(fields_of(sentence), "x")).strip(), code


def test_every_code_keeps_a_text_in_kebab_case_that_follows_its_name() -> None:
    for code in Code:
        assert code.value == code.name.lower().replace("_", "-")
        assert Code(code.value) is code
        assert "why" not in code.details


@pytest.mark.parametrize("branch", [Refused, Unavailable, Broken])
def test_an_error_takes_no_code_of_another_branch(branch: type[KitError]) -> None:
    others = [code for code in Code if branch.branch not in code.branches]
    assert others
    for code in others:
        with pytest.raises(TypeError):
            branch(code, **dict.fromkeys(code.facts, "x"))


def test_an_error_takes_the_facts_that_are_declared_and_no_others() -> None:
    for code in Code:
        (branch, *_) = (one for one in (Refused, Unavailable, Broken) if one.branch in code.branches)
        whole = dict.fromkeys(code.facts | code.details, "x")
        assert branch(code, **whole).facts == whole
        with pytest.raises(TypeError):
            branch(code, **whole, stranger="x")
        for fact in code.facts:
            with pytest.raises(TypeError):
                branch(code, **dict.fromkeys(code.facts - {fact}, "x"))


def test_the_facts_of_the_error_behind_come_along_with_its_code() -> None:
    behind = Refused(Code.PICTURE_TOO_LARGE, width=9, height=8)
    told = behind.retold(Code.DESKTOP_COPY_ONLY, why=behind.code, path="/p")
    assert told.facts == {"width": 9, "height": 8, "why": Code.PICTURE_TOO_LARGE, "path": "/p"}
    with pytest.raises(TypeError):
        Refused(Code.DESKTOP_COPY_ONLY, why=Code.DISK_FULL, path="/p", width=9)


def test_an_error_is_made_as_one_of_its_branches_only() -> None:
    assert ~Branch(0) == Branch.REFUSED | Branch.UNAVAILABLE | Branch.BROKEN
    with pytest.raises(TypeError):
        KitError(Code.DISK_FULL)


def makers(tree: ast.Module) -> list[int]:
    """The lines on which a module makes a code from text."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Code")
        or (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Code")
        or (isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Code" for base in node.bases))
    ]


def test_no_module_but_the_registry_and_the_readers_makes_a_code() -> None:
    found = {path for path, tree in sources().items() if makers(tree)}
    assert found == READERS


@pytest.mark.parametrize("source", ["Code(text)", 'raise Refused(Code["DISK_FULL"])', "class Mine(Code): pass"])
def test_a_code_made_from_text_is_found(source: str) -> None:
    assert makers(ast.parse(source)) == [1]
    assert makers(ast.parse("raise Refused(Code.DISK_FULL)")) == []


def test_nobody_asks_an_errors_exit_code_what_it_is() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Attribute) and side.attr == "exit_code" and ast.unparse(side.value) != "run"
    ]
    assert found == []
