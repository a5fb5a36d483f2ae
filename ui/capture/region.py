"""A part of the screen by dragging, or by arrow keys, on a dimmed picture of it; every monitor has its own overlay."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.capture.model import Display, Selection
from ui.parts.text import Text
from ui.words import say

_DIM: Final = QColor(0, 0, 0, 150)
_STEP: Final = 10
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Overlay(QWidget):
    """Covers one monitor with a picture of it, taken the moment before, and a selection in its physical pixels."""

    taken = Signal(object)
    cancelled = Signal()
    passed_on = Signal()

    def __init__(self, display: Display, backdrop: QPixmap) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Evidence Kit")
        self.setAccessibleName(say("Choose a part of the screen"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGeometry(display.place)
        self._display = display
        self._backdrop = backdrop
        self._from: QPointF | None = None
        self._over = False
        self.selection = Selection.middle(display.area[2:])
        hint = Text(
            say(
                "Drag over what you want to keep, then press Enter. Arrow keys move the frame, with Shift they change "
                "its size, with Ctrl by one pixel. Tab goes to the next monitor, Esc cancels."
            )
        )
        hint.setObjectName("hint")
        hint.setFixedWidth(min(760, max(320, display.place.width() - 80)))
        hint.setStyleSheet(f"background: {theme.colour('surface').name()}; padding: 10px; border-radius: 6px;")
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        hint.ensurePolished()
        hint.setMinimumHeight(hint.heightForWidth(hint.width()))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = self._share(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self.selection = self.selection.between(self._from, self._share(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._take()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._take()
            case Qt.Key.Key_Tab:
                self.passed_on.emit()
            case key if key in _ARROWS:
                across, down = _ARROWS[Qt.Key(key)]
                step = 1 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else _STEP
                change = self.selection.moved
                if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                    change = self.selection.grown
                self.selection = change(across * step, down * step)
                self.update()
            case _:
                super().keyPressEvent(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab is for the monitors."""
        return False

    def _take(self) -> None:
        if not self._over:
            self._over = True
            self.taken.emit(self.selection.within(self._display.area))

    def finish(self) -> None:
        """Go without a word."""
        self._over = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._over:
            self._over = True
            self.cancelled.emit()
        event.accept()

    def _share(self, point: QPointF) -> QPointF:
        return QPointF(point.x() / max(1, self.width()), point.y() / max(1, self.height()))

    def chosen(self) -> QRectF:
        """The selection in the overlay's own coordinates."""
        across, down = self.width() / self.selection.bounds[0], self.height() / self.selection.bounds[1]
        one = self.selection
        return QRectF(one.left * across, one.top * down, one.width * across, one.height * down)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QRectF(self._backdrop.rect())
        painter.drawPixmap(QRectF(self.rect()), self._backdrop, ground)
        painter.fillRect(self.rect(), _DIM)
        chosen = self.chosen()
        share = QRectF(
            chosen.x() / self.width() * ground.width(),
            chosen.y() / self.height() * ground.height(),
            chosen.width() / self.width() * ground.width(),
            chosen.height() / self.height() * ground.height(),
        )
        painter.drawPixmap(chosen, self._backdrop, share)
        painter.setPen(QColor(0, 0, 0))
        painter.drawRect(chosen.adjusted(-2, -2, 1, 1))
        painter.setPen(QColor(255, 255, 255))
        painter.drawRect(chosen.adjusted(-1, -1, 0, 0))
        words = f"{self.selection.width} × {self.selection.height}"
        box = painter.fontMetrics().boundingRect(words).adjusted(-8, -4, 8, 4)
        below = chosen.bottom() + box.height() + 8 < self.height()
        box.moveTopLeft(QRect(chosen.toRect()).topLeft())
        box.moveTop(int(chosen.bottom()) + 6 if below else int(chosen.bottom()) - box.height() - 6)
        painter.fillRect(box, theme.colour("surface"))
        painter.setPen(theme.colour("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


class RegionChooser(QObject):
    """Shows the overlays until a region is `chosen` (left, top, width, height in physical pixels) or `cancelled`."""

    chosen = Signal(object)
    cancelled = Signal()

    def __init__(self, displays: Sequence[Display], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.overlays: list[Overlay] = []
        for display in displays:
            overlay = Overlay(display, _backdrop(display))
            overlay.taken.connect(self._taken)
            overlay.cancelled.connect(self._cancelled)
            overlay.passed_on.connect(self._pass_on)
            self.overlays.append(overlay)

    def show(self) -> None:
        """Cover every monitor; the first has the keyboard."""
        for overlay in reversed(self.overlays):
            overlay.showFullScreen()
        self._reach(self.overlays[0])

    def close(self) -> None:
        """Uncover the screen without an answer."""
        overlays, self.overlays = self.overlays, []
        for overlay in overlays:
            overlay.finish()

    def _reach(self, overlay: Overlay) -> None:
        overlay.raise_()
        overlay.activateWindow()
        overlay.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pass_on(self) -> None:
        sender = self.sender()
        at = next((number for number, one in enumerate(self.overlays) if one is sender), 0)
        self._reach(self.overlays[(at + 1) % len(self.overlays)])

    def _taken(self, area: object) -> None:
        self.close()
        self.chosen.emit(area)

    def _cancelled(self) -> None:
        self.close()
        self.cancelled.emit()


def _backdrop(display: Display) -> QPixmap:
    """What the monitor shows now, to aim by; empty where the desktop refuses, as under Wayland."""
    screen = _screen_at(display)
    return screen.grabWindow(0) if screen is not None else QPixmap()


def _screen_at(display: Display) -> QScreen | None:
    return next((one for one in QGuiApplication.screens() if one.geometry() == display.place), None)
