"""Modules, functions and classes stay small enough to be read at once: 400 lines, 50 lines, 20 methods.

What is larger stands in `EXCEPTIONS` with its reason, and goes from there once it is smaller.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

import pytest

from tests.core.sources import ROOT, sources
from tests.core.test_doors import imports

MODULE_LINES = 400
FUNCTION_LINES = 50
CLASS_METHODS = 20
NO_MORE_METHODS = 25
"""Beyond this many a class has no exception either."""
MOST_EXCEPTIONS = 25

EXCEPTIONS: dict[str, str] = {
    "evidence_kit/report/howto.py:text": "one text for people, paragraph after paragraph, that is read in one go",
    "ui/screens/guide/topics/recording.py:_document": "one page of the guide, written as it is read",
    "ui/screens/guide/topics/recording.py:_shutdown": "one page of the guide, written as it is read",
    "ui/screens/guide/topics/safety.py:_stick": "one page of the guide, written as it is read",
    "ui/screens/guide/topics/sending.py:_reports": "one page of the guide, written as it is read",
}
"""By "path", "path:function", "path:Class.method" or "path:Class"; the reason is for whoever would cut it next."""


@cache
def trees() -> dict[str, ast.Module]:
    """Everything of ours that is written in Python, but for the tests."""
    tools = sorted(file for file in (ROOT / "packaging").rglob("*.py") if "tests" not in file.parts)
    return sources() | {file.relative_to(ROOT).as_posix(): ast.parse(file.read_bytes(), file) for file in tools}


def functions(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, int]]:
    """(dotted name, lines) of each function, with all that is inside it; its decorators do not count."""
    for node in ast.iter_child_nodes(tree):
        name = inside
        match node:
            case ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own):
                name = f"{inside}{own}."
                yield name[:-1], (node.end_lineno or node.lineno) - node.lineno + 1
            case ast.ClassDef(name=own):
                name = f"{inside}{own}."
        yield from functions(node, name)


def classes(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.ClassDef]]:
    """(dotted name, class) of each class, wherever in the file."""
    for node in ast.iter_child_nodes(tree):
        name = inside
        if isinstance(node, ast.ClassDef):
            name = f"{inside}{node.name}."
            yield name[:-1], node
        yield from classes(node, name)


def methods(node: ast.ClassDef) -> set[str]:
    """Names of all that a class defines as methods, properties among them; a property with a setter is one."""
    return {one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


def own_methods(path: str, tree: ast.Module, node: ast.ClassDef, known: Mapping[str, ast.Module]) -> set[str]:
    """As `methods`, without those that only answer Qt under its own names."""
    bases = list(qt_bases(path, tree, node, known))
    return {name for name in methods(node) if not any(hasattr(base, name) for base in bases)}


def qt_bases(path: str, tree: ast.Module, node: ast.ClassDef, known: Mapping[str, ast.Module]) -> Iterator[type]:
    """The classes of PySide6 that a class of ours comes from, through others of ours too."""
    names = dict(imports(tree))
    local = {one.name: one for one in tree.body if isinstance(one, ast.ClassDef)}
    for base in node.bases:
        dotted = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        root, _, rest = dotted.partition(".")
        if not rest and root in local:
            yield from qt_bases(path, tree, local[root], known)
            continue
        module, _, name = ".".join(filter(None, (names.get(root, ""), rest))).rpartition(".")
        if module.startswith("PySide6."):
            yield getattr(import_module(module), name)
        for file in (f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"):
            for one in known[file].body if file in known else ():
                if isinstance(one, ast.ClassDef) and one.name == name:
                    yield from qt_bases(file, known[file], one, known)


def too_large(known: Mapping[str, ast.Module], lines: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """(place, size) of everything beyond its limit."""
    for path, tree in known.items():
        if lines[path] > MODULE_LINES:
            yield path, lines[path]
        for name, size in functions(tree):
            if size > FUNCTION_LINES:
                yield f"{path}:{name}", size
        for name, node in classes(tree):
            if len(methods(node)) <= CLASS_METHODS:
                continue
            size = len(own_methods(path, tree, node, known))
            if size > CLASS_METHODS:
                yield f"{path}:{name}", size


@cache
def found() -> dict[str, int]:
    return dict(too_large(trees(), {path: (ROOT / path).read_bytes().count(b"\n") for path in trees()}))


def test_what_is_too_large_has_a_reason() -> None:
    assert trees()
    assert {place: size for place, size in found().items() if place not in EXCEPTIONS} == {}


def test_an_exception_that_is_not_needed_any_more_goes() -> None:
    assert EXCEPTIONS.keys() - found().keys() == set()


def test_exceptions_are_few_each_has_a_reason_and_none_is_beyond_all_measure() -> None:
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS
    assert all(len(reason.split()) > 3 for reason in EXCEPTIONS.values())
    kept = {name for path, tree in trees().items() for name in (f"{path}:{one}" for one, _ in classes(tree))}
    assert [place for place in EXCEPTIONS if place in kept and found()[place] > NO_MORE_METHODS] == []


def twenty() -> str:
    return "".join(f"  def f{number}(self): 0\n" for number in range(CLASS_METHODS))


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("x = 1\n" * 401, {"ui/a.py": 401}),
        ("x = 1\n" * 400, {}),
        ("def f():\n" + "  x = 1\n" * 50, {"ui/a.py:f": 51}),
        ("def f():\n" + "  x = 1\n" * 49, {}),
        ("@a\n@b\ndef f():\n" + "  x = 1\n" * 49, {}),
        ("class C:\n  def f(self):\n" + "    x = 1\n" * 50, {"ui/a.py:C.f": 51}),
        ("async def f():\n  def g():\n" + "    x = 1\n" * 50, {"ui/a.py:f": 52, "ui/a.py:f.g": 51}),
        ("class C:\n" + twenty(), {}),
        ("class C:\n  def g(self): 0\n" + twenty(), {"ui/a.py:C": 21}),
        ("class C:\n  @property\n  def g(self): 0\n" + twenty(), {"ui/a.py:C": 21}),
        ("class C:\n  def sizeHint(self): 0\n" + twenty(), {"ui/a.py:C": 21}),
        ("from PySide6.QtWidgets import QWidget\nclass C(QWidget):\n  def sizeHint(self): 0\n" + twenty(), {}),
        (
            "from PySide6 import QtWidgets as w\nclass B(w.QWidget): 0\nclass C(B):\n  def event(self): 0\n" + twenty(),
            {},
        ),
        ("from ui.b import B\nclass C(B):\n  def sizeHint(self): 0\n" + twenty(), {}),
        ("from ui.b import B\nclass C(B):\n  def g(self): 0\n" + twenty(), {"ui/a.py:C": 21}),
    ],
)
def test_what_would_be_too_large_is_seen_and_what_is_not_is_left_alone(source: str, places: dict[str, int]) -> None:
    other = "from PySide6.QtWidgets import QLabel\nclass B(QLabel): ...\n"
    known = {"ui/a.py": ast.parse(source), "ui/b.py": ast.parse(other)}
    assert dict(too_large(known, {"ui/a.py": source.count("\n"), "ui/b.py": 2})) == places
