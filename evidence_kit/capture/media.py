"""What kind of file this is, by its first bytes; by its name only where they say nothing."""

import mimetypes
import re
from pathlib import PurePath
from typing import Final

HEAD_SIZE: Final = 64
UNKNOWN: Final = "application/octet-stream"

_SIGNATURES: Final = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"II\x2a\x00|MM\x00\x2a"), "image/tiff"),
    (re.compile(rb"BM.{4}\x00{4}", re.DOTALL), "image/bmp"),
    (re.compile(rb"....ftyp(heic|heix|heim|heis|mif1|msf1)", re.DOTALL), "image/heic"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp(3gp|3g2)", re.DOTALL), "video/3gpp"),
    (re.compile(rb"....ftypqt  ", re.DOTALL), "video/quicktime"),
    (re.compile(rb"....ftypM4[AB]", re.DOTALL), "audio/mp4"),
    (re.compile(rb"....ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1a\x45\xdf\xa3.*webm", re.DOTALL), "video/webm"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "video/x-matroska"),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), "video/x-msvideo"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"fLaC"), "audio/flac"),
    (re.compile(rb"#!AMR"), "audio/amr"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"\x1f\x8b"), "application/gzip"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed"),
    (re.compile(rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x0a\x0d\x0d\x0a"), "application/vnd.tcpdump.pcap"),
)
# Documents in zip containers look alike at the start; the name may choose among them.
_ZIP: Final = re.compile(rb"PK(\x03\x04|\x05\x06)")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_ZIP_NAMED: Final = {
    ".docx": _OFFICE + "wordprocessingml.document",
    ".xlsx": _OFFICE + "spreadsheetml.sheet",
    ".pptx": _OFFICE + "presentationml.presentation",
    ".odt": _OPEN + "text",
    ".ods": _OPEN + "spreadsheet",
    ".odp": _OPEN + "presentation",
    ".epub": "application/epub+zip",
}
# Python's own table, and not the machine's: the same file gets the same type everywhere.
_BY_NAME: Final = mimetypes.MimeTypes(filenames=())


def media_type(untrusted_head: bytes, name: str) -> str:
    """The media type of a file called `name` that begins with `untrusted_head`, `HEAD_SIZE` bytes."""
    for signature, kind in _SIGNATURES:
        if signature.match(untrusted_head):
            return kind
    if _ZIP.match(untrusted_head):
        return _ZIP_NAMED.get(PurePath(name).suffix.lower(), "application/zip")
    named, encoding = _BY_NAME.guess_type(name)
    # A name may not claim what the bytes would have shown.
    if encoding or named is None or named == "application/zip" or named in {kind for _, kind in _SIGNATURES}:
        return UNKNOWN
    return named
