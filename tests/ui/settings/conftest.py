"""The settings on show, over an unlocked vault."""

import pytest

from ui.screens.settings.view import SettingsScreen
from ui.window import Window


@pytest.fixture
def screen(window: Window) -> SettingsScreen:
    window.go("settings")
    made = window.screen_of("settings")
    assert isinstance(made, SettingsScreen)
    return made
