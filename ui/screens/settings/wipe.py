"""The end of a vault: what wiping does and does not do, a word to type, and no way back."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.bridge import Bridge
from ui.panels.sheet import Sheet
from ui.parts.button import Button, ButtonKind
from ui.parts.progress import Progress
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say


class WipeSheet(Sheet):
    """Nothing happens before the word is typed; then this goes, and the first-run pages come."""

    def __init__(self, bridge: Bridge, parent: QWidget | None) -> None:
        super().__init__(bridge, say("Wipe the vault"), QSize(680, 640), parent)
        self.setProperty("topic", "wipe")
        self.word = say("WIPE")
        self.typed = QLineEdit()
        self.typed.setAccessibleName(say("Type {word} to go on").format(word=self.word))
        self.typed.textChanged.connect(self._look)
        self.typed.returnPressed.connect(self.wipe)
        self.progress = Progress()
        self.button = Button(say("Wipe it now"), self.wipe, kind=ButtonKind.DANGER)
        self.button.setEnabled(False)
        self.body.addWidget(
            _points(
                say("What it does"),
                say("It overwrites the keys of the vault at once. From then on nobody can read it, not even you."),
                say("Then it deletes the folder: the journal, all captures, and reports that still wait to be sent."),
                say("Language and colours of the window stay. They tell nothing of what you recorded."),
            )
        )
        self.body.addWidget(
            _points(
                say("What it cannot do"),
                say("Backups and other copies of the folder still open with the passphrase or the recovery sheet."),
                say(
                    "Flash memory (SSD, stick, card) may keep old pieces of the keys for some time. Whoever takes them "
                    "out of it still needs the passphrase, so only its strength protects you then."
                ),
                say("Reports that were sent stay with their recipients."),
            )
        )
        self.body.addWidget(
            Text(
                say(
                    "Destroying evidence can be a crime where you are, and an empty place can be noticed. If you only "
                    "want nobody to read it now, lock the vault instead."
                ),
                Tone.WARN,
            )
        )
        self.body.addWidget(Text(self.typed.accessibleName()))
        self.body.addWidget(self.typed)
        self.body.addWidget(self.progress)
        self.body.addStretch(1)
        self.buttons.addWidget(self.button)
        self.close_button.setFocus()

    def _look(self) -> None:
        self.button.setEnabled(self.typed.text().strip() == self.word)

    def wipe(self) -> None:
        """Do it, if the word is there."""
        if not self.button.isEnabled():
            return
        for widget in (self.button, self.typed, self.close_button):
            widget.setEnabled(False)
        self.notice.hide()
        self.progress.begin(say("The keys are overwritten, and the folder is deleted…"))
        self.bridge.wipe()


def _points(title: str, *sentences: str) -> QWidget:
    column = QVBoxLayout()
    for sentence in sentences:
        column.addWidget(Text(f"• {sentence}"))
    return card(column, title)
