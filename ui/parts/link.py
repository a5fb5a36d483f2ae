"""A link to somewhere else in the window, whose words may wrap: a button cannot."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.parts.text import Text
from ui.parts.tone import Tone


class LinkButton(QPushButton):
    """Leads on by mouse and keyboard; `words` are what it says."""

    def __init__(self, words: str, act: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.setProperty("link", True)
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        label = Text(words, Tone.LINK)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.addWidget(label)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda: act())

    def sizeHint(self) -> QSize:
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._column.minimumSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._column.totalHeightForWidth(width)
