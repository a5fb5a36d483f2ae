"""A person who starts the window for the first time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from ui.bridge import Bridge
from ui.screens.first_run.view import FirstRunScreen
from ui.window import Window


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Nothing was chosen yet."""
    return tmp_path / "settings"


@pytest.fixture
def fresh(tmp_path: Path, settings: Path, dressed: None) -> Iterator[Bridge]:
    """Over no vault at all."""
    made = Bridge(Desktop(tmp_path / "none" / "vault", settings))
    yield made
    made.close()


@pytest.fixture
def first(fresh: Bridge, qtbot: QtBot) -> Window:
    """The window as it opens for the first time."""
    made = Window(fresh)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    return made


@pytest.fixture
def pages(first: Window) -> FirstRunScreen:
    """The first-run pages on show."""
    screen = first.findChild(FirstRunScreen)
    assert screen is not None
    return screen
