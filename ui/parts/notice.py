"""A band that tells something at the place where it matters, with an icon beside the words."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.parts.button import Button
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.words import say

_ICONS = {"good": "good", "warn": "warning", "bad": "bad", "plain": "unknown"}


class Notice(QFrame):
    """Hidden until `show_words`; `kind` is "good", "warn", "bad" or "plain". May be closed by the person."""

    def __init__(self, parent: QWidget | None = None, *, closable: bool = False) -> None:
        super().__init__(parent)
        self._icon = Sign(20)
        self._words = Text(copyable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        if closable:
            row.addWidget(Button(say("Close"), self.hide, kind="link"))
        self.hide()

    def show_words(self, words: str, kind: str = "plain") -> None:
        """Tell `words`; a screen reader reads them as this band's name."""
        self.setProperty("notice", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        tint = kind if kind in {"good", "warn", "bad"} else "text"
        self._icon.show_icon(_ICONS[kind], tint)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.show()

    def words(self) -> str:
        """What is told now."""
        return self._words.text()
