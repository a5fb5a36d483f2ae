"""Decode untrusted pictures and pages, each in a process of its own with little memory and time.

`python -m evidence_kit.jobs.thumbnailer` answers requests on standard input, one after the other. This process never
looks into what it is given: for every request it forks a child, and only that child, limited and without open files,
decodes. What one picture does to its child cannot reach the next one.

Request: kind (1 byte), width, height (4 bytes each, big-endian), size (8 bytes), then so many bytes of the file.
Answer: width, height (4 bytes each; text: 0, 0), size (8 bytes), then 3 bytes per pixel (red, green, blue), rows from
the top, or UTF-8; size 0 says that nothing could be made of it.
"""

import io
import struct
import sys
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import Message
from html.parser import HTMLParser
from typing import Final

# No module can be loaded once the limits are set, so these two are here for their own sake.
from PIL import (
    Image,
    ImageOps,
    TiffImagePlugin,  # noqa: F401 - as said above
    WebPImagePlugin,  # noqa: F401 - as said above
)

from evidence_kit.system import answer_of_copy, harden_process

REQUEST: Final = struct.Struct(">cIIQ")
ANSWER: Final = struct.Struct(">IIQ")
WITHIN, TOP, TEXT = b"w", b"t", b"p"
"""The whole picture within a size; the same, but of a tall picture its top alone; the words of a saved page."""

INPUT_CAP: Final = 256 << 20
PIXEL_CAP: Final = 120_000_000
OUTPUT_CAP: Final = 96 << 20
TEXT_CAP: Final = 200_000
DEADLINE_S: Final = 15.0
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
_CPU_S: Final = 10
_MEMORY: Final = 1 << 30
_TALL: Final = 2
_SILENT: Final = frozenset({"script", "style", "template", "noscript", "svg", "head"})
_SAMPLE: Final = (
    b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n"
    b"Content-Transfer-Encoding: quoted-printable\n\n<p>=41</p>\n--b--\n"
)
_BREAKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"})


def main() -> None:
    """Answer until standard input ends."""
    harden_process()
    Image.preinit()
    _load_what_is_loaded_late()
    Image.MAX_IMAGE_PIXELS = PIXEL_CAP // 2  # Pillow refuses beyond twice this
    source, out = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(REQUEST.size)) == REQUEST.size:
        kind, width, height, size = REQUEST.unpack(head)
        untrusted = source.read(size) if size <= INPUT_CAP else b""
        if len(untrusted) < size:
            return
        out.write(_apart(lambda kind=kind, u=untrusted, w=width, h=height: _made(kind, u, w, h)))  # type: ignore[misc]
        out.flush()


def _load_what_is_loaded_late() -> None:
    """No module can be loaded by the children: have the e-mail parser and Pillow load theirs now."""
    page_text(_SAMPLE)
    out = io.BytesIO()
    Image.new("P", (1, 1)).save(out, "GIF")
    _small(out.getvalue(), 1, 1, top=False)


def _apart(work: Callable[[], bytes]) -> bytes:
    """What a limited copy of this process makes of it; an answer of size 0 for whatever goes wrong there."""
    nothing = ANSWER.pack(0, 0, 0)
    answer = answer_of_copy(work, cap=OUTPUT_CAP + ANSWER.size, deadline_s=DEADLINE_S, memory=_MEMORY, cpu_s=_CPU_S)
    if answer is None or len(answer) < ANSWER.size:
        return nothing
    width, height, size = ANSWER.unpack(answer[: ANSWER.size])
    fits = size == len(answer) - ANSWER.size and (width * height * 3 == size or width == height == 0)
    return answer if fits else nothing


def _made(kind: bytes, untrusted: bytes, width: int, height: int) -> bytes:
    if kind == TEXT:
        text = page_text(untrusted).encode("utf-8", "replace")
        return ANSWER.pack(0, 0, len(text)) + text
    image = _small(untrusted, width, height, top=kind == TOP)
    pixels = image.tobytes()
    return ANSWER.pack(image.width, image.height, len(pixels)) + pixels


def _small(untrusted: bytes, width: int, height: int, *, top: bool) -> Image.Image:
    opened = Image.open(io.BytesIO(untrusted), formats=_FORMATS)
    # JPEG alone can be decoded smaller than it is, in a fraction of the time.
    opened.draft("RGB", (width * 2, height * 2))
    image: Image.Image = opened
    if top and image.height > _TALL * image.width:
        image = image.crop((0, 0, image.width, image.width * height // width))
    if image.mode not in {"RGB", "RGBA", "L"}:
        image = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    if image.width > width or image.height > height:
        image.thumbnail((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "RGBA":
        ground = Image.new("RGB", turned.size, "white")
        ground.paste(turned, mask=turned.getchannel("A"))
        return ground
    return turned.convert("RGB")


def page_text(untrusted_mhtml: bytes) -> str:
    """The words of a page saved as MHTML (RFC 2557): those of its first HTML part, at most `TEXT_CAP` characters."""
    for part in _parts(message_from_bytes(untrusted_mhtml, policy=policy.compat32)):
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            charset = part.get_content_charset("utf-8") or "utf-8"
            if isinstance(content, bytes):
                reader = _PageText()
                try:
                    reader.feed(content.decode(charset, "replace"))
                except LookupError:
                    reader.feed(content.decode("utf-8", "replace"))
                return reader.text()
    return ""


def _parts(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    for part in message.walk():
        if not part.is_multipart():
            yield part


class _PageText(HTMLParser):
    """Collects what a reader of the page would see as words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._silent = 0
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BREAKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._pieces.append(data)

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).splitlines())
        return "\n".join(line for line in lines if line)[:TEXT_CAP]


if __name__ == "__main__":
    main()
