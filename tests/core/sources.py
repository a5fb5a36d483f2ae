"""The product's own source files as syntax trees, for rules that hold over all of them."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of both packages by its path from the project's folder."""
    files = (file for package in ("evidence_kit", "ui") for file in sorted((ROOT / package).rglob("*.py")))
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_bytes(), file) for file in files}
