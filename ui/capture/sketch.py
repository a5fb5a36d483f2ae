"""Where the monitors lie, small: what is chosen is framed and ticked."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.capture.model import Display
from ui.words import say


class Sketch(QWidget):
    """A click on a monitor says its number by `clicked`; the keyboard's way are the choices beside it."""

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._displays: Sequence[Display] = ()
        self._chosen: frozenset[int] = frozenset()
        self.setAccessibleName(say("Where the monitors lie"))
        self.setFixedHeight(110)

    def sizeHint(self) -> QSize:
        return QSize(260, 110)

    def show_displays(self, displays: Sequence[Display]) -> None:
        self._displays = displays
        self.update()

    def choose(self, numbers: frozenset[int]) -> None:
        """These are captured as a whole."""
        self._chosen = numbers
        self.update()

    def boxes(self) -> list[tuple[int, QRectF]]:
        """The monitors by number, to scale, in the sketch's own coordinates."""
        if not self._displays:
            return []
        areas = [display.area for display in self._displays]
        left, top = min(area[0] for area in areas), min(area[1] for area in areas)
        width = max(area[0] + area[2] for area in areas) - left
        height = max(area[1] + area[3] for area in areas) - top
        scale = min((self.width() - 12) / width, (self.height() - 12) / height)
        start = (self.width() - width * scale) / 2, (self.height() - height * scale) / 2
        return [
            (
                display.number,
                QRectF(
                    start[0] + (area[0] - left) * scale,
                    start[1] + (area[1] - top) * scale,
                    area[2] * scale,
                    area[3] * scale,
                ).adjusted(2, 2, -2, -2),
            )
            for display, area in zip(self._displays, areas, strict=True)
        ]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number, box in self.boxes():
            if box.contains(event.position()):
                self.clicked.emit(number)
                return

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, box in self.boxes():
            chosen = number in self._chosen
            painter.setPen(QPen(theme.colour("accent" if chosen else "line"), 3 if chosen else 1))
            painter.setBrush(theme.colour("accent_soft" if chosen else "raised"))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(theme.colour("text"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"{number} ✓" if chosen else f"{number}")
