"""The append-only journal: lines, their Merkle tree, what is projected from them, and the one way to commit.

The database alone cannot tell when older pages are put back or its log is cut, so each commit is acknowledged only
once the header's sealed head has the new size and root, and both are compared at every opening.
"""

import contextlib
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable, written_facts
from evidence_kit.model import codec
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Disruption, Segment
from evidence_kit.model.entry import Entry, IntakeMark
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.identity import new_id
from evidence_kit.seal import merkle
from evidence_kit.seal.checkpoint import parse
from evidence_kit.vault.database import Database
from evidence_kit.vault.exhibits import Exhibits, Stored
from evidence_kit.vault.header import Head, Header
from evidence_kit.vault.kept import Change, Kept, SignedCheckpoint
from evidence_kit.vault.words import query_of, words_of

_PREFIX: Final = re.compile(r"[0-9a-f-]{4,36}")
_BACKLOG: Final = 512
_NEWEST: Final = 4096  # entries that a search looks through first
_HASH: Final = merkle.HASH_SIZE


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to become an entry. `brought` are exhibits that came with an intake item."""

    body: Body
    reading: ClockReading | None = None
    intake: IntakeMark | None = None
    brought: tuple[Stored, ...] = ()


class Journal:
    """The journal of an open vault. `open` compares it with the header before anything else is done."""

    def __init__(self, database: Database, header: Header, exhibits: Exhibits, clock: Clock) -> None:
        self._database = database
        self._header = header
        self._exhibits = exhibits
        self._clock = clock
        self._kept = Kept(database)
        self._head = Head(0, 0, merkle.EMPTY_ROOT, self._kept.digest())
        self._frontier: merkle.Frontier | None = merkle.Frontier()
        self._unindexed: list[Entry] = []
        self._index_behind = False

    def begin(self) -> None:
        """Write the first two heads of a new and empty journal."""
        self._head = self._header.write_head(self._header.write_head(self._head))

    def open(self, *, accept_loss: bool = False) -> tuple[Finding, ...]:
        """Compare database and head; take over what a crash between commit and head explains, after checking it.

        Raises `Broken` with "journal-cut" (fewer entries than acknowledged), "journal-rewritten" (other ones),
        "vault-rolled-back" (older settings or recipients) or "head-damaged". With `accept_loss` those become
        findings, and the head says for ever that a longer journal was here.
        """
        found: list[Finding] = []
        heads = self._header.heads()
        if len(heads) == 1:
            # The other may have been the newer: if so, what it would have shown as cut cannot be seen any more.
            found.append(Finding("head-copy-damaged", Verdict.UNPROVEN, "vault.header"))
        head = heads[0] if heads else None
        size = self._stored_size()
        digest = self._kept.digest()
        self._frontier = None
        try:
            fault = self._fault(head, size, digest)
        except Broken as error:
            fault = error
        if fault is not None:
            if not accept_loss:
                raise fault
            told = tuple((name, str(fact)) for name, fact in written_facts(fault).items())
            found.append(Finding(fault.code.value, Verdict.BROKEN, "", told))
            self._project_anew()
        old = head or Head(0, 0, merkle.EMPTY_ROOT, digest)
        new = replace(old, size=size, root=merkle.root_from_nodes(size, self.node), state=digest, pending=bytes(_HASH))
        if fault is not None and fault.code in {Code.JOURNAL_CUT, Code.JOURNAL_REWRITTEN} and old.size >= old.lost_size:
            new = replace(new, lost_size=old.size, lost_root=old.root)
        self._head = self._header.write_head(new) if new != old or len(heads) < 2 else old
        self._index_behind = self._indexed() != size
        if self._head.lost_size:
            found.append(
                Finding("journal-lost-entries", Verdict.BROKEN, "", (("expected", str(self._head.lost_size)),))
            )
        return tuple(found)

    def _fault(self, head: Head | None, size: int, digest: bytes) -> Broken | None:
        if head is None:
            return Broken(Code.HEAD_DAMAGED)
        if size < head.size:
            return Broken(Code.JOURNAL_CUT, found=size, expected=head.size)
        if merkle.root_from_nodes(head.size, self.node) != head.root:
            return Broken(Code.JOURNAL_REWRITTEN, found=size, expected=head.size)
        if not self._grew_rightly(head.size):
            return Broken(Code.JOURNAL_REWRITTEN, found=size, expected=head.size)
        if digest != head.state and (head.pending == bytes(_HASH) or digest != head.pending):
            return Broken(Code.VAULT_ROLLED_BACK)
        return None

    def _grew_rightly(self, old_size: int) -> bool:
        """Whether the entries after `old_size` make the nodes stored with them, so that the old tree begins the new."""
        frontier = merkle.Frontier.restore(old_size, self.node)
        query = "SELECT sequence, tree, line FROM entry WHERE sequence >= ? ORDER BY sequence"
        for sequence, tree, line in self._database.rows(query, (old_size,)):
            if sequence != frontier.size or tree != tree_bytes(frontier.append(merkle.leaf_hash(line))):
                return False
        return True

    @property
    def size(self) -> int:
        return self._head.size

    @property
    def root(self) -> bytes:
        return self._head.root

    @property
    def lost(self) -> tuple[int, bytes]:
        """Size and root of the longest journal that was here and is gone; size 0 where nothing ever was."""
        return self._head.lost_size, self._head.lost_root

    def commit(self, drafts: Sequence[Draft], changes: Sequence[Change | SignedCheckpoint] = ()) -> list[Entry]:
        """Append entries, with their exhibits' rows and projections, and make `changes`: all or nothing.

        Durable and remembered in the header when this returns; the same call may be made again after a failure that
        was raised before the commit. Raises as `database_errors`, `Refused(Code.ENTRY_TOO_LONG)`, and
        `Broken(Code.EXHIBIT_MISSING)`.
        """
        frontier = self._frontier or merkle.Frontier.restore(self.size, self.node)
        self._frontier = None
        with self._database.transaction():
            entries = [self._insert(draft, frontier) for draft in drafts]
            head = replace(self._head, size=frontier.size, root=frontier.root())
            if changes:
                for change in changes:
                    self._kept.apply(change)
                digest = self._kept.digest()
                # Written before the commit: whichever of the two states a crash leaves, the header knows it.
                self._head = self._header.write_head(replace(self._head, pending=digest))
                head = replace(head, serial=self._head.serial, state=digest)
        self._frontier = frontier
        self._head = head  # true from here on, even if the header cannot be written
        self._exhibits.forget_staged(draft.body for draft in drafts)
        self._unindexed += entries
        self._head = self._header.write_head(head)
        if len(self._unindexed) >= _BACKLOG:
            with contextlib.suppress(Refused, Unavailable):  # the entries are safe; the index catches up later
                self.index_words()
        return entries

    def write_head(self) -> None:
        """Write the header's note of what is committed once more, after `commit` could not."""
        self._head = self._header.write_head(self._head)

    def _insert(self, draft: Draft, frontier: merkle.Frontier) -> Entry:
        body, intake = draft.body, draft.intake
        reading = draft.reading or self._clock.read()
        entry_id, salt, sequence = new_id(reading), secrets.token_bytes(16), frontier.size
        line = codec.entry_line(id=entry_id, clock=reading, after=None, salt=salt, body=body, intake=intake)
        tree = tree_bytes(frontier.append(merkle.leaf_hash(line)))
        self._exhibits.insert(body, draft.brought)
        self._database.execute(
            "INSERT INTO entry (sequence, id, kind, item, tree, line) VALUES (?, ?, ?, ?, ?, ?)",
            (sequence, entry_id, body.KIND, intake.item if intake else None, tree, line),
        )
        self._project(body, sequence)
        return Entry(sequence, entry_id, reading, None, salt, body, intake, line)

    def _project(self, body: Body, sequence: int) -> None:
        disruption, is_step = body.link, body.IS_STEP
        if disruption is None:
            return
        self._database.execute(
            "INSERT INTO disruption_entry (disruption, sequence, is_step) VALUES (?, ?, ?)",
            (disruption, sequence, is_step),
        )
        if is_step:
            opened = sequence if isinstance(body, DisruptionOpened) else None
            closed = sequence if isinstance(body, DisruptionClosed) else None
            self._database.execute(
                "INSERT INTO disruption (id, opened, closed) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
                " SET opened = coalesce(opened, excluded.opened), closed = coalesce(closed, excluded.closed)",
                (disruption, opened, closed),
            )

    def _project_anew(self) -> None:
        """Make every projection again from the entries that are left."""
        with self._database.transaction():
            self._database.execute("INSERT INTO words (words) VALUES ('delete-all')")
            for statement in ("UPDATE indexed SET next = 0", "DELETE FROM disruption", "DELETE FROM disruption_entry"):
                self._database.execute(statement)
            for entry in self.entries():
                self._project(entry.body, entry.sequence)

    # Reading

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
            yield _read(*row)

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
        return _read(*rows[0])

    def entry_of_item(self, item: str) -> int | None:
        """The sequence of the entry that an intake item became."""
        row = self._database.one("SELECT sequence FROM entry WHERE item = ?", (item,))
        return None if row is None else int(row[0])

    def search(self, typed: str, limit: int) -> Iterator[Entry]:
        """Entries that hold every typed word or its beginning, newest first; nothing for no words."""
        query = query_of(typed)
        if query is None:
            return
        with contextlib.suppress(Refused, Unavailable):  # a full disk: what is indexed can still be found
            self.index_words()
        left = limit
        for first, end in _windows(self.size):
            # `+`, because FTS5 walks the entries of a word's beginning quickly upwards and very slowly downwards.
            found = self._database.rows(
                "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? ORDER BY +rowid DESC LIMIT ?",
                (query, first, end, left),
            )
            for (sequence,) in found:
                row = self._database.one("SELECT sequence, tree, line FROM entry WHERE sequence = ?", (sequence,))
                if row is None:
                    raise Broken(Code.VAULT_DAMAGED, file="vault.db")
                yield _read(*row)
                left -= 1
            if left <= 0:
                return

    def sequences(
        self,
        typed: str | None,
        kinds: Sequence[str] | None,
        among: Collection[int] | None,
        since: str | None,
        after: int,
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
            query = f"SELECT sequence FROM entry WHERE kind IN ({','.join('?' * len(kinds))}) AND sequence > ?"  # noqa: S608
            parts.append({int(row[0]) for row in self._database.rows(query, (*kinds, after))})
        if among is not None:
            parts.append({sequence for sequence in among if sequence > after})
        if since is not None:
            query = "SELECT sequence FROM entry WHERE id >= ?"
            parts.append({int(row[0]) for row in self._database.rows(query, (since,)) if row[0] > after})
        if not parts:
            return list(range(self.size - 1, after, -1))[:limit]
        return sorted(set.intersection(*parts), reverse=True)[:limit]

    def linked(self, disruption: str) -> Iterator[int]:
        """Where the entries are that are linked to a disruption, its own steps among them."""
        query = "SELECT sequence FROM disruption_entry WHERE disruption = ? AND is_step IN (0, 1)"
        return (int(row[0]) for row in self._database.rows(query, (disruption,)))

    def _holding(self, typed: str, after: int) -> Iterator[int]:
        query = query_of(typed)
        if query is None:
            return
        with contextlib.suppress(Refused, Unavailable):
            self.index_words()
        statement = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ?"
        for (sequence,) in self._database.rows(statement, (query, after)):
            yield int(sequence)

    def index_words(self) -> None:
        """Bring the index up to date.

        In one go for many entries, because an FTS5 insert costs more than all the rest of an append.
        """
        if self._index_behind:
            self._index(self.entries(after=self._indexed() - 1))
            self._index_behind = False
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
            self._database.execute("UPDATE indexed SET next = ?", (self.size,))

    # The tree

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, from the entry that completed it. Raises `Broken("journal-rewritten")`."""
        last = ((index + 1) << level) - 1
        row = self._database.one("SELECT substr(tree, ?, 32) FROM entry WHERE sequence = ?", (level * _HASH + 1, last))
        if row is None or len(row[0]) != _HASH:
            raise Broken(Code.JOURNAL_REWRITTEN, sequence=last)
        return bytes(row[0])

    def inclusion(self, sequence: int, size: int) -> list[bytes]:
        """The inclusion proof of an entry in the tree of the first `size` (RFC 9162 §2.1.3). Raises `IndexError`."""
        if size > self.size:
            raise IndexError(size)
        return merkle.inclusion_from_nodes(size, sequence, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The consistency proof between two sizes (RFC 9162 §2.1.4). Raises `IndexError`."""
        if new > self.size:
            raise IndexError(new)
        return merkle.consistency_from_nodes(old, new, self.node)

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` entries. Raises `IndexError`."""
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return merkle.root_from_nodes(size, self.node)

    def _stored_size(self) -> int:
        row = self._database.one("SELECT max(sequence) FROM entry")
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def add_checkpoint(self, text: bytes, signature: bytes) -> None:
        """Keep a signed checkpoint of this journal.

        Raises `Broken` with "checkpoint-format", or "checkpoint-differs" where it is not of this journal.
        """
        checkpoint = parse(text)
        if checkpoint.size > self.size or self.root_at(checkpoint.size) != checkpoint.root:
            raise Broken(Code.CHECKPOINT_DIFFERS, size=checkpoint.size)
        self.commit([], [SignedCheckpoint(checkpoint.size, text, signature)])

    # Disruptions

    def disruptions(self) -> Iterator[Disruption]:
        """Every disruption, oldest first."""
        for (found,) in self._database.rows("SELECT id FROM disruption WHERE opened IS NOT NULL ORDER BY opened"):
            yield self._disruption(found)

    def disruption(self, untrusted_prefix: str) -> Disruption:
        """The disruption with that id or the only one whose id begins so.

        Raises `Refused` with "no-such-disruption" or "ambiguous-id".
        """
        prefix = untrusted_prefix.strip().lower()
        query = (
            "SELECT id FROM disruption WHERE opened IS NOT NULL AND substr(id, 1, ?) = ?"
            " ORDER BY length(id) - ? LIMIT 2"
        )
        rows = list(self._database.rows(query, (len(prefix), prefix, len(prefix))))
        if not prefix or not rows:
            raise Refused(Code.NO_SUCH_DISRUPTION, id=untrusted_prefix[:64])
        if len(rows) > 1 and rows[0][0] != prefix:
            raise Refused(Code.AMBIGUOUS_ID, id=prefix[:64])
        return self._disruption(rows[0][0])

    def open_disruption(self) -> str | None:
        """The id of the newest disruption that has not ended."""
        row = self._database.one(
            "SELECT id FROM disruption WHERE opened IS NOT NULL AND closed IS NULL ORDER BY opened DESC LIMIT 1"
        )
        return None if row is None else str(row[0])

    def newest_of(self, disruption: str) -> Entry | None:
        """The newest entry that belongs to a disruption or is a step of it."""
        row = self._database.one(
            "SELECT max(sequence) FROM (SELECT max(sequence) AS sequence FROM disruption_entry"
            " WHERE disruption = ?1 AND is_step = 0 UNION ALL SELECT max(sequence) FROM disruption_entry"
            " WHERE disruption = ?1 AND is_step = 1)",
            (disruption,),
        )
        if row is None or row[0] is None:
            return None
        return next(self.entries(after=int(row[0]) - 1, limit=1), None)

    def _disruption(self, disruption: str) -> Disruption:
        steps = [
            _read(*row).body
            for row in self._database.rows(
                "SELECT sequence, tree, line FROM disruption_entry JOIN entry USING (sequence)"
                " WHERE disruption = ? AND is_step = 1 ORDER BY sequence",
                (disruption,),
            )
        ]
        opened = next((step for step in steps if isinstance(step, DisruptionOpened)), None)
        if opened is None:
            raise Broken(Code.VAULT_DAMAGED, file="vault.db")
        segments = [Segment(opened.state, opened.grade, opened.methods, opened.started)]
        segments += [
            Segment(step.state, step.grade, step.methods, step.changed)
            for step in steps
            if isinstance(step, DisruptionChanged)
        ]
        links = self._database.rows(
            "SELECT id FROM disruption_entry JOIN entry USING (sequence) WHERE disruption = ? AND is_step = 0"
            " ORDER BY sequence",
            (disruption,),
        )
        return Disruption(
            id=disruption,
            started=opened.started,
            ended=next((step.ended for step in steps if isinstance(step, DisruptionClosed)), None),
            segments=tuple(segments),
            network=opened.network,
            entries=tuple(row[0] for row in links),
        )


def _windows(size: int) -> Iterator[tuple[int, int]]:
    """All sequences below `size` in a few spans, the newest and shortest first."""
    end, span = size, _NEWEST
    while end > 0:
        first = max(end - span, 0)
        yield first, end
        end, span = first, span * 16


def tree_bytes(completed: Sequence[merkle.Node]) -> bytes:
    return b"".join(node.hash for node in completed)


def _read(sequence: int, tree: bytes, line: bytes) -> Entry:
    if merkle.leaf_hash(line) != tree[:_HASH]:
        raise Broken(Code.JOURNAL_REWRITTEN, sequence=sequence)
    return codec.read_entry(line, sequence)
