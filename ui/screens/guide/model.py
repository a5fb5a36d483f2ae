"""The rows of the guide's list: topics, or while something is searched, where it stands."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.screens.guide.search import Found

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class Contents(QAbstractListModel):
    """One row for each topic found; the piece of text is in a second line, and part of the accessible name."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Found, ...] = ()

    def put(self, found: Sequence[Found]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = tuple(found)
        self.endResetModel()

    def row_of(self, name: str) -> int | None:
        """The row of a topic, None where it is not among those found."""
        return next((at for at, found in enumerate(self.rows) if found.topic.name == name), None)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        found = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{found.topic.title}\n{found.snippet}" if found.snippet else found.topic.title
            case _:
                return None
