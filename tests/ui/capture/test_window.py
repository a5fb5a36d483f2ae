"""The window's part: shortcuts, files dropped anywhere, and words on whatever screen is on show."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.capture.files import FilesSheet
from ui.capture.notes import NoteSheet
from ui.panels.sheet import Sheet
from ui.window import Window


def shown(kind: type[Sheet]) -> list[Sheet]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and not one.leaving]


def test_files_dropped_anywhere_on_the_window_are_kept_and_it_says_so(
    window: Window, tmp_path: Path, until: Callable[[Callable[[], bool]], None]
) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt")), QUrl("https://example.org/")])
    button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(9, 9), Qt.DropAction.CopyAction, files, button, no_key))
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, files, button, no_key))
    until(lambda: "One file is kept" in window.told())
    (sheet,) = shown(FilesSheet)
    sheet.go()


def test_a_shortcut_opens_one_sheet_however_often_it_is_pressed(window: Window, qtbot: QtBot) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_N, both)
    (sheet,) = shown(NoteSheet)
    sheet.go()
