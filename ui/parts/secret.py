"""A field for something secret: hidden until the person wants to see it, with a word about Caps Lock."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say


class Secret(QWidget):
    """`line` holds what is typed; `entered` says that Enter was pressed there. Set `name` for screen readers."""

    entered = Signal()
    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        # Nothing of it goes into an input method's memory.
        self.line.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.line.setAccessibleName(name)
        self.line.installEventFilter(self)
        self.line.returnPressed.connect(self.entered)
        self.line.textChanged.connect(self.changed)
        self.shown = QCheckBox(say("Show what I type"))
        self.shown.setAccessibleName(self.shown.text())
        self.shown.toggled.connect(self._show)
        self.caps = Text(say("Caps Lock seems to be on."), Tone.WARN)
        self.caps.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addWidget(self.caps)
        column.addWidget(self.shown, 0, Qt.AlignmentFlag.AlignLeading)
        self.setFocusProxy(self.line)

    def take(self) -> bytearray:
        """What was typed, which the field forgets; whoever takes it wipes it."""
        secret = bytearray(self.line.text(), "utf-8", "surrogatepass")
        self.clear()
        return secret

    def clear(self) -> None:
        """Forget what was typed, and hide what will be."""
        self.line.clear()
        self.shown.setChecked(False)
        self.caps.hide()

    def _show(self, wanted: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if wanted else QLineEdit.EchoMode.Password)
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            capitals = caps_lock_seen(event.text(), shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            if event.key() == Qt.Key.Key_CapsLock:
                self.caps.hide()
            elif capitals is not None:
                self.caps.setVisible(capitals)
        return super().eventFilter(watched, event)


def caps_lock_seen(sign: str, *, shift: bool) -> bool | None:
    """Whether a typed sign gives Caps Lock away; None where it tells nothing. No toolkit here tells it otherwise."""
    if len(sign) != 1 or sign.upper() == sign.lower():
        return None
    return sign.isupper() is not shift
