"""The latest entries: their rows, and how an entry is told in one line."""

from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from evidence_kit.jobs.gist import (
    DeliveryGist,
    DestinationGist,
    DisruptionGist,
    FileGist,
    KeyGist,
    LookGist,
    PageGist,
    ReceiptGist,
    ReportGist,
    SaidGist,
    ScreenGist,
    SiteTestGist,
)
from evidence_kit.jobs.overview import OverviewRow
from evidence_kit.model.bodies.disruptions import DisruptionOpened
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from evidence_kit.words.captures import PAGES_NAMED
from evidence_kit.words.kinds import kind_name
from evidence_kit.words.sharing import destination_words
from evidence_kit.words.states import DELIVERY_STATES
from ui import theme
from ui.parts.observed import spell_heading, state_words
from ui.screens.now.moments import today
from ui.words import (
    clock_time,
    direction,
    say,
    say_many,
    say_marked,
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


def row_icon(row: OverviewRow) -> str:
    """The icon of a kind of entry."""
    return _ICONS.get(row.kind, "journal")


def row_words(row: OverviewRow) -> str:
    """An entry in one line; an address or a name in it is anybody's and only ever shown as plain text."""
    match row.gist:
        case SaidGist():
            return _named(say("{kind}: {words}"), row.gist.text, kind=kind_name(row.kind, say))
        case ScreenGist():
            return say("Screen, all of one colour") if row.gist.blank else say("Screen")
        case PageGist():
            return _named(say_marked(PAGES_NAMED[row.gist.state]), row.gist.address)
        case FileGist():
            return _named(say("{kind}: {words}"), row.gist.name, kind=kind_name(row.kind, say))
        case LookGist():
            return state_words(row.gist.state)
        case SiteTestGist():
            return _named(say("Site tested: {words}"), row.gist.address)
        case DisruptionGist():
            return _disruption(row.kind, row.gist.state)
        case KeyGist():
            return _named(say("Recipient added: {words}"), row.gist.name or row.gist.fingerprint)
        case DestinationGist():
            return _named(say("{kind}: {words}"), row.gist.name, kind=destination_words(row.gist.change, say))
        case ReportGist():
            return say_many("Report made of {number} entry", "Report made of {number} entries", row.gist.entries)
        case DeliveryGist():
            return _delivery(row.gist.state)
        case ReceiptGist():
            return _named(say("Receipt came: {words}"), row.gist.signer)
        case _:
            return kind_name(row.kind, say)


def _named(template: str, told: str, **facts: str) -> str:
    if told and direction() is Qt.LayoutDirection.RightToLeft:
        told = f"\u2068{told}\u2069"  # an address among right-to-left words keeps its own order
    return template.format(words=told, **facts)


def _disruption(kind: str, state: NetworkState) -> str:
    if kind == DisruptionOpened.KIND:
        return say("Disruption began: {state}").format(state=state_words(state))
    return say("Disruption changed: {state}").format(state=spell_heading(state))


def _delivery(state: DeliveryState) -> str:
    return say("Delivery: {state}").format(state=say_marked(DELIVERY_STATES[state]))


def row_time(row: OverviewRow) -> str:
    """The time of day today, the date on any other day."""
    whole = when(row.when)
    return clock_time(row.when) if whole[:10] == today() else whole[:10]


SEQUENCE: Final = int(Qt.ItemDataRole.UserRole)


class LatestModel(QAbstractListModel):
    """The newest entries, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[OverviewRow, ...] = ()

    def show_rows(self, rows: tuple[OverviewRow, ...]) -> bool:
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
