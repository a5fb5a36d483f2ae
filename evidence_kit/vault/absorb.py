"""Bring into the journal what happened while the vault was locked: intake items, and news from the outbox.

Crash-proof by order: commit first, then move files, then delete the item; whatever is met again is known by its
SHA-256 and not entered twice. An item that cannot be read goes to quarantine and never blocks the others.
"""

import contextlib
import hashlib
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import disk_errors, read_capped, sha256_of, sync_folder
from evidence_kit.model import codec
from evidence_kit.model.bodies.sharing import DeliveryNoted
from evidence_kit.model.entry import IntakeMark
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.vault import intake
from evidence_kit.vault.exhibits import Exhibits, read_sealed
from evidence_kit.vault.header import Header
from evidence_kit.vault.intake import ChainHead, Item
from evidence_kit.vault.journal import Draft, Journal
from evidence_kit.vault.kept import Change, Kept
from evidence_kit.vault.outbox import Outbox

_BATCH: Final = 64
_COLLECTION: Final = "progress"


@dataclass(frozen=True, slots=True)
class _Read:
    name: str
    sha256: str
    item: Item


class Absorption:
    """One run over the intake. `findings` tell what was missing, out of order or unreadable."""

    def __init__(self, folder: Path, header: Header, journal: Journal, exhibits: Exhibits, kept: Kept) -> None:
        self._folder = folder / "intake"
        self._header = header
        self._journal = journal
        self._exhibits = exhibits
        self._link = link_absorbed(kept)
        self._batch: list[_Read] = []
        self._poison: list[str] = []
        self.findings: list[Finding] = []
        self.entered = 0

    def run(self) -> None:
        """Absorb every item that waits. Raises as `Journal.commit` and `disk_errors`."""
        with disk_errors():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with intake.chain_lock(self._folder):
                intake.settle(self._folder)
                names = intake.waiting(self._folder)
        for name in names:
            self._take(name)
            if len(self._batch) >= _BATCH:
                self._commit()
        self._commit()
        self._tidy()

    def _take(self, name: str) -> None:
        number = intake.number_of(name)
        sha256, item = self._read(name)
        if any(read.sha256 == sha256 for read in self._batch):
            self._commit()  # a copy under another name: by now it is known
        if item is not None and self._journal.lines.entry_of_item(sha256) is not None:
            self._finish(_Read(name, sha256, item))
            return
        if item is None:
            self.findings.append(Finding(FindingCode.INTAKE_ITEM_UNREADABLE, Verdict.BROKEN, name))
            self._poison.append(name)
        else:
            if item.number != self._link.number + 1 or item.previous != self._link.item:
                facts = (("expected", str(self._link.number + 1)), ("found", str(item.number)))
                self.findings.append(Finding(FindingCode.INTAKE_ITEM_MISSING, Verdict.BROKEN, name, facts))
            self._batch.append(_Read(name, sha256, item))
        if number > self._link.number:
            self._link = ChainHead(number, sha256)

    def _read(self, name: str) -> tuple[str, Item | None]:
        """The item's SHA-256, and the item where it is sound through and through."""
        path = self._folder / name
        try:
            content = read_capped(path, intake.ITEM_CAP)
        except Refused:
            with path.open("rb") as source:
                return sha256_of(source)[0], None
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            item = intake.open_item(content, self._header.intake_key, self._header.key("intake"))
            if self._journal.lines.entry_of_item(sha256) is None:
                self._check_exhibits(item)
        except Broken:
            return sha256, None
        return sha256, item

    def _check_exhibits(self, item: Item) -> None:
        """Every exhibit is read through: a wrong hash let in here would shadow the true bytes for ever."""
        brought = {stored.sha256: stored for stored in item.exhibits}
        for exhibit in item.body.exhibits:
            stored = brought.get(exhibit.sha256) or self._exhibits.find(exhibit.sha256)
            if stored is None or stored.size != exhibit.size:
                raise Broken(Code.EXHIBIT_MISSING, sha256=exhibit.sha256)
        for stored in item.exhibits:
            if self._exhibits.owner_of(stored.file) not in {None, stored.sha256}:
                raise Broken(Code.EXHIBIT_DAMAGED, sha256=stored.sha256)
            deque(read_sealed(self._folder / stored.file, stored), maxlen=0)

    def _commit(self) -> None:
        if self._batch or self._poison:
            drafts = [
                Draft(
                    body=read.item.body,
                    intake=IntakeMark(read.item.clock, read.sha256, read.item.previous, read.item.locked),
                    brought=read.item.exhibits,
                )
                for read in self._batch
            ]
            self._journal.commit(drafts, [Change(_COLLECTION, "intake", codec.to_json(self._link))])
        for read in self._batch:
            self.entered += 1
            self._finish(read)
        self._batch.clear()
        for name in self._poison:
            self._quarantine(name)
        self._poison.clear()

    def _finish(self, read: _Read) -> None:
        for stored in read.item.exhibits:
            self._exhibits.adopt(stored)
        with disk_errors():
            (self._folder / read.name).unlink(missing_ok=True)
            sync_folder(self._folder)

    def _quarantine(self, name: str) -> None:
        with disk_errors():
            room = self._folder / "quarantine"
            room.mkdir(mode=0o700, exist_ok=True)
            (self._folder / name).rename(room / name)
            sync_folder(room)
            sync_folder(self._folder)

    def _tidy(self) -> None:
        if quarantined(self._folder.parent):
            return  # whose exhibits they are cannot be known
        with disk_errors(), intake.chain_lock(self._folder):
            if not intake.waiting(self._folder):
                intake.tidy(self._folder, ())


def link_absorbed(kept: Kept) -> ChainHead:
    """The last item of the chain that the journal knows."""
    value = kept.get(_COLLECTION, "intake")
    return ChainHead(0, None) if value is None else codec.from_json(ChainHead, value)


def quarantined(folder: Path) -> list[str]:
    """The names of items that could not be read; `folder` is the vault's."""
    room = folder / "intake" / "quarantine"
    return sorted(path.name for path in room.iterdir()) if room.is_dir() else []


def absorb_news(outbox: Outbox, journal: Journal, kept: Kept) -> int:
    """Note in the journal what happened to deliveries; the number of new entries."""
    entered = 0
    for delivery, news in outbox.news():
        name = f"outbox/{delivery.id}"
        noted = kept.get(_COLLECTION, name)
        fresh = [item for item in news if item.serial > (noted if isinstance(noted, int) else 0)]
        drafts = [
            Draft(
                DeliveryNoted(
                    delivery=delivery.id,
                    report=delivery.report,
                    part=item.part,
                    state=item.state,
                    attempts=item.attempts,
                    error=item.error,
                    at=item.at,
                )
            )
            for item in fresh
        ]
        if drafts:
            journal.commit(drafts, [Change(_COLLECTION, name, fresh[-1].serial)])
            entered += len(drafts)
        with contextlib.suppress(Broken, Refused):
            outbox.forget_news(delivery.id, news[-1].serial)
    return entered
