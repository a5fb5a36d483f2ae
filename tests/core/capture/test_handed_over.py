"""The picture that the desktop wrote is read as a stranger's, kept as it is, and removed when it is kept."""

import io
import os
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from evidence_kit.capture.handed_over import FILE_CAP, handed_over
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.seal import tiles
from evidence_kit.verify.proof import Commitment, picture_finding
from tests.fakes.screenshot_portal import png

pytestmark = pytest.mark.slow

NOBODY = 65534


def code_of(address: str, since_ns: int = 0) -> str:
    """Why an address is not taken."""
    with pytest.raises(KitError) as refused, handed_over(address, since_ns) as file:
        file.shot()
    return refused.value.code.value


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    place = tmp_path / "Screenshot from “here” 50%.png"
    place.write_bytes(png())
    return place


def test_the_bytes_are_those_that_the_desktop_wrote_and_the_file_goes_only_when_it_is_told_to(picture: Path) -> None:
    given = picture.read_bytes()
    assert "%20" in picture.as_uri() and "%25" in picture.as_uri()
    with handed_over(picture.as_uri(), time.time_ns()) as file:
        shot = file.shot()
        assert shot.png == given == picture.read_bytes()
        assert (shot.width, shot.height, shot.blank) == (130, 70, False)
        assert file.remove() and file.removed
        assert not picture.exists()
    body = shot.captured(Exhibit("0" * 64, 1, "image/png", "screenshot"), chosen=True, version=2, disruption="d")
    assert (body.monitor, body.left, body.top, body.width, body.height) == ("chosen", 0, 0, 130, 70)
    assert (body.display_server, body.backend, body.disruption) == ("wayland", "portal Screenshot 2", "d")


def test_a_file_that_nobody_told_to_remove_stays(picture: Path) -> None:
    with handed_over(picture.as_uri(), 0) as file:
        file.shot()
    assert picture.exists()
    assert not file.removed


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_of_red_green_and_blue_is_committed_tile_by_tile(tmp_path: Path, mode: str) -> None:
    (tmp_path / "a.png").write_bytes(png(mode))
    with handed_over((tmp_path / "a.png").as_uri(), 0) as file:
        shot = file.shot()
    rgb = Image.open(io.BytesIO(shot.png)).convert("RGB").tobytes()
    assert shot.tile_seed is not None
    assert tiles.commit(rgb, 130, 70, shot.tile_seed) == shot.tiles
    assert shot.tiles is not None
    assert picture_finding("a.png", shot.png, Commitment(shot.tiles, shot.tile_seed)).code == "tiles-match"
    with handed_over((tmp_path / "a.png").as_uri(), 0) as file:
        assert file.shot().tile_seed != shot.tile_seed


@pytest.mark.parametrize("mode", ["P", "L", "LA", "1", "I;16"])
def test_a_picture_of_another_kind_is_kept_without_a_commitment(tmp_path: Path, mode: str) -> None:
    Image.linear_gradient("L").convert("L" if mode == "I;16" else mode).convert(mode).save(tmp_path / "a.png")
    with handed_over((tmp_path / "a.png").as_uri(), 0) as file:
        shot = file.shot()
    assert (shot.tiles, shot.tile_seed, shot.blank) == (None, None, False)


@pytest.mark.parametrize("mode", ["RGB", "P", "1", "I;16"])
def test_a_picture_of_one_colour_is_called_blank(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (90, 40), 1).save(tmp_path / "a.png")
    with handed_over((tmp_path / "a.png").as_uri(), 0) as file:
        assert file.shot().blank


def test_no_address_but_one_of_a_file_here_is_looked_at(picture: Path) -> None:
    plain = picture.rename(picture.with_name("a.png"))
    path = str(plain)
    with handed_over(f"FILE://localhost{path}", 0) as file:
        assert file.path == plain
    for address in (
        f"http://127.0.0.1{path}",
        f"file://elsewhere{path}",
        f"file:{path}",
        f"file://{path}?x",
        f"file://{path}#x",
        f"file://{path}\n",
        f"file://{path}%00",
        f"file://{path}/",
        f"file://{plain.parent}/x/../a.png",
        f"file://{plain.parent}/%2e%2e/{plain.parent.name}/a.png",
        f"file://{path[1:]}",
        path,
        "file://",
        "",
        "file:///" + "x" * 20_000,
    ):
        assert code_of(address) == "portal-picture-strange", address


def test_what_is_no_plain_new_file_of_this_user_is_not_read(picture: Path, tmp_path: Path) -> None:
    (tmp_path / "link.png").symlink_to(picture)
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    for name in ("link.png", "pipe.png", "folder.png", "missing.png", "no folder/a.png"):
        assert code_of((tmp_path / name).as_uri()) == "portal-picture-strange", name
    assert code_of(Path("/dev/zero").as_uri()) == "portal-picture-strange"
    assert code_of(picture.as_uri(), time.time_ns() + 60_000_000_000) == "portal-picture-strange"
    assert picture.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_a_file_of_somebody_else_is_not_read(picture: Path) -> None:
    os.chown(picture, NOBODY, -1)
    assert code_of(picture.as_uri()) == "portal-picture-strange"


def test_a_file_without_an_end_is_not_read_to_it(tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as huge:
        huge.truncate(FILE_CAP + 1)
    assert code_of((tmp_path / "huge.png").as_uri()) == "file-too-large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + bytes(60),
        png()[:-1],
        png()[:-20],
        png()[:-400] + png()[-12:],
        png()[:8] + b"\0\0\0\0JUNK" + png()[16:],
        b"<html>",
    ],
)
def test_what_is_no_whole_png_is_not_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert code_of((tmp_path / "a.png").as_uri()) == "portal-picture-unreadable"
    assert (tmp_path / "a.png").exists()


def test_another_format_with_the_name_of_a_png_is_none(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png", "JPEG")
    assert code_of((tmp_path / "a.png").as_uri()) == "portal-picture-unreadable"


def test_a_picture_with_more_pixels_than_can_be_looked_at_is_refused_with_its_size(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "a.png")
    with pytest.raises(Refused) as refused, handed_over((tmp_path / "a.png").as_uri(), 0) as file:
        file.shot()
    assert (refused.value.code.value, refused.value.facts) == ("picture-too-large", {"width": 20_000, "height": 10_000})


@pytest.mark.parametrize(
    "script",
    [
        "raise SystemExit(1)",
        "print('x' * 100_000)",
        "import time; time.sleep(60)",
        "print('[]')",
        """print('{"width":0,"height":1,"blank":true,"root":null}')""",
        """print('{"width":1,"height":1,"blank":true,"root":"z"}')""",
        """print('{"width":1,"height":1,"blank":true,"root":7}')""",
    ],
)
def test_a_reading_process_that_fails_or_lies_costs_the_capture_alone(picture: Path, script: str) -> None:
    with (
        handed_over(picture.as_uri(), 0) as file,
        pytest.raises(Unavailable, match="portal-picture-unreadable"),
    ):
        file.shot(command=[sys.executable, "-I", "-c", script], deadline_s=1.0)


def test_a_file_that_took_the_pictures_name_meanwhile_is_not_removed(picture: Path) -> None:
    with handed_over(picture.as_uri(), 0) as file:
        picture.rename(picture.with_name("moved.png"))
        picture.write_bytes(b"something of the person's")
        assert not file.remove()
    assert picture.read_bytes() == b"something of the person's"


def test_a_picture_that_somebody_else_removed_is_gone(picture: Path) -> None:
    with handed_over(picture.as_uri(), 0) as file:
        picture.unlink()
        assert file.remove()
