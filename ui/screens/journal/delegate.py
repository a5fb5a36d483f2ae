"""How one entry of the journal is drawn: time, icon, title, second line, small picture; plain text alone."""

from typing import Final, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from evidence_kit.jobs.browse import JournalRow
from ui import theme, words
from ui.screens.journal.model import JournalModel
from ui.screens.journal.words import icon_of, second_of, title_of

_PAD: Final = 12
_ICON: Final = 20
_PICTURE: Final = QSize(88, 54)
_NARROW: Final = 330

Index = QModelIndex | QPersistentModelIndex


class EntryDelegate(QStyledItemDelegate):
    """Draws rows of a `JournalModel`; a row that has not been read yet is a few faint bars."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons: dict[tuple[str, str, float], QPixmap] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        journal = cast(JournalModel, index.model())
        row = journal.row_at(index.row())
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect
        painter.fillRect(area, theme.colour("accent_soft" if is_selected else "surface"))
        if is_selected:
            bar = QRect(area.left(), area.top(), 4, area.height())
            painter.fillRect(self._turned(option, bar), theme.colour("accent"))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), theme.colour("raised"))
        if row is None:
            self._paint_waiting(painter, option)
        else:
            self._paint_row(painter, option, row, journal, index.row())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.colour("accent"))
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, row: JournalRow, journal: JournalModel, number: int
    ) -> None:
        area: QRect = option.rect
        metrics = QFontMetrics(option.font)
        time = words.clock_time(row.seen_utc)
        wide = metrics.horizontalAdvance("00:00") + 4
        left = area.left() + _PAD
        line = metrics.height()
        second = second_of(row)
        top = area.top() + (area.height() - (2 * line + 4 if second else line)) // 2
        self._text(painter, option, QRect(left, top, wide, line), time, "faint")
        left += wide + 8
        icon = QRect(left, top + (line - _ICON) // 2, _ICON, _ICON)
        painter.drawPixmap(self._turned(option, icon), self._icon(row, option))
        left += _ICON + 10
        right = area.right() - _PAD
        if row.picture is not None and area.width() >= _NARROW:
            frame = QRect(right - _PICTURE.width(), area.center().y() - _PICTURE.height() // 2, 0, 0)
            frame.setSize(_PICTURE)
            self._picture(painter, self._turned(option, frame), journal, number)
            right = frame.left() - 10
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        self._text(painter, option, QRect(left, top, right - left, line), title_of(row), "text")
        painter.setFont(option.font)
        self._text(painter, option, QRect(left, top + line + 4, right - left, line), second, "faint")

    def _picture(self, painter: QPainter, frame: QRect, journal: JournalModel, number: int) -> None:
        painter.fillRect(frame, theme.colour("raised"))
        image = journal.picture_at(number)
        if image is None:
            return
        size = image.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(frame.topLeft(), size)
        place.moveCenter(frame.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
        painter.setPen(theme.colour("line"))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))

    def _paint_waiting(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        area: QRect = option.rect
        for nth, share in enumerate((2, 3)):
            bar = QRect(area.left() + 84, area.top() + 16 + nth * 22, max(area.width() // share - 84, 20), 10)
            painter.fillRect(self._turned(option, bar), theme.colour("raised"))

    def _text(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str, colour: str) -> None:
        painter.setPen(theme.colour(colour))
        # In a direction of its own, whatever the window's is: an address or a size would be turned round otherwise.
        cut = painter.fontMetrics().elidedText(f"\u2068{text}\u2069", Qt.TextElideMode.ElideRight, place.width())
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        leading |= Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(self._turned(option, place), leading | Qt.TextFlag.TextSingleLine, cut)

    @staticmethod
    def _turned(option: QStyleOptionViewItem, place: QRect) -> QRect:
        """The place as it is in the layout's direction."""
        return QStyle.visualRect(option.direction, option.rect, place)

    def _icon(self, row: JournalRow, option: QStyleOptionViewItem) -> QPixmap:
        ratio = option.widget.devicePixelRatioF() if option.widget is not None else 1.0
        key = (icon_of(row), theme.shade(), ratio)
        if key not in self._icons:
            self._icons[key] = theme.icon(key[0]).pixmap(QSize(_ICON, _ICON), ratio)
        return self._icons[key]
