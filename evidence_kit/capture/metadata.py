"""Read what a photo says of itself (EXIF, PNG text), in a process of its own with little memory and time.

`python -m evidence_kit.capture.metadata` reads the picture from standard input and writes a JSON array of
[name, value] pairs, at most `OUTPUT_CAP` bytes. All of it is the file's claim. Exit code 0 says that it was readable.
"""

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

# No module can be loaded once the limits are set, so these two are here for their own sake.
from PIL import (
    ExifTags,
    Image,
    TiffImagePlugin,  # noqa: F401 - as said above
    WebPImagePlugin,  # noqa: F401 - as said above
)

from evidence_kit.plain_text import plain_line
from evidence_kit.system import limit_this_process

READABLE: Final = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp"})
OUTPUT_CAP: Final = 16_000
NAME_CAP: Final = 64
VALUE_CAP: Final = 400
FACTS_CAP: Final = 120
_CPU_S: Final = 5
_MEMORY: Final = 1 << 30
_FIRST: Final = (
    "DateTimeOriginal",
    "OffsetTimeOriginal",
    "GPSPosition",
    "GPSDateStamp",
    "GPSTimeStamp",
    "Make",
    "Model",
)
# The camera maker's own block, the thumbnail and pointers say nothing to a reader.
_SKIPPED: Final = frozenset({"MakerNote", "ExifOffset", "GPSInfo", "ExifInteroperabilityOffset", "PrintImageMatching"})

Value = str | bytes | int | float | Fraction | tuple[object, ...]


def main() -> None:
    """Limit this process, read standard input, write the facts."""
    Image.preinit()
    limit()
    image = Image.open(sys.stdin.buffer, formats=("JPEG", "PNG", "TIFF", "WEBP"))
    facts = sorted(_facts(image), key=lambda fact: _FIRST.index(fact[0]) if fact[0] in _FIRST else len(_FIRST))
    kept: list[tuple[str, str]] = []
    size = 2
    for fact in facts[:FACTS_CAP]:
        size += len(json.dumps(fact)) + 2
        if size > OUTPUT_CAP:
            break
        kept.append(fact)
    sys.stdout.write(json.dumps(kept))


def limit() -> None:
    """No more files, no writing, little memory, little time."""
    limit_this_process(memory=_MEMORY, file=0, cpu_s=_CPU_S, open_files=0)


def _facts(image: Image.Image) -> Iterator[tuple[str, str]]:
    exif = image.getexif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    position = _position(gps)
    if position:
        yield "GPSPosition", position
    for tags, names in (
        (exif, ExifTags.TAGS),
        (exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS),
        (gps, ExifTags.GPSTAGS),
    ):
        for tag, value in tags.items():
            name = names.get(tag, f"0x{tag:04x}")
            text = "" if name in _SKIPPED else _text(value)
            if text:
                yield name[:NAME_CAP], text
    for label, value in image.info.items():
        if isinstance(label, str) and isinstance(value, str):
            text = _text(value)
            if text:
                yield f"PNG {label}"[:NAME_CAP] if image.format == "PNG" else label[:NAME_CAP], text


def _text(value: Value) -> str:
    """One line a person can read; nothing for what is none."""
    match value:
        case bytes():
            text = value.rstrip(b"\0").decode("utf-8", "replace")
            text = "" if "\ufffd" in text or any(ord(letter) < 32 for letter in text) else text
        case tuple():
            text = ", ".join(str(part) for part in value[:16])
        case _:
            text = str(value)
    return plain_line(text, VALUE_CAP)


def _position(gps: dict[int, object]) -> str | None:
    """Latitude and longitude in degrees with six decimals, north and east positive (Exif 2.32 §4.6.6)."""
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef) == "S")
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    return None if latitude is None or longitude is None else f"{latitude:.6f}, {longitude:.6f}"


def _degrees(parts: object, negative: bool) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    whole = degrees + minutes / 60 + seconds / 3600
    return (-whole if negative else whole) if 0 <= whole <= 180 else None


if __name__ == "__main__":
    main()
