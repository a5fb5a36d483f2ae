"""OpenPGP data as ASCII armour (RFC 4880 §6), streaming: constant memory at any size.

Armours only; what is inside was encrypted elsewhere.
"""

import binascii
import struct
from collections.abc import Iterable, Iterator
from typing import Final

_LINE: Final = 48  # bytes that make a line of 64 characters
_HEAD: Final = b"-----BEGIN PGP MESSAGE-----\r\n\r\n"
_TAIL: Final = b"-----END PGP MESSAGE-----\r\n"
_CRC_LINE: Final = len("=ABCD\r\n")

_CRC_START: Final = 0xB704CE
_CRC_POLYNOMIAL: Final = 0x1864CFB
# (distance, taps): x^distance ≡ Σ x^tap modulo the polynomial. A test recomputes them.
FOLDS: Final = (
    (773362, (23, 22, 18)),
    (398907, (23, 21, 0)),
    (219617, (18, 4, 0)),
    (112367, (8, 5, 0)),
    (52055, (23, 15, 12)),
    (28945, (10, 8, 6, 3, 0)),
    (14052, (23, 20, 16, 12, 0)),
    (6835, (23, 21, 19, 16, 2)),
    (2662, (23, 16, 13, 11, 1)),
)


def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        crc = byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= _CRC_POLYNOMIAL
        rows.append(crc)
    return tuple(rows)


_TABLE: Final = _table()


def crc24(chunk: bytes, crc: int = _CRC_START) -> int:
    """The CRC-24 of RFC 4880 §6.1, to be carried from chunk to chunk.

    Byte by byte Python manages some 10 MB/s. A CRC is the remainder of one long polynomial, so a long chunk is first
    folded: its upper half is multiplied by x^distance, which is three shifts where that power has three terms.
    """
    if len(chunk) >= 3:
        rest = int.from_bytes(chunk, "big") ^ (crc << 8 * (len(chunk) - 3))
        for distance, taps in FOLDS:
            while rest.bit_length() > distance + 64:
                upper = rest >> distance
                rest ^= upper << distance
                for tap in taps:
                    rest ^= upper << tap
        chunk, crc = rest.to_bytes((rest.bit_length() + 7) // 8, "big"), 0
    for byte in chunk:
        crc = (crc << 8 & 0xFFFFFF) ^ _TABLE[crc >> 16 ^ byte]
    return crc


def armour(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Blocks of whole CRLF lines of at most 64 characters, no line beginning with a dot; no Version, no Comment."""
    yield _HEAD
    crc = _CRC_START
    left = b""
    for chunk in chunks:
        crc = crc24(chunk, crc)
        left += chunk
        whole = len(left) - len(left) % _LINE
        if whole:
            lines = binascii.b2a_base64(memoryview(left)[:whole], newline=False)
            yield b"\r\n".join((*struct.unpack("64s" * (whole // _LINE), lines), b""))
            left = left[whole:]
    if left:
        yield binascii.b2a_base64(left, newline=False) + b"\r\n"
    yield b"=" + binascii.b2a_base64(crc.to_bytes(3, "big"), newline=False) + b"\r\n" + _TAIL


def armoured_size(size: int) -> int:
    """How many bytes `armour` makes of `size` bytes."""
    text = (size + 2) // 3 * 4
    lines = (size + _LINE - 1) // _LINE
    return len(_HEAD) + text + 2 * lines + _CRC_LINE + len(_TAIL)
