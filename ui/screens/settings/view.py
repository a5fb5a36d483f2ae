"""The settings: a list of sections, and the chosen one beside it. Works while the vault is locked, as far as it can."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem

from ui.bridge import Bridge
from ui.parts.screen import Screen
from ui.parts.stack import Stack
from ui.screens.settings.about import AboutSection
from ui.screens.settings.appearance import AppearanceSection
from ui.screens.settings.keys import KeysSection
from ui.screens.settings.locking import LockingSection
from ui.screens.settings.network import NetworkSection
from ui.screens.settings.section import Section
from ui.screens.settings.vault import VaultSection
from ui.words import say

_NARROW: Final = 150
_WIDE: Final = 240

_Make = Callable[[Bridge], Section]


class SettingsScreen(Screen):
    """`go` shows a section by its name; each is made at the first need."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Settings"))
        self._bridge = bridge
        self._sections: dict[str, Section] = {}
        self._makes: dict[str, tuple[str, _Make]] = {
            "appearance": (say("Appearance and language"), AppearanceSection),
            "locking": (say("Locking"), LockingSection),
            "keys": (say("Keys"), KeysSection),
            "network": (say("Network"), NetworkSection),
            "vault": (say("Vault"), VaultSection),
            "about": (say("About"), AboutSection),
        }
        self.list = QListWidget()
        self.list.setAccessibleName(say("Sections of the settings"))
        self.list.setProperty("roomy", True)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name, (title, _) in self._makes.items():
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)
        self.list.setFixedWidth(min(_WIDE, max(_NARROW, self.list.sizeHintForColumn(0) + 12)))
        self._stack = Stack()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addWidget(self._stack, 1)
        self.body.addLayout(row, 1)
        self.list.currentItemChanged.connect(self._chosen)
        self.setFocusProxy(self.list)
        self.list.setCurrentRow(0)

    def enter(self) -> None:
        self.section(self.current()).enter()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def topic(self) -> str:
        match self.current():
            case "network":
                return "network"
            case "vault":
                return "backup"
            case "locking":
                return "seizure"
            case _:
                return "shutdown"

    def current(self) -> str:
        """The name of the section on show."""
        return str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))

    def names(self) -> list[str]:
        """The sections, from top to bottom."""
        return list(self._makes)

    def go(self, name: str) -> None:
        """Show a section."""
        self.list.setCurrentRow(self.names().index(name))

    def section(self, name: str) -> Section:
        """A section as it is."""
        if name not in self._sections:
            made = self._makes[name][1](self._bridge)
            made.told.connect(self.notice.show_words)
            made.failed.connect(self.tell_error)
            self._sections[name] = made
            self._stack.addWidget(made)
        return self._sections[name]

    def _chosen(self) -> None:
        self.notice.hide()
        section = self.section(self.current())
        self._stack.setCurrentWidget(section)
        section.enter()
