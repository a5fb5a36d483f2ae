"""A strip of time with the stretches that were otherwise than usual; told by words, pattern, height and colour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QDateTime, QEvent, QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import language, say

_BAR: Final = 34.0
_THIN: Final = 4.0
_LEAST: Final = 5.0
_REACH: Final = 6.0
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of stretch is drawn: a colour of the theme, a pattern, and the share of the strip's height."""

    colour: str
    pattern: Qt.BrushStyle
    height: float


LOOKS: Final = {
    "cut": Look("bad", Qt.BrushStyle.SolidPattern, 1.0),
    "abroad": Look("bad", Qt.BrushStyle.BDiagPattern, 1.0),
    "portal": Look("warn", Qt.BrushStyle.DiagCrossPattern, 0.6),
    "fault": Look("warn", Qt.BrushStyle.Dense4Pattern, 0.6),
    "pause": Look("good", Qt.BrushStyle.VerPattern, 0.4),
    "unsure": Look("faint", Qt.BrushStyle.HorPattern, 0.6),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `begin` to `end` (seconds since 1970), drawn as `look` (one of `LOOKS`), told by `words`."""

    begin: float
    end: float
    look: str
    words: str


class Timeline(QWidget):
    """`show_stretches` fills it. Mouse and arrow keys choose a stretch; `told` says it in words, "" for none."""

    told = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stretches: tuple[Stretch, ...] = ()
        self._begin, self._end = 0.0, 1.0
        self._summary = ""
        self._chosen: int | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stretches(self, stretches: tuple[Stretch, ...], begin: float, end: float, summary: str) -> None:
        """Show what lies between `begin` and `end`, in the order of time; `summary` says all of it in a sentence."""
        chosen = self.chosen()
        self._stretches = tuple(one for one in stretches if one.end >= begin and one.begin <= end)
        self._begin, self._end = begin, max(end, begin + 1.0)
        self._summary = summary
        same = (at for at, one in enumerate(self._stretches) if chosen and one.begin == chosen.begin)
        self._chosen = next(same, None)
        self._say()
        self.update()

    def stretches(self) -> tuple[Stretch, ...]:
        """What is shown."""
        return self._stretches

    def chosen(self) -> Stretch | None:
        """The stretch under the mouse or chosen by the keyboard."""
        return None if self._chosen is None or self._chosen >= len(self._stretches) else self._stretches[self._chosen]

    def _choose(self, at: int | None) -> None:
        if at != self._chosen:
            self._chosen = at
            self._say()
            self.update()

    def _say(self) -> None:
        chosen = self.chosen()
        words = chosen.words if chosen else ""
        self.setAccessibleDescription(words or self._summary)
        self.told.emit(words)

    # Where a moment lies

    def _x(self, moment: float) -> float:
        share = min(1.0, max(0.0, (moment - self._begin) / (self._end - self._begin)))
        # Time runs as the language does.
        share = 1.0 - share if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else share
        return 2.0 + share * (self.width() - 4.0)

    def _box(self, stretch: Stretch) -> QRectF:
        first, last = sorted((self._x(stretch.begin), self._x(stretch.end)))
        missing = max(0.0, _LEAST - (last - first))
        first = max(2.0, min(first - missing / 2, self.width() - 2.0 - _LEAST))
        height = LOOKS[stretch.look].height * _BAR
        return QRectF(first, 2.0 + _BAR - height, max(_LEAST, last - first), height)

    def _at(self, x: float) -> int | None:
        found = [
            (abs(box.center().x() - x), at)
            for at, box in enumerate(self._box(stretch) for stretch in self._stretches)
            if box.left() - _REACH <= x <= box.right() + _REACH
        ]
        inside = [
            at for _, at in found if self._box(self._stretches[at]).left() <= x < self._box(self._stretches[at]).right()
        ]
        return inside[-1] if inside else min(found)[1] if found else None

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(400, round(_BAR + 10.0 + QFontMetricsF(self.font()).height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        floor = 2.0 + _BAR
        painter.fillRect(QRectF(2.0, floor - _THIN, self.width() - 4.0, _THIN), theme.colour("line"))
        self._paint_ticks(painter, floor)
        chosen = self.chosen()
        for stretch in self._stretches:
            box, look = self._box(stretch), LOOKS[stretch.look]
            painter.fillRect(box, theme.colour("surface"))
            painter.fillRect(box, QBrush(theme.colour(look.colour), look.pattern))
            painter.setPen(
                QPen(theme.colour("text" if stretch is chosen else look.colour), 2 if stretch is chosen else 1)
            )
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)

    def _paint_ticks(self, painter: QPainter, floor: float) -> None:
        metrics = QFontMetricsF(self.font())
        taken = -1e9 if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else 1e9
        for moment, words in ticks(self._begin, self._end):
            x, half = self._x(moment), metrics.horizontalAdvance(words) / 2
            painter.setPen(theme.colour("line"))
            painter.drawLine(QPointF(x, floor - _THIN), QPointF(x, floor + 4.0))
            middle = min(max(x, half + 2.0), self.width() - half - 2.0)
            if abs(middle - taken) > 2 * half + 8.0:
                painter.setPen(theme.colour("faint"))
                painter.drawText(QPointF(middle - half, floor + 4.0 + metrics.ascent()), words)
                taken = middle

    # Mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at(event.position().x()))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._choose(self._at(event.position().x()))

    def leaveEvent(self, _event: QEvent) -> None:
        if not self.hasFocus():
            self._choose(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._chosen is None and self._stretches and event.reason() is not Qt.FocusReason.MouseFocusReason:
            self._choose(len(self._stretches) - 1)
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        self._choose(None)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._stretches) - 1
        later = Qt.Key.Key_Right if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else Qt.Key.Key_Left
        if last < 0 or event.key() not in {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Home:
            self._choose(0)
        elif event.key() == Qt.Key.Key_End or self._chosen is None:
            self._choose(last)
        else:
            self._choose(min(last, max(0, self._chosen + (1 if event.key() == later else -1))))


class Legend(QWidget):
    """A small drawing of a kind of stretch, and its words."""

    def __init__(self, look: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(_Swatch(LOOKS[look]))
        told = Text(words, Tone.FAINT)
        told.setWordWrap(False)
        row.addWidget(told)


class _Swatch(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(16, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(0, 0, 16, 16)
        painter.fillRect(box, QBrush(theme.colour(self._look.colour), self._look.pattern))
        painter.setPen(theme.colour(self._look.colour))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def ticks(begin: float, end: float) -> Iterator[tuple[float, str]]:
    """Round moments of local time between two, with their words: hours within two days, else days or weeks."""
    known = QLocale(language())
    moment = datetime.fromtimestamp(begin).astimezone()
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    span = end - begin
    step = timedelta(hours=6) if span <= 2 * _DAY_S else timedelta(days=1 if span <= 10 * _DAY_S else 7)
    pattern = "HH:mm" if span <= 2 * _DAY_S else "ddd" if span <= 10 * _DAY_S else say("d MMM")
    at = day
    while (stamp := at.timestamp()) <= end:
        if stamp >= begin:
            yield stamp, known.toString(QDateTime.fromSecsSinceEpoch(round(stamp)), pattern)
        # By the wall, so that a day with 23 hours does not move midnight.
        at = (at.replace(tzinfo=None) + step).astimezone()
