"""A typed command that does the same without the window, to be copied."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.parts.button import Button
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say

_SHOWN_MS = 2000


class CommandLine(QWidget):
    """`words` say what it is good for."""

    def __init__(self, words: str, command: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.command = command
        self.copy = Button(say("Copy"), self._copy)
        self.copy.setAccessibleName(say("Copy the command"))
        self._back = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._back.timeout.connect(self._ready)
        row = QHBoxLayout()
        row.addWidget(Text(command, Tone.MONO, copyable=True), 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Text(words, Tone.FAINT))
        column.addLayout(row)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command)
        self.copy.setText(say("Copied"))
        self._back.start()

    def _ready(self) -> None:
        self.copy.setText(say("Copy"))
