"""The window outlives what PySide6 does to Python 3.11's constants."""

import subprocess
import sys

import pytest

USED_UP = """
import ui
from PySide6.QtCore import QObject
one = QObject()
for _ in range(300_000):
    one.setObjectName("x")
    one.isWidgetType()
"""


@pytest.mark.slow
def test_calls_that_answer_nothing_do_not_use_up_what_they_answer_with() -> None:
    assert subprocess.run([sys.executable, "-c", USED_UP], check=False, capture_output=True).returncode == 0
