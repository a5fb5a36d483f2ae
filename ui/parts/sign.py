"""Icons that stand beside words, and keep to the theme's colours when those change."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QWidget

from ui import theme

_LOOK = Qt.ItemDataRole.UserRole + 1


class Sign(QLabel):
    """An icon of the theme, `side` pixels wide and high; empty until `show_icon` where none is given."""

    def __init__(self, side: int, icon: str = "", tint: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._side = side
        self._look = (icon, tint)
        self._draw()

    def show_icon(self, icon: str, tint: str) -> None:
        """Another icon, or the same in another colour of the theme."""
        self._look = (icon, tint)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        icon, tint = self._look
        if icon:
            self.setPixmap(theme.icon(icon, tint).pixmap(self._side, self._side))


class SignedList(QListWidget):
    """Lines with an icon each."""

    def add(self, words: str, icon: str, tint: str) -> QListWidgetItem:
        """A line at the end."""
        item = QListWidgetItem(theme.icon(icon, tint), words)
        item.setData(_LOOK, (icon, tint))
        self.addItem(item)
        return item

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            for number in range(self.count()):
                self.item(number).setIcon(theme.icon(*self.item(number).data(_LOOK)))
