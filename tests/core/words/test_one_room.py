"""Words for the members of a closed set stand in `evidence_kit/words`, once, and everybody asks there.

Walks the syntax trees, runs nothing.
"""

import ast
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from typing import Any

import pytest

from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.finding import Verdict
from evidence_kit.model.judgement import Layer, LayerState, Method, Reason
from evidence_kit.model.purpose import Purpose
from evidence_kit.words import network, purposes, states
from tests.core.sources import sources

SPEAKERS = {"say", "say_marked", "marked", "say_many"}
OF_ITS_SCREEN = {
    "ui/parts/testimony.py:ImpactArea": "the questions of the form, not the names of what they ask about",
    "ui/screens/settings/bytes_used.py:Purpose": "boxes to choose a limit from, named for what they limit",
}
"""Tables about a screen's own controls, not about the fact; by "path:type"."""


def speaks(node: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in SPEAKERS
        for one in ast.walk(node)
    )


def members(module: str) -> dict[str, type[Enum]]:
    """The closed sets of the core's facts that a module names, by the name it has there."""
    found: dict[str, Any] = vars(import_module(module))
    return {
        name: one
        for name, one in found.items()
        if isinstance(one, type)
        and issubclass(one, Enum)
        and one.__module__.startswith(("evidence_kit.model", "evidence_kit.events"))
    }


def keyed_by(keys: list[ast.expr]) -> set[str]:
    return {key.value.id for key in keys if isinstance(key, ast.Attribute) and isinstance(key.value, ast.Name)}


def tables(tree: ast.Module) -> Iterator[set[str]]:
    """The names by which the dictionaries and matches of a module that speak are keyed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and any(value is not None and speaks(value) for value in node.values):
            yield keyed_by([key for key in node.keys if key is not None])
        if isinstance(node, ast.Match) and speaks(node):
            patterns = [one for case in node.cases for one in ast.walk(case.pattern)]
            yield keyed_by([one.value for one in patterns if isinstance(one, ast.MatchValue)])


@pytest.mark.parametrize("path", sorted(sources()))
def test_no_other_room_words_a_closed_set(path: str) -> None:
    if path.startswith("evidence_kit/words/") or path.endswith("__main__.py"):
        return
    used = set().union(*tables(sources()[path]))
    if not used:
        return
    known = members(path.removesuffix(".py").replace("/", "."))
    assert [name for name in sorted(used & known.keys()) if f"{path}:{name}" not in OF_ITS_SCREEN] == []


def test_the_walk_sees_both_forms() -> None:
    tree = ast.parse('a = {State.ON: say("On")}\nmatch b:\n    case Grade.LOW | Grade.HIGH:\n        say("Low")\n')
    assert sorted(map(sorted, tables(tree))) == [["Grade"], ["State"]]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (NetworkState, states.NETWORK_STATES),
        (NetworkState, states.STATE_HINTS),
        (DisruptionGrade, states.GRADES),
        (DeliveryState, states.DELIVERY_STATES),
        (Verdict, states.VERDICTS),
        (Purpose, purposes.PURPOSES),
    ],
)
def test_every_member_has_words_of_its_own(kind: type[Enum], table: dict[Enum, str]) -> None:
    assert set(table) == set(kind)
    assert all(table.values())
    assert len(set(table.values())) == len(table)


def test_every_layer_way_and_reason_has_words() -> None:
    assert all(network.layer_words(layer, str) and network.layer_meaning(layer, str) for layer in Layer)
    assert all(network.layer_state_words(state, str) for state in LayerState)
    assert all(network.method_words(method, str) != method for method in Method)
    assert all(network.reason_words(reason, str) != reason for reason in Reason)
