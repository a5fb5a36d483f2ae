"""What the capture dialogs share: a heading, a place for notices, content that scrolls, and a row of buttons."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.errors import Broken, KitError
from ui.bridge import Bridge, PendingRequest
from ui.parts.button import Button
from ui.parts.keys import keys_of_modal
from ui.parts.notice import Notice
from ui.parts.screen import scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import say, sentence


class Sheet(QDialog):
    """A dialog beside the window, not in its way; it goes when the vault is locked. Its window title tells nothing."""

    def __init__(self, bridge: Bridge, title: str, wanted: QSize, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Evidence Kit")
        self.setAccessibleName(title)
        self.bridge = bridge
        self.requests: list[PendingRequest] = []
        self.leaving = False
        self.notice = Notice()
        self.buttons = QHBoxLayout()
        self.close_button = Button(say("Cancel"), self.close)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.close_button)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 8, 0)
        self.body.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(Text(title, Tone.HEAD))
        column.addWidget(self.notice)
        column.addWidget(scrolled(inside), 1)
        column.addLayout(self.buttons)
        room = self.screen().availableSize()
        self.resize(wanted.boundedTo(QSize(room.width() - 80, room.height() - 80)))
        bridge.locked.connect(self.go)

    def open(self) -> None:
        """Show it in the window's way."""
        keys_of_modal(self, self.bridge, str(self.property("topic") or "document"))
        super().open()

    def tell_error(self, error: KitError) -> None:
        """Show what happened and what to do."""
        self.notice.show_words(sentence(error), Manner.BAD if isinstance(error, Broken) else Manner.WARN)

    def go(self) -> None:
        """Close whatever is under way, with all that is on it."""
        self._forget()
        self.hide()
        self.deleteLater()

    def _forget(self) -> None:
        self.leaving = True
        for request in self.requests:
            request.drop()

    def closeEvent(self, event: QCloseEvent) -> None:
        """No answer comes to a sheet that is gone."""
        self._forget()
        event.accept()

    def reject(self) -> None:
        """Esc closes as the button does."""
        self.close()
