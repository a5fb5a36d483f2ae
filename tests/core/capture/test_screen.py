"""The screen, under Xvfb: what is painted there is what comes out."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import mss
import pytest
from PIL import Image

from evidence_kit.capture.png import encode
from evidence_kit.capture.screen import capture, display_server, monitors
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.system import Platform

COLOURS = ("#12ab34", "#ff0000", "#0000ff", "#010203")
_WINDOW = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QWidget
class Painted(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        for index, colour in enumerate(sys.argv[1:]):
            painter.fillRect(index * 10, 0, 10, 40, QColor(colour))
        painter.end()
        print("painted", flush=True)
application = QApplication([])
window = Painted()
window.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint)
window.setGeometry(100, 50, 40, 40)
window.show()
application.exec()
"""


@pytest.fixture(scope="module")
def painted() -> Iterator[None]:
    window = subprocess.Popen(
        [sys.executable, "-c", _WINDOW, *COLOURS], stdout=subprocess.PIPE, env=_environment(), text=True
    )
    with window:
        try:
            assert window.stdout is not None
            assert window.stdout.readline() == "painted\n"
            # The X server shows it a moment after it was painted.
            with mss.MSS() as desktop:
                corner = {"left": 135, "top": 60, "width": 1, "height": 1}
                assert any(desktop.grab(corner).pixel(0, 0) == (1, 2, 3) for _ in range(20_000))
            yield
        finally:
            window.kill()


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "xcb"}


def test_the_pixels_on_the_screen_are_the_pixels_of_the_png(painted: None) -> None:
    shot = capture(region=(100, 50, 40, 40))
    with Image.open(io.BytesIO(encode(shot.picture).png)) as found:
        rows = [found.getpixel((x, y)) for y in (0, 39) for x in (0, 9, 10, 19, 20, 29, 30, 39)]
    wanted = [(0x12, 0xAB, 0x34)] * 2 + [(255, 0, 0)] * 2 + [(0, 0, 255)] * 2 + [(1, 2, 3)] * 2
    assert rows == wanted * 2
    assert not shot.blank
    assert (shot.monitor, shot.left, shot.top) == ("region", 100, 50)


def test_all_monitors_together_are_the_whole_desktop(painted: None) -> None:
    shot = capture()
    assert (shot.monitor, shot.left, shot.top, shot.picture.width, shot.picture.height) == ("all", 0, 0, 1366, 768)
    at = (60 * 1366 + 115) * 4
    assert shot.picture.bgrx[at : at + 3] == b"\0\0\xff"


def test_one_monitor_is_named_by_its_number(painted: None) -> None:
    [only] = monitors()
    shot = capture(monitor=1)
    assert (shot.monitor, only.number) == ("1", 1)
    assert (only.width, only.height) == (shot.picture.width, shot.picture.height)


def test_a_screen_that_shows_nothing_is_captured_and_called_blank() -> None:
    shot = capture(region=(500, 500, 200, 100))
    assert shot.blank
    assert len(shot.picture.bgrx) == 200 * 100 * 4


def test_the_entry_says_where_the_picture_was_and_what_took_it(painted: None) -> None:
    shot = capture(region=(100, 50, 30, 20))
    body = shot.captured(Exhibit("0" * 64, 1, "image/png", "screenshot"), "d-1")
    assert (body.left, body.top, body.width, body.height, body.monitor) == (100, 50, 30, 20, "region")
    assert (body.display_server, body.blank, body.disruption) == ("x11", False, "d-1")
    assert body.backend.startswith("mss ")


@pytest.mark.parametrize("monitor", [0, 2, -1])
def test_a_monitor_that_is_not_there_is_refused(monitor: int) -> None:
    with pytest.raises(Refused) as refused:
        capture(monitor=monitor)
    assert (refused.value.code.value, refused.value.facts["monitors"]) == ("no-such-monitor", 1)


@pytest.mark.parametrize(
    "region", [(-1, 0, 10, 10), (1360, 0, 10, 10), (0, 760, 10, 10), (0, 0, 0, 10), (0, 0, 9999, 1)]
)
def test_a_region_that_is_not_all_on_the_screen_is_refused(region: tuple[int, int, int, int]) -> None:
    with pytest.raises(Refused, match="region-outside-screen"):
        capture(region=region)


def test_the_display_server_is_told_and_a_missing_one_too() -> None:
    assert display_server({"DISPLAY": ":0"}, Platform.LINUX) == "x11"
    assert display_server({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, Platform.LINUX) == "xwayland"
    assert display_server({}, Platform.WINDOWS) == "windows"
    assert display_server({}, Platform.MACOS) == "macos"
    for nothing_for_mss in ({}, {"XDG_SESSION_TYPE": "wayland"}):
        with pytest.raises(Unavailable, match="no-display"):
            display_server(nothing_for_mss, Platform.LINUX)


def test_a_display_that_does_not_answer_is_no_display() -> None:
    script = (
        "from evidence_kit.capture.screen import capture\nfrom evidence_kit.errors import Unavailable\n"
        "try:\n    capture()\nexcept Unavailable as error:\n    print(error.code.value)"
    )
    environment = {**_environment(), "DISPLAY": ":31999"}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    assert told.stdout == "no-display\n"
