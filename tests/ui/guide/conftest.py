"""The guide over no vault at all, over a locked one and over one that has been used."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from ui.bridge import Bridge
from ui.screens.guide.view import GuideScreen
from ui.window import Window


@pytest.fixture
def folder(used: Path, tmp_path: Path) -> Path:
    shutil.copytree(used, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def bare(tmp_path: Path, dressed: None) -> Iterator[Bridge]:
    """A computer on which nothing was set up yet."""
    made = Bridge(Desktop(tmp_path / "no-vault", tmp_path / "no-settings"))
    yield made
    made.close()


@pytest.fixture
def guide(bare: Bridge, qtbot: QtBot) -> GuideScreen:
    """The screen by itself, on show and ready for keys."""
    made = GuideScreen(bare)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    made.enter()
    return made


def shown(bridge: Bridge, qtbot: QtBot) -> Window:
    """A window over `bridge`, ready for keys."""
    made = Window(bridge)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    return made


@pytest.fixture
def first(bare: Bridge, qtbot: QtBot) -> Window:
    """The window before there is any vault."""
    return shown(bare, qtbot)


@pytest.fixture
def locked(bridge: Bridge, qtbot: QtBot) -> Window:
    """The window over a locked vault."""
    return shown(bridge, qtbot)
