"""The latest entries: their rows, and how an entry is told in one line."""

from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from evidence_kit.jobs.overview import Row
from ui import theme
from ui.parts.observed import state_words
from ui.screens.now.moments import today
from ui.words import (
    clock_time,
    direction,
    say,
    say_many,
    when,
)

_ICONS: Final = {
    "note": "note",
    "testimony": "people",
    "correction": "note",
    "screen": "screen",
    "page": "page",
    "file": "files",
    "measurement": "measure",
    "disruption-opened": "connection",
    "disruption-changed": "connection",
    "disruption-closed": "connection",
    "recipient-added": "people",
    "destination-changed": "deliveries",
    "report": "reports",
    "delivery": "deliveries",
    "receipt": "good",
}
_Index = QModelIndex | QPersistentModelIndex


def row_icon(row: Row) -> str:
    """The icon of a kind of entry."""
    return _ICONS.get(row.kind, "journal")


def row_words(row: Row) -> str:
    """An entry in one line; `row.words` are anybody's and only ever shown as plain text."""
    told = row.words
    if told and direction() is Qt.LayoutDirection.RightToLeft:
        told = f"\u2068{told}\u2069"  # an address among right-to-left words keeps its own order
    return _template(row).format(words=told, state=state_words(row.code))


def _template(row: Row) -> str:
    match row.kind, row.code:
        case "page", "error-page":
            return say("Page that did not load: {words}")
        case "page", "no-answer":
            return say("Page without an answer: {words}")
        case "screen", "blank":
            return say("Screen, all of one colour")
        case "destination-changed", "removed":
            return say("Destination removed: {words}")
        case "destination-changed", "changed":
            return say("Destination changed: {words}")
        case "disruption-changed", "online":
            return say("Disruption: a moment of connection")
        case "report", count:
            return say_many("Report made of {number} entry", "Report made of {number} entries", int(count))
        case "delivery", state:
            return _delivery_words(state)
        case kind, _:
            return _kinds().get(kind, kind)


def _kinds() -> dict[str, str]:
    return {
        "note": say("Note: {words}"),
        "testimony": say("Testimony: {words}"),
        "correction": say("Correction: {words}"),
        "screen": say("Screen"),
        "page": say("Page: {words}"),
        "file": say("File: {words}"),
        "measurement": say("Site tested: {words}"),
        "disruption-opened": say("Disruption began: {state}"),
        "disruption-changed": say("Disruption changed: {state}"),
        "disruption-closed": say("Disruption ended"),
        "recipient-added": say("Recipient added: {words}"),
        "destination-changed": say("Destination added: {words}"),
        "receipt": say("Receipt came: {words}"),
    }


def _delivery_words(state: str) -> str:
    return {
        "waiting": say("Delivery: not sent yet, it is tried again"),
        "uncertain": say("Delivery: handed over, no answer came"),
        "claimed": say("Delivery: the server says it has it"),
        "read-back": say("Delivery: delivered and read back"),
        "receipted": say("Delivery: received, with the recipient's receipt"),
        "needs-another-way": say("Delivery: needs another way"),
    }.get(state) or say("Delivery")


def row_time(row: Row) -> str:
    """The time of day today, the date on any other day."""
    whole = when(row.when)
    return clock_time(row.when) if whole[:10] == today() else whole[:10]


SEQUENCE: Final = int(Qt.ItemDataRole.UserRole)


class LatestModel(QAbstractListModel):
    """The newest entries, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> bool:
        """Take other rows; False where they are the same and nothing changes on the screen."""
        if rows == self._rows:
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return say("{time}   {words}").format(time=row_time(row), words=row_words(row))
        if role == Qt.ItemDataRole.DecorationRole:
            return theme.icon(row_icon(row))
        if role == SEQUENCE:
            return row.sequence
        return None
