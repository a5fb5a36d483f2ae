"""The page on which the vault is made."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from ui.bridge import Bridge
from ui.panels.page import PanelPage
from ui.parts.button import Button, ButtonKind
from ui.parts.new_passphrase import NewPassphrase
from ui.parts.text import Text
from ui.parts.tone import Manner
from ui.words import say


class PassphrasePage(PanelPage):
    """Choose the passphrase; Next makes the vault. `created` is what is shown once, None after a backup came back."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Choose a passphrase"))
        self._bridge = bridge
        self._working = False
        self.created: Any = None
        self.passphrase = NewPassphrase()
        self.passphrase.changed.connect(self.changed)
        self.body.addWidget(
            Text(
                say(
                    "The passphrase opens your vault, the encrypted folder for all that you record. Nobody can reset "
                    "it. Write the words on paper until you know them by heart, then destroy the paper."
                )
            )
        )
        self.body.addWidget(self.passphrase)
        for link in (
            Button(say("More about passphrases"), partial(bridge.help_wanted.emit, "passphrase"), kind=ButtonKind.LINK),
            Button(say("I have a backup of a vault…"), self._restore, kind=ButtonKind.LINK),
        ):
            self.body.addWidget(link, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addStretch(1)

    def enter(self) -> None:
        self.passphrase.setFocus()

    def next_words(self) -> str:
        return say("Make the vault")

    def may_go_on(self) -> bool:
        return not self._working

    def go_on(self) -> None:
        complaint = self.passphrase.complaint()
        if complaint:
            self.told.emit(complaint, Manner.WARN)
            self.passphrase.setFocus()
            return
        self._work(say("The vault is being made. This takes a moment, on purpose: it makes guessing slow."))
        self._bridge.create(self.passphrase.take(), self._made, self._failed)

    def _work(self, words: str) -> None:
        self._working = bool(words)
        self.passphrase.setEnabled(not words)
        self.busy.emit(words)
        self.changed.emit()

    def _made(self, created: Any) -> None:
        self._work("")
        self.created = created
        self.passphrase.forget()
        self.done.emit()

    def _failed(self, error: Any) -> None:
        self._work("")
        self.failed.emit(error)

    def _restore(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, say("The backup's file"))
        if name:
            self._work(say("The backup is being put back…"))
            self._bridge.aside(partial(self._bridge.desktop.places.restore, Path(name)), self._made, self._failed)
