"""The guide in a window of its own, over a dialog in which a question arose: what is half written there stays."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.button import Button, ButtonKind
from ui.parts.keys import on_keys
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.guide.reader import Reader
from ui.screens.guide.topics import topics
from ui.words import say

_WANTED = QSize(860, 600)


class GuideSheet(QDialog):
    """Shows `topic`; closing it leads back to the dialog. Its window title tells nothing."""

    def __init__(self, topic: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Evidence Kit")
        self.setAccessibleName(say("Guide"))
        self.reader = Reader(topics(), {})
        close = Button(say("Close"), self.reject, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(Text(say("Guide"), Tone.TITLE))
        column.addWidget(self.reader, 1)
        column.addLayout(row)
        room = self.screen().availableSize()
        self.resize(_WANTED.boundedTo(QSize(room.width() - 80, room.height() - 80)))
        on_keys("Alt+Left", self, self.reject)
        self.reader.show_topic(topic)
        self.reader.list.setFocus()
