"""Encode pixels as PNG: lossless, fast, and nothing in the file but the pixels.

No text, time, gamma or colour profile: the file says what was seen, the entry says when and how.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from isal import isal_zlib

from evidence_kit.capture.picture import Picture
from evidence_kit.model.exhibit import TileRoot
from evidence_kit.seal import tiles

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# 8 bits per channel, colour type 2 (RGB), deflate, filter method 0, no interlace (PNG §11.2.2).
_FORM: Final = bytes((8, 2, 0, 0, 0))
_LEVEL: Final = 1
_SEED_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as a PNG, and the commitment to the same pixels; `tile_seed` (32 random bytes) stays secret."""

    png: bytes
    tiles: TileRoot
    tile_seed: bytes


def encode(picture: Picture) -> Encoded:
    """Encode and commit, side by side, one row of tiles at a time: memory for the whole would take longer to get."""
    seed = secrets.token_bytes(_SEED_SIZE)
    with ThreadPoolExecutor(1) as beside:
        hashed: list[Future[list[bytes]]] = []

        def shared() -> Iterator[bytes]:
            for band in picture.bands(tiles.TILE):
                hashed.append(beside.submit(tiles.band_leaves, band, picture.width, len(hashed), seed))
                yield band

        png = _png(picture, shared())
        leaves = [leaf for one in hashed for leaf in one.result()]
    return Encoded(png, tiles.root_of(leaves, picture.width, picture.height), seed)


def png_of(picture: Picture) -> bytes:
    """The picture as a PNG (W3C PNG, third edition): IHDR, one IDAT, IEND; every row with filter 0."""
    return _png(picture, picture.bands(tiles.TILE))


def _png(picture: Picture, bands: Iterable[bytes]) -> bytes:
    stride = picture.width * 3
    deflate = isal_zlib.compressobj(_LEVEL)
    deflated: list[bytes] = []
    for band in bands:
        rows = memoryview(band)
        filtered: list[bytes | memoryview] = [b"\0"] * (2 * len(band) // stride)
        filtered[1::2] = [rows[start : start + stride] for start in range(0, len(band), stride)]
        deflated.append(deflate.compress(b"".join(filtered)))
    deflated.append(deflate.flush())
    return b"".join(
        (
            _SIGNATURE,
            *_chunk(b"IHDR", struct.pack(">2I", picture.width, picture.height) + _FORM),
            *_chunk(b"IDAT", b"".join(deflated)),
            *_chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    crc = isal_zlib.crc32(content, isal_zlib.crc32(name))
    return struct.pack(">I", len(content)), name, content, struct.pack(">I", crc)
