"""The packages in dist/ do on bare systems what they promise. By `make package-test`, as root, on Debian.

Rooms are minimal Debians made with debootstrap, kept in build/package-test; what runs in one has no network at all.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import mss
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DIST = ROOT / "dist"
ROOMS = ROOT / "build" / "package-test"
RELEASE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
MOST = 150_000_000
START_S = 3.0
# What every desktop brings: the portable folder leaves it to the system.
DESKTOP = (
    *("gnupg", "libasound2", "libdbus-1-3", "libegl1", "libfontconfig1", "libfreetype6", "libgbm1", "libgl1"),
    *("libglib2.0-0", "libgssapi-krb5-2", "libudev1", "libwayland-client0", "libwayland-cursor0", "libwayland-egl1"),
    *("libx11-6", "libx11-xcb1", "libxcb-dri3-0", "libxcb1", "libxext6", "fonts-dejavu-core"),
)
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="makes and enters other systems, which root alone may")


class Room:
    """A system in a folder; `bound` names folders that are seen in it, read-only."""

    def __init__(self, folder: Path, **bound: Path) -> None:
        self.folder = folder
        self._bound = " ".join(f"{source}:/{name}" for name, source in bound.items())

    def prepare(self, *command: str) -> None:
        """With the network, as an administrator beforehand."""
        surroundings = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
        subprocess.run(["chroot", str(self.folder), *command], env=surroundings, check=True, stdout=subprocess.DEVNULL)

    def start(self, who: str, *command: str, display: str = "") -> subprocess.Popen[str]:
        surroundings = {**os.environ, "BOUND": self._bound, "X11": display and "1", "DISPLAY": display}
        return subprocess.Popen(
            [str(HERE / "room.sh"), str(self.folder), who, *command],
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, who: str, *command: str) -> str:
        """What a command said, which must have ended well."""
        running = self.start(who, *command)
        said, _ = running.communicate(timeout=900)
        assert running.returncode == 0, said
        return said


@pytest.fixture(scope="session")
def base() -> Path:
    made = ROOMS / RELEASE
    if not (made / ".made").exists():
        shutil.rmtree(made, ignore_errors=True)
        made.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["debootstrap", "--variant=minbase", RELEASE, str(made), MIRROR], check=True)
        (made / ".made").touch()
    return made


@pytest.fixture
def room(base: Path, tmp_path: Path) -> Iterator[Path]:
    """A fresh copy of the minimal system."""
    folder = ROOMS / f"room-{os.getpid()}"
    subprocess.run(["cp", "--archive", "--reflink=auto", str(base), str(folder)], check=True)
    shutil.copyfile("/etc/resolv.conf", folder / "etc" / "resolv.conf")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def screen() -> Iterator[str]:
    """A display outside of every room."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
        server.terminate()


def the_package() -> Path:
    (found,) = DIST.glob("evidence-kit_*_amd64.deb")
    return found


def the_archive() -> Path:
    (found,) = DIST.glob("evidence-kit-*-linux-x86_64.tar.xz")
    return found


def opened_in(room: Room, display: str, picture: Path, *window: str) -> float:
    """Seconds until the window's ground is seen; a picture of it is kept."""
    begun = time.monotonic()
    running = room.start("person", *window, display=display)
    try:
        with mss.MSS(display=display) as eyes:
            while running.poll() is None and time.monotonic() - begun < 30:
                seen = eyes.grab(eyes.monitors[0])
                # Nothing but the window paints there; the first pages have a light ground or a dark one, never black.
                if len(set(seen.rgb[: 1366 * 3 * 200])) > 8:
                    took = time.monotonic() - begun
                    mss.tools.to_png(seen.rgb, seen.size, output=str(picture))
                    return took
    finally:
        running.terminate()
        said, _ = running.communicate()
    pytest.fail(said)


def test_the_packages_are_what_their_hashes_say_and_small_enough() -> None:
    sums = dict(reversed(line.split("  ")) for line in (DIST / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {the_package().name, the_archive().name}
    for name, told in sums.items():
        content = (DIST / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == told
        assert len(content) <= MOST


def test_the_deb_installs_offline_on_a_minimal_system_and_passes_the_drill(
    room: Path, screen: str, tmp_path: Path
) -> None:
    here = Room(room, packages=DIST)
    package = f"/packages/{the_package().name}"
    install = ("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends")
    shutil.copyfile(the_package(), room / "package.deb")
    here.prepare("apt-get", "update", "--quiet=2")
    here.prepare(*install, "--download-only", "/package.deb")
    here.run("root", *install, "--no-download", package)
    assert not list((room / "usr/bin").glob("python*"))
    assert "The drill passed" in here.run("person", "evidence-kit", "drill", "--keep", "/home/person/drill")
    took = opened_in(here, screen, ROOMS / "deb-window.png", "evidence-kit-window")
    print(f"window of the .deb on the screen after {took:.1f} s")
    assert took < START_S

    # What the person has stays when the program goes.
    assert "Vaults are left" in here.run("root", "apt-get", "remove", "--yes", "--quiet=2", "evidence-kit")
    assert not (room / "usr/lib/evidence-kit").exists()
    assert list((room / "home/person/drill/vault").iterdir())


def test_the_portable_folder_runs_read_only_on_a_desktop_without_python(
    room: Path, screen: str, tmp_path: Path
) -> None:
    subprocess.run(["tar", "--extract", "--file", str(the_archive()), "--directory", str(tmp_path)], check=True)
    (stick,) = tmp_path.iterdir()
    here = Room(room, stick=stick)
    here.prepare("apt-get", "update", "--quiet=2")
    here.prepare("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *DESKTOP)
    assert not list((room / "usr/bin").glob("python*"))
    here.run("person", "sh", "-c", "! touch /stick/mark 2>&1")
    said = here.run("person", "/stick/evidence-kit", "drill", "--keep", "/home/person/drill")
    assert "The drill passed" in said
    took = opened_in(here, screen, ROOMS / "portable-window.png", "/stick/evidence-kit-window")
    print(f"window of the portable folder on the screen after {took:.1f} s")
    assert took < START_S


@pytest.mark.timeout(0)
def test_another_folder_and_another_time_give_the_same_bytes(tmp_path: Path) -> None:
    assert platform.machine() == "x86_64"
    elsewhere = tmp_path / "quite" / "another place"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(elsewhere)], check=True)
    subprocess.run(["make", "package"], cwd=elsewhere, check=True, stdout=subprocess.DEVNULL)
    assert (elsewhere / "dist" / "SHA256SUMS").read_text() == (DIST / "SHA256SUMS").read_text()
