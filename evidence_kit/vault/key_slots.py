"""The keys block of the header: the master key under eight slots, which of them are used, the intake's public key.

Its bytes are made here, and read back here without trusting them. Layout in docs/format.md.
"""

import hashlib
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from nacl.bindings import crypto_scalarmult_base

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.vault.key_derivation import Kdf

VERSION: Final = 1
BLOCK: Final = 4096
SLOTS: Final = 8
MAGIC: Final = b"EVKITVLT"
NONCE: Final = 12
_PLAIN: Final = struct.Struct("<8sIIII32sQ32s")
_FIXED: Final = 56  # magic, version, figures, salt: what every slot is bound to
_SLOT: Final = NONCE + 32 + 16
_SLOTS_END: Final = _PLAIN.size + SLOTS * _SLOT
_ROLES: Final = NONCE + SLOTS + 16
_CHECKED: Final = BLOCK - 32


class SlotRole(IntEnum):
    """What a slot opens with."""

    UNUSED = 0
    PASSPHRASE = 1
    RECOVERY = 2


@dataclass(frozen=True, slots=True)
class Keys:
    """One copy of the keys block. `whole` says that its checksum is right."""

    block: bytes
    kdf: Kdf
    salt: bytes
    generation: int
    intake_key: bytes
    whole: bool

    def slot(self, index: int) -> bytes:
        return self.block[_PLAIN.size + index * _SLOT : _PLAIN.size + (index + 1) * _SLOT]


def subkey(master: bytes, purpose: str) -> bytes:
    """HKDF-Expand (RFC 5869 §2.3) with SHA-256: 32 bytes from the master key."""
    return HKDFExpand(SHA256(), 32, b"evidence-kit/1/" + purpose.encode()).derive(master)


def intake_public(master: bytes) -> bytes:
    """The intake's public key (X25519) that belongs to the master key."""
    return crypto_scalarmult_base(subkey(master, "intake"))


def plain_of(kdf: Kdf, salt: bytes, generation: int, intake_key: bytes) -> bytes:
    """The block's beginning, in clear."""
    return _PLAIN.pack(MAGIC, VERSION, kdf.memory_kib, kdf.passes, kdf.lanes, salt, generation, intake_key)


def unused_slot() -> bytes:
    return secrets.token_bytes(_SLOT)


def copies(untrusted: bytes) -> Iterator[Keys]:
    """The keys blocks that can be read at all, whole ones first, of those the newer generation first."""
    found = []
    blocks = [untrusted[:BLOCK]] if len(untrusted) == BLOCK else [untrusted[:BLOCK], untrusted[BLOCK : 2 * BLOCK]]
    for block in blocks:
        magic, version, memory, passes, lanes, salt, generation, public = _PLAIN.unpack_from(block)
        whole = is_whole(block)
        if whole and magic == MAGIC and version > VERSION:
            raise Refused(Code.NEWER_VERSION, found=version, known=VERSION)
        kdf = Kdf(memory, passes, lanes)
        if magic == MAGIC and version == VERSION and kdf.sane:
            found.append(Keys(block, kdf, salt, generation, public, whole))
    yield from sorted(found, key=lambda keys: (keys.whole, keys.generation), reverse=True)


def is_whole(block: bytes) -> bool:
    return hashlib.sha256(block[:_CHECKED]).digest() == block[_CHECKED:]


def sealed_block(plain: bytes, slots: list[bytes], roles: bytes, master: bytes) -> bytes:
    front = plain + b"".join(slots)
    nonce = secrets.token_bytes(NONCE)
    front += nonce + AESGCM(subkey(master, "keys")).encrypt(nonce, roles, front)
    front += secrets.token_bytes(_CHECKED - len(front))
    return front + hashlib.sha256(front).digest()


def open_roles(block: bytes, master: bytes) -> bytes | None:
    sealed = block[_SLOTS_END : _SLOTS_END + _ROLES]
    try:
        return AESGCM(subkey(master, "keys")).decrypt(sealed[:NONCE], sealed[NONCE:], block[:_SLOTS_END])
    except InvalidTag:
        return None


def sealed_slot(derived: bytes, plain: bytes, index: int, master: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(subkey(derived, f"slot/{index}")).encrypt(nonce, master, plain[:_FIXED])


def open_slot(derived: bytes, keys: Keys, index: int) -> bytes | None:
    slot = keys.slot(index)
    try:
        return AESGCM(subkey(derived, f"slot/{index}")).decrypt(slot[:NONCE], slot[NONCE:], keys.block[:_FIXED])
    except InvalidTag:
        return None
