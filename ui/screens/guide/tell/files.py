"""A card as a file: PNG or PDF, with nothing in it about the person, the computer or the hour."""

import re
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from ui.screens.guide.tell.card import Shape
from ui.screens.guide.tell.drawing import Drawing, paint

# 96 to the inch: else Qt writes the dots of the screen on which it was drawn.
_DOTS_PER_METRE: Final = 3780
_POINTS: Final = 0.75
_DPI: Final = 1200
_EMPTY_XMP: Final = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
_INFO: Final = re.compile(rb"/Info (\d+) 0 R")


def png_of(drawing: Drawing) -> bytes:
    """The card as pixels. Takes a tenth of a second for a poster; any thread may."""
    image = QImage(*drawing.shape.value, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(_DOTS_PER_METRE)
    image.setDotsPerMeterY(_DOTS_PER_METRE)
    painter = QPainter(image)
    paint(painter, drawing)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs forget devices
    return bytes(buffer.data().data())


def pdf_of(drawing: Drawing) -> bytes:
    """The card as a page of its own size, drawn with lines; any thread may."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("")
    writer.setCreator("")
    writer.setDocumentId(QUuid())
    writer.setDocumentXmpMetadata(QByteArray(_EMPTY_XMP))
    writer.setResolution(_DPI)
    writer.setPageLayout(
        QPageLayout(_page(drawing.shape), QPageLayout.Orientation.Portrait, QMarginsF(), QPageLayout.Unit.Point)
    )
    painter = QPainter(writer)
    room = painter.viewport()
    painter.scale(room.width() / drawing.size.width(), room.height() / drawing.size.height())
    paint(painter, drawing)
    painter.end()
    del writer
    return without_traces(bytes(buffer.data().data()))


def _page(shape: Shape) -> QPageSize:
    if shape is Shape.POSTER:
        return QPageSize(QPageSize.PageSizeId.A4)
    width, height = shape.value
    # Qt turns a page that is wider than tall; the exact match keeps it as it is.
    return QPageSize(
        QSizeF(width * _POINTS, height * _POINTS), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch
    )


def without_traces(pdf: bytes) -> bytes:
    """The same PDF with blanks where Qt writes the hour, the time zone and its version: places in it stay valid."""
    named = _INFO.search(pdf)
    if named is None:
        raise ValueError("a PDF of Qt names its document information")
    head = b"\n" + named[1] + b" 0 obj\n<<"
    begin = pdf.index(head) + len(head)
    end = pdf.index(b">>\nendobj", begin)
    return pdf[:begin] + b" " * (end - begin) + pdf[end:]
