"""The journal as it grows: appending beside a bare SQLCipher insert of the same bytes, searching, opening."""

import contextlib
import itertools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.vault.database import _PRAGMAS
from evidence_kit.vault.vault import Vault
from tests.bench.row import CannotRun, Row, Times, against, in_turn, spoken, taken, within
from tests.bench.stage import Group, Stage, new_vault, open_vault

_BATCH = 1000
_WORDS = 5000
_FLAT = 1.25


def rows(stage: Stage) -> Group:
    """One vault grows through all rows; what comes later needs what was before."""
    journal = _Growing(stage)
    for size in stage.journals:
        yield f"append at {size:,}", lambda size=size: journal.append_at(size)
    yield "append, growth", journal.flatness
    yield "search", journal.search
    yield "open", journal.open


class _Bare:
    """One table, one insert, one commit; the key and the pragmas are the product's."""

    def __init__(self, path: Path) -> None:
        self._connection: Any = dbapi2.connect(str(path), isolation_level=None)
        self._connection.execute("PRAGMA cipher_log_level=NONE")
        self._connection.execute("PRAGMA cipher_memory_security=ON")
        self._connection.execute(f"PRAGMA key = \"x'{'5a' * 32}'\"")
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE entry (sequence INTEGER PRIMARY KEY, line BLOB NOT NULL)")

    def insert(self, lines: Sequence[bytes]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO entry (line) VALUES (?)", [(line,) for line in lines])
        self._connection.execute("COMMIT")

    def empty_log(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._connection.close()


class _Growing:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._folder = stage.room("journal")
        self._vault = new_vault(self._folder / "vault")
        self._bare = self._folder / "bare.db"
        self._notes = _notes()
        self._appended: dict[int, Times] = {}

    @contextlib.contextmanager
    def _both(self) -> Iterator[tuple[Vault, _Bare]]:
        """Ours, and a bare database that is made anew with the same lines."""
        self._bare.unlink(missing_ok=True)
        with open_vault(self._vault) as vault, contextlib.closing(_Bare(self._bare)) as bare:
            lines = (entry.line for entry in vault.entries())
            while some := list(itertools.islice(lines, _BATCH)):
                bare.insert(some)
            # Ours begins with an empty log too: growing a log costs more than overwriting one.
            bare.empty_log()
            yield vault, bare

    def append_at(self, size: int) -> Row:
        with open_vault(self._vault) as vault:
            while (missing := size - vault.size) > 0:
                vault.append_many(itertools.islice(self._notes, min(missing, _BATCH)))
        ours: list[float] = []
        theirs: list[float] = []
        with self._both() as (vault, bare):
            for _ in range(self._stage.appends):
                note = next(self._notes)
                line: list[bytes] = []
                ours.append(taken(lambda note=note, line=line: line.append(vault.append(note).line)))
                theirs.append(taken(lambda line=line: bare.insert(line)))
        self._appended[size] = Times(tuple(ours))
        work = f"append one entry, {size:,} there"
        return against(work, self._appended[size], "bare SQLCipher insert", Times(tuple(theirs)), 2)

    def flatness(self) -> Row:
        if len(self._appended) < 2:
            raise CannotRun("there is nothing to compare")
        least, most = min(self._appended), max(self._appended)
        ratio = self._appended[most].median / self._appended[least].median
        return Row(
            f"append one entry, {most:,} there beside {least:,}",
            spoken(self._appended[most].median),
            f"itself at {least:,}: {spoken(self._appended[least].median)}",
            f"{ratio:.2f}×",
            f"flat (≤ {_FLAT}×)",
            ratio <= _FLAT,
        )

    def search(self) -> list[Row]:
        typed = {"a word in most entries": _word(0), "three such words": f"{_word(0)} {_word(3)} {_word(9)}"}
        typed |= {"the first letter of many words": _word(0)[:1], "a rare word": _word(_WORDS - 1)}
        typed |= {"a word that is nowhere": "qqqq"}
        found: list[Row] = []
        with open_vault(self._vault) as vault:
            size = vault.size
            for name, words in typed.items():
                (ours,) = in_turn([lambda words=words: list(vault.index.search(words, limit=50))], self._stage.rounds)
                found.append(within(f"search, first 50 rows of {size:,}: {name}", ours, 0.05))
        return found

    def open(self) -> Row:
        def open_and_keep() -> None:
            opened.append(open_vault(self._vault))

        opened: list[Vault] = []
        times: list[float] = []
        for _ in range(self._stage.few + 2):
            times.append(taken(open_and_keep))
            size = opened[-1].size
            opened.pop().close()
        # The vault was made with an Argon2id that takes a millisecond.
        return within(f"vault open, {size:,} entries, key derived", Times(tuple(times)), 1)


def _word(rank: int) -> str:
    """A word that can be said; the lower its rank, the more often it comes."""
    draw = random.Random(rank)
    return "".join(draw.choice("bdfgklmnprstvz") + draw.choice("aeiou") for _ in range(2 + rank % 3)) + f"{rank % 7}"


def _notes() -> Iterator[NoteWritten]:
    """Notes of twenty words, common ones often and rare ones seldom."""
    draw = random.Random(7)
    words = [_word(rank) for rank in range(_WORDS)]
    while True:
        chosen = (words[int(_WORDS ** draw.random()) - 1] for _ in range(20))
        yield NoteWritten(text=" ".join(chosen), pseudonym=None, disruption=None)
