"""What is typed becomes the key of a slot: one form for each secret, and Argon2id over it."""

import codecs
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from argon2.low_level import ARGON2_VERSION, Type, core, ffi

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.vault import recovery

SHORTEST_PASSPHRASE: Final = 8
_PASSPHRASE: Final = b"passphrase\x00"
_RECOVERY: Final = b"recovery\x00"
_DERIVED: Final = 32
_DONE: Final = 0  # ARGON2_OK


@dataclass(frozen=True, slots=True)
class Kdf:
    """Argon2id's figures (RFC 9106): memory in KiB, passes, lanes.

    Nobody gains by putting smaller ones into a header: the slots open under none but their own.
    """

    memory_kib: int
    passes: int = 3
    lanes: int = 4

    @property
    def sane(self) -> bool:
        return 8 * self.lanes <= self.memory_kib <= 1 << 20 and 1 <= self.passes <= 16 and 1 <= self.lanes <= 16


def usual_kdf() -> Kdf:
    """256 MiB, halved while that is over a quarter of the memory at hand, never under 64 MiB."""
    import psutil  # a new header alone asks

    memory_kib = 256 * 1024
    while memory_kib > 64 * 1024 and memory_kib * 4 > psutil.virtual_memory().available // 1024:
        memory_kib //= 2
    return Kdf(memory_kib)


@contextmanager
def new_passphrase(passphrase: bytearray) -> Iterator[bytearray]:
    """What is derived from of a passphrase that is to be set; zeros afterwards.

    Raises `Refused` with "passphrase-too-short" or "passphrase-like-code".
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(Code.PASSPHRASE_TOO_SHORT, least=SHORTEST_PASSPHRASE)
    if recovery.is_shaped_like_code(_signs(passphrase)):
        raise Refused(Code.PASSPHRASE_LIKE_CODE)
    with _zeroed(_of_passphrase(passphrase)) as material:
        yield material


@contextmanager
def recovery_secret(secret: bytes) -> Iterator[bytearray]:
    """What is derived from of a recovery code's 20 bytes; zeros afterwards."""
    with _zeroed(bytearray(_RECOVERY + secret)) as material:
        yield material


@contextmanager
def typed(secret: bytearray) -> Iterator[bytearray]:
    """What is derived from of whatever was typed to unlock, passphrase or recovery code; zeros afterwards.

    Raises `Refused(Code.RECOVERY_CODE_TYPO)`.
    """
    if recovery.is_shaped_like_code(_signs(secret)):
        material = bytearray(_RECOVERY + recovery.secret_of(secret.decode("utf-8", "surrogateescape")))
    else:
        material = _of_passphrase(secret)
    with _zeroed(material):
        yield material


def is_of_passphrase(material: bytearray) -> bool:
    """Whether it was made of a passphrase, and not of a recovery code."""
    return material.startswith(_PASSPHRASE)


def derive(material: bytearray, kdf: Kdf, salt: bytes) -> bytes:
    """Argon2id (RFC 9106) without a secret value or associated data: 32 bytes.

    Through the binding that reads `material` where it lies: the usual one leaves a copy of it in freed memory.
    Raises `Unavailable(Code.MEMORY_SHORT)`.
    """
    out = ffi.new("uint8_t[]", _DERIVED)
    salted = ffi.from_buffer("uint8_t[]", salt)
    with ffi.from_buffer("uint8_t[]", material) as secret:
        context = ffi.new(
            "argon2_context *",
            {
                "version": ARGON2_VERSION,
                "out": out,
                "outlen": _DERIVED,
                "pwd": secret,
                "pwdlen": len(material),
                "salt": salted,
                "saltlen": len(salt),
                "t_cost": kdf.passes,
                "m_cost": kdf.memory_kib,
                "lanes": kdf.lanes,
                "threads": kdf.lanes,
            },
        )
        if core(context, Type.ID.value) != _DONE:
            raise Unavailable(Code.MEMORY_SHORT, mib=kdf.memory_kib // 1024)
    return bytes(ffi.buffer(out))


@contextmanager
def _zeroed(material: bytearray) -> Iterator[bytearray]:
    try:
        yield material
    finally:
        material[:] = bytes(len(material))


def _signs(secret: bytearray) -> Iterator[str]:
    """One at a time, so that no text of it lies in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for place in range(len(secret)):
        yield from decoder.decode(secret[place : place + 1])
    yield from decoder.decode(b"", final=True)


def _of_passphrase(passphrase: bytearray) -> bytearray:
    """One form for the same signs from different keyboards (Unicode NFC).

    Beyond ASCII, Python composes text alone: copies of that stay in freed memory until it is used again.
    """
    if passphrase.isascii():
        # Of its final size at once: a bytearray that grows leaves its old place behind.
        material = bytearray(len(_PASSPHRASE) + len(passphrase))
        material[: len(_PASSPHRASE)] = _PASSPHRASE
        memoryview(material)[len(_PASSPHRASE) :] = passphrase
        return material
    composed = unicodedata.normalize("NFC", passphrase.decode("utf-8", "surrogateescape"))
    return bytearray(_PASSPHRASE + composed.encode("utf-8", "surrogateescape"))
