"""The window over a vault that has been used."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def folder(used: Path, tmp_path: Path) -> Path:
    shutil.copytree(used, tmp_path / "vault")
    return tmp_path / "vault"
