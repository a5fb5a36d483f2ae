"""How the window looks, which language it speaks, and whether closing it leaves it in the tray."""

from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QSystemTrayIcon, QVBoxLayout

from ui.bridge import Bridge
from ui.parts.flow import Flow
from ui.parts.language_choice import LanguageChoice
from ui.parts.screen import card
from ui.parts.text import Text
from ui.screens.settings.section import Section, beginning
from ui.words import say


class AppearanceSection(Section):
    """Every choice holds at once."""

    def __init__(self, bridge: Bridge, has_tray: bool | None = None) -> None:
        super().__init__(say("Appearance and language"))
        self._bridge = bridge
        self._has_tray = QSystemTrayIcon.isSystemTrayAvailable() if has_tray is None else has_tray
        preferences = bridge.desktop.preferences
        self.language = LanguageChoice(bridge)
        self.looks: dict[str, QRadioButton] = {}
        group = QButtonGroup(self)
        for name, words in (
            ("system", say("As on this computer")),
            ("light", say("Light")),
            ("dark", say("Dark")),
        ):
            button = QRadioButton(words)
            button.setAccessibleName(words)
            button.setChecked(preferences.appearance == name)
            button.clicked.connect(lambda _checked, name=name: self._look(name))
            group.addButton(button)
            self.looks[name] = button
        # With a parent even where it is not shown: Python may collect an orphan on a thread that no widget survives.
        self.tray = QCheckBox(say("Stay in the tray"), self)
        self.tray.setAccessibleName(self.tray.text())
        self.tray.setChecked(preferences.to_tray)
        self.tray.toggled.connect(self._leave_in_tray)
        self.body.addWidget(card(beginning(self.language), say("Language")))
        self.body.addWidget(card(Flow(*self.looks.values(), gap=24), say("Colours")))
        self.body.addWidget(card(self._tray_words(), say("When the window is closed")))
        self.body.addStretch(1)

    def _tray_words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        if self._has_tray:
            column.addLayout(beginning(self.tray))
            words = say(
                "Closing the window then leaves Evidence Kit in the tray, where it goes on watching and sending. The "
                "menu there captures the screen, locks, and quits. Without it, closing the window ends everything."
            )
        else:
            self.tray.hide()
            words = say(
                "This desktop has no tray, so closing the window ends Evidence Kit, and with it watching and sending."
            )
        column.addWidget(Text(words, "faint"))
        return column

    def _look(self, name: str) -> None:
        self._bridge.prefer(replace(self._bridge.desktop.preferences, appearance=name))

    def _leave_in_tray(self, on: bool) -> None:
        self._bridge.prefer(replace(self._bridge.desktop.preferences, to_tray=on))
