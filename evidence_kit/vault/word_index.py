"""The index of the journal's words: it may lag behind the journal, and catches up before it answers."""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from evidence_kit.errors import Refused, Unavailable
from evidence_kit.model.entry import Entry
from evidence_kit.vault.database import Database
from evidence_kit.vault.exhibits import Exhibits
from evidence_kit.vault.lines import Lines
from evidence_kit.vault.words import query_of, words_of

_BACKLOG: Final = 512
_NEWEST: Final = 4096  # entries that a search looks through first


class WordIndex:
    """What was written and captured, by its words; `size` is the number of entries in the journal."""

    def __init__(self, database: Database, lines: Lines, exhibits: Exhibits, size: Callable[[], int]) -> None:
        self._database = database
        self._lines = lines
        self._exhibits = exhibits
        self._size = size
        self._unindexed: list[Entry] = []
        self._is_behind = False

    def begin(self) -> None:
        """Find out whether entries of an earlier opening are not in the index yet."""
        self._is_behind = self._indexed() != self._size()

    def add(self, entries: Iterable[Entry]) -> None:
        """Entries that were committed just now."""
        self._unindexed += entries

    def keep_up(self) -> None:
        """Index what waits if that is much. A failure costs nothing: the entries are safe, `catch_up` comes again."""
        if len(self._unindexed) >= _BACKLOG:
            with contextlib.suppress(Refused, Unavailable):
                self.catch_up()

    def clear(self) -> None:
        """Forget every word; only inside a transaction."""
        self._database.execute("INSERT INTO words (words) VALUES ('delete-all')")
        self._database.execute("UPDATE indexed SET next = 0")

    def search(self, typed: str, limit: int = 200) -> Iterator[Entry]:
        """Entries that hold every typed word or its beginning, newest first; nothing for no words."""
        query = query_of(typed)
        if query is None:
            return
        with contextlib.suppress(Refused, Unavailable):  # a full disk: what is indexed can still be found
            self.catch_up()
        left = limit
        for first, end in _windows(self._size()):
            # `+`, because FTS5 walks the entries of a word's beginning quickly upwards and very slowly downwards.
            found = self._database.rows(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? ORDER BY +rowid DESC LIMIT ?",
                (query, first, end, left),
            )
            for (sequence,) in found:
                yield self._lines.at(int(sequence))
                left -= 1
            if left <= 0:
                return

    def sequences(
        self,
        *,
        typed: str | None = None,
        kinds: Sequence[str] | None = None,
        among: Collection[int] | None = None,
        since: str | None = None,
        after: int = -1,
        limit: int,
    ) -> list[int]:
        """Where the entries are that fit, newest first, without reading them; None asks for nothing.

        `typed` as in `search`, `among` sequences of which they are some, `since` the id from which on, `after` the
        sequence after which.
        """
        # One index each, and what they have in common here: joined, SQLite walks FTS5 once for every row.
        parts: list[set[int]] = []
        if typed is not None:
            parts.append(set(self._holding(typed, after)))
        if kinds is not None:
            query = f"SELECT sequence FROM entry WHERE kind IN ({','.join('?' * len(kinds))}) AND sequence > ?"  # noqa: S608 - marks alone
            parts.append({int(row[0]) for row in self._database.rows(query, (*kinds, after))})
        if among is not None:
            parts.append({sequence for sequence in among if sequence > after})
        if since is not None:
            query = "SELECT sequence FROM entry WHERE id >= ?"
            parts.append({int(row[0]) for row in self._database.rows(query, (since,)) if row[0] > after})
        if not parts:
            return list(range(self._size() - 1, after, -1))[:limit]
        return sorted(set.intersection(*parts), reverse=True)[:limit]

    def _holding(self, typed: str, after: int) -> Iterator[int]:
        query = query_of(typed)
        if query is None:
            return
        with contextlib.suppress(Refused, Unavailable):
            self.catch_up()
        statement = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ?"
        for (sequence,) in self._database.rows(statement, (query, after)):
            yield int(sequence)

    def catch_up(self) -> None:
        """Bring the index up to date.

        In one go for many entries, because an FTS5 insert costs more than all the rest of an append.
        """
        if self._is_behind:
            self._index(self._lines.entries(after=self._indexed() - 1))
            self._is_behind = False
        elif self._unindexed:
            self._index(self._unindexed)
        self._unindexed.clear()

    def _indexed(self) -> int:
        row = self._database.one("SELECT next FROM indexed")
        return int(row[0]) if row else 0

    def _index(self, entries: Iterable[Entry]) -> None:
        with self._database.transaction():
            for entry in entries:
                if words := words_of(entry.body, self._exhibits.text):
                    self._database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (entry.sequence, words))
            self._database.execute("UPDATE indexed SET next = ?", (self._size(),))


def _windows(size: int) -> Iterator[tuple[int, int]]:
    """All sequences below `size` in a few spans, the newest and shortest first."""
    end, span = size, _NEWEST
    while end > 0:
        first = max(end - span, 0)
        yield first, end
        end, span = first, span * 16
