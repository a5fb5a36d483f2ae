"""Every widget of the capture dialogs: a name, plain text, the keyboard, and room for long words."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.ui.capture.conftest import Ways
from ui import words
from ui.capture.files import FilesSheet
from ui.capture.notes import NoteSheet
from ui.capture.pages import PagesSheet
from ui.capture.screen import ScreenSheet
from ui.panels.sheet import Sheet

_NAMED = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)


def opened(ways: Ways) -> Iterator[Sheet]:
    """Each dialog with all that it can show."""
    ways.actions.screen()
    screen = ways.sheet(ScreenSheet)
    assert isinstance(screen, ScreenSheet)
    ways.until(screen.take_button.isEnabled)
    screen.more.click()
    yield screen
    ways.actions.page()
    pages = ways.sheet(PagesSheet)
    assert isinstance(pages, PagesSheet)
    pages.addresses.setPlainText("ftp://a")
    pages.take()
    yield pages
    ways.actions.drop([ways.bridge.desktop.places.folder])
    yield ways.sheet(FilesSheet)
    ways.actions.note()
    note = ways.sheet(NoteSheet)
    assert isinstance(note, NoteSheet)
    note.testimony.click()
    yield note


@pytest.mark.parametrize("language", ["en", "fr", "en_XA", "ar_XB"])
def test_every_widget_has_a_name_plain_text_the_keyboard_and_room(
    sealed: Ways, qapp: QApplication, language: str
) -> None:
    words.speak(language)
    qapp.setLayoutDirection(words.direction())
    for sheet in opened(sealed):
        sheet.resize(QSize(720, 560))
        QApplication.processEvents()
        for widget in sheet.findChildren(QWidget):
            if not widget.isVisibleTo(sheet) or widget.objectName().startswith("qt_"):
                continue
            where = f"{type(sheet).__name__}: {type(widget).__name__} {widget.accessibleName()}"
            if isinstance(widget, QLabel):
                assert widget.textFormat() == Qt.TextFormat.PlainText, where
            if isinstance(widget, _NAMED) and not isinstance(widget.parent(), QComboBox):
                name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                assert name, where
                if widget.isEnabled() and not isinstance(widget, QHeaderView):
                    assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, where
            if isinstance(widget, QAbstractButton) and widget.text():
                assert widget.width() >= widget.sizeHint().width(), f"{where}: {widget.text()} is cut"
                assert widget.mapTo(sheet, widget.rect().topRight()).x() <= sheet.width(), where
                assert widget.mapTo(sheet, widget.rect().topLeft()).x() >= 0, where
