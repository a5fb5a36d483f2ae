"""The header: the master key under eight slots, the intake's public key, and the journal's newest size and root.

Four blocks of 4,096 bytes, overwritten in place and never renamed over, because a rename leaves old keys on the
disk: keys A, keys B (the same twice), head 0, head 1 (the newer counts). Layout in docs/format.md.
"""

import hashlib
import os
import secrets
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from argon2 import low_level
from argon2.exceptions import HashingError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from nacl.bindings import crypto_scalarmult_base

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.files import disk_errors, write_whole
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.system import open_in_place
from evidence_kit.vault import recovery

VERSION: Final = 1
BLOCK: Final = 4096
SIZE: Final = 4 * BLOCK
SLOTS: Final = 8
PASSPHRASE: Final = 1
RECOVERY: Final = 2
SHORTEST_PASSPHRASE: Final = 8

_MAGIC: Final = b"EVKITVLT"
_PLAIN: Final = struct.Struct("<8sIIII32sQ32s")
_FIXED: Final = 56  # magic, version, figures, salt: what every slot is bound to
_NONCE: Final = 12
_SLOT: Final = _NONCE + 32 + 16
_SLOTS_END: Final = _PLAIN.size + SLOTS * _SLOT
_ROLES: Final = _NONCE + SLOTS + 16
_CHECKED: Final = BLOCK - 32
_HEAD: Final = struct.Struct("<QQ32s32s32sQ32s")
_HEAD_SEALED: Final = _NONCE + _HEAD.size + 16
_ZERO: Final = bytes(32)
_datasync: Final = getattr(os, "fdatasync", os.fsync)


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


@dataclass(frozen=True, slots=True)
class Head:
    """What the journal was at the last acknowledged change; sealed, so that only the master key can make one.

    `state` is the digest of everything in the database that may change, `pending` the digest of a change under way
    (zeros: none). `lost_size` and `lost_root` tell for ever that a longer journal was once here (0: never).
    """

    serial: int
    size: int
    root: bytes
    state: bytes
    pending: bytes = _ZERO
    lost_size: int = 0
    lost_root: bytes = _ZERO


@dataclass(frozen=True, slots=True)
class _Keys:
    """One copy of the keys block. `whole` says that its checksum is right."""

    block: bytes
    kdf: Kdf
    salt: bytes
    generation: int
    intake_key: bytes
    whole: bool

    def slot(self, index: int) -> bytes:
        return self.block[_PLAIN.size + index * _SLOT : _PLAIN.size + (index + 1) * _SLOT]


def exists(folder: Path) -> bool:
    """Whether `folder` holds something that says it is a vault's header."""
    path = folder / "vault.header"
    return path.is_file() and not path.is_symlink() and path.stat().st_size == SIZE


def intake_key(path: Path) -> bytes:
    """The intake's public key (X25519, 32 bytes), which needs no secret to read.

    Raises `Broken` with "header-missing" or "header-damaged", `Refused(Code.NEWER_VERSION)`.
    """
    for keys in _copies(_read(path)):
        if keys.whole:
            return keys.intake_key
    raise Broken(Code.HEADER_DAMAGED)


def create(path: Path, passphrase: bytearray, kdf: Kdf) -> tuple["Header", str]:
    """Write a header with a new master key; the open header and the recovery code, which is shown once.

    Raises `Refused` with "passphrase-too-short" or "passphrase-like-code".
    """
    master = secrets.token_bytes(32)
    salt = secrets.token_bytes(32)
    code_secret = recovery.new_secret()
    roles = bytearray(SLOTS)
    first, second = secrets.SystemRandom().sample(range(SLOTS), 2)
    roles[first], roles[second] = PASSPHRASE, RECOVERY
    public = crypto_scalarmult_base(subkey(master, "intake"))
    plain = _PLAIN.pack(_MAGIC, VERSION, kdf.memory_kib, kdf.passes, kdf.lanes, salt, 1, public)
    slots = [secrets.token_bytes(_SLOT) for _ in range(SLOTS)]
    slots[first] = _seal_slot(_derive(_of_passphrase(passphrase), kdf, salt), plain, first, master)
    slots[second] = _seal_slot(_derive(_of_code(code_secret), kdf, salt), plain, second, master)
    keys = _keys_block(plain, slots, bytes(roles), master)
    write_whole(path, keys + keys + secrets.token_bytes(2 * BLOCK), replace=False)
    return Header(path, master, bytes(roles), keys), recovery.code_of(code_secret)


def unlock(path: Path, secret: bytearray) -> tuple["Header", tuple[Finding, ...]]:
    """Open the header with a passphrase or a recovery code; both copies are alike afterwards.

    One run of Argon2id, whichever slot fits and whether one does. The findings tell of a damaged copy.
    Raises `Refused` with "wrong-passphrase", "recovery-code-typo", "newer-version" or "read-only",
    `Broken` with "header-missing" or "header-damaged", `Unavailable(Code.MEMORY_SHORT)`.
    """
    meant = _meant(secret)
    copies = list(_copies(_read(path)))
    derived: dict[tuple[Kdf, bytes], bytes] = {}
    for keys in copies:
        figures = (keys.kdf, keys.salt)
        if figures not in derived:
            derived[figures] = _derive(meant, *figures)
        for index in range(SLOTS):
            master = _open_slot(derived[figures], keys, index)
            if master is not None:
                return _opened(path, keys, master, index, PASSPHRASE if meant.startswith(b"p") else RECOVERY)
    if any(keys.whole for keys in copies):
        raise Refused(Code.WRONG_PASSPHRASE)
    raise Broken(Code.HEADER_DAMAGED)


def _opened(path: Path, keys: _Keys, master: bytes, index: int, role: int) -> tuple["Header", tuple[Finding, ...]]:
    found: list[Finding] = []
    block = keys.block
    roles = _open_roles(block, master)
    if roles is None:
        # Slots hold, but something around them was changed: trust nothing that the master key does not vouch for.
        found.append(Finding("header-changed", Verdict.BROKEN, path.name))
        roles = bytes(role if place == index else 0 for place in range(SLOTS))
    public = crypto_scalarmult_base(subkey(master, "intake"))
    if keys.intake_key != public:
        found.append(Finding("intake-key-changed", Verdict.BROKEN, path.name))
    header = Header(path, master, roles, block)
    if not keys.whole or found:
        plain = _PLAIN.pack(
            _MAGIC, VERSION, keys.kdf.memory_kib, keys.kdf.passes, keys.kdf.lanes, keys.salt, keys.generation, public
        )
        block = _keys_block(plain, [keys.slot(index) for index in range(SLOTS)], roles, master)
    both = _read(path)[: 2 * BLOCK]
    if both != block + block:
        for name, copy in (("A", both[:BLOCK]), ("B", both[BLOCK:])):
            if not _is_whole(copy):
                found.append(Finding("header-copy-damaged", Verdict.NOTE, path.name, (("copy", name),)))
        header.store_keys(block)
    return header, tuple(found)


class Header:
    """An unlocked header: gives keys, changes slots, remembers the journal's head. `close` it."""

    def __init__(self, path: Path, master: bytes, roles: bytes, block: bytes) -> None:
        self._path = path
        self._master = master
        self._roles = roles
        self._block = block
        self._head_cipher = AESGCM(self.key("head"))
        with disk_errors():
            self._handle = open_in_place(path)

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from the master key."""
        return subkey(self._master, purpose)

    @property
    def intake_key(self) -> bytes:
        return crypto_scalarmult_base(self.key("intake"))

    def change_passphrase(self, new: bytearray) -> None:
        """Rewrite the passphrase's slot in both copies; the old passphrase opens nothing afterwards.

        Raises as `create` does.
        """
        self._change(PASSPHRASE, _of_passphrase(new))

    def replace_recovery_code(self, code: str | None = None) -> str:
        """A new recovery code, `code` where one was made already; the old one opens nothing afterwards.

        Raises `Refused(Code.RECOVERY_CODE_TYPO)`.
        """
        secret = recovery.new_secret() if code is None else recovery.secret_of(code)
        self._change(RECOVERY, _of_code(secret))
        return recovery.code_of(secret)

    def _change(self, role: int, secret: bytes) -> None:
        (keys,) = _copies(self._block)
        taken = self._roles.find(role)
        index = taken if taken >= 0 else self._roles.find(0)
        plain = _PLAIN.pack(
            _MAGIC,
            VERSION,
            keys.kdf.memory_kib,
            keys.kdf.passes,
            keys.kdf.lanes,
            keys.salt,
            keys.generation + 1,
            self.intake_key,
        )
        # Unused slots get new random bytes: nothing stays in them, and a lost list of roles leaves no old way in.
        slots = [keys.slot(place) if used else secrets.token_bytes(_SLOT) for place, used in enumerate(self._roles)]
        slots[index] = _seal_slot(_derive(secret, keys.kdf, keys.salt), plain, index, self._master)
        roles = bytearray(self._roles)
        roles[index] = role
        self.store_keys(_keys_block(plain, slots, bytes(roles), self._master))
        self._roles = bytes(roles)

    def store_keys(self, block: bytes) -> None:
        """Copy B, synced, then copy A, synced: at every moment one of them is whole."""
        with disk_errors():
            for place in (BLOCK, 0):
                _write_at(self._handle, block, place)
                os.fsync(self._handle)
        self._block = block

    def heads(self) -> list[Head]:
        """The readable heads, newest first: two in a sound header, fewer after damage or before the first."""
        found = []
        for place in (2, 3):
            sealed = os.pread(self._handle, _HEAD_SEALED, place * BLOCK)
            try:
                found.append(Head(*_HEAD.unpack(self._head_cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _MAGIC))))
            except (InvalidTag, ValueError):
                continue
        return sorted(found, key=lambda head: head.serial, reverse=True)

    def write_head(self, head: Head) -> Head:
        """Put `head` with the next serial over the older of the two, in one sector, synced; what was written."""
        head = replace(head, serial=head.serial + 1)
        nonce = secrets.token_bytes(_NONCE)
        fields = (head.serial, head.size, head.root, head.state, head.pending, head.lost_size, head.lost_root)
        sealed = nonce + self._head_cipher.encrypt(nonce, _HEAD.pack(*fields), _MAGIC)
        with disk_errors():
            _write_at(self._handle, sealed, (2 + head.serial % 2) * BLOCK)
            _datasync(self._handle)
        return head

    def close(self) -> None:
        os.close(self._handle)


def destroy(folder: Path) -> None:
    """Overwrite the whole header in place with random bytes, synced: the vault cannot be opened again by anybody.

    Raises `Refused(Code.NO_VAULT)`. What flash memory keeps of old sectors is out of reach.
    """
    if not exists(folder):
        raise Refused(Code.NO_VAULT, folder=str(folder))
    with disk_errors():
        handle = open_in_place(folder / "vault.header")
        try:
            _write_at(handle, secrets.token_bytes(SIZE), 0)
            os.fsync(handle)
        finally:
            os.close(handle)


def subkey(master: bytes, purpose: str) -> bytes:
    """HKDF-Expand (RFC 5869 §2.3) with SHA-256: 32 bytes from the master key."""
    return HKDFExpand(SHA256(), 32, b"evidence-kit/1/" + purpose.encode()).derive(master)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            content = source.read(SIZE + 1)
    except FileNotFoundError:
        raise Broken(Code.HEADER_MISSING) from None
    if len(content) != SIZE:
        raise Broken(Code.HEADER_DAMAGED)
    return content


def _copies(untrusted: bytes) -> Iterator[_Keys]:
    """The keys blocks that can be read at all, whole ones first, of those the newer generation first."""
    found = []
    blocks = [untrusted[:BLOCK]] if len(untrusted) == BLOCK else [untrusted[:BLOCK], untrusted[BLOCK : 2 * BLOCK]]
    for block in blocks:
        magic, version, memory, passes, lanes, salt, generation, public = _PLAIN.unpack_from(block)
        whole = _is_whole(block)
        if whole and magic == _MAGIC and version > VERSION:
            raise Refused(Code.NEWER_VERSION, found=version, known=VERSION)
        kdf = Kdf(memory, passes, lanes)
        if magic == _MAGIC and version == VERSION and kdf.sane:
            found.append(_Keys(block, kdf, salt, generation, public, whole))
    yield from sorted(found, key=lambda keys: (keys.whole, keys.generation), reverse=True)


def _is_whole(block: bytes) -> bool:
    return hashlib.sha256(block[:_CHECKED]).digest() == block[_CHECKED:]


def _keys_block(plain: bytes, slots: list[bytes], roles: bytes, master: bytes) -> bytes:
    front = plain + b"".join(slots)
    nonce = secrets.token_bytes(_NONCE)
    front += nonce + AESGCM(subkey(master, "keys")).encrypt(nonce, roles, front)
    front += secrets.token_bytes(_CHECKED - len(front))
    return front + hashlib.sha256(front).digest()


def _open_roles(block: bytes, master: bytes) -> bytes | None:
    sealed = block[_SLOTS_END : _SLOTS_END + _ROLES]
    try:
        return AESGCM(subkey(master, "keys")).decrypt(sealed[:_NONCE], sealed[_NONCE:], block[:_SLOTS_END])
    except InvalidTag:
        return None


def _seal_slot(derived: bytes, plain: bytes, index: int, master: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(subkey(derived, f"slot/{index}")).encrypt(nonce, master, plain[:_FIXED])


def _open_slot(derived: bytes, keys: _Keys, index: int) -> bytes | None:
    slot = keys.slot(index)
    try:
        return AESGCM(subkey(derived, f"slot/{index}")).decrypt(slot[:_NONCE], slot[_NONCE:], keys.block[:_FIXED])
    except InvalidTag:
        return None


def _derive(secret: bytes, kdf: Kdf, salt: bytes) -> bytes:
    try:
        return low_level.hash_secret_raw(
            secret, salt, kdf.passes, kdf.memory_kib, kdf.lanes, 32, low_level.Type.ID, low_level.ARGON2_VERSION
        )
    except (HashingError, MemoryError) as error:
        raise Unavailable(Code.MEMORY_SHORT, mib=kdf.memory_kib // 1024) from error


def _meant(secret: bytearray) -> bytes:
    typed = secret.decode("utf-8", "surrogateescape")
    if recovery.is_shaped_like_code(typed):
        return _of_code(recovery.secret_of(typed))
    return b"passphrase\x00" + _composed(secret)


def _of_passphrase(passphrase: bytearray) -> bytes:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(Code.PASSPHRASE_TOO_SHORT, least=SHORTEST_PASSPHRASE)
    if recovery.is_shaped_like_code(passphrase.decode("utf-8", "surrogateescape")):
        raise Refused(Code.PASSPHRASE_LIKE_CODE)
    return b"passphrase\x00" + _composed(passphrase)


def _of_code(secret: bytes) -> bytes:
    return b"recovery\x00" + secret


def _composed(passphrase: bytearray) -> bytes:
    """One form for the same signs from different keyboards (Unicode NFC)."""
    if passphrase.isascii():
        return bytes(passphrase)
    return unicodedata.normalize("NFC", passphrase.decode("utf-8", "surrogateescape")).encode(
        "utf-8", "surrogateescape"
    )


def _write_at(handle: int, content: bytes, place: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(handle, view, place)
        view, place = view[written:], place + written
