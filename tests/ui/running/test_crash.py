"""A fault that nobody foresaw: one plain page, nothing of the person's in it or in any log, and the window goes on."""

import os
import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui.crash import CrashPage, describe

SECRET = "a source named Amal"
PROGRAM = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from ui.crash import Crash, CrashPage

application = QApplication([])
crash = Crash()
crash.met.connect(lambda told: CrashPage(told).exec())
crash.install()

def fail():
    raise ValueError({SECRET!r})

def read():
    page = QApplication.activeModalWidget()
    if page is None:
        QTimer.singleShot(20, read)
        return
    print([label.text() for label in page.findChildren(QLabel)])
    page.findChild(QPushButton).click()
    QTimer.singleShot(0, lambda: application.exit(7))

QTimer.singleShot(0, fail)
QTimer.singleShot(20, read)
sys.exit(application.exec())
"""


def test_a_fault_shows_one_page_without_content_and_the_program_goes_on() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert told.returncode == 7, told
    assert "ValueError" in told.stdout
    assert "ValueError" in told.stderr
    assert SECRET not in told.stdout + told.stderr


def test_a_fault_is_told_by_its_kind_and_the_products_own_places() -> None:
    try:
        describe(None, 5)  # type: ignore[arg-type]
    except AttributeError as error:
        told = describe(type(error), error.__traceback__)
    assert "AttributeError" in told
    assert "crash.py" in told
    assert "test_crash" not in told
    assert "NoneType" not in told, "the message may hold a value"


@pytest.mark.usefixtures("dressed")
def test_the_page_says_what_is_safe_and_its_button_has_the_keyboard(qtbot: QtBot) -> None:
    page = CrashPage("Evidence Kit 0: ValueError")
    qtbot.addWidget(page)
    page.open()
    words = " ".join(label.text() for label in page.findChildren(QLabel))
    assert "saved is safe" in words
    assert "ValueError" in words
    button = page.findChild(QPushButton)
    assert button.text()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is button, timeout=20_000)
    with qtbot.waitSignal(page.finished, timeout=20_000):
        button.click()
