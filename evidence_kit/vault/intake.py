"""The intake: what is recorded beside the vault, locked or not, sealed to its public key and linked item to item.

Knows no secret: an `Intake` writes what only the unlocked vault can read. The unlocked side is `absorb`.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from nacl import bindings
from nacl.exceptions import CryptoError

from evidence_kit.clock.reading import wall_ns_of
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.files import disk_errors, read_capped, remove_abandoned, sha256_of, sync_folder, write_whole
from evidence_kit.model import codec
from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.entry import IntakeMark, LockedAtSealing
from evidence_kit.model.exhibit import Exhibit, ExhibitRole, TileRoot
from evidence_kit.model.identity import new_id
from evidence_kit.system import locks
from evidence_kit.vault import header
from evidence_kit.vault.exhibits import FILE_NAME, Stored, new_name, write_sealed

VERSION: Final = 1
ITEM_CAP: Final = 256 * 1024
ITEM_NAME: Final = re.compile(r"([0-9]{10})-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest item of the chain: its number, counted from 1, and the SHA-256 (hex) of its file; 0 for none yet."""

    number: int
    item: str | None


@dataclass(frozen=True, slots=True)
class _LinkFile:
    v: int
    number: int
    item: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it was sealed."""

    number: int
    previous: str | None
    clock: ClockReading
    locked: LockedAtSealing
    body: Body
    exhibits: tuple[Stored, ...]


class Intake:
    """The writing end, for any number of processes. Use it in a `with`; what was staged and not sealed goes then.

    `locked` is asked at every sealing; a process that cannot know whether the vault is locked gives none.
    Raises `Refused(Code.NO_VAULT)`, and `Broken` as `header.intake_key`.
    """

    def __init__(self, folder: Path, locked: Callable[[], LockedAtSealing] = lambda: LockedAtSealing.NOT_KNOWN) -> None:
        if not folder.is_dir():
            raise Refused(Code.NO_VAULT, folder=str(folder))
        self._key = header.intake_key(folder / "vault.header")
        self._folder = folder / "intake"
        self._locked = locked
        # A staged file stays open and locked, which tells a tidying vault that somebody lives who will name it.
        self._staged: dict[str, tuple[Stored, BinaryIO]] = {}
        with disk_errors():
            self._folder.mkdir(mode=0o700, exist_ok=True)

    def stage(
        self,
        chunks: Iterable[bytes],
        media_type: str,
        role: ExhibitRole,
        tiles: TileRoot | None = None,
        tile_seed: bytes | None = None,
    ) -> Exhibit:
        """Encrypt an exhibit's bytes under a new key that only the sealed item will hold; synced."""
        with disk_errors():
            with chain_lock(self._folder):
                path = self._folder / new_name()
                handle = locks.take(path)
            if handle is None:
                raise Refused(Code.VAULT_IN_USE)
            out = os.fdopen(handle, "wb")
            try:
                sha256, size, key = write_sealed(out, chunks)
            except BaseException:
                path.unlink(missing_ok=True)
                out.close()
                raise
        if (before := self._staged.pop(sha256, None)) is not None:
            self._discard(*before)
        self._staged[sha256] = (Stored(sha256, size, path.name, key, tiles, tile_seed), out)
        return Exhibit(sha256, size, media_type, role, tiles)

    def seal(self, body: Body, reading: ClockReading) -> str:
        """Seal what was seen at `reading` as the next item; its SHA-256 (hex), once it is on the disk.

        Raises `Refused(Code.ENTRY_TOO_LONG)`, and `Broken(Code.EXHIBIT_MISSING)` for an exhibit not staged here.
        """
        named = {exhibit.sha256 for exhibit in body.exhibits}
        for sha256 in named:
            if sha256 not in self._staged:
                raise Broken(Code.EXHIBIT_MISSING, sha256=sha256)
        stored = tuple(self._staged[sha256][0] for sha256 in sorted(named))
        check_line(body, reading)  # better told now than at the unlock
        with disk_errors(), chain_lock(self._folder):
            link = settle(self._folder)
            item = Item(link.number + 1, link.item, reading, self._locked(), body, stored)
            content = bindings.crypto_box_seal(_bytes_of(item), self._key)
            sha256 = hashlib.sha256(content).hexdigest()
            write_whole(self._folder / f"{item.number:010d}-{sha256[:8]}", content, replace=False)
            # The item is durable. Told as failed it would be sealed twice, and `settle` finds it without the link.
            with contextlib.suppress(KitError):
                _write_link(self._folder, ChainHead(item.number, sha256))
        for name in named:
            self._staged.pop(name)[1].close()
        return sha256

    def close(self) -> None:
        """Drop what was staged and never sealed."""
        while self._staged:
            self._discard(*self._staged.popitem()[1])

    def _discard(self, stored: Stored, out: BinaryIO) -> None:
        with contextlib.suppress(OSError):
            (self._folder / stored.file).unlink()
        out.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_line(body: Body, reading: ClockReading) -> None:
    """Raise `Refused(Code.ENTRY_TOO_LONG)` or `ValueError` for what could not become an entry."""
    mark = IntakeMark(clock=reading, item="0" * 64, previous="0" * 64, locked=LockedAtSealing.NOT_KNOWN)
    codec.entry_line(id=new_id(reading), clock=reading, after="0" * 64, salt=bytes(16), body=body, intake=mark)


def chain_lock(folder: Path) -> contextlib.AbstractContextManager[None]:
    """The lock over the chain of items; `folder` is the intake's."""
    return locks.waited(folder / "lock")


def settle(folder: Path) -> ChainHead:
    """Where the chain stands, a crash between item and link put right; only under the chain's lock."""
    try:
        untrusted = codec.from_json(_LinkFile, codec.parse(read_capped(folder / "link", 4096)))
        link = ChainHead(untrusted.number, untrusted.item)
    except FileNotFoundError:
        link = ChainHead(0, None)
    except (Broken, Refused):
        # A damaged link is told at the unlock, where the chain will not fit; recording goes on.
        link = ChainHead(0, None)
    names = waiting(folder)
    if names and number_of(names[-1]) > link.number:
        with (folder / names[-1]).open("rb") as source:
            link = ChainHead(number_of(names[-1]), sha256_of(source)[0])
        _write_link(folder, link)
    return link


def waiting(folder: Path) -> list[str]:
    """The names of items, in the order of their numbers."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if ITEM_NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    )


def count_sealed(vault: Path) -> int:
    """How many items wait beside the vault in `vault`; 0 where it has no intake."""
    try:
        return len(waiting(vault / "intake"))
    except OSError:
        return 0


def number_of(name: str) -> int:
    """The number in an item's name."""
    return int(name[:10])


def open_item(untrusted: bytes, public: bytes, secret: bytes) -> Item:
    """What an item says. Anybody could have made it: its links and exhibits are for the caller to check.

    Raises `Broken(Code.INTAKE_ITEM_UNREADABLE)`.
    """
    try:
        plain = codec.parse(bindings.crypto_box_seal_open(untrusted, public, secret), cap=ITEM_CAP)
    except (CryptoError, Broken, ValueError) as error:
        raise Broken(Code.INTAKE_ITEM_UNREADABLE) from error
    wanted = {"v", "number", "previous", "clock", "locked", "kind", "body", "exhibits"}
    if not isinstance(plain, dict) or set(plain) != wanted or plain["v"] != VERSION:
        raise Broken(Code.INTAKE_ITEM_UNREADABLE)
    kind, number, previous, exhibits = plain["kind"], plain["number"], plain["previous"], plain["exhibits"]
    if (
        not isinstance(kind, str)
        or kind not in BODIES
        or type(number) is not int
        or not (previous is None or isinstance(previous, str))
        or not isinstance(exhibits, list)
    ):
        raise Broken(Code.INTAKE_ITEM_UNREADABLE)
    try:
        item = Item(
            number=number,
            previous=previous,
            clock=codec.from_json(ClockReading, plain["clock"]),
            locked=codec.from_json(LockedAtSealing, plain["locked"]),
            body=codec.from_json(BODIES[kind], plain["body"]),
            exhibits=tuple(_stored(codec.from_json(Stored, inner)) for inner in exhibits),
        )
        wall_ns_of(item.clock)
        check_line(item.body, item.clock)
    except (Broken, Refused, ValueError) as error:
        raise Broken(Code.INTAKE_ITEM_UNREADABLE) from error
    return item


def _stored(untrusted: Stored) -> Stored:
    if not FILE_NAME.fullmatch(untrusted.file) or len(untrusted.key) != 32:
        raise Broken(Code.INTAKE_ITEM_UNREADABLE)
    return untrusted


def _bytes_of(item: Item) -> bytes:
    return codec.canonical(
        {
            "v": VERSION,
            "number": item.number,
            "previous": item.previous,
            "clock": codec.to_json(item.clock),
            "locked": codec.to_json(item.locked),
            "kind": item.body.KIND,
            "body": codec.to_json(item.body),
            "exhibits": [codec.to_json(stored) for stored in item.exhibits],
        }
    )


def _write_link(folder: Path, link: ChainHead) -> None:
    write_whole(folder / "link", codec.canonical(codec.to_json(_LinkFile(VERSION, link.number, link.item))))


def tidy(folder: Path, named: Iterable[str]) -> None:
    """Remove exhibit files that no item names and no living process holds, and half-written files.

    Only under the chain's lock, with `named` the files of every waiting item.
    """
    kept = set(named)
    remove_abandoned(folder)
    for path in list(folder.iterdir()):
        if FILE_NAME.fullmatch(path.name) and path.name not in kept:
            handle = locks.take(path)
            if handle is not None:
                path.unlink(missing_ok=True)
                os.close(handle)
    sync_folder(folder)
