"""A name of a type means one thing in the whole tree."""

import ast
from collections import defaultdict

from tests.core.sources import sources


def test_no_two_modules_define_a_public_class_of_the_same_name() -> None:
    homes = defaultdict[str, set[str]](set)
    for path, tree in sources().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].add(path)
    assert len(homes) > 400
    assert {name: sorted(places) for name, places in homes.items() if len(places) > 1} == {}
