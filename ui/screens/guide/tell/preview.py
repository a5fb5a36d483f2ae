"""The card as it will be, drawn by the same lines as the file."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.screens.guide.tell.card import Card, Shape
from ui.screens.guide.tell.drawing import Drawing, compose, paint
from ui.words import say

_TALL = 420


class Preview(QWidget):
    """`drawing` is what a file would hold now."""

    def __init__(self) -> None:
        super().__init__()
        self.drawing: Drawing = compose(Card(""), Shape.SQUARE)
        self.setAccessibleName(say("Preview"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_TALL)

    def show_card(self, card: Card, shape: Shape) -> None:
        """Draw this card from now on."""
        self.drawing = compose(card, shape)
        self.setAccessibleDescription("\n".join(card.words()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_TALL, _TALL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        size = self.drawing.size
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        scale = min(room.width() / size.width(), room.height() / size.height())
        painter = QPainter(self)
        painter.save()
        painter.translate(room.center().x() - size.width() * scale / 2, room.top())
        painter.scale(scale, scale)
        painter.setClipRect(QRectF(0, 0, size.width(), size.height()))
        paint(painter, self.drawing)
        painter.setClipping(False)
        edge = QPen(theme.colour("line"), 1)
        edge.setCosmetic(True)
        painter.setPen(edge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0, 0, size.width(), size.height()))
        painter.restore()
