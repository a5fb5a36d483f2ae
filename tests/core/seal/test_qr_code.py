"""Codes in pictures that strangers made: found in a child with limits, and nothing hostile gets further than that."""

import io
import zlib

import pytest
from PIL import Image

from evidence_kit.errors import Refused
from evidence_kit.seal.qr_code import CODES_CAP, PICTURE_CAP, codes_in
from tests.fakes.code_picture import code_picture


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_code_is_found_in_a_picture_of_each_kind(format: str) -> None:
    assert codes_in(code_picture("hello", format=format)) == (b"hello",)


def test_codes_hold_bytes_and_there_may_be_several_or_none() -> None:
    key = bytes(range(256)) * 4
    assert set(codes_in(code_picture("OPENPGP4FPR:AB", key))) == {b"OPENPGP4FPR:AB", key}
    assert codes_in(code_picture()) == ()
    assert len(codes_in(code_picture(*(f"{n}" for n in range(CODES_CAP + 3))))) == CODES_CAP


def test_a_code_is_found_in_a_photo_that_was_turned() -> None:
    with Image.open(io.BytesIO(code_picture("hello"))) as sheet:
        turned = io.BytesIO()
        sheet.rotate(20, expand=True, fillcolor="grey").save(turned, "JPEG", quality=60)
    assert codes_in(turned.getvalue()) == (b"hello",)


@pytest.mark.parametrize("picture", [b"", b"no picture", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"<svg/>"])
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(Refused, match="code-picture-unreadable"):
        codes_in(picture)


def test_a_picture_cut_short_is_refused() -> None:
    whole = code_picture("hello")
    with pytest.raises(Refused, match="code-picture-unreadable"):
        codes_in(whole[: len(whole) // 2])


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    with pytest.raises(Refused, match="code-picture-too-large"):
        codes_in(png_header(9000, 9000))
    # Pillow's own bound, before any of ours.
    with pytest.raises(Refused, match="code-picture-unreadable"):
        codes_in(png_header(60_000, 60_000))


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(Refused, match="code-picture-too-large"):
        codes_in(bytes(PICTURE_CAP + 1))


def test_a_child_that_does_not_answer_in_time_is_ended() -> None:
    with pytest.raises(Refused, match="code-picture-unreadable"):
        codes_in(code_picture("hello"), deadline_s=0.001)


def png_header(width: int, height: int) -> bytes:
    """A PNG of one colour that says how large it is (PNG, third edition, sections 5 and 11.2)."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )
