"""Exhibits: one encrypted file each, under a random name and its own random key; checked whenever they are read.

File: 24 bytes of secretstream header, full pieces of 256 KiB + 17, one last and shorter piece (libsodium
`crypto_secretstream_xchacha20poly1305`). A SHA-256 name would tell a searcher what is inside.
"""

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from nacl import bindings
from nacl.exceptions import CryptoError

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.files import disk_errors, sync_folder
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.exhibit import Exhibit, ExhibitRole, TileRoot
from evidence_kit.system import open_new
from evidence_kit.vault.database import Database

PIECE: Final = 256 * 1024
TEXT_CAP: Final = 1 << 20  # bytes of an exhibit's words that can be searched
_TAG: Final = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_OPENING: Final = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
FILE_NAME: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an exhibit's ciphertext lies and what opens it; `tiles` with `tile_seed` for a committed picture."""

    sha256: str
    size: int
    file: str
    key: bytes
    tiles: TileRoot | None = None
    tile_seed: bytes | None = None


def new_name() -> str:
    """A file name that tells nothing."""
    return secrets.token_hex(16)


def write_sealed(out: BinaryIO, chunks: Iterable[bytes]) -> tuple[str, int, bytes]:
    """Encrypt `chunks` into `out`, synced: SHA-256 (hex) and size of the plaintext, and the new key."""
    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    digest = hashlib.sha256()
    size = 0
    out.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key))
    for piece, last in _pieces(chunks):
        digest.update(piece)
        size += len(piece)
        tag = _FINAL if last else _MESSAGE
        out.write(bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, None, tag))
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest(), size, key


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    held = bytearray()
    for chunk in chunks:
        if not held and len(chunk) == PIECE:
            yield chunk, False  # not copied: what copies holds up every other thread
            continue
        view = memoryview(chunk)
        while view:
            room = PIECE - len(held)
            held += view[:room]
            view = view[room:]
            if len(held) == PIECE:
                yield bytes(held), False
                held.clear()
    yield bytes(held), True


def read_sealed(path: Path, stored: Stored) -> Iterator[bytes]:
    """The plaintext in pieces. Every piece is authentic when it comes, the whole only once the iteration has ended.

    Raises `Broken` with "exhibit-missing" or "exhibit-damaged".
    """
    damaged = Broken(Code.EXHIBIT_DAMAGED, sha256=stored.sha256)
    digest = hashlib.sha256()
    size = 0
    try:
        source = path.open("rb")
    except FileNotFoundError:
        raise Broken(Code.EXHIBIT_MISSING, sha256=stored.sha256) from None
    with source, disk_errors():
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        opening = source.read(_OPENING)
        if len(opening) != _OPENING:
            raise damaged
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, opening, stored.key)
        tag = _MESSAGE
        while tag != _FINAL:
            sealed = source.read(PIECE + _TAG)
            try:
                piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed)
            except (CryptoError, ValueError) as error:
                raise damaged from error
            digest.update(piece)
            size += len(piece)
            yield piece
        if size != stored.size or digest.hexdigest() != stored.sha256:
            raise damaged


class Exhibits:
    """The `exhibits/` of an open vault: staged first, known to the database when the entry that names them commits."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder / "exhibits"
        self._intake = folder / "intake"
        self._database = database
        self._staged: dict[str, Stored] = {}
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
        """Encrypt and sync; the same bytes are stored once, and then their first tile commitment stays theirs."""
        name = new_name()
        path = self._folder / name
        with disk_errors():
            handle = open_new(path)
            try:
                with os.fdopen(handle, "wb") as out:
                    sha256, size, key = write_sealed(out, chunks)
                known = self._staged.get(sha256) or self.find(sha256)
                if known is None:
                    sync_folder(self._folder)
                    known = Stored(sha256, size, name, key)
                else:
                    path.unlink()
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        if known.tiles is None and tiles is not None:
            known = Stored(known.sha256, known.size, known.file, known.key, tiles, tile_seed)
        self._staged[sha256] = known
        return Exhibit(sha256, size, media_type, role, known.tiles)

    def find(self, sha256: str) -> Stored | None:
        """What the database knows of an exhibit."""
        row = self._database.one(
            "SELECT size, file, key, root, width, height, seed FROM exhibit LEFT JOIN tiles USING (sha256)"
            " WHERE sha256 = ?",
            (sha256,),
        )
        if row is None:
            return None
        size, file, key, root, width, height, seed = row
        return Stored(sha256, size, file, key, TileRoot(root, width, height) if root else None, seed)

    def owner_of(self, file: str) -> str | None:
        """The SHA-256 of the exhibit that lies under a file name."""
        row = self._database.one("SELECT sha256 FROM exhibit WHERE file = ?", (file,))
        return None if row is None else str(row[0])

    def insert(self, body: Body, brought: Iterable[Stored] = ()) -> None:
        """Rows for the exhibits that `body` names, inside the commit of its entry.

        Raises `Broken(Code.EXHIBIT_MISSING)` for one that is neither stored, staged nor `brought`.
        """
        named = tuple(body.exhibits)
        if not named:
            return
        at_hand = self._staged | {stored.sha256: stored for stored in brought}
        for exhibit in named:
            stored, known = at_hand.get(exhibit.sha256), self.find(exhibit.sha256)
            if stored is None and known is None:
                raise Broken(Code.EXHIBIT_MISSING, sha256=exhibit.sha256)
            if stored is None:
                continue
            if known is None:
                self._database.execute(
                    "INSERT INTO exhibit (sha256, size, file, key) VALUES (?, ?, ?, ?)",
                    (stored.sha256, stored.size, stored.file, stored.key),
                )
            if stored.tiles and stored.tile_seed is not None and (known is None or known.tiles is None):
                self._database.execute(
                    "INSERT INTO tiles (sha256, root, width, height, seed) VALUES (?, ?, ?, ?, ?)",
                    (stored.sha256, stored.tiles.root, stored.tiles.width, stored.tiles.height, stored.tile_seed),
                )

    def forget_staged(self, bodies: Iterable[Body]) -> None:
        """The commit is through: what these bodies name is the database's now."""
        for body in bodies:
            for exhibit in body.exhibits:
                self._staged.pop(exhibit.sha256, None)

    def path_of(self, stored: Stored) -> Path:
        """Where the file lies; one that came through the intake may not have been moved yet."""
        path = self._folder / stored.file
        if not path.exists() and (waiting := self._intake / stored.file).exists():
            return waiting
        return path

    def adopt(self, stored: Stored) -> None:
        """Move an intake's file to its place, if it is what the database means; else it is one too many."""
        known = self.find(stored.sha256)
        waiting = self._intake / stored.file
        if not waiting.exists():
            return
        with disk_errors():
            if known is not None and known.file == stored.file:
                waiting.rename(self._folder / stored.file)
                sync_folder(self._folder)
            else:
                waiting.unlink()

    def tile_seed(self, sha256: str) -> bytes | None:
        """The seed of a picture's tile salts, or None where it has no tiles."""
        stored = self.find(sha256)
        return None if stored is None else stored.tile_seed

    def reader(self, sha256: str) -> Callable[[], Iterator[bytes]]:
        """What reads an exhibit without the database, on any thread, as often as asked; staged ones too."""
        stored = self._staged.get(sha256) or self.find(sha256)
        if stored is None:
            raise Broken(Code.EXHIBIT_MISSING, sha256=sha256)
        path = self.path_of(stored)
        return lambda: read_sealed(path, stored)

    def read(self, sha256: str) -> Iterator[bytes]:
        """As `read_sealed`, by SHA-256; staged ones too."""
        return self.reader(sha256)()

    def text(self, sha256: str) -> str:
        """An exhibit's words in UTF-8, at most `TEXT_CAP` bytes of them; none of one that is gone or damaged."""
        content = b""
        with contextlib.suppress(Broken):
            for piece in self.read(sha256):
                content += piece
                if len(content) >= TEXT_CAP:
                    break
        return content[:TEXT_CAP].decode("utf-8", "replace")

    def all(self) -> Iterator[Stored]:
        """Every exhibit in the database, by SHA-256."""
        for sha256, size, file, key in self._database.rows("SELECT sha256, size, file, key FROM exhibit ORDER BY 1"):
            yield Stored(sha256, size, file, key)

    def tidy(self) -> list[str]:
        """Remove files that no entry names, left by a crash; the SHA-256 of exhibits whose file is gone."""
        present = set(os.listdir(self._folder))  # noqa: PTH208 - names alone, by the hundred thousand
        missing = []
        for stored in self.all():
            if stored.file in present:
                present.discard(stored.file)
            elif not self.path_of(stored).exists():
                missing.append(stored.sha256)
        with disk_errors():
            for stray in present:
                if FILE_NAME.fullmatch(stray):
                    (self._folder / stray).unlink()
        return missing

    def discard_staged(self) -> None:
        """Remove files that were staged and never named by an entry."""
        for stored in self._staged.values():
            if self.find(stored.sha256) is None:
                with contextlib.suppress(OSError):
                    (self._folder / stored.file).unlink()
        self._staged.clear()
