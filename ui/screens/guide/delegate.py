"""How a row of the guide's list is drawn: the title, and under it in faint where it was found; both wrap whole."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import theme
from ui.screens.guide.model import Contents

_PAD: Final = 10
_GAP: Final = 2
_Index = QModelIndex | QPersistentModelIndex


class TopicDelegate(QStyledItemDelegate):
    """Draws rows of `Contents` as wide as `view`."""

    def __init__(self, view: QListView, contents: Contents) -> None:
        super().__init__(view)
        self._view = view
        self._contents = contents

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        width = self._view.viewport().width()
        title, snippet = self._rooms(QFontMetrics(self._view.font()), width, index)
        return QSize(width, title.height() + (snippet.height() + _GAP if snippet.height() else 0) + _PAD)

    def _rooms(self, metrics: QFontMetrics, width: int, index: _Index) -> tuple[QRect, QRect]:
        found = self._contents.rows[index.row()]
        room = QRect(0, 0, max(1, width - 2 * _PAD), 1 << 14)
        title = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, found.topic.title)
        if not found.snippet:
            return title, QRect()
        return title, metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, found.snippet)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        area: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(area, theme.colour("accent_soft"))
            bar = QRect(area.left(), area.top(), 4, area.height())
            painter.fillRect(QStyle.visualRect(option.direction, area, bar), theme.colour("accent"))
        found = self._contents.rows[index.row()]
        title, _ = self._rooms(QFontMetrics(self._view.font()), area.width(), index)
        place = area.adjusted(_PAD, _PAD // 2, -_PAD, -_PAD // 2)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
        painter.save()
        painter.setFont(self._view.font())
        painter.setLayoutDirection(option.direction)
        painter.setPen(theme.colour("text"))
        painter.drawText(place, int(flags), found.topic.title)
        painter.setPen(theme.colour("text" if is_selected else "faint"))
        painter.drawText(place.adjusted(0, title.height() + _GAP, 0, 0), int(flags), found.snippet)
        painter.restore()
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.colour("accent"))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
