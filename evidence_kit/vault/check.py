"""Read the whole vault and say what holds and what does not; changes nothing."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from evidence_kit.errors import Broken, KitError
from evidence_kit.files import sha256_of
from evidence_kit.model import codec
from evidence_kit.model.entry import IntakeMark
from evidence_kit.model.finding import Finding, Verdict, code_found
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.seal import merkle
from evidence_kit.seal.checkpoint import parse
from evidence_kit.vault.absorb import quarantined
from evidence_kit.vault.database import Database
from evidence_kit.vault.exhibits import Exhibits, read_sealed
from evidence_kit.vault.journal import Journal
from evidence_kit.vault.kept import Kept
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.tree import tree_bytes
from evidence_kit.vault.words import words_of

Progress = Callable[[int, int], None]
_GUARDED: Final = ("entry", "exhibit", "tiles", "checkpoint")
_SHOWN: Final = 256


def check(
    folder: Path, database: Database, journal: Journal, exhibits: Exhibits, outbox: Outbox, progress: Progress
) -> Iterator[Finding]:
    """Yield a finding for every part: HOLDS once for a part in which all is right, BROKEN for each fault by name.

    `progress` hears of bytes of exhibits and entries read, and of how many there are in all.
    """
    steps = _Steps(journal.size, sum(stored.size for stored in exhibits.all()), progress)
    yield from _database(database)
    yield from _lines(database, journal, exhibits, steps)
    yield from _checkpoints(database, journal)
    yield from _exhibits(exhibits, steps)
    yield from _outbox(outbox)
    for name in quarantined(folder):
        yield Finding(FindingCode.INTAKE_ITEM_UNREADABLE, Verdict.BROKEN, name)


class _Steps:
    """An entry counts as much as 4 KiB of an exhibit, which is about what it costs."""

    def __init__(self, entries: int, exhibit_bytes: int, progress: Progress) -> None:
        self._total = entries * 4096 + exhibit_bytes
        self._done = self._told = 0
        self._progress = progress

    def add(self, amount: int) -> None:
        self._done += amount
        if self._done - self._told >= self._total // 200 or self._done == self._total:
            self._told = self._done
            self._progress(self._done, self._total)


def _database(database: Database) -> Iterator[Finding]:
    faults = 0
    for pragma, code in (
        ("cipher_integrity_check", FindingCode.DATABASE_PAGES),
        ("integrity_check", FindingCode.DATABASE_STRUCTURE),
    ):
        try:
            told = [str(row[0]) for row in database.rows(f"PRAGMA {pragma}")]
        except KitError as error:
            told = [error.code.value]
        for text in told:
            if text != "ok":
                faults += 1
                yield Finding(code, Verdict.BROKEN, "vault.db", (("told", text[:_SHOWN]),))
    present = {
        row[0] for row in database.rows("SELECT tbl_name || ' ' || sql FROM sqlite_master WHERE type = 'trigger'")
    }
    for table in _GUARDED:
        for act in ("UPDATE", "DELETE"):
            guard = f"BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            if not any(text.startswith(table + " ") and guard in text for text in present):
                faults += 1
                yield Finding(FindingCode.TRIGGER_MISSING, Verdict.BROKEN, table, (("act", act.lower()),))
    if not faults:
        yield Finding(FindingCode.DATABASE, Verdict.HOLDS, "vault.db")


def _lines(database: Database, journal: Journal, exhibits: Exhibits, steps: _Steps) -> Iterator[Finding]:
    """Every line read, the whole tree made again from the lines, and every link of the entries followed."""
    frontier = merkle.Frontier()
    faults = 0
    links = 0
    previous: IntakeMark | None = None
    indexed = database.one("SELECT next FROM indexed") or (0,)
    worded = 0
    for sequence, kind, item, tree, line in database.rows(
        "SELECT sequence, kind, item, tree, line FROM entry ORDER BY sequence"
    ):
        steps.add(4096)
        if sequence != frontier.size or tree != tree_bytes(frontier.append(merkle.leaf_hash(line))):
            faults += 1
            yield Finding(FindingCode.JOURNAL_REWRITTEN, Verdict.BROKEN, str(sequence))
            break
        try:
            entry = codec.read_entry(line, sequence)
        except Broken as error:
            faults += 1
            yield Finding(FindingCode.ENTRY_UNREADABLE, Verdict.BROKEN, str(sequence), (("told", error.code.value),))
            continue
        if kind != entry.kind or item != (entry.intake.item if entry.intake else None):
            faults += 1
            yield Finding(FindingCode.ENTRY_MISLABELLED, Verdict.BROKEN, entry.id)
        for exhibit in entry.body.exhibits:
            if exhibits.find(exhibit.sha256) is None:
                faults += 1
                yield Finding(FindingCode.EXHIBIT_MISSING, Verdict.BROKEN, exhibit.sha256, (("entry", entry.id),))
        if entry.body.link is not None:
            links += _summand(entry.body.link, sequence, entry.body.IS_STEP)
        worded += sequence < indexed[0] and words_of(entry.body) != ""
        if entry.intake is not None:
            if entry.intake.previous != (previous.item if previous else None):
                yield Finding(FindingCode.INTAKE_ITEM_MISSING, Verdict.BROKEN, entry.id)
            previous = entry.intake
    if (frontier.size, frontier.root()) != (journal.size, journal.root):
        faults += 1
        facts = (("expected", str(journal.size)), ("found", str(frontier.size)))
        yield Finding(FindingCode.JOURNAL_DIFFERS_FROM_HEADER, Verdict.BROKEN, "", facts)
    yield from _projections(database, links, worded)
    if journal.lost[0]:
        yield Finding(FindingCode.JOURNAL_LOST_ENTRIES, Verdict.BROKEN, "", (("expected", str(journal.lost[0])),))
    if not faults:
        facts = (("size", str(journal.size)), ("root", journal.root.hex()))
        yield Finding(FindingCode.JOURNAL, Verdict.HOLDS, "", facts)


def _projections(database: Database, links: int, worded: int) -> Iterator[Finding]:
    """What the database keeps of the entries besides: the sum of their links, the number of those with words."""
    if links != sum(
        _summand(*row) for row in database.rows("SELECT disruption, sequence, is_step FROM disruption_entry")
    ):
        yield Finding(FindingCode.DISRUPTION_LINKS, Verdict.BROKEN)
    if database.one("SELECT count(*) FROM words_docsize") != (worded,):
        yield Finding(FindingCode.SEARCH_INDEX, Verdict.BROKEN)


def _summand(disruption: str, sequence: int, is_step: int) -> int:
    """A row as a number: the sums of two sets of rows agree where the sets do, without either in memory."""
    return int.from_bytes(hashlib.sha256(f"{disruption} {sequence} {int(is_step)}".encode()).digest(), "big")


def _checkpoints(database: Database, journal: Journal) -> Iterator[Finding]:
    for checkpoint in Kept(database).checkpoints():
        try:
            told = parse(checkpoint.text)
            holds = told.size <= journal.size and journal.tree.root_at(told.size) == told.root
        except Broken:
            holds = False
        if not holds:
            yield Finding(FindingCode.CHECKPOINT_DIFFERS, Verdict.BROKEN, str(checkpoint.size))


def _exhibits(exhibits: Exhibits, steps: _Steps) -> Iterator[Finding]:
    count = faults = 0
    for stored in exhibits.all():
        count += 1
        steps.add(stored.size)
        try:
            deque(read_sealed(exhibits.path_of(stored), stored), maxlen=0)
        except KitError as error:
            faults += 1
            yield Finding(code_found(error.code), Verdict.BROKEN, stored.sha256)
    if not faults:
        yield Finding(FindingCode.EXHIBITS, Verdict.HOLDS, "", (("count", str(count)),))


def _outbox(outbox: Outbox) -> Iterator[Finding]:
    for delivery_id in outbox.damaged():
        yield Finding(FindingCode.DELIVERY_DAMAGED, Verdict.BROKEN, delivery_id)
    for delivery in outbox.deliveries():
        for part in delivery.parts:
            try:
                with outbox.open_parcel(part) as source:
                    sound = sha256_of(source) == (part.sha256, part.size)
            except Broken:
                sound = False
            if not sound:
                yield Finding(FindingCode.PARCEL_DAMAGED, Verdict.BROKEN, delivery.id, (("part", part.role),))
