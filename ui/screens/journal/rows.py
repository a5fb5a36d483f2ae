"""Rows of the journal as far as they were read: asked for in windows, and the longest unseen forgotten first."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from evidence_kit.jobs.browse import JournalRow, ReadRows
from ui.bridge import Bridge

_ROWS: Final = 4000
_AT_ONCE: Final = 2


class ReadAhead(QObject):
    """`came` carries the rows that were read, by their sequences."""

    came = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._rows: OrderedDict[int, JournalRow] = OrderedDict()
        self._reading: set[int] = set()
        self._requests = 0

    @property
    def held(self) -> int:
        """How many rows are held now."""
        return len(self._rows)

    @property
    def busy(self) -> bool:
        """Whether so much is asked for that nothing more is."""
        return self._requests >= _AT_ONCE

    def get(self, sequence: int) -> JournalRow | None:
        """A row as far as it has been read."""
        row = self._rows.get(sequence)
        if row is not None:
            self._rows.move_to_end(sequence)
        return row

    def is_missing(self, sequence: int) -> bool:
        """Whether a row was neither read nor asked for."""
        return sequence not in self._rows and sequence not in self._reading

    def read(self, missing: Sequence[int]) -> None:
        """Ask for rows."""
        self._requests += 1
        self._reading.update(missing)
        self._bridge.submit(ReadRows(tuple(missing)), lambda rows: self._take(missing, rows), self._fail)

    def forget(self) -> None:
        """What was read is not so any more; what is on show is read again."""
        self._rows.clear()
        self.came.emit([])

    def _take(self, asked: Sequence[int], rows: tuple[JournalRow, ...]) -> None:
        self._requests -= 1
        self._reading.difference_update(asked)
        for row in rows:
            self._rows[row.sequence] = row
        while len(self._rows) > _ROWS:
            self._rows.popitem(last=False)
        self.came.emit([row.sequence for row in rows])

    def _fail(self, error: Any) -> None:
        # What was asked for stays asked for: asking the same damaged page again and again would help nobody.
        self._requests -= 1
        self._bridge.failed.emit(error)
