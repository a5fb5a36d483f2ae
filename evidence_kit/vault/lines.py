"""The journal's lines, read: each is compared with its leaf in the tree before anybody sees it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model import codec
from evidence_kit.model.entry import Entry
from evidence_kit.seal import merkle
from evidence_kit.vault.database import Database

_PREFIX: Final = re.compile(r"[0-9a-f-]{4,36}")


class Lines:
    """Entries as they were written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self,
        after: int = -1,
        limit: int | None = None,
        kinds: Sequence[str] | None = None,
        ids: Sequence[str] | None = None,
        before: int | None = None,
    ) -> Iterator[Entry]:
        """Entries after the sequence `after`, oldest first; with `before`, those under it, newest first.

        Raises `Broken(Code.JOURNAL_REWRITTEN)` for a line that is not the one in the tree.
        """
        where = ["sequence > ?"]
        values: list[int | str] = [after]
        if before is not None:
            where.append("sequence < ?")
            values.append(before)
        for column, wanted in (("kind", kinds), ("id", ids)):
            if wanted is not None:
                where.append(f"{column} IN ({','.join('?' * len(wanted))})")
                values += wanted
        query = (
            f"SELECT sequence, tree, line FROM entry WHERE {' AND '.join(where)}"  # noqa: S608 - our own words alone
            f" ORDER BY sequence {'ASC' if before is None else 'DESC'} LIMIT ?"
        )
        values.append(-1 if limit is None else limit)
        for row in self._database.rows(query, values):
            yield read_line(*row)

    def entry(self, untrusted_prefix: str) -> Entry:
        """The entry with that id, or the only one whose id begins so (4 signs or more).

        Raises `Refused` with "no-such-entry" or "ambiguous-id".
        """
        prefix = untrusted_prefix.strip().lower()
        if not _PREFIX.fullmatch(prefix):
            raise Refused(Code.NO_SUCH_ENTRY, id=untrusted_prefix[:64])
        query = "SELECT sequence, tree, line FROM entry WHERE id >= ? AND id < ? LIMIT 2"
        rows = list(self._database.rows(query, (prefix, prefix + "~")))
        if len(rows) > 1:
            raise Refused(Code.AMBIGUOUS_ID, id=prefix)
        if not rows:
            raise Refused(Code.NO_SUCH_ENTRY, id=prefix)
        return read_line(*rows[0])

    def entry_of_item(self, item: str) -> int | None:
        """The sequence of the entry that an intake item became."""
        row = self._database.one("SELECT sequence FROM entry WHERE item = ?", (item,))
        return None if row is None else int(row[0])

    def at(self, sequence: int) -> Entry:
        """The entry at a place that has one. Raises `Broken(Code.VAULT_DAMAGED)` where there is none."""
        row = self._database.one("SELECT sequence, tree, line FROM entry WHERE sequence = ?", (sequence,))
        if row is None:
            raise Broken(Code.VAULT_DAMAGED, file="vault.db")
        return read_line(*row)


def read_line(sequence: int, tree: bytes, line: bytes) -> Entry:
    """An entry from its row. Raises `Broken(Code.JOURNAL_REWRITTEN)` for a line that is not the one in the tree."""
    if merkle.leaf_hash(line) != tree[: merkle.HASH_SIZE]:
        raise Broken(Code.JOURNAL_REWRITTEN, sequence=sequence)
    return codec.read_entry(line, sequence)
