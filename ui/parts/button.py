"""Buttons that say what they do."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from ui import theme


class Button(QPushButton):
    """A button with words, perhaps an icon; `kind` is "", "primary", "danger" or "link". `words` is also its name."""

    def __init__(
        self,
        words: str,
        act: Callable[[], object] | None = None,
        *,
        kind: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        if kind:
            self.setProperty(kind, True)
        if icon:
            self.setIcon(theme.icon(icon, "accent_text" if kind == "primary" else "text"))
            self.setIconSize(QSize(20, 20))
        if act is not None:
            self.clicked.connect(lambda: act())
