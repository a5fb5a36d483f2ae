"""What a part of the settings is: cards under each other, and a voice for the screen's notice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.progress import Progress
from ui.parts.screen import scrolled


class Section(QWidget):
    """`body` scrolls, `progress` stays in sight. `told` has words and a kind for the notice, `failed` an error."""

    told = Signal(str, object)
    failed = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setAccessibleName(title)
        self.progress = Progress()
        page = QWidget()
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(12)
        self.area = scrolled(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)
        column.addWidget(self.progress)

    def enter(self) -> None:
        """The section is on show now: say anew what may have changed."""


def beginning(*widgets: QWidget) -> QHBoxLayout:
    """Widgets from the leading edge, as wide as they want to be."""
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
