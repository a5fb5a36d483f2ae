"""Under a real Wayland compositor with the real portal: the picture is of what was on the screen, and of nothing else.

One test takes all the pictures: this portal puts each of them in the same place, whoever asks.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from evidence_kit.machine.preferences import NetworkUse, Preferences, read_preferences, write_preferences
from tests.fakes import wayland
from tests.fakes.product import PATIENCE_S, Product, program
from ui.theme import DARK, LIGHT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or bool(wayland.missing()), reason=f"not installed (apt): {wayland.missing()}"
    ),
]
ROOT = Path(__file__).parents[2]
LEFT, RIGHT = (0x12, 0xAB, 0x34), (0xC0, 0x10, 0x80)
# Says so whenever it has painted all of the screen, and not only its share of it.
_PAINTED = """
import sys
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QWidget
class Painted(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        half = self.width() // 2
        painter.fillRect(0, 0, half, self.height(), QColor(*map(int, sys.argv[1:4])))
        painter.fillRect(half, 0, self.width() - half, self.height(), QColor(*map(int, sys.argv[4:7])))
        painter.end()
        if self.width() == int(sys.argv[7]):
            print("painted", flush=True)
application = QApplication([])
window = Painted()
window.show()
application.exec()
"""


@contextmanager
def painted(environment: dict[str, str]) -> Iterator[None]:
    """Another program's window, in two colours, over all of the screen when it is alone."""
    arguments = [*map(str, LEFT), *map(str, RIGHT), str(wayland.SCREEN[0])]
    window = subprocess.Popen(
        [sys.executable, "-c", _PAINTED, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )
    with window:
        try:
            assert window.stdout is not None
            assert window.stdout.readline() == "painted\n"
            yield
        finally:
            window.kill()


def is_of_the_painted_window_alone(picture: Path) -> bool:
    with Image.open(picture) as found:
        width, height = found.size
        assert (width, height) == wayland.SCREEN
        points = [(x, y) for x in (2, width // 2 - 2, width // 2 + 2, width - 3) for y in (2, height // 2, height - 3)]
        wanted = [LEFT] * 6 + [RIGHT] * 6
        return [found.convert("RGB").getpixel(point) for point in points] == wanted


def newest_picture(product: Product, place: Path) -> tuple[dict[str, object], Path]:
    """What the journal's newest picture of the screen says, and its bytes as a file."""
    place.mkdir()
    entry = [one for one in product.prepare("journal") if one["kind"] == "screen"][-1]
    (file,) = [path for path in product.prepare("export", entry["id"], str(place))["files"] if path.endswith(".png")]
    return entry["body"], Path(file)


def test_pictures_of_the_screen_come_through_the_real_portal_to_the_command_line_and_to_the_window(
    product: Product, tmp_path: Path
) -> None:
    with wayland.wayland(product.around) as environment:
        here = replace(product, around=replace(product.around, others=environment))
        with painted(environment):
            # The command line
            told = here.tell("capture", "screen")
            assert told.code == 0, told
            assert not wayland.PICTURE.exists()
            body, file = newest_picture(product, tmp_path / "line")
            assert (body["display_server"], body["monitor"], body["blank"]) == ("wayland", "all", False)
            assert is_of_the_painted_window_alone(file)
            findings = {one["code"]: one for one in here.run("doctor")["findings"]}
            assert "screen-portal" in findings

            # The window
            write_preferences(tmp_path / "settings", Preferences(network=NetworkUse.QUIET, language="en"))
            seen = tmp_path / "seen.png"
            command = [sys.executable, "-m", "tests.journeys.window_on_wayland"]
            window = subprocess.run(
                [*command, str(product.vault), str(tmp_path / "settings"), str(seen)],
                env={name: value for name, value in environment.items() if name != "PYTHONWARNINGS"},
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
            assert window.returncode == 0, window
            said = json.loads(window.stdout)
            assert (said["platform"], said["visible"]) == ("wayland", True)
            assert "own dialog" in said["offered"][1]
            assert "The screen is kept, 1366 × 768." in said["kept"]
            with Image.open(seen) as look:
                assert len(look.convert("RGB").getcolors(1 << 20) or ()) > 50, "the window is not drawn"
            assert not is_of_the_painted_window_alone(seen)
            body, file = newest_picture(product, tmp_path / "window")
            assert body["display_server"] == "wayland"
            assert is_of_the_painted_window_alone(file), "something of ours is in the picture"
            assert not wayland.PICTURE.exists()


def ground(environment: dict[str, str], seen: Path) -> tuple[int, ...]:
    """The colour between the rail and the upper edge of what is on the screen."""
    subprocess.run(["grim", str(seen)], env=environment, check=True, timeout=PATIENCE_S)
    with Image.open(seen) as picture:
        return picture.convert("RGB").getpixel((picture.width - 3, 3))


def test_the_window_is_dark_or_light_as_the_desktop_is_through_the_real_portal(
    product: Product, tmp_path: Path
) -> None:
    write_preferences(tmp_path / "settings", Preferences(network=NetworkUse.QUIET, language="en"))
    with wayland.wayland(product.around, has_settings=True) as environment:
        wayland.choose_colours(environment, "prefer-dark")
        command = [*program("ui"), "--vault", str(product.vault), "--settings", str(tmp_path / "settings")]
        with subprocess.Popen(command, env=environment, cwd=tmp_path) as window:
            try:
                for scheme, colours in (("prefer-dark", DARK), ("prefer-light", LIGHT), ("prefer-dark", DARK)):
                    wayland.choose_colours(environment, scheme)
                    wanted = tuple(bytes.fromhex(colours["window"].removeprefix("#")))
                    ends = time.monotonic() + PATIENCE_S
                    while ground(environment, tmp_path / "seen.png") != wanted:
                        assert time.monotonic() < ends, scheme
                        assert window.poll() is None
            finally:
                window.kill()
    assert read_preferences(tmp_path / "settings").desktop_was == "dark"


def test_a_real_portal_that_has_nothing_to_take_pictures_with_says_so(product: Product) -> None:
    with wayland.wayland(product.around, takes_pictures=False) as environment:
        here = replace(product, around=replace(product.around, others=environment))
        # Older ones (1.16) offer what nobody is there to do; newer ones know.
        assert here.refused("capture", "screen") in {(3, "portal-failed"), (3, "portal-without-screenshot")}
