"""The encrypted database: opened as measured, its errors in our words. Knows SQLCipher, not evidence."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from sqlcipher3 import dbapi2

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable

_PLAIN_MAGIC: Final = b"SQLite format 3\x00"
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged entries in a power cut
    "temp_store=MEMORY",  # FILE would spill plaintext into /var/tmp
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "fullfsync=ON",
)

Row = tuple[Any, ...]
Value = None | int | str | bytes


@contextlib.contextmanager
def database_errors() -> Iterator[None]:
    """Turn SQLite's errors into ours.

    Raises `Refused` with "disk-full", "read-only" or "vault-in-use", `Unavailable(Code.DISK_ERROR)`,
    `Broken(Code.VAULT_DAMAGED)` for pages that do not decrypt or do not fit together.
    """
    try:
        yield
    except dbapi2.DatabaseError as error:
        known = _meaning(getattr(error, "sqlite_errorcode", None), str(error))
        if known is None:
            raise
        raise known from error


def _meaning(code: int | None, text: str) -> Refused | Unavailable | Broken | None:
    match None if code is None else code & 0xFF:
        case dbapi2.SQLITE_FULL:
            return Refused(Code.DISK_FULL)
        case dbapi2.SQLITE_READONLY:
            return Refused(Code.READ_ONLY)
        case dbapi2.SQLITE_BUSY | dbapi2.SQLITE_LOCKED:
            return Refused(Code.VAULT_IN_USE)
        case dbapi2.SQLITE_IOERR | dbapi2.SQLITE_CANTOPEN:
            return Unavailable(Code.DISK_ERROR)
        case dbapi2.SQLITE_CORRUPT | dbapi2.SQLITE_NOTADB:
            return Broken(Code.VAULT_DAMAGED, file="vault.db")
        case dbapi2.SQLITE_ERROR if "vtable" in text or "fts5" in text or "malformed" in text:
            return Broken(Code.VAULT_DAMAGED, file="vault.db")
    return None


def cipher_version() -> str:
    """The version of the SQLCipher in use."""
    memory = dbapi2.connect(":memory:")
    try:
        (version,) = memory.execute("PRAGMA cipher_version").fetchone()
        return str(version)
    finally:
        memory.close()


class Database:
    """One connection, for the thread that opened it. Statements outside `transaction` commit by themselves."""

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        """Open `path` with a raw key of 32 bytes; refuses to make a file unless told to.

        Raises as `database_errors`, and `Broken` with "database-missing" or "database-not-encrypted".
        """
        if path.exists() == create:
            raise Broken(Code.DATABASE_MISSING) if not create else Refused(Code.FILE_EXISTS, name=path.name)
        if not create:
            with path.open("rb") as source:
                if source.read(16) == _PLAIN_MAGIC:
                    raise Broken(Code.DATABASE_NOT_ENCRYPTED)
        literal = bytearray(b"x'" + key.hex().encode() + b"'")
        with database_errors():
            self._connection = dbapi2.connect(str(path), isolation_level=None, cached_statements=256)
            try:
                self._connection.execute("PRAGMA cipher_log_level=NONE")
                self._connection.execute("PRAGMA cipher_memory_security=ON")
                self._connection.set_key(literal)
                if self._connection.execute("PRAGMA cipher_version").fetchone() is None:
                    raise Broken(Code.DATABASE_NOT_ENCRYPTED)
                # The first read proves the key: a wrong one is "not a database" here, not later.
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                for pragma in _PRAGMAS:
                    self._connection.execute(f"PRAGMA {pragma}")
            except BaseException:
                self._connection.close()
                raise
            finally:
                literal[:] = bytes(len(literal))

    def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Run one statement that answers nothing."""
        with database_errors():
            self._connection.execute(sql, values)

    def one(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""
        with database_errors():
            row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Row]:
        """Rows as they come, a few at a time."""
        with database_errors():
            cursor = self._connection.execute(sql, values)
        while True:
            with database_errors():
                some: list[Row] = cursor.fetchmany(200)
            if not some:
                return
            yield from some

    def script(self, sql: str) -> None:
        """Several statements as one transaction."""
        with database_errors():
            try:
                self._connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nCOMMIT;")
            except BaseException:
                self._roll_back()
                raise

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Self]:
        """All of the block or nothing; synced when the block has ended."""
        with database_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # SQLite has already rolled back by itself after some errors, a full disk among them.
        if self._connection.in_transaction:
            with contextlib.suppress(dbapi2.DatabaseError):
                self._connection.execute("ROLLBACK")

    def copy_to(self, path: Path) -> None:
        """A consistent copy under the same key; `path` must not exist."""
        self.execute("VACUUM INTO ?", (str(path),))

    def close(self) -> None:
        """Fold the write-ahead log into the file, so that nothing lies in it, and close."""
        try:
            with contextlib.suppress(dbapi2.DatabaseError):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._connection.close()
