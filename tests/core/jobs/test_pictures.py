"""Small pictures: made by a child with little memory and time, whatever the file does, and never through the disk."""

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from evidence_kit.errors import Refused
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import CancelToken, Job, JobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import JournalKeeper
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.pictures import DecodedPicture, MakeThumbnails, PictureDecoder, ReadPageText, ShowPicture
from evidence_kit.jobs.thumbnailer import TEXT, TOP, WITHIN
from evidence_kit.model.bodies.captures import CertificateSeen, FileAdded, PageCaptured
from evidence_kit.model.exhibit import Exhibit

pytestmark = pytest.mark.slow

NOTHING = (0, 0, b"")


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few kilobytes that claims 60,000 × 60,000 pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")


@pytest.fixture
def studio() -> Iterator[PictureDecoder]:
    with PictureDecoder() as made:
        yield made


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_picture_becomes_small_and_keeps_its_shape(studio: PictureDecoder, form: str) -> None:
    width, height, rgb = studio.ask(WITHIN, 160, 100, encoded(Image.new("RGB", (800, 400), (250, 20, 20)), form))
    assert (width, height) == (160, 80)
    assert len(rgb) == 160 * 80 * 3
    assert rgb[0] > 200 > 60 > rgb[1]


def test_a_photo_is_turned_as_it_was_held(studio: PictureDecoder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = encoded(Image.new("RGB", (400, 200)), "JPEG", exif=exif)
    assert studio.ask(WITHIN, 100, 100, photo)[:2] == (50, 100)


def test_of_a_tall_page_the_list_shows_the_top_and_the_detail_all(studio: PictureDecoder) -> None:
    page = Image.new("RGB", (200, 4000), "white")
    page.paste((0, 0, 255), (0, 0, 200, 125))
    width, height, rgb = studio.ask(TOP, 160, 100, encoded(page))
    assert (width, height) == (160, 100)
    assert set(rgb[2::3]) == {255}
    assert set(rgb[0::3]) == {0}
    assert studio.ask(WITHIN, 160, 100, encoded(page))[:2] == (5, 100)


def test_what_is_clear_in_a_picture_lies_on_white(studio: PictureDecoder) -> None:
    _, _, rgb = studio.ask(WITHIN, 10, 10, encoded(Image.new("RGBA", (10, 10), (0, 0, 0, 0))))
    assert set(rgb) == {255}


@pytest.mark.parametrize(
    "content",
    [b"", b"rubbish" * 50, b"\xff\xd8\xff" + b"x" * 500, bomb(), encoded(Image.new("RGB", (300, 300)))[:200]],
    ids=["empty", "rubbish", "broken", "bomb", "cut"],
)
def test_what_cannot_be_decoded_is_no_picture_and_the_next_one_is(studio: PictureDecoder, content: bytes) -> None:
    assert studio.ask(TOP, 160, 100, content) == NOTHING
    assert studio.ask(TOP, 160, 100, encoded(Image.new("RGB", (32, 20))))[:2] == (32, 20)


def fake(body: str) -> list[str]:
    """The child, with something else in place of decoding."""
    before = "from evidence_kit.jobs import thumbnailer as t\nimport os\nok = t.ANSWER.pack(1, 1, 3) + bytes(3)"
    return [sys.executable, "-c", f"{before}\n{body}\nt.main()"]


@pytest.mark.parametrize(
    "body",
    [
        "t.DEADLINE_S = 0.2\ndef made(*_):\n    while True: pass\nt._made = made",
        "t._made = lambda *_: (bytearray(2 << 30), ok)[1]",
        "t._made = lambda *_: (open('/dev/null', 'rb'), ok)[1]",
        "t._made = lambda *_: t.ANSWER.pack(4, 4, 12) + bytes(12)",
        "t._made = lambda *_: bytes(t.OUTPUT_CAP + 100)",
        "t._made = lambda *_: os.kill(os.getpid(), 9)",
    ],
    ids=["endless", "memory", "files", "lies", "flood", "dies"],
)
def test_a_picture_that_takes_its_child_over_gets_nothing_through(body: str) -> None:
    with PictureDecoder(fake(body)) as studio:
        assert studio.ask(TOP, 160, 100, b"anything") == NOTHING


def test_the_same_child_left_alone_answers() -> None:
    with PictureDecoder(fake("t._made = lambda *_: ok")) as studio:
        assert studio.ask(TOP, 160, 100, b"anything") == (1, 1, bytes(3))


def test_one_picture_cannot_reach_the_next(studio: PictureDecoder) -> None:
    body = (
        "real = t._made\n"
        "def made(kind, untrusted, width, height):\n"
        "    t._made = None\n"
        "    return real(kind, untrusted, width, height)\n"
        "t._made = made"
    )
    content = encoded(Image.new("RGB", (16, 10)))
    with PictureDecoder(fake(body)) as taken:
        assert taken.ask(TOP, 160, 100, content)[:2] == (16, 10)
        assert taken.ask(TOP, 160, 100, content)[:2] == (16, 10)


def test_a_child_that_does_not_start_or_ends_is_no_fault(studio: PictureDecoder) -> None:
    with PictureDecoder(["/nonexistent"]) as missing:
        assert missing.ask(TOP, 160, 100, b"x") == NOTHING
    with PictureDecoder([sys.executable, "-c", ""]) as short:
        assert short.ask(TOP, 160, 100, b"x" * (1 << 20)) == NOTHING


# The words of a saved page

MHTML = b"""MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"; type="text/html"

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<html><head><title>T</title><style>p{}</style></head><body><p>caf=C3=A9  <b>now</b></p>
<script>alert(1)</script><div>second &lt;line&gt;</div></body></html>
--b
Content-Type: image/png

x
--b--
"""


def test_the_words_of_a_page_come_without_markup_and_script(studio: PictureDecoder) -> None:
    assert studio.ask(TEXT, 0, 0, MHTML)[2].decode() == "café now\nsecond <line>"
    assert studio.ask(TEXT, 0, 0, b"no page at all") == NOTHING


# Over a vault


@dataclass(frozen=True, slots=True)
class KeepPicture(Job[tuple[Exhibit, Exhibit]]):
    """Put a picture into the journal as a page with its saved text."""

    content: bytes

    def run(self, context: JobContext) -> tuple[Exhibit, Exhibit]:
        picture = context.vault.exhibits.stage((self.content,), "image/png", "page-picture")
        page = context.vault.exhibits.stage((MHTML,), "multipart/related", "page-mhtml")
        certificate = CertificateSeen("none")
        address = "https://a.example/"
        context.vault.append(
            PageCaptured(picture, page, address, address, "", "live", None, 0, 200, (), certificate, "a test")
        )
        return picture, page


def test_small_and_whole_pictures_and_words_come_out_of_the_vault(kit: Kit) -> None:
    picture, page = kit.run(KeepPicture(encoded(Image.new("RGB", (640, 400)))))
    small, missing = kit.run(MakeThumbnails((picture.sha256, "0" * 64), 160, 100))
    assert (small.width, small.height) == (160, 100)
    assert missing == DecodedPicture("0" * 64, 0, 0, b"")
    whole = kit.run(ShowPicture(picture.sha256))
    assert (whole.width, whole.height, len(whole.rgb)) == (640, 400, 640 * 400 * 3)
    assert kit.run(ReadPageText(page.sha256)) == "café now\nsecond <line>"


def test_a_strip_that_is_not_wanted_any_more_ends(kit: Kit) -> None:
    cancel = CancelToken()
    cancel.call_off()
    with pytest.raises(Refused, match="called-off"):
        kit.run(MakeThumbnails(("0" * 64,), 160, 100), cancel)


def test_a_damaged_exhibit_is_no_picture(kit: Kit, tmp_path: Path) -> None:
    kit.run(WriteNote("before"))
    (tmp_path / "a.png").write_bytes(encoded(Image.new("RGB", (64, 40))))
    with Capturing(JournalKeeper(kit)) as capturing:
        entry = capturing.file(tmp_path / "a.png")
    (stored,) = (kit.folder / "exhibits").iterdir()
    content = stored.read_bytes()
    stored.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert isinstance(entry.body, FileAdded)
    (made,) = kit.run(MakeThumbnails((entry.body.original.sha256,), 160, 100))
    assert (made.width, made.rgb) == (0, b"")
