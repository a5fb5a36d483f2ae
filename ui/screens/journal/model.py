"""The journal's rows: as many as the vault has, read in windows around what is on show, never all of them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage

from evidence_kit.events import Absorbed, EntrySealed
from evidence_kit.jobs.browse import (
    FindEntries,
    FoundEntries,
    JournalRow,
    NameDisruptions,
)
from evidence_kit.jobs.course import DisruptionName
from ui.bridge import Bridge
from ui.screens.journal.rows import ReadAhead
from ui.screens.journal.small_pictures import SmallPictures
from ui.screens.journal.words import day_of, heading, spoken, title_of

_BEFORE, _BEYOND = 24, 40

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed down to; null asks for nothing."""

    search: str | None = None
    kinds: tuple[str, ...] | None = None
    disruption: str | None = None
    since_ms: int | None = None

    def find(self, after: int = -1) -> FindEntries:
        """The command that finds it."""
        return FindEntries(self.search, self.kinds, self.disruption, self.since_ms, after)


class JournalModel(QAbstractListModel):
    """Newest first. `look_at` says what is on show; rows and small pictures for it arrive later (`arrived`).

    `found` says that the number of rows is known for what was last wanted; `named` that the disruptions are.
    """

    found = Signal()
    arrived = Signal()
    named = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.wanted = Wanted()
        self.size = 0
        self.names: dict[str, DisruptionName] = {}
        self._places: array[int] | None = array("I")
        self._count = 0
        self._asked = 0
        self._behind = False
        self._finding = False
        self._shown = (0, -1)
        self._ahead = ReadAhead(bridge, self)
        self._ahead.came.connect(self._rows_came)
        self._pictures = SmallPictures(bridge, self._pictures_shown, self)
        self._pictures.came.connect(self.arrived)
        bridge.happened.connect(self._happened)

    # What there is

    def want(self, wanted: Wanted) -> None:
        """Narrow the list down; what is on show stays until the answer is there."""
        self.wanted = wanted
        self._asked += 1
        self._finding = True
        asked = self._asked
        self.bridge.submit(
            wanted.find(), lambda found: self._found(asked, found), lambda error: self._failed(asked, error)
        )

    def _failed(self, asked: int, error: Any) -> None:
        if asked == self._asked:
            self._finding = False
        self.bridge.failed.emit(error)

    def _found(self, asked: int, found: FoundEntries) -> None:
        if asked != self._asked:
            return
        self._finding = False
        self.beginResetModel()
        self.size = found.size
        self._places = found.sequences()
        self._count = found.size if self._places is None else len(self._places)
        self.endResetModel()
        self.found.emit()
        if self._behind:
            self._catch_up()

    def name_disruptions(self) -> None:
        """Ask for the disruptions, for headings and for narrowing down."""
        self.bridge.submit(NameDisruptions(), self._named)

    def _named(self, names: tuple[DisruptionName, ...]) -> None:
        before, self.names = self.names, {one.id: one for one in names}
        if before and before != self.names:
            self._ahead.forget()
        self.named.emit()
        self.arrived.emit()

    def _happened(self, event: object) -> None:
        if not isinstance(event, EntrySealed | Absorbed) or not self.bridge.desktop.session.unlocked:
            return
        if isinstance(event, EntrySealed) and event.kind == "correction":
            self._ahead.forget()
        self._catch_up()

    def _catch_up(self) -> None:
        """Ask for what came since; events that come meanwhile ask once more afterwards."""
        if self._finding:
            self._behind = True
            return
        self._behind = False
        self._finding = True
        asked, size = self._asked, self.size
        self.bridge.submit(
            self.wanted.find(after=size - 1),
            lambda found: self._came(asked, size, found),
            lambda error: self._failed(asked, error),
        )

    def _came(self, asked: int, size: int, found: FoundEntries) -> None:
        if asked != self._asked:
            return
        self._finding = False
        more = found.sequences()
        new = found.size - size if more is None else len(more)
        self.size = found.size
        if new > 0:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            if more is not None and self._places is not None:
                more.extend(self._places)
                self._places = more
            self._count += new
            self.endInsertRows()
            self.name_disruptions()
            self.found.emit()
        if self._behind:
            self._catch_up()

    # Rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row())
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row)
        return None

    def sequence_at(self, number: int) -> int:
        """The sequence of the entry in a row."""
        return self.size - 1 - number if self._places is None else self._places[number]

    def number_of(self, sequence: int) -> int | None:
        """The row of an entry, if it is in the list."""
        if self._places is None:
            number = self.size - 1 - sequence
        else:
            number = bisect_left(self._places, -sequence, key=lambda place: -place)
        fits = 0 <= number < self._count and self.sequence_at(number) == sequence
        return number if fits else None

    def row_at(self, number: int) -> JournalRow | None:
        """A row as far as it has been read."""
        if not 0 <= number < self._count:
            return None
        return self._ahead.get(self.sequence_at(number))

    def group_at(self, number: int) -> tuple[date, str | None] | None:
        """Day and disruption of a row; None while it has not been read."""
        row = self.row_at(number)
        return None if row is None else (day_of(row), row.disruption)

    def begins_group(self, number: int) -> bool:
        """Whether a heading stands above the row."""
        group = self.group_at(number)
        if group is None:
            return False
        return number == 0 or self.group_at(number - 1) not in {group, None}

    def heading_at(self, number: int) -> str:
        """The heading that a row stands under, "" while it has not been read."""
        group = self.group_at(number)
        if group is None:
            return ""
        day, disruption = group
        now = datetime.fromisoformat(self.bridge.desktop.clock.read().wall_utc)
        return heading(day, self.names.get(disruption or ""), now.astimezone().date())

    def read(self) -> int:
        """How many rows are held now."""
        return self._ahead.held

    # Reading in windows

    def look_at(self, first: int, last: int, scale: int = 1) -> None:
        """Rows `first` to `last` are on show; read what is missing of them and around, at most twice at a time."""
        self._shown = (first, last)
        self._read()
        self._pictures.look(scale)

    def _read(self) -> None:
        first, last = self._shown
        if self._ahead.busy or last < first:
            return
        near = range(max(first - _BEFORE, 0), min(last + _BEYOND, self._count))
        missing = [one for one in map(self.sequence_at, near) if self._ahead.is_missing(one)]
        # What is on show itself comes first; what is only near waits until a good part of it is missing.
        urgent = any(self.sequence_at(one) in missing for one in range(first, min(last + 1, self._count)))
        if missing and (urgent or len(missing) > _BEFORE // 2):
            self._ahead.read(missing)

    def _rows_came(self, sequences: list[int]) -> None:
        numbers = [number for one in sequences if (number := self.number_of(one)) is not None]
        if numbers:
            self.dataChanged.emit(self.index(min(numbers)), self.index(max(numbers)))
        self.arrived.emit()
        self._read()
        self._pictures.look()

    # Small pictures

    def picture_at(self, number: int) -> QImage | None:
        """The row's small picture, once it is there."""
        row = self.row_at(number)
        return None if row is None or row.picture is None else self._pictures.get(row.picture)

    def _pictures_shown(self) -> Iterator[str]:
        first, last = self._shown
        for number in range(first, min(last + 1, self._count)):
            row = self.row_at(number)
            if row is not None and row.picture is not None:
                yield row.picture
