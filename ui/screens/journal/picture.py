"""A picture that can be looked at closely: wheel, buttons, keyboard, and the hand that drags it."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_kit.jobs.pictures import DecodedPicture
from ui import theme
from ui.parts.button import Button
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say

_STEP: Final = 1.25
_MOST: Final = 24.0
_TALL: Final = 2.2
_PAN: Final = 60


class Canvas(QWidget):
    """The picture itself. `zoom` 1 shows the whole of it; `wanted_finer` asks for more pixels than there are."""

    wanted_finer = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(160, 120))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(
            say("Picture. Plus and minus change its size, the arrow keys move it, 0 shows all of it.")
        )
        self._image: QImage | None = None
        self._pixels: DecodedPicture | None = None
        self._is_tall = False
        self.zoom = 1.0
        self._middle = QPointF(0.5, 0.5)
        self._held: QPoint | None = None

    def show_pixels(self, pixels: DecodedPicture | None) -> None:
        """Another picture, or more pixels of the same one: then what is on show stays in place."""
        is_same = pixels is not None and self._pixels is not None and pixels.sha256 == self._pixels.sha256
        self._pixels = pixels
        self._image = None
        if pixels is not None and pixels.width:
            # The picture uses the bytes where they are, so they are kept beside it.
            self._image = QImage(pixels.rgb, pixels.width, pixels.height, pixels.width * 3, QImage.Format.Format_RGB888)
        if not is_same:
            self._is_tall = self._image is not None and self._image.height() > _TALL * self._image.width()
            self.fit()
        self.update()

    def pixels(self) -> tuple[int, int]:
        """Width and height of what there is to draw from."""
        return (0, 0) if self._image is None else (self._image.width(), self._image.height())

    def fit(self) -> None:
        """The whole picture; of a long page its whole width, from the top."""
        self.zoom, self._middle = 1.0, QPointF(0.5, 0.5)
        if self._is_tall and self._image is not None:
            self.zoom = max(1.0, self.width() / max(self._whole().width(), 1.0))
            self._middle = QPointF(0.5, 0.0)
        self._settle()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Larger or smaller, keeping the point under the cursor where it is."""
        if self._image is None:
            return
        point = at or QPointF(self.width() / 2, self.height() / 2)
        before = self._area()
        self.zoom = min(max(self.zoom * factor, 1.0), _MOST)
        after = self._whole()
        share = QPointF((point.x() - before.x()) / before.width(), (point.y() - before.y()) / before.height())
        width, height = after.width() * self.zoom, after.height() * self.zoom
        left, top = point.x() - share.x() * width, point.y() - share.y() * height
        self._middle = QPointF((self.width() / 2 - left) / width, (self.height() / 2 - top) / height)
        self._settle()

    def pan(self, x: float, y: float) -> None:
        """Move the picture by so many points of the screen."""
        area = self._area()
        self._middle -= QPointF(x / max(area.width(), 1), y / max(area.height(), 1))
        self._settle()

    def _settle(self) -> None:
        """Keep the picture over the view, ask for finer pixels where these are too few, draw."""
        if self._image is not None:
            whole = self._whole()
            for_width, for_height = whole.width() * self.zoom, whole.height() * self.zoom
            self._middle.setX(_kept_within(self._middle.x(), self.width() / for_width))
            self._middle.setY(_kept_within(self._middle.y(), self.height() / for_height))
            if for_width * self.devicePixelRatioF() > self._image.width() * 1.05:
                self.wanted_finer.emit()
        self.update()

    def _whole(self) -> QRectF:
        """Where the picture lies when all of it is on show."""
        if self._image is None:
            return QRectF(0, 0, 1, 1)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        # A small picture is not blown up beyond its own points.
        ratio = self.devicePixelRatioF()
        own = self._image.size() / ratio
        if own.width() < size.width() and not self._is_tall:
            size = own
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def _area(self) -> QRectF:
        whole = self._whole()
        width, height = whole.width() * self.zoom, whole.height() * self.zoom
        return QRectF(
            self.width() / 2 - self._middle.x() * width, self.height() / 2 - self._middle.y() * height, width, height
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("raised"))
        if self._image is not None:
            area = self._area()
            shown = area.intersected(QRectF(self.rect()))
            # Only the part on show is drawn, so that a large picture costs no more than a small one.
            scale_x, scale_y = self._image.width() / area.width(), self._image.height() / area.height()
            source = QRectF(
                (shown.x() - area.x()) * scale_x,
                (shown.y() - area.y()) * scale_y,
                shown.width() * scale_x,
                shown.height() * scale_y,
            )
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(shown, self._image, source)
        self._draw_frame(painter)

    def _draw_frame(self, painter: QPainter) -> None:
        colour: QColor = theme.colour("accent" if self.hasFocus() else "line")
        painter.setPen(colour)
        painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(_STEP ** (turned / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position().toPoint()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            moved = event.position().toPoint() - self._held
            self._held = event.position().toPoint()
            self.pan(moved.x(), moved.y())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        moves = {
            keys.Key_Left: (_PAN, 0),
            keys.Key_Right: (-_PAN, 0),
            keys.Key_Up: (0, _PAN),
            keys.Key_Down: (0, -_PAN),
            keys.Key_PageUp: (0, self.height() * 0.9),
            keys.Key_PageDown: (0, -self.height() * 0.9),
        }
        key = Qt.Key(event.key())
        if key in {keys.Key_Plus, keys.Key_Equal}:
            self.zoom_by(_STEP)
        elif key == keys.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif key == keys.Key_0:
            self.fit()
        elif key in moves:
            self.pan(*moves[key])
        else:
            super().keyPressEvent(event)


def _kept_within(middle: float, shown: float) -> float:
    """The middle of what is on show, as a share of the picture, so that no edge comes inside the view."""
    return 0.5 if shown >= 1 else min(max(middle, shown / 2), 1 - shown / 2)


class PicturePane(QWidget):
    """The picture with its buttons, and a word about it where there is nothing to see yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas()
        self._is_finest = False
        self._words = Text("", Tone.FAINT)
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        for text, act in (
            (say("Larger"), lambda: self.canvas.zoom_by(_STEP)),
            (say("Smaller"), lambda: self.canvas.zoom_by(1 / _STEP)),
            (say("Show all"), self.canvas.fit),
        ):
            row.addWidget(Button(text, act))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)

    def is_finest(self) -> bool:
        """Whether all pixels are there, or on their way."""
        return self._is_finest

    def expect_finest(self) -> None:
        """All pixels are on their way."""
        self._is_finest = True

    def wait(self) -> None:
        """A picture is on its way."""
        self._is_finest = False
        self.canvas.show_pixels(None)
        self._words.setText(say("The picture is being decrypted."))

    def show_pixels(self, pixels: DecodedPicture) -> None:
        """Show it, or say why there is nothing to see."""
        self.canvas.show_pixels(pixels)
        self._words.setText(
            ""
            if pixels.width
            else say(
                "This picture cannot be shown: it is damaged, too large, or tries to do harm. The original is kept."
            )
        )
