"""The portable folder on systems without Python, from a place that cannot be written to, without any network."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Eyes
from PIL import Image
from rooms import OLDEST, ROOMS, ROOT, Room, copied, system

from tests.fakes import wayland
from tests.fakes.product import PATIENCE_S, surroundings

START_S = 3.0
# What every desktop brings, by its first name in Debian: the portable folder leaves it to the system.
DESKTOP = ", ".join(
    (
        *("libasound2", "libdbus-1-3", "libegl1", "libfontconfig1", "libfreetype6", "libgbm1", "libgl1"),
        *("libglib2.0-0", "libgssapi-krb5-2", "libudev1", "libwayland-client0", "libwayland-cursor0"),
        *("libwayland-egl1", "libx11-6", "libx11-xcb1", "libxcb-dri3-0", "libxcb1", "libxext6", "fonts-dejavu-core"),
    )
)


@pytest.fixture(scope="module")
def stick(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder as it is unpacked: on a stick whose name is an ordinary person's."""
    place = tmp_path_factory.mktemp("stick")
    subprocess.run(["tar", "--extract", "--file", archive, "--directory", place], check=True)
    (folder,) = place.iterdir()
    yield folder
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def room(rooms: None, stick: Path) -> Iterator[Room]:
    room = Room(copied(system(OLDEST, f"gnupg, {DESKTOP}"), "portable"), ((stick, "/media/stick"),))
    try:
        yield room
    finally:
        shutil.rmtree(room.folder)


def test_the_drill_passes_from_a_read_only_place_with_the_vault_elsewhere(room: Room) -> None:
    assert not list((room / "usr/bin").glob("python*"))
    room.run("person", "sh", "-c", "! touch /media/stick/mark 2>&1")
    said = room.run("person", "/media/stick/evidence-kit", "drill", "--keep", "/home/person/drill")
    assert "The drill passed" in said
    assert (room / "home/person/drill/vault/vault.header").exists()


def test_the_window_is_painted_where_there_is_no_python(room: Room, screen: str, eyes: Eyes) -> None:
    with room.start("person", "/media/stick/evidence-kit-window", display=screen) as running:
        eyes.wait(running, "portable-first")
        running.kill()


@pytest.mark.slow
def test_the_window_is_there_within_three_seconds_from_a_cold_disk(room: Room, eyes: Eyes) -> None:
    assert eyes.cold_start(room, "/media/stick/evidence-kit-window", picture="portable-window") < START_S


@pytest.mark.parametrize(
    "journey",
    [
        "tests/journeys/test_window.py",
        "tests/journeys/test_wayland.py",
        pytest.param("tests/journeys/test_journey.py", marks=pytest.mark.slow),
        pytest.param("tests/journeys/test_commands.py", marks=pytest.mark.slow),
    ],
)
def test_the_journeys_from_source_are_the_same_in_the_portable_folder(journey: str, stick: Path) -> None:
    """With a real mouse and keyboard from the first start to a delivered report, and the command line's."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", journey],
        cwd=ROOT,
        env={**os.environ, "EVIDENCE_KIT_PORTABLE": str(stick)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    if "passed" not in done.stdout:
        pytest.skip(done.stdout.strip().splitlines()[-1])


@pytest.mark.skipif(bool(wayland.missing()), reason=f"not installed (apt): {wayland.missing()}")
def test_the_window_is_painted_under_wayland(stick: Path, tmp_path: Path) -> None:
    picture = ROOMS / "portable-wayland.png"
    with (
        surroundings(tmp_path / "around") as around,
        wayland.wayland(around) as environment,
        subprocess.Popen([stick / "evidence-kit-window"], env=environment) as window,
    ):
        try:
            until = time.monotonic() + PATIENCE_S
            while not is_drawn(picture, environment):
                assert window.poll() is None
                assert time.monotonic() < until
        finally:
            window.kill()


def is_drawn(picture: Path, environment: dict[str, str]) -> bool:
    """Whether there is more on the screen than the desktop's one colour; what is there is in `picture`."""
    subprocess.run(["grim", picture], env=environment, check=True)
    with Image.open(picture) as seen:
        return len(seen.convert("RGB").getcolors(1 << 20) or ()) > 50


def test_without_gpg_it_says_what_to_do(rooms: None, stick: Path) -> None:
    room = Room(system(OLDEST, DESKTOP), ((stick, "/media/stick"),))
    code, said = room.ended("person", "/media/stick/evidence-kit", "doctor")
    assert code == 4
    assert "gpg" in said
    assert "gnupg" in said
    code, said = room.ended("person", "/media/stick/evidence-kit", "drill")
    assert code != 0
    assert "gnupg" in said


def test_nothing_in_it_is_a_link_which_sticks_do_not_know(stick: Path) -> None:
    assert [path for path in stick.rglob("*") if path.is_symlink()] == []


def test_program_and_vault_work_together_on_an_exfat_stick_with_an_accent_in_its_name(
    rooms: None, archive: Path, tmp_path: Path
) -> None:
    absent = [name for name in ("mkfs.exfat", "mount.exfat-fuse", "losetup") if shutil.which(name) is None]
    if absent:
        pytest.skip(f"needs {', '.join(absent)}")
    image, place = tmp_path / "image", tmp_path / "Clé d’Ana"
    place.mkdir()
    with image.open("wb") as made:
        made.truncate(2 << 30)
    subprocess.run(["mkfs.exfat", image], check=True, stdout=subprocess.PIPE)
    device = subprocess.run(
        ["losetup", "--find", "--show", image], check=True, capture_output=True, text=True
    ).stdout.strip()
    try:
        subprocess.run(["mount.exfat-fuse", device, place], check=True, capture_output=True)
        try:
            unpack = ["tar", "--extract", "--no-same-owner", "--file", archive, "--directory", place]
            assert subprocess.run(unpack, check=True, capture_output=True).stderr == b""
            (folder,) = place.iterdir()
            surroundings = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
            drill = [folder / "evidence-kit", "drill", "--keep", place / "rehearsal"]
            said = subprocess.run(drill, env=surroundings, capture_output=True, text=True, check=False)
            assert "The drill passed" in said.stdout, said.stdout + said.stderr
            assert (place / "rehearsal/vault/vault.header").exists()
        finally:
            subprocess.run(["umount", place], check=True)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def test_parts_of_qt_that_nobody_uses_are_not_in_it(stick: Path) -> None:
    qt = stick / "parts/PySide6/Qt"
    languages = {path.stem for path in (Path(__file__).resolve().parents[3] / "resources/locale").glob("*.po")}
    assert {path.stem for path in qt.rglob("*.pak") if path.parent.name == "qtwebengine_locales"} == {
        "en-US",
        *languages,
    }
    assert not (qt / "qml").exists()
    assert [path for path in qt.rglob("*") if "devtools" in path.name] == []
    assert {path.name for path in (stick / "parts/resources/locale").iterdir()} == languages
