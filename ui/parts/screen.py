"""What every screen of the window is made of: a title, a place for notices, and its content."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from evidence_kit.errors import Broken, KitError
from ui.parts.notice import Notice
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import sentence


class ShownScreen(Protocol):
    """What the window asks of a screen."""

    def enter(self) -> None:
        """The screen is on show now: load what it needs."""
        ...


class Screen(QWidget):
    """A titled page. `body` is its vertical layout, `aside` the row beside the title for the screen's own actions."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.title = Text(title, Tone.TITLE)
        self.title.setWordWrap(False)
        self.aside = QHBoxLayout()
        self.notice = Notice(closable=True)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addLayout(self.aside)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 18, 24, 18)
        outer.setSpacing(12)
        outer.addLayout(head)
        outer.addWidget(self.notice)
        outer.addLayout(self.body, 1)

    def enter(self) -> None:
        """Nothing to load by itself."""

    def topic(self) -> str:
        """The guide's topic for what is on show now; "" where that is always the place's own."""
        return ""

    def tell_error(self, error: KitError) -> None:
        """Show what happened and what to do."""
        self.notice.show_words(sentence(error), Manner.BAD if isinstance(error, Broken) else Manner.WARN)


def card(content: QLayout, title: str = "") -> QFrame:
    """A framed group of things that belong together."""
    frame = QFrame()
    frame.setProperty("card", True)
    column = QVBoxLayout(frame)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    if title:
        column.addWidget(Text(title, Tone.HEAD))
    column.addLayout(content)
    return frame


def scrolled(content: QWidget) -> QScrollArea:
    """A page that scrolls where the window is small; it never scrolls sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


class Nothing(QWidget):
    """An empty screen's friend: what will be here, and what to do now."""

    def __init__(self, words: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for text in (Text(words, Tone.HEAD), Text(hint, Tone.FAINT)):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            text.setVisible(bool(text.text()))
            column.addWidget(text)
        column.addStretch(1)
