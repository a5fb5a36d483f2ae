"""Lay out and draw a card or a poster: the same for the preview, the PNG and the PDF, and the same on every run.

Letters are drawn as outlines, so that a file does not name the fonts of the computer that made it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGlyphRun,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QTextLayout,
    QTextOption,
)

from ui import theme
from ui.screens.guide.tell.card import Card, Shape, foot, runs_rtl

_MARGIN: Final = 8.0  # in hundredths of the shorter side, as all that follows
_BAND: Final = 2.6
_LINE: Final = 1.5
_MOTIF: Final = 12.0
_FOOT: Final = 9.0
_FACT: Final = 11.0
_LABEL: Final = 3.6
_GAP: Final = 3.0
_LARGEST: Final = 13.0
_VALUE: Final = 4.8
_SMALLEST: Final = 1.6
_STEPS: Final = 12  # halvings until a font size is exact enough


@dataclass(frozen=True, slots=True)
class Block:
    """Words in their box, as they are broken into `lines`; `room` is what these take up.

    `outlines` are the letters; what has no outline, such as coloured signs, is in `pictures` of the whole box. These
    are plain values, so any thread may draw them, and the file cannot differ from the preview.
    """

    words: str
    lines: tuple[str, ...]
    box: QRectF
    room: QRectF
    outlines: QPainterPath
    pictures: tuple[QImage, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A card as it will look, in its shape's pixels. `is_rtl` mirrors the whole."""

    shape: Shape
    blocks: tuple[Block, ...]
    is_rtl: bool

    @property
    def size(self) -> QSizeF:
        return QSizeF(*self.shape.value)


def compose(card: Card, shape: Shape) -> Drawing:
    """Lay a card out; every text gets the size at which it fits."""
    direction = runs_rtl(card.message)
    is_rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft if direction is None else direction
    return Drawing(shape, tuple(_blocks(card, shape, is_rtl=is_rtl)), is_rtl)


def _blocks(card: Card, shape: Shape, *, is_rtl: bool) -> Iterator[Block]:
    width, height = shape.value
    unit = min(width, height) / 100
    page = QRectF(0, 0, width, height).adjusted(
        (_MARGIN + _BAND) * unit, _MARGIN * unit, -_MARGIN * unit, -_MARGIN * unit
    )
    facts = card.facts()
    is_wide = width > height
    tall = (_FACT + _GAP) * (bool(facts) if is_wide else len(facts)) * unit
    foot_top = page.bottom() - _FOOT * unit
    facts_top = foot_top - tall
    message = QRectF(page.left(), page.top() + _MOTIF * unit, page.width(), facts_top - page.top() - _MOTIF * unit)
    message.adjust(0, 0, 0, -_GAP * unit)
    write = _Writer(float(width), unit, is_rtl=is_rtl)
    yield write.fit(card.message, message, _LARGEST, "text", bold=True)
    for at, (label, value) in enumerate(facts):
        if is_wide:
            share = (page.width() - _GAP * unit * (len(facts) - 1)) / len(facts)
            box = QRectF(page.left() + at * (share + _GAP * unit), facts_top, share, _FACT * unit)
        else:
            box = QRectF(page.left(), facts_top + at * (_FACT + _GAP) * unit, page.width(), _FACT * unit)
        over, under = QRectF(box), QRectF(box)
        over.setHeight(_LABEL * unit)
        under.setTop(over.bottom())
        yield write.fit(label, over, 2.6, "faint")
        yield write.fit(value, under, _VALUE, "text", bold=True)
    last = QRectF(page.left(), foot_top + _GAP * unit, page.width(), (_FOOT - _GAP) * unit)
    yield write.fit(foot(), last, 4.0, "accent", bold=True)


class _Writer:
    """Fits words into boxes, which it mirrors where the card runs from right to left."""

    def __init__(self, width: float, unit: float, *, is_rtl: bool) -> None:
        self._width = width
        self._unit = unit
        self._is_rtl = is_rtl

    def fit(self, words: str, box: QRectF, largest: float, colour: str, *, bold: bool = False) -> Block:
        """The words in the largest size up to `largest` (in units) in which they fit."""
        if self._is_rtl:
            box = QRectF(self._width - box.right(), box.top(), box.width(), box.height())
        low, high = _SMALLEST * self._unit, largest * self._unit
        best = self._laid_out(words, box.width(), high, bold=bold)
        if best.boundingRect().height() > box.height():
            best = self._laid_out(words, box.width(), low, bold=bold)
            for _ in range(_STEPS):
                middle = (low + high) / 2
                tried = self._laid_out(words, box.width(), middle, bold=bold)
                if tried.boundingRect().height() <= box.height():
                    low, best = middle, tried
                else:
                    high = middle
        return _block(words, box, best, colour)

    def _laid_out(self, words: str, width: float, size: float, *, bold: bool) -> QTextLayout:
        font = QFont(QGuiApplication.font().families())
        font.setPixelSize(max(1, round(size)))
        font.setBold(bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        side = Qt.AlignmentFlag.AlignRight if self._is_rtl else Qt.AlignmentFlag.AlignLeft
        option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
        direction = runs_rtl(words)
        rtl = self._is_rtl if direction is None else direction
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        layout = QTextLayout(words, font)
        layout.setTextOption(option)
        leading = QFontMetricsF(font).lineSpacing() * 0.06
        top = 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top))
            top += line.height() + leading
        layout.endLayout()
        return layout


def _block(words: str, box: QRectF, layout: QTextLayout, colour: str) -> Block:
    outlines = QPainterPath()
    outlines.setFillRule(Qt.FillRule.WindingFill)
    pictures = []
    for run in layout.glyphRuns():
        letters = outline(run)
        if letters is None:
            pictures.append(_pictured(run, box, colour))
        else:
            outlines.addPath(letters)
    outlines.translate(box.topLeft())
    spans = [layout.lineAt(number) for number in range(layout.lineCount())]
    # Qt counts in UTF-16.
    spelt = words.encode("utf-16-le")
    lines = tuple(
        spelt[2 * one.textStart() : 2 * (one.textStart() + one.textLength())].decode("utf-16-le") for one in spans
    )
    room = layout.boundingRect().translated(box.topLeft())
    return Block(words, lines, box, room, outlines, tuple(pictures), colour)


def _pictured(run: QGlyphRun, box: QRectF, colour: str) -> QImage:
    image = QImage(box.size().toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setPen(_colour(colour))
    painter.drawGlyphRun(QPointF(0, 0), run)
    painter.end()
    return image


def paint(painter: QPainter, drawing: Drawing) -> None:
    """Draw it in its shape's pixels; the painter is scaled by whoever wants another size."""
    size = drawing.size
    unit = min(size.width(), size.height()) / 100
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), _colour("surface"))
    for box, colour in _shapes(size, unit):
        placed = QRectF(size.width() - box.right(), box.top(), box.width(), box.height()) if drawing.is_rtl else box
        painter.fillRect(placed, _colour(colour))
    for block in drawing.blocks:
        painter.fillPath(block.outlines, _colour(block.colour))
        for picture in block.pictures:
            painter.drawImage(block.box.topLeft(), picture)


def _shapes(size: QSizeF, unit: float) -> Iterator[tuple[QRectF, str]]:
    """The band at the leading edge, a line that is broken off, and a hairline over the foot."""
    left, right = (_MARGIN + _BAND) * unit, size.width() - _MARGIN * unit
    width, top = right - left, _MARGIN * unit
    yield QRectF(0, 0, _BAND * unit, size.height()), "accent"
    yield QRectF(left, top + 2.25 * unit, width * 0.40 + unit, _LINE * unit), "accent"
    yield QRectF(left + width * 0.40, top, _LINE * unit, 6 * unit), "accent"
    yield QRectF(left + width * 0.60, top, _LINE * unit, 6 * unit), "accent"
    yield QRectF(left + width * 0.60, top + 2.25 * unit, width * 0.40, _LINE * unit), "accent"
    yield QRectF(left, size.height() - (_MARGIN + _FOOT) * unit, width, 0.3 * unit), "line"


def outline(run: QGlyphRun) -> QPainterPath | None:
    """The shape of a run of letters; None where one of them has none and would be lost."""
    font = run.rawFont()
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True):
        letter = font.pathForGlyph(glyph)
        if letter.isEmpty() and not font.boundingRect(glyph).isEmpty():
            return None
        path.addPath(letter.translated(place))
    return path


def _colour(name: str) -> QColor:
    # Always the light ones: a card must not tell how its maker's window looks.
    return QColor(theme.LIGHT[name])
