"""What a first-run page is: a few widgets, and a word on when one may go on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.words import say


class PanelPage(QWidget):
    """One page. `changed` says that `may_go_on` may have another answer, `done` that the next page may come.

    `told` carries something to tell in the notice (words, kind), `failed` an error; `busy` that work is under way.
    """

    changed = Signal()
    done = Signal()
    told = Signal(str, object)
    failed = Signal(object)
    busy = Signal(str)

    can_go_back = True

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)

    def enter(self) -> None:
        """The page is on show: set the focus."""

    def may_go_on(self) -> bool:
        """Whether Next does anything now."""
        return True

    def next_words(self) -> str:
        """What the button to go on says."""
        return say("Next")

    def go_on(self) -> None:
        """Next was pressed."""
        self.done.emit()
