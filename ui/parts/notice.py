"""A band that tells something at the place where it matters, with an icon beside the words."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.parts.button import Button, ButtonKind
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.parts.tone import Manner
from ui.words import say

_ICONS: Final = {Manner.GOOD: "good", Manner.WARN: "warning", Manner.BAD: "bad", Manner.PLAIN: "unknown"}


class Notice(QFrame):
    """Hidden until `show_words`; May be closed by the person."""

    def __init__(self, parent: QWidget | None = None, *, closable: bool = False) -> None:
        super().__init__(parent)
        self._icon = Sign(20)
        self._words = Text(copyable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        if closable:
            row.addWidget(Button(say("Close"), self.hide, kind=ButtonKind.LINK))
        self.hide()

    def show_words(self, words: str, manner: Manner = Manner.PLAIN) -> None:
        """Tell `words`; a screen reader reads them as this band's name."""
        self.setProperty("notice", manner.value)
        self.style().unpolish(self)
        self.style().polish(self)
        tint = "text" if manner is Manner.PLAIN else manner.value
        self._icon.show_icon(_ICONS[manner], tint)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.show()

    def words(self) -> str:
        """What is told now."""
        return self._words.text()
