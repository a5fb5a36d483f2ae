"""The encoder: what goes in comes out, pixel for pixel, and nothing else with it."""

import io
import random
import struct

import pytest
from PIL import Image

from evidence_kit.capture.picture import Picture, from_bgrx
from evidence_kit.capture.png import encode, png_of
from evidence_kit.errors import Refused
from evidence_kit.seal import tiles


def noise(width: int, height: int) -> Picture:
    return Picture(width, height, random.Random(width * height).randbytes(width * height * 4))


def rgb_of(picture: Picture) -> bytes:
    """Red, green and blue, byte by byte: a second implementation."""
    pixels = picture.bgrx
    return bytes(channel for at in range(0, len(pixels), 4) for channel in (pixels[at + 2], pixels[at + 1], pixels[at]))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 700), (700, 1), (63, 65), (1366, 768)])
def test_a_png_holds_exactly_the_pixels_that_went_in(width: int, height: int) -> None:
    picture = noise(width, height)
    with Image.open(io.BytesIO(png_of(picture))) as found:
        assert (found.format, found.mode, found.size) == ("PNG", "RGB", (width, height))
        assert found.tobytes() == rgb_of(picture)


def test_a_png_holds_no_chunk_but_header_pixels_and_end() -> None:
    content = png_of(noise(20, 10))
    names, at = [], 8
    while at < len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        names.append(content[at + 4 : at + 8])
        at += 12 + size
    assert names == [b"IHDR", b"IDAT", b"IEND"]


def test_the_same_pixels_give_the_same_png() -> None:
    assert png_of(noise(99, 31)) == png_of(noise(99, 31))


def test_the_tile_commitment_is_over_the_pixels_of_the_png() -> None:
    encoded = encode(noise(130, 70))
    with Image.open(io.BytesIO(encoded.png)) as found:
        assert tiles.commit(found.tobytes(), 130, 70, encoded.tile_seed) == encoded.tiles


def test_every_encoding_has_a_seed_of_its_own() -> None:
    first, second = encode(noise(8, 8)), encode(noise(8, 8))
    assert first.tile_seed != second.tile_seed
    assert first.tiles.root != second.tiles.root


def test_blue_green_red_from_the_screen_becomes_red_green_blue() -> None:
    assert rgb_of(from_bgrx(b"\x01\x02\x03\xff\x04\x05\x06\x00", 2, 1)) == b"\x03\x02\x01\x06\x05\x04"


def test_pixels_that_do_not_fit_the_size_are_a_bug_and_not_a_picture() -> None:
    with pytest.raises(ValueError, match="fit"):
        Picture(2, 2, b"\0" * 15)


def test_a_picture_over_the_cap_is_refused_before_its_pixels_are_touched() -> None:
    with pytest.raises(Refused, match="picture-too-large"):
        from_bgrx(b"", 20_000, 20_000)


def test_a_picture_of_one_colour_is_blank_and_one_line_of_text_makes_it_not_so() -> None:
    grey = bytearray(b"\x80\x81\x82\xff" * 400 * 300)
    grey[3::8] = bytes(len(grey) // 8)  # the byte that says nothing
    assert Picture(400, 300, bytes(grey)).blank
    for y in range(150, 158):
        grey[(y * 400 + 200) * 4] = 0
    assert not Picture(400, 300, bytes(grey)).blank
