"""A list to choose one thing from, which scrolling past does not change."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

_NARROW: Final = 140
_BESIDE: Final = 40


class Choice(QComboBox):
    """`name` is what a screen reader says."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    def minimumSizeHint(self) -> QSize:
        """Where there is little room the words are cut with an ellipsis; the open list shows them whole."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), _NARROW), hint.height())

    def showPopup(self) -> None:
        """Open the list, as wide as its words."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + _BESIDE)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, not the choice."""
        event.ignore()
