"""What the product types on its own command line is what the command line takes."""

import ast
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup

from evidence_kit import programs
from evidence_kit.cli.main import hoist, load
from evidence_kit.drill.commands import Commands, OwnCommandLine, watch_arguments
from evidence_kit.errors import Broken, Refused
from evidence_kit.machine.children import drill_command, station_arguments
from tests.core.sources import sources

GLOBAL = {"--vault": 1, "--passphrase-file": 1, "--json": 0}
OWN = len(programs.program(programs.COMMAND_LINE))


def parsed(arguments: Sequence[str]) -> str:
    """The full name of the command that takes these arguments; anything that it does not take is an error."""
    rest = hoist(list(arguments))
    while rest and rest[0] in GLOBAL:
        del rest[: 1 + GLOBAL[rest[0]]]
    name, *rest = rest
    command, full = load(name), name
    if isinstance(command, TyperGroup):
        command, full = command.commands[rest[0]], f"{name} {rest[0]}"
        rest = rest[1:]
    command.make_context(full, rest)
    return full


def typed(method: Callable[..., Any]) -> list[list[str]]:
    """What a method types, with and without what may be left out."""
    lines: list[list[str]] = []

    def run(*arguments: str, given: str = "") -> Any:
        assert "-" in arguments or not given, "standard input is read where an argument says so"
        lines.append(list(arguments))

    by_type = {Path: Path(__file__), str: "words"}
    known = inspect.signature(method).parameters.values()
    every = {one.name: by_type.get(one.annotation, Path(__file__)) for one in known if one.name != "self"}
    needed = {one.name: every[one.name] for one in known if one.name != "self" and one.default is one.empty}
    for given in (needed, every):
        method(Commands(run), **given)
    return lines


@pytest.mark.parametrize(
    "name", [name for name, _ in inspect.getmembers(Commands, inspect.isfunction) if name[0] != "_"]
)
def test_each_command_of_the_drill_is_one_that_the_command_line_takes(name: str) -> None:
    words = name.split("_")
    for line in typed(getattr(Commands, name)):
        assert parsed(line).split() in (words, words[:1])


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (watch_arguments(Path("targets.toml")), "watch"),
        (drill_command()[OWN:], "drill"),
        (station_arguments(Path("/vault"), 7, "watch"), "station"),
        (
            station_arguments(Path("/v"), 7, "sync", seconds=1.5, targets=Path("t"), once=True, as_json=True),
            "station",
        ),
    ],
    ids=["watch", "drill", "station", "station-with-all"],
)
def test_what_the_product_types_elsewhere_is_taken_too(arguments: Sequence[str], command: str) -> None:
    assert parsed(arguments) == command


def test_an_argument_that_no_command_takes_would_be_noticed() -> None:
    with pytest.raises(Exception, match="No such option"):
        parsed(["note", "-", "--louder"])


def test_a_command_that_fails_raises_what_it_said(tmp_path: Path) -> None:
    line = OwnCommandLine(tmp_path / "none", tmp_path / "none")
    with pytest.raises(Refused) as told:
        line.run("journal")
    assert told.value.facts
    with pytest.raises((Broken, Refused)):
        line.run("no-such-command")


def test_one_module_decides_how_a_program_starts_and_two_type_arguments() -> None:
    def where(said: Callable[[ast.AST], bool]) -> set[str]:
        return {path for path, tree in sources().items() if any(said(node) for node in ast.walk(tree))}

    assert where(lambda node: isinstance(node, ast.Constant) and node.value == "-m") == {"evidence_kit/programs.py"}
    assert where(lambda node: isinstance(node, ast.Attribute) and node.attr == "executable") == {
        "evidence_kit/programs.py"
    }
    assert where(lambda node: isinstance(node, ast.Call) and ast.unparse(node.func) == "own_command") == {
        "evidence_kit/machine/children.py",
        "evidence_kit/drill/commands.py",
    }
