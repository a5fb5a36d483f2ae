"""Reports: drafts and sealed reports, and the assistant that makes one."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.events import Absorbed, DeliveryMoved, Event
from evidence_kit.jobs.drafts import (
    BeginDraft,
    DiscardDraft,
    Draft,
    KeepDraft,
    ListReports,
    ReportList,
    ReportSent,
)
from evidence_kit.jobs.reports import SealedReport
from ui.bridge import Bridge, Request
from ui.parts.button import Button
from ui.parts.flow import Flow
from ui.parts.screen import Nothing, Screen, card
from ui.parts.stack import Stack
from ui.parts.text import Text
from ui.screens.reports.assistant import Assistant
from ui.screens.reports.listed import ReportRows, details_of, done_words, versioned
from ui.words import say


class ReportsScreen(Screen):
    """The list, the assistant, or what came of it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Reports"))
        self._bridge = bridge
        self._reports = ReportList((), (), ())
        self._loading: Request | None = None
        self._discarded: Draft | None = None
        self._wanted = ""
        self.new = Button(say("New report"), self.begin, kind="primary", icon="add")
        self.aside.addWidget(self.new)
        self.assistant = Assistant(bridge)
        self.assistant.left.connect(self._left)
        self.assistant.sealed.connect(self._sealed)
        self.pages = Stack()
        self._list_page = self._make_list_page()
        self._done_page = self._make_done_page()
        for page in (self._list_page, self.assistant, self._done_page):
            self.pages.addWidget(page)
        self.body.addWidget(self.pages, 1)
        bridge.happened.connect(self._happened)

    def _make_list_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.empty = Nothing(
            say("There is no report yet."),
            say(
                "A report is what you choose from your journal, encrypted to the people who shall receive it. "
                "Make one when you have captured something. Nothing leaves before you have seen all of it."
            ),
        )
        self.rows = ReportRows()
        self.table = QTableView()
        self._dress_table()
        self.undo_row = QWidget()
        undo = QHBoxLayout(self.undo_row)
        undo.setContentsMargins(0, 0, 0, 0)
        undo.addWidget(Text(say("The draft was discarded.")))
        self.undo = Button(say("Undo"), self.bring_back)
        undo.addWidget(self.undo)
        undo.addStretch(1)
        self.undo_row.hide()
        self.details = self._make_details()
        for part, stretch in ((self.undo_row, 0), (self.empty, 1), (self.table, 1), (self.details, 0)):
            column.addWidget(part, stretch)
        return page

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.rows)
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
        table.selectionModel().currentRowChanged.connect(self._chose)
        table.activated.connect(self._activated)

    def _make_details(self) -> QWidget:
        column = QVBoxLayout()
        self.told = Text(copyable=True)
        self.go_on = Button(say("Go on with this draft"), self.resume, kind="primary")
        self.discard_button = Button(say("Discard this draft"), self.discard, icon="remove")
        self.version = Button(say("New version"), self.begin_version, icon="add")
        self.deliveries = Button(say("See its deliveries"), self.see_deliveries, icon="deliveries")
        column.addWidget(self.told)
        column.addLayout(Flow(self.go_on, self.discard_button, self.deliveries, self.version))
        frame = card(column)
        frame.hide()
        return frame

    def _make_done_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout()
        self.done = Text()
        column.addWidget(self.done)
        self.done_deliveries = Button(say("See its deliveries"), self.see_deliveries, kind="primary", icon="deliveries")
        self.done_back = Button(say("Back to the reports"), self.show_list)
        column.addLayout(Flow(self.done_deliveries, self.done_back))
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card(column, say("The report is sealed")))
        outer.addStretch(1)
        return page

    # The list

    def enter(self) -> None:
        if self.pages.currentWidget() is not self.assistant:
            self.show_list()
        else:
            self.assistant.come_back()

    def show_list(self) -> None:
        """Show drafts and reports, as they are now."""
        self.title.setText(say("Reports"))
        self.new.show()
        self.pages.setCurrentWidget(self._list_page)
        self.load()

    def _left(self, draft: str) -> None:
        self._wanted = draft
        self.show_list()
        self.table.setFocus()

    def load(self) -> None:
        """Ask for drafts and reports."""
        if self._loading is None:
            self._loading = self._bridge.submit(ListReports(), self._loaded, self._not_loaded)

    def _loaded(self, reports: ReportList) -> None:
        self._loading = None
        self._reports = reports
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

    def _happened(self, event: Event) -> None:
        if isinstance(event, DeliveryMoved | Absorbed) and self.isVisible() and self._on_list():
            self.load()

    def _on_list(self) -> bool:
        return self.pages.currentWidget() is self._list_page

    def chosen(self) -> Draft | ReportSent | None:
        """The row on which the keyboard is."""
        row = self.table.currentIndex().row()
        return self.rows.rows[row] if 0 <= row < len(self.rows.rows) else None

    def _chose(self) -> None:
        chosen = self.chosen()
        self.details.setVisible(chosen is not None)
        is_draft = isinstance(chosen, Draft)
        self.told.setText("\n".join(details_of(chosen)) if isinstance(chosen, ReportSent) else "")
        self.told.setVisible(not is_draft)
        for button, shown in (
            (self.go_on, is_draft),
            (self.discard_button, is_draft),
            (self.deliveries, not is_draft),
            (self.version, not is_draft),
        ):
            button.setVisible(shown)

    def _activated(self, _index: QModelIndex) -> None:
        if isinstance(self.chosen(), Draft):
            self.resume()

    # Drafts and versions

    def begin(self) -> None:
        """Begin a new report."""
        self._bridge.submit(BeginDraft(), self._begun)

    def begin_version(self) -> None:
        """Begin a new version of the chosen report."""
        chosen = self.chosen()
        if isinstance(chosen, ReportSent):
            self._bridge.submit(BeginDraft(chosen.id), self._begun)

    def _begun(self, draft: Draft) -> None:
        self._open(versioned(draft, self._reports.sent))

    def resume(self) -> None:
        """Go on with the chosen draft."""
        chosen = self.chosen()
        if isinstance(chosen, Draft):
            self._open(chosen)

    def _open(self, draft: Draft) -> None:
        self.undo_row.hide()
        self.notice.hide()
        self.title.setText(say("New version") if draft.replaces else say("New report"))
        self.new.hide()
        self.pages.setCurrentWidget(self.assistant)
        self.assistant.open(draft, self._reports)

    def discard(self) -> None:
        """Discard the chosen draft; Undo brings it back."""
        chosen = self.chosen()
        if isinstance(chosen, Draft):
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

    def _was_brought_back(self, _draft: Draft) -> None:
        self._discarded = None
        self.undo_row.hide()
        self.load()
        self.table.setFocus()

    def _sealed(self, made: SealedReport) -> None:
        self.title.setText(say("Reports"))
        self.new.show()
        self.done.setText("\n".join(done_words(made)))
        self.pages.setCurrentWidget(self._done_page)
        self.done_deliveries.setFocus()
        self.load()

    def see_deliveries(self) -> None:
        """Lead to the deliveries."""
        self._bridge.place_wanted.emit("deliveries")
