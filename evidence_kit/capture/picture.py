"""Pixels in memory: the one noun that screen, page and encoder share."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused

PIXEL_CAP: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """`bgrx` is `height` rows from the top, `width` pixels each, without padding, as X11 and Qt give them.

    4 bytes per pixel: blue, green, red, and one that says nothing. It stays so, because turning it all round at once
    would take longer, in memory that has first to be had, than all that is done with the pixels.
    """

    width: int
    height: int
    bgrx: bytes | bytearray

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.bgrx) != self.width * self.height * 4:
            raise ValueError("pixels do not fit the size")

    def bands(self, rows: int) -> Iterator[bytes]:
        """The picture from the top, `rows` rows at a time or at the end fewer; 3 bytes per pixel: red, green, blue."""
        for top in range(0, self.height, rows):
            yield self._rgb(top, min(rows, self.height - top))

    @property
    def blank(self) -> bool:
        """Whether every sampled pixel is alike; a picture that shows nothing, or a capture that was forbidden.

        Samples every 7th row whole: lines of text are higher than that.
        """
        row = self._rgb(0, 1)[:3] * self.width
        return all(self._rgb(y, 1) == row for y in range(0, self.height, 7))

    def _rgb(self, top: int, rows: int) -> bytes:
        stride = self.width * 4
        band = self.bgrx[top * stride : (top + rows) * stride]
        # Taken as four channels that come in the order they stand, and given out back to front: one pass, no copy.
        from PIL import Image  # whoever only passes a picture on needs none of it

        return Image.frombuffer("RGBA", (self.width, rows), band, "raw", "RGBA", 0, 1).tobytes("raw", "BGR")


def from_bgrx(pixels: bytes | bytearray, width: int, height: int) -> Picture:
    """A picture of these pixels. Raises `Refused(Code.PICTURE_TOO_LARGE)` over 200 million of them."""
    if width * height > PIXEL_CAP:
        raise Refused(Code.PICTURE_TOO_LARGE, width=width, height=height)
    return Picture(width, height, pixels)
