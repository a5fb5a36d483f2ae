"""What the product imports is what pyproject.toml promises, or it would run here and not on a fresh machine."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def imported() -> set[str]:
    names: set[str] = set()
    for folder in ("evidence_kit", "ui"):
        for path in (TOP / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names.update(alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"evidence_kit", "ui", "_typeshed"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_imported_is_a_declared_dependency_pinned_exactly() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", one) for one in project["dependencies"])
    declared = {plain(one.split("==")[0]) for one in project["dependencies"]}
    providers = packages_distributions()
    missing = {
        name: providers.get(name, [])
        for name in imported()
        if not {plain(provider) for provider in providers.get(name, [])} & declared
    }
    assert missing == {}


def test_the_locks_pin_by_hash_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (TOP / name).read_text(encoding="utf-8")
        assert "://" not in lock
        pins = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
        assert len(pins) > 20
        assert lock.count("--hash=sha256:") >= len(pins)
