"""The list of drafts and sealed reports, and what is said of each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from evidence_kit.jobs.drafts import ReportDraft, ReportSent
from evidence_kit.jobs.report_sealing import SealedReport
from evidence_kit.model.disruption import Disruption
from ui.screens.reports.words import (
    about,
    delivery_state,
    destination_name,
    short,
)
from ui.words import say, say_many, size, when

Index = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


class ReportRows(QAbstractTableModel):
    """Drafts first, then sealed reports, the newest of each first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ReportDraft | ReportSent] = []
        self._disruptions: dict[str, Disruption] = {}

    def put(self, rows: Iterable[ReportDraft | ReportSent], disruptions: Iterable[Disruption]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self._disruptions = {one.id: one for one in disruptions}
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return [say("When"), say("What it is about"), say("To"), say("State")][section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        row = self.rows[index.row()]
        texts = self._draft(row) if isinstance(row, ReportDraft) else self._sent(row)
        return texts[index.column()] if role == Qt.ItemDataRole.DisplayRole else ", ".join(texts)

    def _draft(self, draft: ReportDraft) -> list[str]:
        opening = " ".join(draft.text.split())[:120]
        told = opening or (
            about(self._disruptions.get(draft.disruption or "")) if draft.decided else say("Nothing is chosen yet")
        )
        return [when(draft.changed_utc)[:16], told, "", say("Draft, nothing is sent")]

    def _sent(self, report: ReportSent) -> list[str]:
        to = ", ".join(destination_name(name) for _, name in report.deliveries)
        states = list(dict.fromkeys(delivery_state(delivery) for delivery, _ in report.deliveries))
        entries = say_many("{number} entry", "{number} entries", len(report.entries))
        told = say("{about} ({entries})").format(about=about(report.disruption), entries=entries)
        return [when(report.sealed.wall_utc)[:16], told, to, "; ".join(states) or say("sealed")]


def details_of(report: ReportSent) -> list[str]:
    """A sealed report in a few lines."""
    lines = [
        say("Report {id}, sealed {time}: {entries}.").format(
            id=short(report.id),
            time=when(report.sealed.wall_utc)[:16],
            entries=say_many("{number} entry", "{number} entries", len(report.entries)),
        )
    ]
    if report.replaces:
        lines.append(say("It is a new version of report {id}.").format(id=short(report.replaces)))
    if report.replaced_by:
        lines.append(say("There is a newer version of it: report {id}.").format(id=short(report.replaced_by)))
    for delivery, name in report.deliveries:
        lines.append(
            say("To {name}: {state}, {size}.").format(
                name=destination_name(name),
                state=delivery_state(delivery),
                size=size(sum(part.size for part in delivery.parts)),
            )
        )
    return lines


def replacing_words(report: str, sealed_utc: str) -> str:
    """The line that tells the recipient of a new version which report it stands for; the person may change it."""
    return say("This is a new version of the report {id} of {time}.").format(
        id=short(report), time=when(sealed_utc)[:16]
    )


def versioned(draft: ReportDraft, sent: Sequence[ReportSent]) -> ReportDraft:
    """A new version's draft whose words tell which report it stands for; any other as it is."""
    for report in sent:
        if report.id == draft.replaces:
            told = replacing_words(report.id, report.sealed.wall_utc)
            return replace(draft, text=f"{told}\n\n{draft.text}".rstrip())
    return draft


def done_words(made: SealedReport) -> list[str]:
    """What came of the sealing."""
    lines = [
        say_many(
            "{number} entry is encrypted and cannot be changed any more.",
            "{number} entries are encrypted and cannot be changed any more.",
            len(made.entries),
        )
    ]
    for delivery, name in made.deliveries:
        lines.append(
            say("To {name}: {size} wait to be sent.").format(
                name=name, size=size(sum(part.size for part in delivery.parts))
            )
        )
    lines.append(say("Until it has left, you can hold it back in Deliveries. What was sent cannot be called back."))
    return lines
