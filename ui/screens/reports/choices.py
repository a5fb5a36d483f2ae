"""What the first two pages offer: disruptions, and entries that may be ticked."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QIcon

from evidence_kit.jobs.report_candidates import Candidate
from evidence_kit.model.disruption import Disruption
from evidence_kit.words.kinds import kind_name
from ui.parts.observed import spell_heading
from ui.screens.reports.listed import NOWHERE, Index
from ui.screens.reports.words import (
    times_of,
)
from ui.words import say, size, when

_ICONS: Final = {"note": "note", "testimony": "note", "screen": "screen", "page": "page", "file": "files"}


def icon_of(candidate: Candidate) -> str:
    """The name of the icon for an entry without a picture."""
    return "photo" if candidate.kind == "file" and candidate.picture else _ICONS.get(candidate.kind, "files")


class Disruptions(QAbstractListModel):
    """Disruptions, the newest first, and the choice of none."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Disruption | None] = [None]

    def put(self, disruptions: Sequence[Disruption]) -> None:
        """Offer these, oldest first as the vault tells them."""
        self.beginResetModel()
        self._rows = [*reversed(disruptions), None]
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        disruption = self._rows[index.row()]
        if disruption is None:
            return say("None of them: I choose the entries myself")
        return f"{spell_heading(disruption.state)}\n{times_of(disruption)}"

    def at(self, row: int) -> Disruption | None:
        """The disruption of a row."""
        return self._rows[row]

    def row_of(self, disruption: str | None) -> int:
        """Where a disruption stands; the last row for none."""
        found = (row for row, one in enumerate(self._rows) if one is not None and one.id == disruption)
        return next(found, len(self._rows) - 1)


class EntriesShown(Enum):
    """Which entries the list of page 2 shows."""

    BELONGING = auto()
    ALL = auto()


class Order(Enum):
    """How the list of page 2 is ordered."""

    TIME = auto()
    KIND = auto()


class Choices(QAbstractListModel):
    """Entries that may go into the report. None is ticked until the person ticks it."""

    def __init__(self, icon: Callable[[Candidate], QIcon], changed: Callable[[], object]) -> None:
        super().__init__()
        self._icon = icon
        self._changed = changed
        self._all: list[Candidate] = []
        self._rows: list[Candidate] = []
        self._chosen: set[str] = set()
        self._at: dict[str, list[int]] = {}

    def put(self, candidates: Sequence[Candidate], chosen: Iterable[str]) -> None:
        """Offer these entries, once `arrange` is called; ids that are not among them are forgotten."""
        known = {one.id for one in candidates if one.may_leave}
        self._all = list(candidates)
        self._chosen = {one for one in chosen if one in known}

    def arrange(self, shown: EntriesShown, order: Order) -> None:
        """Show some of the entries in an order; the newest first."""
        self.beginResetModel()
        rows = [one for one in self._all if shown is EntriesShown.ALL or one.belongs or one.id in self._chosen]
        rows.reverse()
        if order is Order.KIND:
            rows.sort(key=lambda one: one.kind)
        self._rows = rows
        self._at = {}
        for row, one in enumerate(rows):
            if one.picture:
                self._at.setdefault(one.picture, []).append(row)
        self.endResetModel()

    def chosen(self) -> tuple[str, ...]:
        """The ticked entries, in the journal's order."""
        return tuple(one.id for one in self._all if one.id in self._chosen)

    def chosen_size(self) -> int:
        """Bytes of what is ticked."""
        return sum(one.size for one in self._all if one.id in self._chosen)

    def count(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._all)

    def belonging(self) -> int:
        """How many of them belong to the disruption."""
        return sum(one.belongs for one in self._all)

    def choose(self, wanted: Callable[[Candidate], bool]) -> None:
        """Tick every entry for which `wanted` holds, besides those that are ticked."""
        self._chosen |= {one.id for one in self._all if one.may_leave and wanted(one)}
        self._tell()

    def clear(self) -> None:
        """Tick none."""
        self._chosen.clear()
        self._tell()

    def picture_came(self, sha256: str) -> None:
        """The small picture of an exhibit is there now."""
        for row in self._at.get(sha256, ()):
            index = self.index(row)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def _tell(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [Qt.ItemDataRole.CheckStateRole])
        self._changed()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren | Qt.ItemFlag.ItemIsEnabled
        if index.isValid() and self._rows[index.row()].may_leave:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return words_of(one)
            case Qt.ItemDataRole.DecorationRole:
                return self._icon(one)
            case Qt.ItemDataRole.CheckStateRole if one.may_leave:
                return Qt.CheckState.Checked if one.id in self._chosen else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                ticked = say("chosen") if one.id in self._chosen else say("not chosen")
                return f"{words_of(one)}, {ticked}"
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        one = self._rows[index.row()]
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._chosen.add(one.id)
        else:
            self._chosen.discard(one.id)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self._changed()
        return True


def words_of(candidate: Candidate) -> str:
    """An entry in two lines: what it is, and what must be known before it is ticked."""
    first = say("{time}  {kind}").format(
        time=when(candidate.seen_utc, candidate.seen_offset_s)[:16], kind=kind_name(candidate.kind, say)
    )
    facts = [candidate.label[:160]] if candidate.label else []
    if candidate.size:
        facts.append(size(candidate.size))
    if candidate.tells_place:
        facts.append(say("tells where it was taken"))
    if candidate.reported:
        facts.append(say("was in a report before"))
    if not candidate.may_leave:
        facts.append(say("stays here: the witness did not agree to share it"))
    return f"{first}\n{' · '.join(facts)}"
