"""Every widget of every place: a name for screen readers, plain text alone, reachable by keyboard, room for words."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from ui import words
from ui.bridge import Bridge
from ui.parts.drop_down import DropDown
from ui.window import Window

pytestmark = pytest.mark.slow

_NAMED = (QAbstractButton, QLineEdit, QTextEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
_SMALL = QSize(1024, 640)


def everything(window: Window, until: Callable[[Callable[[], bool]], None]) -> Iterator[tuple[str, QWidget]]:
    """All widgets of all places, each place shown and settled first."""
    for name in window.names():
        window.go(name)
        until(lambda: not window.bridge.waiting())
        for _ in range(3):  # an answer that came just now is laid out first
            QApplication.processEvents()
        for widget in window.findChildren(QWidget):
            if widget.isVisibleTo(window):
                yield name, widget


def test_every_widget_that_does_something_has_a_name(
    window: Window, until: Callable[[Callable[[], bool]], None]
) -> None:
    nameless = [
        f"{place}: {type(widget).__name__} {widget.objectName()}"
        for place, widget in everything(window, until)
        if isinstance(widget, (*_NAMED, QProgressBar))
        and not isinstance(widget.parent(), (QComboBox, QAbstractSpinBox))
        and not widget.objectName().startswith("qt_")
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == []


def test_every_label_shows_plain_text(window: Window, until: Callable[[Callable[[], bool]], None]) -> None:
    rich = [
        f"{place}: {widget.text()[:60]}"
        for place, widget in everything(window, until)
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText
    ]
    assert rich == []


def test_everything_that_takes_a_click_takes_the_keyboard_too(
    window: Window, until: Callable[[Callable[[], bool]], None]
) -> None:
    mouse_only = [
        f"{place}: {type(widget).__name__} {widget.accessibleName()}"
        for place, widget in everything(window, until)
        if isinstance(widget, _NAMED)
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), (QComboBox, QAbstractSpinBox, QLineEdit))
        and not widget.objectName().startswith("qt_")
        and widget.isEnabled()
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]
    assert mouse_only == []


@pytest.mark.parametrize("language", ["en", "fr", "en_XA", "ar_XB"])
def test_no_words_are_cut_on_a_small_screen(
    unlocked: Bridge, qapp: QApplication, until: Callable[[Callable[[], bool]], None], language: str
) -> None:
    words.speak(language)
    qapp.setLayoutDirection(words.direction())
    window = Window(unlocked)
    window.resize(_SMALL)
    window.show()
    try:
        cut = [
            f"{place}: {words_of(widget)[:50]!r} has {widget.size().toTuple()} and wants {wanted(widget)}"
            for place, widget in everything(window, until)
            if isinstance(widget, (QAbstractButton, QLabel)) and words_of(widget) and is_cut(widget, window)
        ]
        assert cut == []
        assert window.size() == _SMALL, "something wants more room than the smallest screen has"
    finally:
        window.close()
        window.deleteLater()


def words_of(widget: QAbstractButton | QLabel) -> str:
    return widget.text()


def wanted(widget: QAbstractButton | QLabel) -> tuple[int, int]:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.width(), widget.heightForWidth(widget.width())
    return widget.sizeHint().width(), widget.sizeHint().height()


def is_cut(widget: QAbstractButton | QLabel, window: Window) -> bool:
    """Whether it has less room than its words want, or lies outside the window sideways."""
    if widget.property("elides"):
        return False
    width, height = wanted(widget)
    left = widget.mapTo(window, QPoint(0, 0)).x()
    outside = left < 0 or left + widget.width() > window.width()
    return widget.width() < width or widget.height() < height or outside


def test_no_label_is_heard_as_something_else_than_its_words(
    window: Window, until: Callable[[Callable[[], bool]], None]
) -> None:
    renamed = [
        f"{place}: {widget.text()[:60]}"
        for place, widget in everything(window, until)
        if isinstance(widget, QLabel) and widget.text() and widget.accessibleName() not in {"", widget.text()}
    ]
    assert renamed == []


def test_every_box_to_choose_from_tells_its_name_where_qt_does_not(
    window: Window, until: Callable[[Callable[[], bool]], None]
) -> None:
    boxes = [widget for _, widget in everything(window, until) if isinstance(widget, QComboBox)]
    assert boxes
    assert [box.accessibleName() for box in boxes if not isinstance(box, DropDown)] == []
