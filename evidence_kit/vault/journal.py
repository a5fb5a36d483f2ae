"""The append-only journal: lines, their Merkle tree, what is projected from them, and the one way to commit.

The database alone cannot tell when older pages are put back or its log is cut, so each commit is acknowledged only
once the header's sealed head has the new size and root, and both are compared at every opening.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, written_facts
from evidence_kit.model import codec
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.entry import Entry, IntakeMark
from evidence_kit.model.finding import Finding, Verdict, code_found
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.model.identity import new_id
from evidence_kit.seal import merkle
from evidence_kit.seal.checkpoint import parse
from evidence_kit.vault.database import Database
from evidence_kit.vault.disruptions import DisruptionHistory
from evidence_kit.vault.exhibits import Exhibits, Stored
from evidence_kit.vault.header import Head, Header
from evidence_kit.vault.kept import Change, Kept, SignedCheckpoint
from evidence_kit.vault.lines import Lines
from evidence_kit.vault.tree import Tree, tree_bytes
from evidence_kit.vault.word_index import WordIndex

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
        self.lines = Lines(database)
        self.tree = Tree(database, lambda: self._head.size)
        self.index = WordIndex(database, self.lines, exhibits, lambda: self._head.size)
        self.disruptions = DisruptionHistory(database, self.lines)

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
            found.append(Finding(FindingCode.HEAD_COPY_DAMAGED, Verdict.UNPROVEN, "vault.header"))
        head = heads[0] if heads else None
        size = self.tree.stored_size()
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
            found.append(Finding(code_found(fault.code), Verdict.BROKEN, "", told))
            self._project_anew()
        old = head or Head(0, 0, merkle.EMPTY_ROOT, digest)
        new = replace(
            old, size=size, root=merkle.root_from_nodes(size, self.tree.node), state=digest, pending=bytes(_HASH)
        )
        if fault is not None and fault.code in {Code.JOURNAL_CUT, Code.JOURNAL_REWRITTEN} and old.size >= old.lost_size:
            new = replace(new, lost_size=old.size, lost_root=old.root)
        self._head = self._header.write_head(new) if new != old or len(heads) < 2 else old
        self.index.begin()
        if self._head.lost_size:
            found.append(
                Finding(
                    FindingCode.JOURNAL_LOST_ENTRIES, Verdict.BROKEN, "", (("expected", str(self._head.lost_size)),)
                )
            )
        return tuple(found)

    def _fault(self, head: Head | None, size: int, digest: bytes) -> Broken | None:
        if head is None:
            return Broken(Code.HEAD_DAMAGED)
        if size < head.size:
            return Broken(Code.JOURNAL_CUT, found=size, expected=head.size)
        if merkle.root_from_nodes(head.size, self.tree.node) != head.root:
            return Broken(Code.JOURNAL_REWRITTEN, found=size, expected=head.size)
        if not self.tree.grew_rightly(head.size):
            return Broken(Code.JOURNAL_REWRITTEN, found=size, expected=head.size)
        if digest != head.state and (head.pending == bytes(_HASH) or digest != head.pending):
            return Broken(Code.VAULT_ROLLED_BACK)
        return None

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
        frontier = self._frontier or merkle.Frontier.restore(self.size, self.tree.node)
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
        self.index.add(entries)
        self._head = self._header.write_head(head)
        self.index.keep_up()
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
            self.index.clear()
            for statement in ("DELETE FROM disruption", "DELETE FROM disruption_entry"):
                self._database.execute(statement)
            for entry in self.lines.entries():
                self._project(entry.body, entry.sequence)

    def add_checkpoint(self, text: bytes, signature: bytes) -> None:
        """Keep a signed checkpoint of this journal.

        Raises `Broken` with "checkpoint-format", or "checkpoint-differs" where it is not of this journal.
        """
        checkpoint = parse(text)
        if checkpoint.size > self.size or self.tree.root_at(checkpoint.size) != checkpoint.root:
            raise Broken(Code.CHECKPOINT_DIFFERS, size=checkpoint.size)
        self.commit([], [SignedCheckpoint(checkpoint.size, text, signature)])
