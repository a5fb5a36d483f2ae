"""Where the packages are, a display outside of every room, and why nothing can be tried here.

EVIDENCE_KIT_PACKAGES names the folder of the packages; else they are those in dist/.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import mss
import mss.tools
import pytest
from rooms import ROOMS, ROOT, Room

from tests.fakes.product import PATIENCE_S

NEEDED = ("debootstrap", "Xvfb", "ip", "dpkg-deb")
SCREEN = (1366, 768)


@pytest.fixture(scope="session")
def packages() -> Path:
    folder = Path(os.environ.get("EVIDENCE_KIT_PACKAGES", ROOT / "dist")).resolve()
    if not (folder / "SHA256SUMS").exists():
        pytest.fail(f"no packages in {folder}: make package")
    return folder


@pytest.fixture(scope="session")
def deb(packages: Path) -> Path:
    (found,) = packages.glob("evidence-kit_*_amd64.deb")
    return found


@pytest.fixture(scope="session")
def archive(packages: Path) -> Path:
    (found,) = packages.glob("evidence-kit-*-linux-x86_64.tar*")
    return found


@pytest.fixture(scope="session")
def rooms() -> None:
    """Other systems can be made and entered here."""
    if os.geteuid() != 0:
        pytest.skip("makes and enters other systems, which root alone may")
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        pytest.skip(f"needs {', '.join(absent)}")


@pytest.fixture
def screen() -> Iterator[str]:
    """The name of a display that is nobody else's."""
    reading, writing = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    with subprocess.Popen(
        # Whoever is asked in a room has no key for it, and the display ends with the test.
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset", "-ac"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                yield f":{told.readline().strip()}"
        finally:
            server.terminate()


class Eyes:
    """Looks at a display from outside."""

    def __init__(self, display: str) -> None:
        self._display = display

    def wait(self, running: "subprocess.Popen[str]", picture: str) -> None:
        """Return when a window is painted; a picture of it lies in build/package-test. Fails when the program ends."""
        middle = {"left": SCREEN[0] // 2 - 20, "top": SCREEN[1] // 2 - 20, "width": 40, "height": 40}
        with mss.MSS(display=self._display) as eyes:
            while running.poll() is None:
                # An empty screen is black, and no page of ours is.
                if any(eyes.grab(middle).rgb):
                    break
            else:
                pytest.fail(running.communicate()[0])
            whole = eyes.grab(eyes.monitors[0])
        mss.tools.to_png(whole.rgb, whole.size, output=str(ROOMS / f"{picture}.png"))

    def cold_start(self, room: Room, *program: str, picture: str) -> float:
        """Seconds from starting a program of which nothing is in memory to its window, the best of three.

        Whatever else the machine does only makes it longer.
        """
        took = []
        for _ in range(3):
            subprocess.run(["sync"], check=True)
            Path("/proc/sys/vm/drop_caches").write_text("3")
            begun = time.monotonic()
            with room.start("person", *program, display=self._display) as running:
                self.wait(running, picture)
                took.append(time.monotonic() - begun)
                running.kill()
            self._until_dark()
        print(f"{picture}, nothing of it in memory: {', '.join(f'{one:.2f} s' for one in sorted(took))}")
        return min(took)

    def _until_dark(self) -> None:
        """Return when the last window is gone, so that it is not taken for the next one."""
        with mss.MSS(display=self._display) as eyes:
            until = time.monotonic() + PATIENCE_S
            while any(eyes.grab(eyes.monitors[0]).rgb):
                assert time.monotonic() < until


@pytest.fixture
def eyes(screen: str) -> Eyes:
    return Eyes(screen)
