"""The window's words beside its own catalogue."""

import pytest
from PySide6.QtCore import QObject

from ui import words


@pytest.mark.parametrize(("tag", "cancel"), [("fr", "Annuler"), ("en", None), ("xx", None)])
def test_qts_own_buttons_speak_the_windows_language(dressed: None, tag: str, cancel: str | None) -> None:
    words.speak(tag)
    parent = QObject()
    found = words.of_qt(parent).translate("QPlatformTheme", "Cancel")
    assert (found or None) == cancel
    words.speak("en")
