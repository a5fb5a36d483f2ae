"""Read the one profile of zip that reports have, from its tail and then front to back; demand it byte for byte.

Nothing is guessed or repaired: whatever two unzippers could read differently is told as broken.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from isal import isal_zlib

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.plain_text import plain_line
from evidence_kit.verify.names import NAME_SHOWN, flaw_in_names

MEMBER_CAP: Final = 20_000
TAIL_CAP: Final = 8 << 20
CHUNK: Final = 1 << 20

_MAX32: Final = 0xFFFF_FFFF
_MAX16: Final = 0xFFFF
_UTF8: Final = 1 << 11
_CRC_BEHIND: Final = 1 << 3
_UNIX: Final = 3 << 8
_PLAIN_FILE: Final = 0o100644 << 16
_FILE_KIND: Final = 0o170000 << 16
_REGULAR: Final = 0o100000 << 16
_DATE: Final = 0x21
_END: Final = struct.Struct("<IHHHHIIH")
_END64: Final = struct.Struct("<IQHHIIQQQQ")
_LOCATOR: Final = struct.Struct("<IIQI")
_CENTRAL: Final = struct.Struct("<IHHHHHHIIIHHHHHII")
_LOCAL: Final = struct.Struct("<IHHHHHIIIHH")


class Readable(Protocol):
    """A stream of bytes; fewer than asked for means its end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A member as the directory has it, checked against the profile; `size` in bytes."""

    name: str
    offset: int
    size: int
    crc: int
    flags: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The members in the order of their bytes, and everything that stands behind the last of them."""

    members: tuple[ListedMember, ...]
    start: int
    tail: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A member under way: `chunks` must be read to the end before the next member is asked for."""

    name: str
    size: int
    chunks: Iterator[bytes]


def read_directory(untrusted_tail: bytes, total: int) -> Directory:
    """The directory of an archive of `total` bytes from its last ones (all of them, or at least `TAIL_CAP`).

    Raises `Broken`: "container-damaged" where the structure does not hold, "container-too-many" members,
    "container-compressed", "container-encrypted", "container-link" (not a plain file), "container-size-lie",
    "container-unsafe-name", "container-duplicate-name", "container-case-clash", "container-altered" where a member is
    not written as reports are (`name` tells which).
    """
    if len(untrusted_tail) < _END.size:
        raise Broken(Code.CONTAINER_DAMAGED, place="end")
    end = _END.unpack(untrusted_tail[-_END.size :])
    signature, disk, first_disk, count_here, count, size, start, comment = end
    if signature != 0x06054B50 or comment or disk or first_disk or count_here != count:
        raise Broken(Code.CONTAINER_DAMAGED, place="end")
    behind = _END.size
    if count == _MAX16 or size == _MAX32 or start == _MAX32:
        count, size, start = _read_wide_end(untrusted_tail, (count, size, start), total)
        behind += _LOCATOR.size + _END64.size
    if count > MEMBER_CAP:
        raise Broken(Code.CONTAINER_TOO_MANY, count=count, cap=MEMBER_CAP)
    if start + size + behind != total:
        raise Broken(Code.CONTAINER_DAMAGED, place="end")
    if size + behind > len(untrusted_tail):
        raise Broken(Code.CONTAINER_TOO_MANY, count=count, cap=MEMBER_CAP)
    tail = untrusted_tail[len(untrusted_tail) - size - behind :]
    members = tuple(sorted(_listed(tail[:size], count), key=lambda member: member.offset))
    flaw_in_names([member.name for member in members])
    return Directory(members, start, tail)


def _read_wide_end(tail: bytes, narrow: tuple[int, int, int], total: int) -> tuple[int, int, int]:
    behind = _END.size + _LOCATOR.size + _END64.size
    if len(tail) < behind:
        raise Broken(Code.CONTAINER_DAMAGED, place="end")
    at = len(tail) - behind
    wide = _END64.unpack(tail[at : at + _END64.size])
    locator = _LOCATOR.unpack(tail[at + _END64.size : at + _END64.size + _LOCATOR.size])
    count, size, start = wide[7], wide[8], wide[9]
    expected = (0x06064B50, 44, _UNIX | 45, 45, 0, 0, count, count, size, start)
    shown = (min(count, _MAX16), min(size, _MAX32), min(start, _MAX32))
    if wide != expected or locator != (0x07064B50, 0, total - behind, 1) or shown != narrow:
        raise Broken(Code.CONTAINER_DAMAGED, place="end")
    return count, size, start


def _listed(untrusted: bytes, count: int) -> Iterator[ListedMember]:
    at = 0
    for _ in range(count):
        if len(untrusted) - at < _CENTRAL.size:
            raise Broken(Code.CONTAINER_DAMAGED, place="directory")
        fixed = _CENTRAL.unpack(untrusted[at : at + _CENTRAL.size])
        (signature, made, needed, flags, method, time, date, crc, packed, size) = fixed[:10]
        (name_size, extra_size, comment, disk, inner, outer, offset) = fixed[10:]
        at += _CENTRAL.size
        raw, extra = untrusted[at : at + name_size], untrusted[at + name_size : at + name_size + extra_size]
        at += name_size + extra_size
        if signature != 0x02014B50 or at > len(untrusted):
            raise Broken(Code.CONTAINER_DAMAGED, place="directory")
        name = plain_line(raw.decode("utf-8", "replace"), NAME_SHOWN)
        if not raw.isascii():
            raise Broken(Code.CONTAINER_UNSAFE_NAME, name=name)
        if flags & 1:
            raise Broken(Code.CONTAINER_ENCRYPTED, name=name)
        if method:
            raise Broken(Code.CONTAINER_COMPRESSED, name=name)
        if outer & _FILE_KIND not in {0, _REGULAR} or raw.endswith(b"/"):
            raise Broken(Code.CONTAINER_LINK, name=name)
        if packed != size:
            raise Broken(Code.CONTAINER_SIZE_LIE, name=name)
        wide_size, wide_offset = _wide_fields(extra, size, offset, name)
        plain = flags & ~_CRC_BEHIND == _UTF8 and needed == (45 if extra else 20) and made == _UNIX | needed
        if not plain or (time, date, comment, disk, inner, outer) != (0, _DATE, 0, 0, 0, _PLAIN_FILE):
            raise Broken(Code.CONTAINER_ALTERED, name=name)
        yield ListedMember(raw.decode(), wide_offset, wide_size, crc, flags)
    if at != len(untrusted):
        raise Broken(Code.CONTAINER_DAMAGED, place="directory")


def _wide_fields(extra: bytes, size: int, offset: int, name: str) -> tuple[int, int]:
    """Sizes and offsets of 4 GiB and more stand in the ZIP64 field, and nothing else may stand there."""
    wanted = (16 if size == _MAX32 else 0) + (8 if offset == _MAX32 else 0)
    if len(extra) != (wanted + 4 if wanted else 0):
        raise Broken(Code.CONTAINER_ALTERED, name=name)
    if not wanted:
        return size, offset
    kind, length, *values = struct.unpack(f"<HH{wanted // 8}Q", extra)
    if kind != 1 or length != wanted or min(values) < _MAX32 or (size == _MAX32 and values[0] != values[1]):
        raise Broken(Code.CONTAINER_ALTERED, name=name)
    return (values[0] if size == _MAX32 else size), (values[-1] if offset == _MAX32 else offset)


def walk(stream: Readable, directory: Directory) -> Iterator[Member]:
    """Every member in order, its bytes checked against the directory while they are read.

    Raises `Broken`: "container-damaged" for gaps, overlaps, a cut or other bytes than the directory's, and
    "container-crc" with the member's `name`.
    """
    at = 0
    for listed in directory.members:
        if listed.offset != at:
            raise Broken(Code.CONTAINER_DAMAGED, place=listed.name)
        at += _read_header(stream, listed)
        done = [0]
        yield Member(listed.name, listed.size, _content(stream, listed, done))
        if done[0] != listed.size:
            raise RuntimeError("a member was not read to its end")
        at += listed.size
        if listed.flags & _CRC_BEHIND:
            layout = "<IIQQ" if listed.size >= _MAX32 else "<IIII"
            behind = _exactly(stream, struct.calcsize(layout), listed.name)
            if struct.unpack(layout, behind) != (0x08074B50, listed.crc, listed.size, listed.size):
                raise Broken(Code.CONTAINER_DAMAGED, place=listed.name)
            at += len(behind)
    if at != directory.start or _exactly(stream, len(directory.tail), "end") != directory.tail:
        raise Broken(Code.CONTAINER_DAMAGED, place="end")


def _read_header(stream: Readable, listed: ListedMember) -> int:
    wide = listed.size >= _MAX32
    known = not listed.flags & _CRC_BEHIND
    size = listed.size if known else 0
    shown = _MAX32 if wide else size
    extra = struct.pack("<HHQQ", 1, 16, size, size) if wide else b""
    raw = listed.name.encode()
    fixed = (0x04034B50, 45 if wide else 20, listed.flags, 0, 0, _DATE, listed.crc if known else 0, shown, shown)
    expected = _LOCAL.pack(*fixed, len(raw), len(extra)) + raw + extra
    if _exactly(stream, len(expected), listed.name) != expected:
        raise Broken(Code.CONTAINER_DAMAGED, place=listed.name)
    return len(expected)


def _content(stream: Readable, listed: ListedMember, done: list[int]) -> Iterator[bytes]:
    crc = 0
    while done[0] < listed.size:
        chunk = stream.read(min(CHUNK, listed.size - done[0]))
        if not chunk:
            raise Broken(Code.CONTAINER_DAMAGED, place=listed.name)
        done[0] += len(chunk)
        crc = isal_zlib.crc32(chunk, crc)
        yield chunk
    if crc != listed.crc:
        raise Broken(Code.CONTAINER_CRC, name=listed.name)


def _exactly(stream: Readable, size: int, place: str) -> bytes:
    parts: list[bytes] = []
    while size:
        part = stream.read(size)
        if not part:
            raise Broken(Code.CONTAINER_DAMAGED, place=place)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
