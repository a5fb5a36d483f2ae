"""Reports: drafts and sealed reports, and the assistant that makes one."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_kit.events import Absorbed, DeliveryMoved, Event
from evidence_kit.jobs.drafts import BeginDraft, ReportDraft
from evidence_kit.jobs.report_sealing import SealedReport
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.place import PlaceName
from ui.parts.screen import Screen, card
from ui.parts.stack import Stack
from ui.parts.text import Text
from ui.screens.reports.assistant import Assistant
from ui.screens.reports.list_page import ListPage
from ui.screens.reports.listed import done_words, versioned
from ui.words import say


class ReportsScreen(Screen):
    """The list, the assistant, or what came of it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Reports"))
        self._bridge = bridge
        self.new = Button(say("New report"), self.begin, kind=ButtonKind.PRIMARY, icon="add")
        self.aside.addWidget(self.new)
        self.list = ListPage(bridge)
        self.list.resumed.connect(self._open)
        self.list.version_wanted.connect(self._begin_version)
        self.list.deliveries_wanted.connect(self.see_deliveries)
        self.assistant = Assistant(bridge)
        self.assistant.left.connect(self._left)
        self.assistant.sealed.connect(self._sealed)
        self.pages = Stack()
        self._done_page = self._make_done_page()
        for page in (self.list, self.assistant, self._done_page):
            self.pages.addWidget(page)
        self.body.addWidget(self.pages, 1)
        bridge.happened.connect(self._happened)

    def _make_done_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout()
        self.done = Text()
        column.addWidget(self.done)
        self.done_deliveries = Button(
            say("See its deliveries"), self.see_deliveries, kind=ButtonKind.PRIMARY, icon="deliveries"
        )
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

    def show_list(self, wanted: str = "") -> None:
        """Show drafts and reports, as they are now; `wanted` is the one to choose."""
        self.title.setText(say("Reports"))
        self.new.show()
        self.pages.setCurrentWidget(self.list)
        self.list.load(wanted)

    def _left(self, draft: str) -> None:
        self.show_list(draft)
        self.list.table.setFocus()

    def _happened(self, event: Event) -> None:
        is_on_list = self.isVisible() and self.pages.currentWidget() is self.list
        if isinstance(event, DeliveryMoved | Absorbed) and is_on_list:
            self.list.load()

    # Drafts and versions

    def begin(self) -> None:
        """Begin a new report."""
        self._bridge.submit(BeginDraft(), self._begun)

    def _begin_version(self, report: str) -> None:
        self._bridge.submit(BeginDraft(report), self._begun)

    def _begun(self, draft: ReportDraft) -> None:
        self._open(versioned(draft, self.list.reports.sent))

    def _open(self, draft: ReportDraft) -> None:
        self.list.undo_row.hide()
        self.notice.hide()
        self.title.setText(say("New version") if draft.replaces else say("New report"))
        self.new.hide()
        self.pages.setCurrentWidget(self.assistant)
        self.assistant.open(draft, self.list.reports)

    def _sealed(self, made: SealedReport) -> None:
        self.title.setText(say("Reports"))
        self.new.show()
        self.done.setText("\n".join(done_words(made)))
        self.pages.setCurrentWidget(self._done_page)
        self.done_deliveries.setFocus()
        self.list.load()

    def see_deliveries(self) -> None:
        """Lead to the deliveries."""
        self._bridge.place_wanted.emit(PlaceName.DELIVERIES)
