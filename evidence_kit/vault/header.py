"""The header's file: the keys block twice, and the journal's newest size and root.

Four blocks of 4,096 bytes, overwritten in place and never renamed over, because a rename leaves old keys on the
disk: keys A, keys B (the same twice), head 0, head 1 (the newer counts). Layout in docs/format.md.
"""

import os
import secrets
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors, write_whole
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.system import open_in_place
from evidence_kit.vault import key_slots, recovery
from evidence_kit.vault.key_derivation import Kdf, derive, is_of_passphrase, new_passphrase, recovery_secret, typed
from evidence_kit.vault.key_slots import BLOCK, MAGIC, NONCE, SLOTS, Keys, SlotRole, subkey

SIZE: Final = 4 * BLOCK
_HEAD: Final = struct.Struct("<QQ32s32s32sQ32s")
_HEAD_SEALED: Final = NONCE + _HEAD.size + 16
_ZERO: Final = bytes(32)
_datasync: Final = getattr(os, "fdatasync", os.fsync)


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


def exists(folder: Path) -> bool:
    """Whether `folder` holds something that says it is a vault's header."""
    path = folder / "vault.header"
    return path.is_file() and not path.is_symlink() and path.stat().st_size == SIZE


def intake_key(path: Path) -> bytes:
    """The intake's public key (X25519, 32 bytes), which needs no secret to read.

    Raises `Broken` with "header-missing" or "header-damaged", `Refused(Code.NEWER_VERSION)`.
    """
    for keys in key_slots.copies(_read(path)):
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
    roles[first], roles[second] = SlotRole.PASSPHRASE, SlotRole.RECOVERY
    plain = key_slots.plain_of(kdf, salt, 1, key_slots.intake_public(master))
    slots = [key_slots.unused_slot() for _ in range(SLOTS)]
    with new_passphrase(passphrase) as material:
        slots[first] = key_slots.sealed_slot(derive(material, kdf, salt), plain, first, master)
    with recovery_secret(code_secret) as material:
        slots[second] = key_slots.sealed_slot(derive(material, kdf, salt), plain, second, master)
    keys = key_slots.sealed_block(plain, slots, bytes(roles), master)
    write_whole(path, keys + keys + secrets.token_bytes(2 * BLOCK), replace=False)
    return Header(path, master, bytes(roles), keys), recovery.code_of(code_secret)


def unlock(path: Path, secret: bytearray) -> tuple["Header", tuple[Finding, ...]]:
    """Open the header with a passphrase or a recovery code; both copies are alike afterwards.

    One run of Argon2id, whichever slot fits and whether one does. The findings tell of a damaged copy.
    Raises `Refused` with "wrong-passphrase", "recovery-code-typo", "newer-version" or "read-only",
    `Broken` with "header-missing" or "header-damaged", `Unavailable(Code.MEMORY_SHORT)`.
    """
    derived: dict[tuple[Kdf, bytes], bytes] = {}
    with typed(secret) as material:
        role = SlotRole.PASSPHRASE if is_of_passphrase(material) else SlotRole.RECOVERY
        copies = list(key_slots.copies(_read(path)))
        for keys in copies:
            figures = (keys.kdf, keys.salt)
            if figures not in derived:
                derived[figures] = derive(material, *figures)
            for index in range(SLOTS):
                master = key_slots.open_slot(derived[figures], keys, index)
                if master is not None:
                    return _opened(path, keys, master, index, role)
    if any(keys.whole for keys in copies):
        raise Refused(Code.WRONG_PASSPHRASE)
    raise Broken(Code.HEADER_DAMAGED)


def _opened(path: Path, keys: Keys, master: bytes, index: int, role: SlotRole) -> tuple["Header", tuple[Finding, ...]]:
    found: list[Finding] = []
    block = keys.block
    roles = key_slots.open_roles(block, master)
    if roles is None:
        # Slots hold, but something around them was changed: trust nothing that the master key does not vouch for.
        found.append(Finding(FindingCode.HEADER_CHANGED, Verdict.BROKEN, path.name))
        roles = bytes(role if place == index else SlotRole.UNUSED for place in range(SLOTS))
    public = key_slots.intake_public(master)
    if keys.intake_key != public:
        found.append(Finding(FindingCode.INTAKE_KEY_CHANGED, Verdict.BROKEN, path.name))
    header = Header(path, master, roles, block)
    if not keys.whole or found:
        plain = key_slots.plain_of(keys.kdf, keys.salt, keys.generation, public)
        block = key_slots.sealed_block(plain, [keys.slot(index) for index in range(SLOTS)], roles, master)
    both = _read(path)[: 2 * BLOCK]
    if both != block + block:
        for name, copy in (("A", both[:BLOCK]), ("B", both[BLOCK:])):
            if not key_slots.is_whole(copy):
                found.append(Finding(FindingCode.HEADER_COPY_DAMAGED, Verdict.NOTE, path.name, (("copy", name),)))
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
        return key_slots.intake_public(self._master)

    def change_passphrase(self, new: bytearray) -> None:
        """Rewrite the passphrase's slot in both copies; the old passphrase opens nothing afterwards.

        Raises as `create` does.
        """
        with new_passphrase(new) as material:
            self._change(SlotRole.PASSPHRASE, material)

    def replace_recovery_code(self, code: str | None = None) -> str:
        """A new recovery code, `code` where one was made already; the old one opens nothing afterwards.

        Raises `Refused(Code.RECOVERY_CODE_TYPO)`.
        """
        secret = recovery.new_secret() if code is None else recovery.secret_of(code)
        with recovery_secret(secret) as material:
            self._change(SlotRole.RECOVERY, material)
        return recovery.code_of(secret)

    def _change(self, role: SlotRole, material: bytearray) -> None:
        (keys,) = key_slots.copies(self._block)
        taken = self._roles.find(role)
        index = taken if taken >= 0 else self._roles.find(SlotRole.UNUSED)
        plain = key_slots.plain_of(keys.kdf, keys.salt, keys.generation + 1, self.intake_key)
        # Unused slots get new random bytes: nothing stays in them, and a lost list of roles leaves no old way in.
        slots = [keys.slot(place) if used else key_slots.unused_slot() for place, used in enumerate(self._roles)]
        slots[index] = key_slots.sealed_slot(derive(material, keys.kdf, keys.salt), plain, index, self._master)
        roles = bytearray(self._roles)
        roles[index] = role
        self.store_keys(key_slots.sealed_block(plain, slots, bytes(roles), self._master))
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
                found.append(Head(*_HEAD.unpack(self._head_cipher.decrypt(sealed[:NONCE], sealed[NONCE:], MAGIC))))
            except (InvalidTag, ValueError):
                continue
        return sorted(found, key=lambda head: head.serial, reverse=True)

    def write_head(self, head: Head) -> Head:
        """Put `head` with the next serial over the older of the two, in one sector, synced; what was written."""
        head = replace(head, serial=head.serial + 1)
        nonce = secrets.token_bytes(NONCE)
        fields = (head.serial, head.size, head.root, head.state, head.pending, head.lost_size, head.lost_root)
        sealed = nonce + self._head_cipher.encrypt(nonce, _HEAD.pack(*fields), MAGIC)
        with disk_errors():
            _write_at(self._handle, sealed, (2 + head.serial % 2) * BLOCK)
            _datasync(self._handle)
        return head

    def close(self) -> None:
        """Forget the file: its number may be another file's from now on, and whoever still asks gets an error."""
        handle, self._handle = self._handle, -1
        os.close(handle)


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


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            content = source.read(SIZE + 1)
    except FileNotFoundError:
        raise Broken(Code.HEADER_MISSING) from None
    if len(content) != SIZE:
        raise Broken(Code.HEADER_DAMAGED)
    return content


def _write_at(handle: int, content: bytes, place: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(handle, view, place)
        view, place = view[written:], place + written
