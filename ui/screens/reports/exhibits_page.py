"""The assistant's second page: what goes in."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QListView,
)

from evidence_kit.jobs.drafts import ReportDraft
from evidence_kit.jobs.report_candidates import Candidate, Candidates
from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.drop_down import DropDown
from ui.parts.flow import Flow
from ui.parts.screen import Nothing
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.reports.choices import Choices, EntriesShown, Order, icon_of
from ui.screens.reports.page import AssistantPage
from ui.screens.reports.thumbnails import SIZE, Thumbnails
from ui.words import number, say, say_many, size


class ExhibitsPage(AssistantPage):
    """What goes in: small pictures and words, ticked one by one or all of the disruption at once."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._pictures = Thumbnails(bridge, self)
        self.rows = Choices(self._icon, self._count)
        self._pictures.came.connect(self.rows.picture_came)
        self.shown = DropDown(say("Which entries are shown"))
        self.order = DropDown(say("Order"))
        self.all = Button(say("Choose all of this disruption"), self.choose_all)
        self.none = Button(say("Choose none"), self.rows.clear)
        self.list = QListView()
        self.empty = Nothing(
            say("Nothing was captured yet."),
            say("Pictures, pages, files and notes that you capture will be here."),
        )
        self.counted = Text("", Tone.HEAD)
        self.measurements = QCheckBox(say("The measurements of this disruption go along"))
        self.measurements.toggled.connect(self.changed)
        self.measured = Text("", Tone.FAINT)
        self._build()

    def _build(self) -> None:
        for words, data in ((say("Of this disruption"), EntriesShown.BELONGING), (say("Everything"), EntriesShown.ALL)):
            self.shown.addItem(words, data)
        for words, order in ((say("By time"), Order.TIME), (say("By kind"), Order.KIND)):
            self.order.addItem(words, order)
        self.shown.currentIndexChanged.connect(self._arrange)
        self.order.currentIndexChanged.connect(self._arrange)
        self.list.setModel(self.rows)
        self.list.setAccessibleName(say("Entries. The space bar ticks one."))
        self.list.setIconSize(SIZE)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(90)
        self.column.addLayout(Flow(self.shown, self.order, self.all, self.none))
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.empty, 1)
        self.column.addWidget(self.counted)
        self.column.addWidget(self.measurements)
        self.column.addWidget(self.measured)

    def put(self, found: Candidates, draft: ReportDraft) -> None:
        """What may be chosen; `draft` says what is ticked and which disruption it is about."""
        self.rows.put(found.entries, draft.entries)
        about = draft.disruption is not None
        self.shown.setVisible(about)
        with QSignalBlocker(self.shown):
            self.shown.setCurrentIndex(0 if about and self.rows.belonging() else 1)
        self.list.setVisible(bool(found.entries))
        self.order.setVisible(bool(found.entries))
        self.empty.setVisible(not found.entries)
        words = say("Choose all of this disruption") if about else say("Choose all that no report held before")
        self.all.setText(words)
        self.all.setAccessibleName(words)
        self.measurements.setVisible(about)
        self.measured.setVisible(about)
        self.measurements.setChecked(draft.measurements)
        taken = say_many("There is {number} measurement.", "There are {number} measurements.", found.measurements)
        why = say(
            "They show which connections failed, when, and how. A report without them is hard to prove. "
            "They name the servers that your network uses, but nothing that you did."
        )
        none = say("No measurement was made during it. The entries that tell its beginning and end go along.")
        self.measured.setText(f"{taken} {why}" if found.measurements else none)
        self._arrange()
        self._count()

    def set_ready(self, *, ready: bool) -> None:
        super().set_ready(ready=ready)
        # A press that came before the entries would choose nothing, and say nothing.
        for button in (self.all, self.none):
            button.setEnabled(ready)

    def choose_all(self) -> None:
        """Tick what belongs to the disruption; without one, whatever no report held before."""
        if self.shown.isHidden():
            self.rows.choose(lambda one: not one.reported)
        else:
            self.rows.choose(lambda one: one.belongs)

    def show_draft(self, draft: ReportDraft) -> None:
        """The entries come with `put`, once they are found."""

    def filled(self, draft: ReportDraft) -> ReportDraft:
        return replace(draft, entries=self.rows.chosen(), measurements=self.measurements.isChecked())

    def flaw(self) -> str:
        along = self.measurements.isChecked() and not self.measurements.isHidden()
        if self.rows.chosen() or along:
            return ""
        self.focus()
        return say("Nothing is chosen yet. Tick at least one entry.")

    def focus(self) -> None:
        if not self.list.currentIndex().isValid() and self.rows.rowCount():
            self.list.setCurrentIndex(self.rows.index(0))
        self.list.setFocus()

    def _arrange(self) -> None:
        shown = self.shown.currentData() if not self.shown.isHidden() else EntriesShown.ALL
        self.rows.arrange(shown, self.order.currentData())

    def _count(self) -> None:
        words = say("{chosen} of {all} chosen, {size}").format(
            chosen=number(len(self.rows.chosen())), all=number(self.rows.count()), size=size(self.rows.chosen_size())
        )
        self.counted.setText(words)
        self.changed.emit()

    def _icon(self, candidate: Candidate) -> QIcon:
        return self._pictures.icon(candidate.picture, icon_of(candidate))
