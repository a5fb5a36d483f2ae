"""Everything in the vault that may change, in one small table; its digest lies sealed in the header."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from evidence_kit.model import codec
from evidence_kit.model.codec import Json
from evidence_kit.vault.database import Database


@dataclass(frozen=True, slots=True)
class Change:
    """Put `value` under `name` in a collection, or with None take it out."""

    collection: str
    name: str
    value: Json | None


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint's text, its detached armoured signature, and the size of the journal that it covers."""

    size: int
    text: bytes
    signature: bytes


class Kept:
    """Reads; changes go through `Journal.commit`, which seals their digest into the header."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, collection: str, name: str) -> Json:
        """The value, or None."""
        row = self._database.one("SELECT value FROM kept WHERE collection = ? AND name = ?", (collection, name))
        return None if row is None else codec.parse(row[0], cap=len(row[0]))

    def all(self, collection: str) -> Iterator[Json]:
        """Every value of a collection, by name."""
        for (value,) in self._database.rows("SELECT value FROM kept WHERE collection = ? ORDER BY name", (collection,)):
            yield codec.parse(value, cap=len(value))

    def checkpoints(self) -> Iterator[SignedCheckpoint]:
        """Every checkpoint, oldest first."""
        for row in self._database.rows("SELECT size, text, signature FROM checkpoint ORDER BY number"):
            yield SignedCheckpoint(*row)

    def apply(self, change: Change | SignedCheckpoint) -> None:
        """Make the change; only inside the transaction of a commit."""
        if isinstance(change, SignedCheckpoint):
            self._database.execute(
                "INSERT INTO checkpoint (size, text, signature) VALUES (?, ?, ?)",
                (change.size, change.text, change.signature),
            )
        elif change.value is None:
            self._database.execute(
                "DELETE FROM kept WHERE collection = ? AND name = ?", (change.collection, change.name)
            )
        else:
            self._database.execute(
                "INSERT INTO kept (collection, name, value) VALUES (?, ?, ?)"
                " ON CONFLICT (collection, name) DO UPDATE SET value = excluded.value",
                (change.collection, change.name, codec.canonical(change.value)),
            )

    def digest(self) -> bytes:
        """SHA-256 over every collection, name, value, then every checkpoint, each field with its length before it."""
        digest = hashlib.sha256()
        rows = self._database.rows("SELECT collection, name, value FROM kept ORDER BY collection, name")
        for row in rows:
            _feed(digest, row[0].encode(), row[1].encode(), row[2])
        for checkpoint in self.checkpoints():
            _feed(digest, checkpoint.text, checkpoint.signature)
        return digest.digest()


def _feed(digest: "hashlib._Hash", *parts: bytes) -> None:
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
