"""Write a stored zip (ZIP64 where needed) into any writer, front to back; never compress, never seek, keep nothing.

One plain profile, so that a checker can demand it byte for byte (docs/format.md): method 0, UTF-8 names, no times,
no gaps, no comments; members whose bytes are not known beforehand carry their CRC behind them (APPNOTE 4.3.9).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from isal import isal_zlib

_MAX32: Final = 0xFFFF_FFFF
_MAX16: Final = 0xFFFF
_MIDNIGHT_1980: Final = (0, 0x21)
_UTF8: Final = 1 << 11
_CRC_BEHIND: Final = 1 << 3
_UNIX: Final = 3 << 8
_PLAIN_FILE: Final = 0o100644 << 16


class Writer(Protocol):
    """All that is asked of the other end; a pipe or a socket's file will do."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class _Record:
    name: bytes
    flags: int
    offset: int
    size: int
    crc: int


class Archive:
    """A zip being written. Names are ASCII paths with forward slashes, chosen by the caller and not checked here."""

    def __init__(self, out: Writer) -> None:
        self._out = out
        self._offset = 0
        self._records: list[_Record] = []

    def add(self, name: str, content: bytes) -> None:
        """A member that is in memory."""
        self.add_known(name, (content,), len(content), isal_zlib.crc32(content))

    def add_known(self, name: str, chunks: Iterable[bytes], size: int, crc: int) -> None:
        """A member whose `size` and CRC-32 are known; the header in front of it is complete."""
        record = _Record(name.encode(), _UTF8, self._offset, size, crc)
        self._put(_local_header(record, size, crc))
        for chunk in chunks:
            self._put(chunk)
        self._records.append(record)

    def add_stream(self, name: str, chunks: Iterable[bytes], promised_size: int) -> None:
        """A member whose bytes are seen only once. `promised_size` may be exceeded only while both are below 4 GiB."""
        flags = _UTF8 | _CRC_BEHIND
        begun = _Record(name.encode(), flags, self._offset, promised_size, 0)
        self._put(_local_header(begun, 0, 0))
        size = crc = 0
        for chunk in chunks:
            self._put(chunk)
            size += len(chunk)
            crc = isal_zlib.crc32(chunk, crc)
        wide = promised_size >= _MAX32
        if not wide and size >= _MAX32:
            raise ValueError("a member outgrew the header in front of it")
        self._put(struct.pack("<IIQQ" if wide else "<IIII", 0x08074B50, crc, size, size))
        self._records.append(_Record(begun.name, flags, begun.offset, size, crc))

    def size_after(self, coming: Sequence[tuple[str, int]]) -> int:
        """The size of the finished archive if members of these names and sizes were still added by `add_known`."""
        records = list(self._records)
        offset = self._offset
        for name, size in coming:
            record = _Record(name.encode(), _UTF8, offset, size, 0)
            offset += len(_local_header(record, size, 0)) + size
            records.append(record)
        return offset + len(_directory(records, offset))

    def finish(self) -> None:
        """Write the central directory; without it nothing opens the archive."""
        self._put(_directory(self._records, self._offset))

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._offset += len(data)


def _local_header(record: _Record, size: int, crc: int) -> bytes:
    wide = record.size >= _MAX32
    extra = struct.pack("<HHQQ", 1, 16, size, size) if wide else b""
    shown = _MAX32 if wide else size
    needed = 45 if wide else 20
    fixed = struct.pack(
        "<IHHHHHIIIHH",
        *(0x04034B50, needed, record.flags, 0, *_MIDNIGHT_1980),
        *(crc, shown, shown, len(record.name), len(extra)),
    )
    return fixed + record.name + extra


def _directory(records: Sequence[_Record], offset: int) -> bytes:
    """The central directory for an archive whose members end at `offset`, with its end records."""
    lines = b"".join(_central_header(record) for record in records)
    count, size = len(records), len(lines)
    end = b""
    if count >= _MAX16 or size >= _MAX32 or offset >= _MAX32:
        end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, _UNIX | 45, 45, 0, 0, count, count, size, offset)
        end += struct.pack("<IIQI", 0x07064B50, 0, offset + size, 1)
    shown = (min(count, _MAX16), min(count, _MAX16), min(size, _MAX32), min(offset, _MAX32))
    return lines + end + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, *shown, 0)


def _central_header(record: _Record) -> bytes:
    fields = b""
    if record.size >= _MAX32:
        fields += struct.pack("<QQ", record.size, record.size)
    if record.offset >= _MAX32:
        fields += struct.pack("<Q", record.offset)
    extra = struct.pack("<HH", 1, len(fields)) + fields if fields else b""
    needed = 45 if fields else 20
    shown = min(record.size, _MAX32)
    fixed = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        *(0x02014B50, _UNIX | needed, needed, record.flags, 0, *_MIDNIGHT_1980),
        *(record.crc, shown, shown, len(record.name), len(extra), 0, 0, 0),
        *(_PLAIN_FILE, min(record.offset, _MAX32)),
    )
    return fixed + record.name + extra
