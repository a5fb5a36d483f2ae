"""The list of the journal: lays out what is on show and nothing else, however long the journal is.

The scroll bar counts rows of one height; a heading above a row makes that row higher, and is scrolled a little faster.
So nothing needs to be known of rows that were never on show.
"""

from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from ui import theme
from ui.screens.journal.delegate import EntryDelegate
from ui.screens.journal.model import JournalModel

_STEP: Final = 24

Index = QModelIndex | QPersistentModelIndex


class JournalTimeline(QAbstractItemView):
    """Rows under headings of day and disruption; the heading of the topmost row stays at the top edge."""

    def __init__(self, model: JournalModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journal = model
        self.setProperty("timeline", True)
        self.setItemDelegate(EntryDelegate(self))
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        model.arrived.connect(self._arrived)

    # Where rows are

    def base(self) -> int:
        """The height of a row without heading, in pixels; so much of the scroll bar belongs to each row."""
        return max(2 * QFontMetrics(self.font()).height() + 24, 68)

    def head(self) -> int:
        """The height of a heading."""
        return QFontMetrics(self.font()).height() + 14

    def height_of(self, number: int) -> int:
        """The height of a row with its heading."""
        return self.base() + (self.head() if self._journal.begins_group(number) else 0)

    def placed(self) -> list[tuple[int, int, int]]:
        """Number, upper edge and height of every row on show."""
        count, base = self._journal.rowCount(), self.base()
        value = self.verticalScrollBar().value()
        number = value // base
        if number >= count:
            return []
        edge = -(value % base * self.height_of(number) // base)
        bottom = self.viewport().height()
        found = []
        while number < count and edge < bottom:
            height = self.height_of(number)
            found.append((number, edge, height))
            edge += height
            number += 1
        return found

    def _value_for(self, number: int, edge: int) -> int:
        """Where the scroll bar stands when the upper edge of a row is `edge` pixels below the view's."""
        while number > 0 and edge > 0:
            number -= 1
            edge -= self.height_of(number)
        return number * self.base() + (-edge * self.base() + self.height_of(number) - 1) // self.height_of(number)

    def updateGeometries(self) -> None:
        """The scroll bar ends where the last row ends at the lower edge."""
        count, room = self._journal.rowCount(), self.viewport().height()
        bar = self.verticalScrollBar()
        last = 0
        if count:
            last = max(self._value_for(count - 1, room - self.height_of(count - 1)), 0)
        bar.setRange(0, last)
        bar.setSingleStep(_STEP)
        bar.setPageStep(max(room - self.head(), _STEP))
        super().updateGeometries()
        bar.setRange(0, last)
        bar.setSingleStep(_STEP)

    def visualRect(self, index: Index) -> QRect:
        for number, edge, height in self.placed():
            if number == index.row():
                head = height - self.base()
                return QRect(0, edge + head, self.viewport().width(), self.base())
        return QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        for number, edge, height in self.placed():
            if edge <= point.y() < edge + height:
                return self._journal.index(number)
        return QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a row into view, below the heading at the top edge."""
        number, room = index.row(), self.viewport().height()
        if not 0 <= number < self._journal.rowCount():
            return
        height, head = self.height_of(number), self.head()
        highest = head - (height - self.base())
        shown = {one: edge for one, edge, _ in self.placed()}
        edge = shown.get(number)
        bar = self.verticalScrollBar()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(self._value_for(number, (room - height) // 2))
            return
        if edge is not None and highest <= edge and edge + height <= room:
            return
        is_below = edge + height > room if edge is not None else number * self.base() > bar.value()
        if is_below:
            bar.setValue(self._value_for(number, max(room - height, highest)))
        else:
            bar.setValue(self._value_for(number, highest))

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, number = self._journal.rowCount(), self.currentIndex().row()
        actions = QAbstractItemView.CursorAction
        page = max(self.viewport().height() // self.base() - 1, 1)
        steps = {
            actions.MoveUp: -1,
            actions.MovePrevious: -1,
            actions.MoveDown: 1,
            actions.MoveNext: 1,
            actions.MovePageUp: -page,
            actions.MovePageDown: page,
            actions.MoveHome: -count,
            actions.MoveEnd: count,
        }
        if not count:
            return QModelIndex()
        if number < 0:
            return self._journal.index(0)
        return self._journal.index(min(max(number + steps.get(action, 0), 0), count - 1))

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        index = self.indexAt(rect.center())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    # What happens to them

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        """New entries come on top; whoever reads further down stays where they are."""
        super().rowsInserted(parent, start, end)
        bar = self.verticalScrollBar()
        value = bar.value()
        self.updateGeometries()
        if start == 0 and value > 0:
            bar.setValue(value + (end - start + 1) * self.base())
        self._arrived()

    def reset(self) -> None:
        super().reset()
        self.verticalScrollBar().setValue(0)
        self.updateGeometries()
        self._look()

    def _arrived(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()
        self._look()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self._look()
        self.viewport().update()

    def _look(self) -> None:
        rows = self.placed()
        if rows:
            scale = 2 if self.devicePixelRatioF() > 1 else 1
            self._journal.look_at(rows[0][0], rows[-1][0], scale)

    def keyboardSearch(self, _search: str) -> None:
        """Typing letters would make Qt read every row; `/` leads to the search that the vault does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("surface"))
        rows = self.placed()
        self._look()
        for number, edge, height in rows:
            self._draw_row(painter, number, edge, height)
        if rows:
            self._draw_pinned(painter, rows)

    def _draw_row(self, painter: QPainter, number: int, edge: int, height: int) -> None:
        head, width = height - self.base(), self.viewport().width()
        if head:
            self._draw_heading(painter, self._journal.heading_at(number), QRect(0, edge, width, head))
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = QRect(0, edge + head, width, self.base())
        index = self._journal.index(number)
        if self.selectionModel().isSelected(index):
            option.state |= QStyle.StateFlag.State_Selected
        if self.hasFocus() and index == self.currentIndex():
            option.state |= QStyle.StateFlag.State_HasFocus
        self.itemDelegate().paint(painter, option, index)

    def _draw_pinned(self, painter: QPainter, rows: list[tuple[int, int, int]]) -> None:
        """The heading of the topmost row, pushed up by the next one."""
        head, edge = self.head(), 0
        for number, top, _ in rows[1:]:
            if self._journal.begins_group(number) and 0 <= top < head:
                edge = top - head
        text = self._journal.heading_at(rows[0][0])
        if text:
            self._draw_heading(painter, text, QRect(0, edge, self.viewport().width(), head))

    def _draw_heading(self, painter: QPainter, text: str, area: QRect) -> None:
        painter.fillRect(area, theme.colour("raised"))
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        inner = area.adjusted(12, 0, -12, 0)
        cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, cut)
        painter.setFont(self.font())
