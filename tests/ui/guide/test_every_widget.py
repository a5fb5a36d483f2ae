"""Every topic on the smallest screen, with long words and mirrored: nothing cut, everything named and plain."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.whole.test_every_widget import _NAMED, _SMALL, is_cut, wanted, words_of
from ui import words
from ui.bridge import Bridge
from ui.screens.guide.sheet import GuideSheet
from ui.screens.guide.view import GuideScreen
from ui.window import Window

pytestmark = pytest.mark.slow


def visible(top: QWidget) -> list[QWidget]:
    for _ in range(3):  # what was shown just now is laid out first
        QApplication.processEvents()
    return [widget for widget in top.findChildren(QWidget) if widget.isVisibleTo(top)]


@pytest.mark.parametrize("language", ["en", "en_XA", "ar_XB"])
def test_no_words_are_cut_in_any_topic(bare: Bridge, qapp: QApplication, qtbot: QtBot, language: str) -> None:
    words.speak(language)
    qapp.setLayoutDirection(words.direction())
    window = Window(bare)
    qtbot.addWidget(window)
    window.resize(_SMALL)
    window.show()
    window.go("guide")
    guide = window.screen_of("guide")
    assert isinstance(guide, GuideScreen)
    cut = []
    for found in guide.reader.contents.rows:
        guide.show_topic(found.topic.name)
        cut += [
            f"{found.topic.name}: {words_of(widget)[:50]!r} has {widget.size().toTuple()} and wants {wanted(widget)}"
            for widget in visible(window)
            if isinstance(widget, (QAbstractButton, QLabel)) and words_of(widget) and is_cut(widget, window)
        ]
    assert cut == []
    assert window.size() == _SMALL


def test_every_widget_of_every_topic_is_named_plain_and_in_reach_of_the_keyboard(
    guide: GuideScreen, qtbot: QtBot
) -> None:
    sheet = GuideSheet("proof", guide)
    sheet.show()
    for found in guide.reader.contents.rows:
        guide.show_topic(found.topic.name)
        for widget in [*visible(guide), *visible(sheet)]:
            told = f"{found.topic.name}: {type(widget).__name__}"
            if isinstance(widget, QLabel):
                assert widget.textFormat() == Qt.TextFormat.PlainText, told
            if isinstance(widget, _NAMED) and not isinstance(widget.parent(), (QLineEdit, QPlainTextEdit)):
                named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
                assert named or widget.objectName().startswith("qt_"), told
                assert not widget.isEnabled() or widget.focusPolicy() & Qt.FocusPolicy.TabFocus, told
    sheet.close()
