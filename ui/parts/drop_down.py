"""A list to choose one thing from, with a name that every screen reader hears; scrolling past does not change it."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from evidence_kit.system import PLATFORM, Platform

_NARROW: Final = 140
_BESIDE: Final = 40


class DropDown(QComboBox):
    """As `QComboBox`; `name` says what is chosen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        if PLATFORM is Platform.LINUX:
            # There Qt tells what is chosen in place of the name (QAccessibleComboBox::text): the description is heard.
            self.setAccessibleDescription(name)

    def setEditable(self, editable: bool) -> None:
        """Where one may also write; the field in it has the same name."""
        super().setEditable(editable)
        field = self.lineEdit()
        if field is not None:
            field.setAccessibleName(self.accessibleName())

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
