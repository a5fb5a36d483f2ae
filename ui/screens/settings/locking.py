"""When the vault locks by itself."""

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from ui.bridge import Bridge
from ui.parts.drop_down import DropDown
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.settings.section import Section, beginning
from ui.words import say, say_many

IDLE_MINUTES: Final = (1, 2, 5, 10, 20, 30, 60)
_MINUTE_S: Final = 60


class LockingSection(Section):
    """The idle time, and what locks besides."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Locking"))
        self._bridge = bridge
        self.idle = DropDown(say("Lock after so long without a key or a movement"))
        kept = bridge.desktop.places.preferences.idle_lock_s
        # A time that somebody wrote into the file by hand is offered, too, and not changed by looking at it.
        for seconds in sorted({minutes * _MINUTE_S for minutes in IDLE_MINUTES} | ({kept} if kept > 0 else set())):
            minutes = max(1, round(seconds / _MINUTE_S))
            self.idle.addItem(say_many("After {number} minute", "After {number} minutes", minutes), seconds)
        self.idle.addItem(say("Never by itself"), 0)
        self.idle.setCurrentIndex(self.idle.findData(max(0, kept)))
        self.idle.activated.connect(self._choose)
        self.warning = Text(say("Whoever finds the computer while the vault is open can read all of it."), Tone.WARN)
        column = QVBoxLayout()
        column.addWidget(Text(self.idle.accessibleName()))
        column.addLayout(beginning(self.idle))
        column.addWidget(self.warning)
        self.body.addWidget(card(column, say("Lock by itself")))
        self.body.addWidget(card(self._always(), say("What always locks")))
        self.body.addStretch(1)
        self._warn()

    def _always(self) -> QVBoxLayout:
        column = QVBoxLayout()
        for words in (
            say("Ctrl+L, the Lock button, and Lock in the tray's menu, which hides the window as well."),
            say("The computer goes to sleep, or its lid is closed and that puts it to sleep."),
            say("The desktop locks the screen or the session, where it tells programs so."),
            say("Evidence Kit ends."),
        ):
            column.addWidget(Text(f"• {words}"))
        column.addWidget(
            Text(
                say(
                    "Locking ends the process that has the keys. Nothing that was kept is lost; watching and sending "
                    "go on, and you can still capture."
                ),
                Tone.FAINT,
            )
        )
        return column

    def _choose(self, at: int) -> None:
        self._bridge.prefer(replace(self._bridge.desktop.places.preferences, idle_lock_s=int(self.idle.itemData(at))))
        self._warn()

    def _warn(self) -> None:
        self.warning.setVisible(self._bridge.desktop.places.preferences.idle_lock_s <= 0)
