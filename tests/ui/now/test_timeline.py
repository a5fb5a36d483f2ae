"""The strip: chosen by keyboard and mouse, told in words."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from pytestqt.qtbot import QtBot

from ui.parts.timeline import LOOKS, Stretch, Timeline, ticks

DAY = 86_400.0
EARLY = Stretch(0.1 * DAY, 0.3 * DAY, "cut", "early")
LATE = Stretch(0.8 * DAY, 0.8 * DAY, "portal", "late")


@pytest.fixture
def strip(dressed: None, qtbot: QtBot) -> Timeline:
    made = Timeline("Time")
    qtbot.addWidget(made)
    made.resize(600, made.sizeHint().height())
    made.show_stretches((EARLY, LATE), 0.0, DAY, "2 in all")
    made.show()
    return made


def hover(strip: Timeline, place: QPoint) -> None:
    """The mouse over a place: sent to the widget itself, as other windows may have the real pointer."""
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    where = QPointF(place)
    move = QMouseEvent(QEvent.Type.MouseMove, where, strip.mapToGlobal(where), none, none, keys)
    QCoreApplication.sendEvent(strip, move)


def test_arrow_keys_walk_through_the_stretches_and_a_screen_reader_hears_them(strip: Timeline, qtbot: QtBot) -> None:
    assert strip.accessibleDescription() == "2 in all"
    heard: list[str] = []
    strip.told.connect(heard.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(strip, key)
    assert heard == ["late", "early", "late"]
    assert strip.accessibleDescription() == "late"


def test_mirrored_time_runs_from_right_to_left(strip: Timeline, qtbot: QtBot) -> None:
    strip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    hover(strip, QPoint(480, 20))
    chosen = strip.chosen()
    assert chosen is not None
    assert chosen.words == "early"
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert strip.chosen() is LATE


def test_even_a_moment_is_wide_enough_to_be_hit(strip: Timeline, qtbot: QtBot) -> None:
    hover(strip, QPoint(480, 20))
    assert strip.chosen() is LATE


def test_what_was_chosen_stays_chosen_when_time_goes_on(strip: Timeline, qtbot: QtBot) -> None:
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    strip.show_stretches((EARLY, LATE), 60.0, DAY + 60.0, "2 in all")
    assert strip.chosen() is EARLY


def test_kinds_differ_by_more_than_their_colour() -> None:
    assert len({(look.pattern, look.height) for look in LOOKS.values()}) == len(LOOKS)


def test_the_strip_is_painted_where_a_stretch_is_and_nowhere_else(strip: Timeline) -> None:
    drawn = strip.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    scale = drawn.width() / strip.width()
    assert drawn.pixelColor(round(120 * scale), round(10 * scale)).name() == "#a3212f"
    assert drawn.pixelColor(round(300 * scale), round(10 * scale)).name() != "#a3212f"


@pytest.mark.parametrize(("days", "most"), [(1, 5), (7, 8), (30, 6)])
def test_ticks_are_few(days: int, most: int) -> None:
    assert 3 <= len(list(ticks(1_795_191_300.0 - days * DAY, 1_795_191_300.0))) <= most
