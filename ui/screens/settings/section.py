"""What a part of the settings is: cards under each other, and a voice for the screen's notice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


class Section(QWidget):
    """`told` carries words and a kind for the notice, `failed` an error for it."""

    told = Signal(str, str)
    failed = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(12)

    def enter(self) -> None:
        """The section is on show now: say anew what may have changed."""


def beginning(*widgets: QWidget) -> QHBoxLayout:
    """Widgets from the leading edge, as wide as they want to be."""
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
