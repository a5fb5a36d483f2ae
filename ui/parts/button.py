"""Buttons that say what they do."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ui import theme


class ButtonKind(StrEnum):
    """How much a button asks for; the theme's style sheet has each by its value."""

    PLAIN = ""
    PRIMARY = "primary"
    DANGER = "danger"
    LINK = "link"


class Button(QPushButton):
    """A button with words, perhaps an icon. `words` is also its name."""

    def __init__(
        self,
        words: str,
        act: Callable[[], object] | None = None,
        *,
        kind: ButtonKind = ButtonKind.PLAIN,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        if kind:
            self.setProperty(kind.value, True)
        self._look = (icon, "accent_text" if kind is ButtonKind.PRIMARY else "text")
        if icon:
            self.setIcon(theme.icon(*self._look))
            self.setIconSize(QSize(20, 20))
        if act is not None:
            self.clicked.connect(lambda: act())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._look[0]:
            self.setIcon(theme.icon(*self._look))

    def setText(self, words: str) -> None:
        """Other words; a screen reader hears them too, unless the button was given a name of its own."""
        if self.accessibleName() == self.text():
            self.setAccessibleName(words)
        super().setText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as the space bar does, wherever it stands: Qt leaves that to default buttons of dialogs."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()
