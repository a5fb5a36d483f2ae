"""Take the OpenPGP message out of what mail makes of it: PGP/MIME (RFC 3156) and ASCII armour (RFC 4880 §6), streamed.

Only the shapes in which a report travels are read; everything is capped, and nothing here decides whether it is
genuine.
"""

import base64
import binascii
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEADERS_CAP: Final = 256 * 1024
_LINE_CAP: Final = 64 * 1024
_BLOCK: Final = 1 << 20
_ARMOR: Final = b"-----BEGIN PGP MESSAGE-----"
_ARMOR_END: Final = b"\n-----END PGP MESSAGE-----"
_HEADER: Final = re.compile(rb"(?:From [^\r\n]*|[!-9;-~]{1,76}:[^\r\n]*)\r?\n")
_BLANK: Final = re.compile(rb"\n[ \t\r]*\n")
_BOUNDARY: Final = re.compile(rb"""boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s";,]{1,70}))""", re.IGNORECASE)


def looks_like_mail(head: bytes) -> bool:
    """Whether a file begins as an Internet message does: with a header line."""
    return _HEADER.match(head) is not None


def message_in_mail(mail: BinaryIO) -> Iterator[bytes]:
    """The bytes of the encrypted part, its transfer encoding undone; perhaps still armoured.

    Raises `Refused(Code.MAIL_WITHOUT_REPORT)` for any other kind of mail, `Broken(Code.MAIL_DAMAGED)` where the
    encoding does not hold or the part has no end.
    """
    headers = _read_headers(mail)
    if not headers.get(b"content-type", b"").lower().startswith(b"multipart/encrypted"):
        raise Refused(Code.MAIL_WITHOUT_REPORT)
    found = _BOUNDARY.search(headers[b"content-type"])
    if not found:
        raise Refused(Code.MAIL_WITHOUT_REPORT)
    delimiter = b"--" + (found[1] or found[2])
    for _ in _until(mail, delimiter):
        pass
    control = _read_headers(mail)
    if not control.get(b"content-type", b"").lower().startswith(b"application/pgp-encrypted"):
        raise Refused(Code.MAIL_WITHOUT_REPORT)
    for _ in _until(mail, delimiter):
        pass
    encoding = _read_headers(mail).get(b"content-transfer-encoding", b"7bit").strip().lower()
    lines = _until(mail, delimiter)
    match encoding:
        case b"7bit" | b"8bit" | b"binary" | b"":
            yield from lines
        case b"base64":
            yield from _from_base64(lines)
        case b"quoted-printable":
            yield from (binascii.a2b_qp(line) for line in lines)
        case _:
            raise Broken(Code.MAIL_DAMAGED)


def _read_headers(mail: BinaryIO) -> dict[bytes, bytes]:
    """Header fields by lower-case name, unfolded; a name given twice counts with its first value."""
    fields: dict[bytes, bytes] = {}
    last = b""
    room = HEADERS_CAP
    while line := mail.readline(_LINE_CAP):
        room -= len(line)
        if room < 0:
            raise Refused(Code.MAIL_WITHOUT_REPORT)
        text = line.rstrip(b"\r\n")
        if not text:
            break
        if text[:1] in {b" ", b"\t"}:
            if last:
                fields[last] += b" " + text.strip()
            continue
        name, colon, value = text.partition(b":")
        last = name.strip().lower() if colon and name.strip().lower() not in fields else b""
        if last:
            fields[last] = value.strip()
    return fields


def _until(mail: BinaryIO, delimiter: bytes) -> Iterator[bytes]:
    """The lines before the next delimiter; the line end before it belongs to the delimiter (RFC 2046 §5.1.1)."""
    held = b""
    while line := mail.readline(_LINE_CAP):
        if line.startswith(delimiter) and line.rstrip() in {delimiter, delimiter + b"--"}:
            yield held.removesuffix(b"\n").removesuffix(b"\r")
            return
        if held:
            yield held
        held = line
    raise Broken(Code.MAIL_DAMAGED)


def binary_message(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The message in binary: armour taken off where there is some, so that gpg need not parse it.

    The armour's CRC is not looked at: the message has a far better integrity check inside. Raises
    `Broken(Code.ARMOR_DAMAGED)`.
    """
    stream = iter(chunks)
    head = b""
    for chunk in stream:
        head += chunk
        if len(head) >= 1024:
            break
    start = head.lstrip(b"\r\n\t ")
    if not start.startswith(_ARMOR):
        yield head
        yield from stream
        return
    yield from _from_base64(_armor_body(start, stream))


def _armor_body(head: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    """What stands between the blank line behind the armour's headers and its checksum or end."""
    while not (blank := _BLANK.search(head)):
        chunk = next(stream, b"")
        head += chunk
        if not chunk or len(head) > HEADERS_CAP:
            raise Broken(Code.ARMOR_DAMAGED)
    held = b"\n" + head[blank.end() :]
    keep = len(_ARMOR_END) + 16
    while True:
        end = held.find(_ARMOR_END)
        if end >= 0:
            yield re.sub(rb"\n=[A-Za-z0-9+/]{4}[ \t\r]*\n*\Z", b"\n", held[:end])
            return
        if len(held) > keep:
            yield held[:-keep]
            held = held[-keep:]
        chunk = next(stream, b"")
        if not chunk:
            raise Broken(Code.ARMOR_DAMAGED)
        held += chunk


def _from_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    try:
        for chunk in _in_blocks(chunks):
            held += chunk.translate(None, b" \t\r\n")
            whole = len(held) - len(held) % 4
            # A padded group may only be the last, so the last one waits.
            whole = max(0, whole - 4)
            yield base64.b64decode(held[:whole], validate=True)
            held = held[whole:]
        yield base64.b64decode(held, validate=True)
    except binascii.Error:
        raise Broken(Code.ARMOR_DAMAGED) from None


def _in_blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    for chunk in chunks:
        gathered.append(chunk)
        size += len(chunk)
        if size >= _BLOCK:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


class ChunkReader(io.RawIOBase):
    """Chunks as a raw stream; `seen` is told each one."""

    def __init__(self, chunks: Iterable[bytes], seen: Callable[[bytes], object] = len) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._seen = seen
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._seen(chunk)
            self._rest = memoryview(chunk)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
