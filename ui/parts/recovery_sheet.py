"""The recovery sheet on paper: the code in large groups, what it opens, and how to keep it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtWidgets import QDialog, QWidget

from ui.words import say

_MARGIN_MM: Final = 20
_ACROSS: Final = 3
_GAP: Final = 0.04  # of the page's width


def pdf_of(groups: Sequence[str]) -> bytes:
    """The sheet as a PDF. It is the key, in clear: whoever gets the file can open the vault."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("")
    writer.setCreator("")
    _lay_out(writer)
    draw(writer, groups)
    del writer
    return bytes(buffer.data().data())


def print_sheet(parent: QWidget, groups: Sequence[str]) -> bool:
    """Ask for a printer and print; whether it was handed to one."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # a start without printing does not need it

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(say("Sheet"))
    _lay_out(printer)
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    return draw(printer, groups)


def _lay_out(device: QPagedPaintDevice) -> None:
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    size = QPageSize(QPageSize.PageSizeId.A4)
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))


def draw(device: QPagedPaintDevice, groups: Sequence[str]) -> bool:
    """Draw one page; whether the device took it."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    try:
        painter.setLayoutDirection(QGuiApplication.layoutDirection())
        pen = _Pen(painter, float(painter.viewport().width()))
        pen.write(say("Recovery sheet"), 20, bold=True)
        pen.write(say("This code opens your vault if you forget the passphrase. Nobody can make it again for you."), 12)
        pen.groups(groups)
        pen.write(say("How to use it: start Evidence Kit and type the code where it asks for the passphrase."), 12)
        pen.write(say("Capitals, blanks and hyphens do not matter. The letters I, L and O are not used."), 12)
        pen.write(say("Keep this sheet away from the computer, with somebody you trust or in a safe place."), 12)
        pen.write(say("Do not photograph it, and do not keep it in a phone or a mail."), 12)
        pen.write(say("Whoever has this sheet and the computer can read everything in the vault."), 12, bold=True)
        return True
    finally:
        painter.end()


class _Pen:
    """Writes down a page, from top to bottom."""

    def __init__(self, painter: QPainter, width: float) -> None:
        self._painter = painter
        self._width = width
        self._y = 0.0

    def write(self, words: str, points: int, *, bold: bool = False) -> None:
        font = QFont(QGuiApplication.font())
        font.setPointSize(points)
        font.setBold(bold)
        self._painter.setFont(font)
        room = QRectF(0, self._y, self._width, self._width * 3)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
        self._y += self._painter.drawText(room, int(flags), words).height() + self._width * _GAP / 2

    def groups(self, groups: Sequence[str]) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSize(24)
        small = QFont(QGuiApplication.font())
        small.setPointSize(9)
        side = self._width / _ACROSS
        self._painter.setFont(font)
        tall = self._painter.fontMetrics().height() * 1.9
        self._y += self._width * _GAP / 2
        for at, group in enumerate(groups):
            # The order is that of the signs, from left to right in every language: the code is Latin.
            box = QRectF(at % _ACROSS * side, self._y + at // _ACROSS * tall, side, tall * 0.8)
            self._painter.drawRect(box.adjusted(0, 0, -side * 0.06, 0))
            self._painter.setFont(small)
            self._painter.drawText(box.adjusted(side * 0.03, 0, 0, 0), f"{at + 1}")
            self._painter.setFont(font)
            self._painter.drawText(box.adjusted(0, 0, -side * 0.06, 0), Qt.AlignmentFlag.AlignCenter, group)
        self._y += -(-len(groups) // _ACROSS) * tall + self._width * _GAP
