"""Drafts and sealed reports in a table, and what can be done with the chosen one."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from evidence_kit.jobs.drafts import DiscardDraft, KeepDraft, ListReports, ReportDraft, ReportList, ReportSent
from ui.bridge import Bridge, PendingRequest
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.screen import Nothing, card
from ui.parts.text import Text
from ui.screens.reports.listed import ReportRows, details_of
from ui.words import say


class ListPage(QWidget):
    """`resumed` carries the draft to go on with, `version_wanted` the id of the report that gets a new version."""

    resumed = Signal(object)
    version_wanted = Signal(str)
    deliveries_wanted = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.reports = ReportList((), (), ())
        self._loading: PendingRequest | None = None
        self._discarded: ReportDraft | None = None
        self._wanted = ""
        self.empty = Nothing(
            say("There is no report yet."),
            say(
                "A report is what you choose from your journal, encrypted to the people who shall receive it. "
                "Make one when you have captured something. Nothing leaves before you have seen all of it."
            ),
        )
        self.rows = ReportRows()
        self.table = table_of(self.rows)
        self.table.selectionModel().currentRowChanged.connect(self._chose)
        self.table.activated.connect(self._activated)
        self.undo_row = QWidget()
        undo = QHBoxLayout(self.undo_row)
        undo.setContentsMargins(0, 0, 0, 0)
        undo.addWidget(Text(say("The draft was discarded.")))
        self.undo = Button(say("Undo"), self.bring_back)
        undo.addWidget(self.undo)
        undo.addStretch(1)
        self.undo_row.hide()
        self.details = self._make_details()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part, stretch in ((self.undo_row, 0), (self.empty, 1), (self.table, 1), (self.details, 0)):
            column.addWidget(part, stretch)

    def _make_details(self) -> QWidget:
        column = QVBoxLayout()
        self.told = Text(copyable=True)
        self.go_on = Button(say("Go on with this draft"), self.resume, kind=ButtonKind.PRIMARY)
        self.discard_button = Button(say("Discard this draft"), self.discard, icon="remove")
        self.version = Button(say("New version"), self.begin_version, icon="add")
        self.deliveries = Button(say("See its deliveries"), self.deliveries_wanted.emit, icon="deliveries")
        column.addWidget(self.told)
        column.addLayout(Flow(self.go_on, self.discard_button, self.deliveries, self.version))
        frame = card(column)
        frame.hide()
        return frame

    # What there is

    def load(self, wanted: str = "") -> None:
        """Ask for drafts and reports; `wanted` is the one to choose once they are there."""
        self._wanted = wanted or self._wanted
        if self._loading is None:
            self._loading = self._bridge.submit(ListReports(), self._loaded, self._not_loaded)

    def _loaded(self, reports: ReportList) -> None:
        self._loading = None
        self.reports = reports
        row = self.table.currentIndex().row()
        before = self.rows.rows[row].id if 0 <= row < len(self.rows.rows) else ""
        self.rows.put([*reports.drafts, *reports.sent], reports.disruptions)
        ids = [one.id for one in self.rows.rows]
        self.empty.setVisible(not ids)
        self.table.setVisible(bool(ids))
        wanted = self._wanted or before
        self._wanted = ""
        if ids:
            # Not `selectRow`: in a mirrored table without a width it finds no column.
            self.table.setCurrentIndex(self.rows.index(ids.index(wanted) if wanted in ids else 0, 0))
        self._chose()

    def _not_loaded(self, error: object) -> None:
        self._loading = None
        self._bridge.failed.emit(error)

    def chosen(self) -> ReportDraft | ReportSent | None:
        """The row on which the keyboard is."""
        row = self.table.currentIndex().row()
        return self.rows.rows[row] if 0 <= row < len(self.rows.rows) else None

    def _chose(self) -> None:
        chosen = self.chosen()
        self.details.setVisible(chosen is not None)
        is_draft = isinstance(chosen, ReportDraft)
        self.told.setText("\n".join(details_of(chosen)) if isinstance(chosen, ReportSent) else "")
        self.told.setVisible(not is_draft)
        for button, shown in (
            (self.go_on, is_draft),
            (self.discard_button, is_draft),
            (self.deliveries, not is_draft),
            (self.version, not is_draft),
        ):
            button.setVisible(shown)

    # What can be done

    def _activated(self, _index: QModelIndex) -> None:
        self.resume()

    def resume(self) -> None:
        """Go on with the chosen draft."""
        chosen = self.chosen()
        if isinstance(chosen, ReportDraft):
            self.resumed.emit(chosen)

    def begin_version(self) -> None:
        """Begin a new version of the chosen report."""
        chosen = self.chosen()
        if isinstance(chosen, ReportSent):
            self.version_wanted.emit(chosen.id)

    def discard(self) -> None:
        """Discard the chosen draft; Undo brings it back."""
        chosen = self.chosen()
        if isinstance(chosen, ReportDraft):
            self._discarded = chosen
            self._bridge.submit(DiscardDraft(chosen.id), self._was_discarded)

    def _was_discarded(self, _: None) -> None:
        self.undo_row.show()
        self.undo.setFocus()
        self.load()

    def bring_back(self) -> None:
        """Undo the discarding."""
        if self._discarded is not None:
            self._bridge.submit(KeepDraft(self._discarded), self._was_brought_back)

    def _was_brought_back(self, _draft: ReportDraft) -> None:
        self._discarded = None
        self.undo_row.hide()
        self.load()
        self.table.setFocus()


def table_of(rows: ReportRows) -> QTableView:
    """A table without a grid, read row by row, as wide as there is room."""
    table = QTableView()
    table.setModel(rows)
    table.setAccessibleName(say("Drafts and reports"))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setProperty("roomy", True)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head = table.horizontalHeader()
    head.setAccessibleName(say("Columns"))
    head.setFocusProxy(table)
    head.setSectionsClickable(False)
    head.setHighlightSections(False)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    head.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return table
