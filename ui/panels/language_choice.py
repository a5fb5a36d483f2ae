"""The language of the window, applied at once: the window is rebuilt."""

from dataclasses import replace

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.parts.drop_down import DropDown
from ui.words import languages, say, system_language


class LanguageChoice(DropDown):
    """The languages by their own names, and the system's."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(say("Language"), parent)
        self._bridge = bridge
        own = QLocale(system_language()).nativeLanguageName() or QLocale("en").nativeLanguageName()
        self.addItem(say("As on this computer ({language})").format(language=own), "")
        for tag, name in languages():
            self.addItem(name, tag)
        self.setCurrentIndex(max(0, self.findData(bridge.desktop.places.preferences.language)))
        self.activated.connect(self._choose)

    def _choose(self, at: int) -> None:
        tag = str(self.itemData(at))
        if tag != self._bridge.desktop.places.preferences.language:
            self._bridge.prefer(replace(self._bridge.desktop.places.preferences, language=tag))
