"""Photos and files come in as they are; what they say of themselves is read at arm's length."""

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from evidence_kit.capture.importer import open_file
from evidence_kit.capture.media import media_type
from evidence_kit.errors import Refused
from evidence_kit.model.exhibit import Exhibit


def reader(script: str) -> list[str]:
    return [sys.executable, "-I", "-c", script]


def facts_of(path: Path) -> tuple[dict[str, str], str]:
    with open_file(path) as imported:
        return {fact.name: fact.value for fact in imported.metadata}, imported.metadata_state


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "Testcam"
    exif[0x0110] = "T-1000"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:23 14:02:10"
    exif.get_ifd(0x8825).update({1: "S", 2: (1.0, 30.0, 36.0), 3: "E", 4: (36.0, 49.0, 12.0)})
    path = tmp_path / "IMG 1.jpg"
    Image.new("RGB", (40, 30), (200, 10, 10)).save(path, exif=exif)
    return path


def test_a_photo_comes_in_byte_for_byte_with_its_label_type_and_time(photo: Path) -> None:
    os.utime(photo, ns=(0, 1_700_000_000_123_456_789))
    with open_file(photo) as imported:
        assert b"".join(imported.chunks()) == photo.read_bytes()
        assert (imported.name, imported.media_type, imported.role) == ("IMG 1.jpg", "image/jpeg", "photo")
        assert imported.modified_utc == "2023-11-14T22:13:20.123Z"
        original = Exhibit(hashlib.sha256(photo.read_bytes()).hexdigest(), imported.size, "image/jpeg", "photo")
        body = imported.added(original, "d-1")
    assert (body.original, body.disruption, body.metadata_state) == (original, "d-1", "read")


def test_the_device_the_time_and_the_place_are_read_out_of_a_photo(photo: Path) -> None:
    facts, state = facts_of(photo)
    assert state == "read"
    assert facts["Make"] == "Testcam"
    assert facts["Model"] == "T-1000"
    assert facts["DateTimeOriginal"] == "2026:11:23 14:02:10"
    assert facts["GPSPosition"] == "-1.510000, 36.820000"


def test_the_text_of_a_png_is_read(tmp_path: Path) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "a camera\nof some kind")
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png", pnginfo=text)
    assert facts_of(tmp_path / "a.png") == ({"PNG Software": "a camera of some kind"}, "read")


def test_a_photo_without_metadata_says_none(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    assert facts_of(tmp_path / "a.png") == ({}, "none")


def test_a_broken_photo_still_comes_in_and_its_metadata_is_called_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"\xff\xd8\xff" + b"rubbish" * 100)
    with open_file(path) as imported:
        assert (imported.metadata, imported.metadata_state) == ((), "unreadable")
        assert b"".join(imported.chunks()) == path.read_bytes()


def test_a_photo_full_of_metadata_brings_no_more_than_the_cap_and_the_place_first(tmp_path: Path) -> None:
    exif = Image.Exif()
    for tag in range(0x9C9B, 0x9C9B + 400):
        exif[tag] = "x" * 120
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 0.0, 0.0), 3: "W", 4: (2.0, 0.0, 0.0)})
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg", exif=exif)
    with open_file(tmp_path / "a.jpg") as imported:
        assert imported.metadata[0].value == "1.000000, -2.000000"
        assert 20 < len(imported.metadata) <= 120
        assert len(json.dumps([(fact.name, fact.value) for fact in imported.metadata])) <= 17_000


@pytest.mark.parametrize(
    "script",
    [
        "raise SystemExit(1)",
        "import os; os.kill(os.getpid(), 9)",
        "print('x' * 100000)",
        "print('[[1, 2]]')",
        'print(\'{"a": "b"}\')',
        "print('[[\"a\", \"' + 'b' * 5000 + '\"]]')",
    ],
)
def test_a_reader_that_fails_or_lies_costs_only_the_metadata(photo: Path, script: str) -> None:
    with open_file(photo, reader=reader(script)) as imported:
        assert (imported.metadata, imported.metadata_state) == ((), "unreadable")
        assert b"".join(imported.chunks()) == photo.read_bytes()


def test_a_reader_that_hangs_is_ended_at_the_deadline(photo: Path) -> None:
    with open_file(photo, reader=reader("import threading; threading.Event().wait()"), deadline_s=0.2) as imported:
        assert (imported.metadata, imported.metadata_state) == ((), "unreadable")


def test_the_reader_can_open_no_file_once_it_reads_the_photo(photo: Path) -> None:
    script = "from evidence_kit.capture.metadata import limit; limit(); open('/etc/hostname')"
    with open_file(photo, reader=reader(script)) as imported:
        assert imported.metadata_state == "unreadable"


def test_a_reader_that_cannot_be_started_costs_only_the_metadata(photo: Path) -> None:
    with open_file(photo, reader=["/nowhere/reader"]) as imported:
        assert imported.metadata_state == "unreadable"


def test_what_a_reader_says_is_made_printable(photo: Path) -> None:
    script = r'import sys; sys.stdout.write(r"""[["a\u202eb", "c\nd"]]""")'
    with open_file(photo, reader=reader(script)) as imported:
        assert [(fact.name, fact.value) for fact in imported.metadata] == [("a\ufffdb", "c d")]


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"a" * 3_000_000)
    with open_file(path) as imported:
        chunks = imported.chunks()
        next(chunks)
        with path.open("ab") as out:
            out.write(b"b")
        with pytest.raises(Refused, match="file-changed"):
            list(chunks)


def test_a_file_rewritten_with_its_old_time_and_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"a" * 100)
    with open_file(path) as imported:
        before = path.stat()
        path.write_bytes(b"b" * 100)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        with pytest.raises(Refused, match="file-changed"):
            list(imported.chunks())


def test_a_quiet_file_can_be_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    with open_file(path) as imported:
        assert list(imported.chunks()) == list(imported.chunks()) == [b"abc"]


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, code in (("", "not-a-file"), ("missing", "no-such-file"), ("pipe", "not-a-file")):
        with pytest.raises(Refused) as refused, open_file(tmp_path / name):
            pass
        assert refused.value.code.value == code


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "a.txt", "image/png"),
        (b"%PDF-1.7", "a", "application/pdf"),
        (b"\x00\x00\x00\x18ftypheic", "a.heic", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom", "a.mp4", "video/mp4"),
        (b"PK\x03\x04", "a.zip", "application/zip"),
        (b"PK\x03\x04", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04", "a.jpg", "application/zip"),
        (b"hello", "a.txt", "text/plain"),
        (b"hello", "a.jpg", "application/octet-stream"),
        (b"", "a", "application/octet-stream"),
    ],
)
def test_the_bytes_say_what_a_file_is_and_the_name_only_where_they_are_silent(
    head: bytes, name: str, kind: str
) -> None:
    assert media_type(head, name) == kind
