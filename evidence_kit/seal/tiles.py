"""Commit to a picture tile by tile, so that a copy with blacked-out tiles can be shown to differ nowhere else.

Works on raw RGB pixels; reading picture files is the business of `capture` and `verify`.
"""

import hashlib
import hmac
import struct
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.model.exhibit import TileRoot
from evidence_kit.seal import merkle

TILE: Final = 64
SALT_SIZE: Final = 16

Pixels = bytes | bytearray | memoryview
"""Rows top-down without padding, three bytes (red, green, blue) per pixel."""


def commit(rgb: Pixels, width: int, height: int, seed: bytes) -> TileRoot:
    """The Merkle root over the salted tiles of a picture; `seed` (32 random bytes) stays secret with the original.

    Raises `ValueError` unless `rgb` holds exactly width × height pixels.
    """
    return root_of(leaves(rgb, width, height, seed), width, height)


def root_of(leaves_: Sequence[bytes], width: int, height: int) -> TileRoot:
    """The commitment to a picture of this size, from the leaf hashes of all its tiles."""
    return TileRoot(merkle.root(leaves_).hex(), width, height)


def leaves(rgb: Pixels, width: int, height: int, seed: bytes) -> list[bytes]:
    """The leaf hash of every tile, row by row: SHA-256(0x00 ‖ salt ‖ the tile's rows), edge tiles cropped."""
    return [_leaf(salt(seed, index), tile) for index, tile in enumerate(_tiles(rgb, width, height))]


def band_leaves(band: Pixels, width: int, number: int, seed: bytes) -> list[bytes]:
    """The leaf hashes of one row of tiles, counted from 0; `band` are its rows of pixels, 64 or, at the end, fewer."""
    first = number * -(-width // TILE)
    return [_leaf(salt(seed, index), tile) for index, tile in enumerate(_cut(band, width), first)]


def salt(seed: bytes, index: int) -> bytes:
    """The first 16 bytes of HMAC-SHA256(seed, tile index as 32 bits big endian); tells nothing of its neighbours'."""
    return hmac.digest(seed, index.to_bytes(4, "big"), "sha256")[:SALT_SIZE]


def tile_count(width: int, height: int) -> int:
    """Tiles of a picture in pixels; tile `i` is column `i % ceil(width / 64)`, row `i // ceil(width / 64)`."""
    return -(-width // TILE) * -(-height // TILE)


def open_tiles(rgb: Pixels, width: int, height: int, seed: bytes, hidden: Collection[int]) -> list[bytes]:
    """What a recipient of a blacked-out copy needs, per tile: its salt (16 bytes), or its leaf hash (32) if hidden."""
    found = leaves(rgb, width, height, seed)
    return [found[index] if index in hidden else salt(seed, index) for index in range(len(found))]


def check_copy(rgb: Pixels, committed: TileRoot, untrusted_openings: Sequence[bytes]) -> frozenset[int]:
    """The indices of the hidden tiles of a copy that is otherwise the committed picture, pixel for pixel.

    Raises `Broken(Code.TILES_FORMAT)` if the openings or the size do not fit the picture, "tile-not-black" if a
    hidden tile shows anything (it could show a forgery), "tiles-differ" if a shown tile is not the committed one.
    """
    width, height = committed.width, committed.height
    fits = (
        width > 0 < height and len(untrusted_openings) == tile_count(width, height) and len(rgb) == width * height * 3
    )
    if not fits or any(len(opening) not in {SALT_SIZE, merkle.HASH_SIZE} for opening in untrusted_openings):
        raise Broken(Code.TILES_FORMAT)
    hidden: list[int] = []
    found: list[bytes] = []
    for index, (opening, tile) in enumerate(zip(untrusted_openings, _tiles(rgb, width, height), strict=True)):
        if len(opening) == SALT_SIZE:
            found.append(_leaf(opening, tile))
        elif any(tile):
            raise Broken(Code.TILE_NOT_BLACK, tile=index)
        else:
            hidden.append(index)
            found.append(opening)
    if merkle.root(found).hex() != committed.root:
        raise Broken(Code.TILES_DIFFER)
    return frozenset(hidden)


def _leaf(salt_: bytes, tile: bytes) -> bytes:
    digest = hashlib.sha256(b"\x00" + salt_)
    digest.update(tile)
    return digest.digest()


def _tiles(rgb: Pixels, width: int, height: int) -> Iterator[bytes]:
    if width < 1 or height < 1 or len(rgb) != width * height * 3:
        raise ValueError("the pixels do not fill the picture")
    stride = width * 3
    view = memoryview(rgb)
    for top in range(0, height, TILE):
        yield from _cut(view[top * stride : min(top + TILE, height) * stride], width)


def _cut(band: Pixels, width: int) -> Iterator[bytes]:
    """The tiles of one row of tiles. `struct` cuts its rows in a fraction of the time that slicing takes."""
    whole, rest = divmod(width, TILE)
    row = struct.Struct(f"{TILE * 3}s" * whole + (f"{rest * 3}s" if rest else ""))
    for tile in zip(*row.iter_unpack(band), strict=True):
        yield b"".join(tile)
