"""Choosing a passphrase: six words are offered, what is typed is judged, and nobody goes on with a slip of a finger."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from evidence_kit.jobs.passphrase import Strength, offer_passphrase, strength
from ui.parts.button import Button
from ui.parts.screen import card
from ui.parts.secret import Secret
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say

_TONES: Final = {
    Strength.TOO_SHORT: Tone.BAD,
    Strength.WEAK: Tone.BAD,
    Strength.FAIR: Tone.WARN,
    Strength.STRONG: Tone.GOOD,
}


class NewPassphrase(QWidget):
    """`changed` after every key; `entered` where Enter was pressed in a field. `take` gives it as bytes to be wiped."""

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer = ""
        self.offered = Text("", Tone.CODE, copyable=True)
        self.first = Secret(say("Type the six words, or a passphrase of your own"))
        self.again = Secret(say("The same once more"))
        self.again.shown.hide()
        self.verdict = Text("", Tone.FAINT)
        self.meter = QProgressBar()
        self.meter.setRange(0, int(Strength.STRONG))
        self.meter.setTextVisible(False)
        self.first.changed.connect(self._judge)
        self.first.shown.toggled.connect(self._judge)
        self.again.changed.connect(self.changed)
        self.first.entered.connect(self.entered)
        self.again.entered.connect(self.entered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._offer_card())
        column.addWidget(Text(self.first.line.accessibleName()))
        column.addWidget(self.first)
        self._again_words = Text(self.again.line.accessibleName())
        column.addWidget(self._again_words)
        column.addWidget(self.again)
        column.addWidget(self.meter)
        column.addWidget(self.verdict)
        self.setFocusProxy(self.first)
        self.offer()

    def _offer_card(self) -> QWidget:
        row = QHBoxLayout()
        row.addWidget(self.offered, 1)
        row.addWidget(Button(say("Other words"), self.offer, icon="retry"), 0, Qt.AlignmentFlag.AlignVCenter)
        return card(row, say("Six random words, made for you just now"))

    def offer(self) -> None:
        """Offer six other words."""
        self._offer = offer_passphrase()
        self.offered.setText(self._offer)
        self._judge()

    def _typed(self) -> str:
        typed = self.first.line.text()
        # The words as they were offered, however many blanks were typed between them.
        return self._offer if " ".join(typed.split()) == self._offer else typed

    def _needs_again(self) -> bool:
        return self._typed() != self._offer and not self.first.shown.isChecked()

    def _judge(self) -> None:
        typed = self._typed()
        needs_again = bool(typed) and self._needs_again()
        self._again_words.setVisible(needs_again)
        self.again.setVisible(needs_again)
        judged = Strength.STRONG if typed == self._offer else strength(typed)
        self.meter.setVisible(bool(typed))
        self.verdict.setVisible(bool(typed))
        self.meter.setValue(int(judged))
        words = self._words_for(judged)
        self.meter.setAccessibleName(words)
        self.verdict.set_tone(_TONES[judged])
        self.verdict.setText(words)
        self.changed.emit()

    def _words_for(self, judged: Strength) -> str:
        if self._typed() == self._offer:
            return say("Strong: these are the six words.")
        return {
            Strength.TOO_SHORT: say("Too short: at least 8 characters are needed."),
            Strength.WEAK: say("Weak: whoever copies this disk can guess it."),
            Strength.FAIR: say("Fair. More words make it stronger."),
            Strength.STRONG: say("Long enough, if it is not a sentence that others know."),
        }[judged]

    def may_be_taken(self) -> bool:
        """Whether it is long enough, and typed twice where nobody could see it."""
        typed = self._typed()
        if strength(typed) is Strength.TOO_SHORT:
            return False
        return not self._needs_again() or self.again.line.text() == typed

    def complaint(self) -> str:
        """What is still missing, as a sentence; "" where nothing is."""
        if not self._typed():
            return say("Type the six words, or a passphrase of your own.")
        if strength(self._typed()) is Strength.TOO_SHORT:
            return self._words_for(Strength.TOO_SHORT)
        if not self.may_be_taken():
            return say("The two are not the same. Type it once more.")
        return ""

    def take(self) -> bytearray:
        """The passphrase; it stays in the fields until `forget`, so that a failure can be tried again."""
        return bytearray(self._typed(), "utf-8", "surrogatepass")

    def forget(self) -> None:
        """Empty fields, and another offer."""
        self.first.clear()
        self.again.clear()
        self.offer()
