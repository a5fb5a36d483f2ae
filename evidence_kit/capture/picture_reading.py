"""Read a PNG that another program made, in a process of its own with little memory and time.

`python -m evidence_kit.capture.picture_reading` reads a seed of 32 bytes and then the PNG from standard input, and
writes one JSON object: `width` and `height`; `blank`, null for a picture over `PIXEL_CAP`; `root`, the tile commitment
in hex, null where the samples are not 8 bits of red, green and blue. Exit code 0 says that the whole picture is
readable.
"""

import io
import json
import sys
from collections.abc import Iterator
from typing import Final

from PIL import Image

from evidence_kit.seal import tiles
from evidence_kit.system import limit_this_process

SEED_SIZE: Final = 32
OUTPUT_CAP: Final = 400
PIXEL_CAP: Final = 120_000_000
"""Four bytes for each of them are less than half of the memory that this process may have."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# The last chunk, always the same: a file without it was not written to its end.
_END: Final = b"\0\0\0\0IEND\xaeB`\x82"
# Eight bits for each of red, green and blue, with alpha or without (PNG §11.2.1).
_COMMITTED: Final = (b"\x08\x02", b"\x08\x06")
_SAMPLED: Final = 7
_CPU_S: Final = 20
_MEMORY: Final = 1 << 30


def main() -> None:
    """Limit this process, read standard input, write what the picture is."""
    Image.preinit()
    tiles.leaves(bytes(3), 1, 1, bytes(SEED_SIZE))  # what is loaded late is loaded now
    limit()
    seed = sys.stdin.buffer.read(SEED_SIZE)
    untrusted = sys.stdin.buffer.read()
    if untrusted[:8] != _SIGNATURE or untrusted[12:16] != b"IHDR" or not untrusted.endswith(_END):
        raise SystemExit(1)
    Image.MAX_IMAGE_PIXELS = None  # asked below, for a better answer
    image = Image.open(io.BytesIO(untrusted), formats=("PNG",))
    told: dict[str, int | bool | str | None] = {"width": image.width, "height": image.height}
    if image.width * image.height <= PIXEL_CAP:
        image.load()
        told["blank"] = _blank(image)
        told["root"] = _root(image, seed) if untrusted[24:26] in _COMMITTED else None
    else:
        told["blank"] = told["root"] = None
    sys.stdout.write(json.dumps(told))


def limit() -> None:
    """No more files, no writing, little memory, little time."""
    limit_this_process(memory=_MEMORY, file=0, cpu_s=_CPU_S, open_files=0)


def _blank(image: Image.Image) -> bool:
    """Whether every 7th row holds one single colour, as `capture.picture` has it."""
    corner = image.crop((0, 0, 1, 1)).tobytes()
    rows = (image.crop((0, y, image.width, y + 1)) for y in range(0, image.height, _SAMPLED))
    if image.mode == "1":  # eight of them to a byte
        return len({colour for row in rows for _, colour in row.getcolors() or ()}) == 1
    return all(row.tobytes() == corner * image.width for row in rows)


def _root(image: Image.Image, seed: bytes) -> str:
    leaves = [
        leaf for number, band in enumerate(_bands(image)) for leaf in tiles.band_leaves(band, image.width, number, seed)
    ]
    return tiles.root_of(leaves, image.width, image.height).root


def _bands(image: Image.Image) -> Iterator[bytes]:
    for top in range(0, image.height, tiles.TILE):
        band = image.crop((0, top, image.width, min(top + tiles.TILE, image.height)))
        yield band.convert("RGB").tobytes()


if __name__ == "__main__":
    main()
