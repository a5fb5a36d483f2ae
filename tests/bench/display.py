"""An X server of our own; and a desk to show on one: text, a photograph's noise, surfaces, a clock that runs."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from tests.bench.row import CannotRun

WIDTH, HEIGHT = 3840, 2160
_LINES = (
    "At 18:42 the network went, first the mobile data, then the lines of the houses.",
    "The shop at the corner still had a connection over the cable until the evening.",
    "Nobody could say whether it was the whole city; calls within the city still worked.",
)
_WINDOW = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
class Shown(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawPixmap(event.rect(), picture, event.rect())
        self.moves += 1
        painter.drawText(3000, 80, str(self.moves))
        painter.end()
        if self.moves == 1:
            print("painted", flush=True)
application = QApplication([])
picture = QPixmap(sys.argv[1])
window = Shown()
window.moves = 0
clock = QTimer(window)
clock.timeout.connect(lambda: window.update(2990, 60, 200, 30))
clock.start(50)
window.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint)
window.setGeometry(0, 0, picture.width(), picture.height())
window.show()
application.exec()
"""


def desk() -> Image.Image:
    """A picture like a used desktop: a shaded ground, a window of text, a terminal, a photograph."""
    shade = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    picture = Image.merge("RGB", (shade.point(lambda v: v // 4), shade.point(lambda v: v // 3), shade))
    pen = ImageDraw.Draw(picture)
    for left, top, right, bottom, ground, ink in (
        (120, 120, 1980, 2040, "white", "black"),
        (2100, 1200, 3720, 2040, "#101418", "#9fd0a0"),
    ):
        pen.rectangle((left, top, right, bottom), fill=ground)
        for number, y in enumerate(range(top + 20, bottom - 30, 26)):
            pen.text((left + 20, y), f"{number:4}  {_LINES[number % 3]}  {_LINES[(number + 1) % 3]}", ink, font_size=20)
    grain = Image.effect_noise((1620, 960), 18)
    photograph = Image.merge("RGB", (grain, grain.rotate(180), grain.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    picture.paste(photograph, (2100, 120))
    return picture


@contextlib.contextmanager
def server(width: int, height: int) -> Iterator[None]:
    """`DISPLAY` names a new X server of that size while the `with` lasts."""
    if shutil.which("Xvfb") is None:
        raise CannotRun("Xvfb is not installed")
    reading, writing = os.pipe()
    running = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    before = dict(os.environ)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            raise CannotRun("Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ.pop("XDG_SESSION_TYPE", None)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        running.terminate()
        running.wait()


@contextlib.contextmanager
def shown_desk(folder: Path) -> Iterator[None]:
    """A server that shows the desk while the `with` lasts."""
    picture = folder / "desk.png"
    desk().save(picture, compress_level=1)
    with server(WIDTH, HEIGHT):
        window = subprocess.Popen(
            [sys.executable, "-c", _WINDOW, str(picture)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with window:
            try:
                if window.stdout is None or window.stdout.readline() != "painted\n":
                    raise CannotRun("no window came up under Xvfb")
                yield
            finally:
                window.kill()
