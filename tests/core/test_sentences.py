"""Every error that can be raised has one sentence, and its facts fit."""

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from evidence_kit.cli.words import SENTENCES
from tests.core.sources import sources


@dataclass(frozen=True, slots=True)
class Made:
    """One place that makes an error or keeps one's code; `code` is null where it cannot be seen there.

    `facts` is null where they are not spelled out.
    """

    place: str
    code: str | None
    facts: frozenset[str] | None


def made(path: str, tree: ast.Module) -> Iterator[Made]:
    """Every error that a module makes, whatever the class is called: `what=` is the mark of them all."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "what" in given:
            facts = None if None in given else frozenset(str(name) for name in given.keys() - {"what"})
            yield from (Made(f"{path}:{node.lineno}", code, facts) for code in _texts(given["what"], tree))


def kept(path: str, tree: ast.Module) -> Iterator[Made]:
    """Every code that a delivery keeps as its last error without anything being raised."""
    if path.startswith("evidence_kit/sync/"):
        for code in {code for value in _values_of("error", tree) for code in _texts(value, tree)} - {None}:
            yield Made(path, code, frozenset())


def _texts(what: ast.expr | None, tree: ast.Module, depth: int = 0) -> Iterator[str | None]:
    """The codes that an expression can be; None where they cannot be seen from here."""
    match what:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, tree, depth)
            yield from _texts(orelse, tree, depth)
        case ast.Attribute(attr="what"):
            pass  # another error told on: its code was found where that one is made
        case ast.Name(id=name) if depth < 3:
            codes = {code for value in _values_of(name, tree) for code in _texts(value, tree, depth + 1)}
            yield from codes - {None} or {None}
        case (
            ast.Subscript(value=ast.Name() as table)
            | ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="get"))
        ):
            yield from _texts(table, tree, depth)
        case ast.Dict(values=values) | ast.Set(elts=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            for value in values:
                yield from _texts(value, tree, depth)
        case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple"), args=[values]):
            yield from _texts(values, tree, depth)
        case _:
            yield None


def _values_of(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    """Whatever a module gives to a name: by assignment, as an argument or its default, or by `name in …`."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                yield value
            case ast.keyword(arg=found, value=value) if found == name != "what":
                yield value
            case ast.Compare(left=ast.Name(id=found), ops=[ast.In()], comparators=[value]) if found == name:
                yield value
            case ast.arguments(posonlyargs=early, args=args, defaults=defaults, kwonlyargs=late, kw_defaults=others):
                given = [*zip((early + args)[::-1], defaults[::-1], strict=False), *zip(late, others, strict=True)]
                yield from (value for one, value in given if one.arg == name and value is not None)


def fields_of(sentence: str) -> list[str]:
    """The facts that a sentence asks for, as they stand in its braces. Raises `ValueError` for a stray brace."""
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]


MADE = [one for path, tree in sources().items() for one in [*made(path, tree), *kept(path, tree)]]


def test_the_code_of_every_error_can_be_seen_in_the_module_that_makes_it() -> None:
    assert MADE
    # Where the facts come along whole, another process's error is told on.
    assert [one.place for one in MADE if one.code is None and one.facts is not None] == []


def test_every_error_has_a_sentence() -> None:
    missing: dict[str, set[str]] = {}
    for one in MADE:
        if one.code is not None and one.code not in SENTENCES:
            missing.setdefault(one.code, set()).add(one.place)
    assert missing == {}


def test_every_sentence_asks_only_for_facts_that_every_such_error_has() -> None:
    assert [
        f"{one.place}: {one.code} has no fact {name!r}"
        for one in MADE
        if one.code is not None and one.facts is not None
        for name in fields_of(SENTENCES.get(one.code, ""))
        if name not in one.facts
    ] == []


def test_every_sentence_can_be_formatted() -> None:
    for code, sentence in SENTENCES.items():
        assert all(name.isidentifier() for name in fields_of(sentence)), code
        assert sentence.format_map(dict.fromkeys(fields_of(sentence), "x")).strip(), code


def test_no_sentence_is_left_over() -> None:
    assert sorted(SENTENCES.keys() - {one.code for one in MADE}) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('raise Refused(what="a")', [("a", frozenset())]),
        ('raise errors.Broken(what="a", field=x, size=1) from None', [("a", frozenset({"field", "size"}))]),
        ('f(Unavailable(what="a" if x else "b", url=u))', [("a", frozenset({"url"})), ("b", frozenset({"url"}))]),
        ("raise KitError(what=code)", [(None, frozenset())]),
        ("raise KitError(what=f(x))", [(None, frozenset())]),
        ("raise KitError(what=error.what, size=1)", []),
        ("def f(code='a'): raise Refused(what=code)\nf(code='b')", [("a", frozenset()), ("b", frozenset())]),
        ("def f(*, code='a'): raise Refused(what=code)", [("a", frozenset())]),
        ("ALL = frozenset({'a'})\nif code in ALL: raise Refused(what=code)", [("a", frozenset())]),
        ("BY = {1: 'a', 2: 'b'}\nraise Refused(what=BY[n])", [("a", frozenset()), ("b", frozenset())]),
        ('raise Refused(what="a", **facts)', [("a", None)]),
        ('raise ValueError("a")', []),
        ('raise Unanswered(what="a")', [("a", frozenset())]),
        ("code = 'a'\ncode = told\nraise BRANCHES[n](what=code)", [("a", frozenset())]),
    ],
)
def test_errors_are_found_however_they_are_made(source: str, expected: list[tuple[str | None, object]]) -> None:
    found = [(one.code, one.facts) for one in made("x.py", ast.parse(source))]
    assert sorted(found, key=str) == expected


def test_the_codes_that_deliveries_keep_are_found() -> None:
    tree = ast.parse("error = 'a' if x else 'b'\nmove(error='c')\nmove(error=fault.what)\nmove(error=None)")
    assert {one.code for one in kept("evidence_kit/sync/sender.py", tree)} == {"a", "b", "c"}
