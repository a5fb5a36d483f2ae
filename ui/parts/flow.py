"""Widgets beside each other, going on in another row where there is no room: for buttons whose words grow."""

from PySide6.QtCore import QMargins, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class Flow(QLayout):
    """Rows from the leading edge. With `fill` the widgets of a row share its width evenly."""

    def __init__(self, *widgets: QWidget, gap: int = 10, fill: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._fill = fill
        self.setContentsMargins(QMargins())
        for widget in widgets:
            self.addWidget(widget)

    # What Qt asks of a layout

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), really=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, really=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    # Placing

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        for item in self._shown():
            if rows and self._fits([*rows[-1], item], width):
                rows[-1].append(item)
            else:
                rows.append([item])
        if self._fill and len(rows) > 1:
            # Even rows: four that do not fit in one stand two by two, not three and one.
            shown, most = self._shown(), len(rows[0])
            lines = -(-len(shown) // most)
            each = -(-len(shown) // lines)
            rows = [shown[at : at + each] for at in range(0, len(shown), each)]
        return rows

    def _fits(self, row: list[QLayoutItem], width: int) -> bool:
        gaps = self._gap * (len(row) - 1)
        if self._fill:
            return max(item.sizeHint().width() for item in row) * len(row) + gaps <= width
        return sum(item.sizeHint().width() for item in row) + gaps <= width

    def _place(self, rect: QRect, *, really: bool) -> int:
        top = rect.top()
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent else QGuiApplication.layoutDirection()
        for row in self._rows(rect.width()):
            height = max(self._height(item, rect.width()) for item in row)
            share = (rect.width() - self._gap * (len(row) - 1)) // len(row)
            left = rect.left()
            for item in row:
                width = share if self._fill else min(item.sizeHint().width(), rect.width())
                if really:
                    box = QRect(left, top, width, height)
                    item.setGeometry(QStyle.visualRect(direction, rect, box))
                left += width + self._gap
            top += height + self._gap
        return max(0, top - self._gap - rect.top())

    @staticmethod
    def _height(item: QLayoutItem, width: int) -> int:
        wanted = min(item.sizeHint().width(), width)
        return item.heightForWidth(wanted) if item.hasHeightForWidth() else item.sizeHint().height()
