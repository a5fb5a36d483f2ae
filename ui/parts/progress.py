"""Long work under way: what it is, how far, and a button that stops it."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from ui.parts.button import Button
from ui.parts.text import Text
from ui.words import say


class Progress(QWidget):
    """Hidden until `begin`. `stop` is what Stop does, None where the work cannot be stopped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Text()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._stop = Button(say("Stop"), self._stopped)
        self._act: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._bar, 1)
        row.addWidget(self._stop)
        self.hide()

    def begin(self, words: str, stop: Callable[[], object] | None = None) -> None:
        """Show work whose length is not known yet."""
        self._act = stop
        self._words.setText(words)
        self._bar.setAccessibleName(words)
        self._bar.setRange(0, 0)
        self._stop.setVisible(stop is not None)
        self.show()

    def tell(self, done: int, total: int) -> None:
        """So much of it is done."""
        self._bar.setRange(0, 1000)
        self._bar.setValue(min(1000, done * 1000 // max(total, 1)))

    def end(self) -> None:
        """The work is over."""
        self._act = None
        self.hide()

    def _stopped(self) -> None:
        if self._act is not None:
            self._act()
