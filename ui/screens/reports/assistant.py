"""The report assistant: five short pages over a draft that is kept in the vault, and the sealing at the end."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.errors import Broken, KitError
from evidence_kit.jobs.drafts import ReportDraft, ReportList
from evidence_kit.jobs.report_sealing import SealedReport
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.place import PlaceName
from ui.parts.progress import Progress
from ui.parts.stack import Stack
from ui.parts.text import ElidedLine, Text
from ui.parts.tone import Manner, Tone
from ui.screens.reports.disruption_page import DisruptionPage
from ui.screens.reports.exhibits_page import ExhibitsPage
from ui.screens.reports.keeping import DraftKeeper
from ui.screens.reports.leaving_page import LeavingPage
from ui.screens.reports.loader import PageLoader
from ui.screens.reports.page import AssistantPage
from ui.screens.reports.recipients_page import RecipientsPage
from ui.screens.reports.sealing import Sealing
from ui.screens.reports.steps import AssistantStep, step_of, title_of
from ui.screens.reports.words_page import WordsPage
from ui.words import number, say, sentence


class Assistant(QWidget):
    """Leads through one draft. `left` names the draft that was kept when it closed; `sealed` carries the report."""

    left = Signal(str)
    sealed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._draft = ReportDraft("", "")
        self._showing = False
        self.disruption = DisruptionPage()
        self.exhibits = ExhibitsPage(bridge)
        self.words = WordsPage(lambda: bridge.help_wanted.emit("write-down"))
        self.recipients = RecipientsPage(
            lambda: bridge.place_wanted.emit(PlaceName.PEOPLE), lambda: bridge.help_wanted.emit("recipients")
        )
        self.leaving = LeavingPage()
        self.pages: dict[AssistantStep, AssistantPage] = {
            AssistantStep.DISRUPTION: self.disruption,
            AssistantStep.EXHIBITS: self.exhibits,
            AssistantStep.WORDS: self.words,
            AssistantStep.RECIPIENTS: self.recipients,
            AssistantStep.LEAVING: self.leaving,
        }
        self.loader = PageLoader(bridge, self.exhibits, self.recipients, self.leaving)
        self.keeper = DraftKeeper(bridge, self)
        self.progress = Progress()
        self.sealing = Sealing(bridge, self.progress, self)
        self._build()
        self.loader.arrived.connect(self._arrived)
        self.loader.failed.connect(self._failed)
        self.keeper.due.connect(self.keep)
        self.keeper.told.connect(self.state.setText)
        self.sealing.sealed.connect(self._was_sealed)
        self.sealing.failed.connect(self._failed)
        bridge.locking.connect(self.keep)

    def _build(self) -> None:
        self.title = Text("", Tone.HEAD)
        self.stack = Stack()
        for page in self.pages.values():
            self.stack.addWidget(page)
            page.changed.connect(self._changed)
        self.later = Button(say("Keep for later"), self.leave)
        self.state = ElidedLine("", Tone.FAINT)
        self.back = Button(say("Back"), self.go_back)
        self.next = Button(say("Next"), self.go_on, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addWidget(self.later)
        row.addWidget(self.state, 1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.stack, 1)
        column.addWidget(self.progress)
        column.addLayout(row)

    @property
    def step(self) -> AssistantStep:
        """The page on show."""
        return AssistantStep(self.stack.currentIndex())

    @property
    def page(self) -> AssistantPage:
        """The page on show."""
        return self.pages[self.step]

    def draft(self) -> ReportDraft:
        """The draft as it is on the screen."""
        return self.page.filled(self._draft) if self.page.ready else self._draft

    def open(self, draft: ReportDraft, reports: ReportList) -> None:
        """Begin, or go on where the draft was left."""
        self._draft = draft
        self.keeper.begin(draft)
        self.disruption.put(reports.disruptions)
        self.state.setText("")
        self._show(AssistantStep(min(draft.page, AssistantStep.LEAVING.value)))

    def come_back(self) -> None:
        """The person was elsewhere: perhaps there are new captures or recipients to choose from."""
        if self.sealing.idle and self.step in {AssistantStep.EXHIBITS, AssistantStep.RECIPIENTS}:
            self._draft = self.draft()
            self._show(self.step)
        else:
            self.page.focus()

    # From page to page

    def _show(self, step: AssistantStep) -> None:
        page = self.pages[step]
        page.notice.hide()
        page.setAccessibleName(title_of(step))
        self.stack.setCurrentWidget(page)
        self.title.setText(
            say("Step {number} of {all}: {title}").format(
                number=number(step.value + 1), all=number(len(AssistantStep)), title=title_of(step)
            )
        )
        self.back.setEnabled(step is not AssistantStep.DISRUPTION)
        words = say("Seal and queue") if step is AssistantStep.LEAVING else say("Next")
        self.next.setText(words)
        self.next.setAccessibleName(words)
        self.next.setEnabled(True)
        waiting = self.loader.load(step, self._draft)
        if waiting:
            page.set_ready(ready=False)
            self.next.setEnabled(False)
            self.progress.begin(waiting)
        else:
            self._arrived()

    def _arrived(self) -> None:
        """All that the page needs is there."""
        self.progress.end()
        self._showing = True
        self.page.show_draft(self._draft)
        self._showing = False
        self.page.set_ready(ready=True)
        self.next.setEnabled(True)
        self.page.focus()

    def go_on(self) -> None:
        """The next page; from the last one, seal."""
        if not self.next.isEnabled():
            return
        if self.step is AssistantStep.LEAVING:
            self.seal()
            return
        flaw = self.page.flaw()
        if flaw:
            self.page.notice.show_words(flaw, Manner.WARN)
            return
        self._turn_to(AssistantStep(self.step.value + 1))

    def go_back(self) -> None:
        """The page before."""
        if self.back.isEnabled():
            self._turn_to(AssistantStep(self.step.value - 1))

    def _turn_to(self, step: AssistantStep) -> None:
        self.keeper.note_change(soon=False)
        self._draft = replace(self.draft(), page=step.value)
        self.keep()
        self._show(step)

    def _failed(self, error: KitError) -> None:
        """Tell it where it can be mended."""
        self.loader.call_off()
        self.progress.end()
        self._enable(on=True)
        step = step_of(error)
        if step is not None and step is not self.step:
            self._turn_to(step)
        self.page.notice.show_words(sentence(error), Manner.BAD if isinstance(error, Broken) else Manner.WARN)
        self.next.setEnabled(self.page.ready)

    # The draft

    def _changed(self) -> None:
        if not self._showing and self.page.ready and self.sealing.idle:
            self.page.notice.hide()
            self.keeper.note_change()

    def keep(self) -> None:
        """Keep the draft in the vault as it is on the screen, unless it is there already or was never touched."""
        if self.sealing.idle:
            draft = self.draft()
            if self.keeper.keep(draft):
                self._draft = draft

    def leave(self) -> None:
        """Close the assistant; the draft stays."""
        if not self.sealing.idle:
            return
        self.keep()
        draft = self._draft.id
        self._close()
        self.left.emit(draft)

    def _close(self) -> None:
        self.keeper.end()
        self.loader.call_off()
        self.progress.end()
        self.loader.leaving = None
        self._draft = ReportDraft("", "")

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever goes elsewhere, or closes the window, loses nothing."""
        self.keep()
        super().hideEvent(event)

    # Sealing

    def seal(self) -> None:
        """Encrypt and queue exactly what the last page shows."""
        leaving = self.loader.leaving
        if leaving is None or not self.sealing.idle or not self._draft.id:
            return
        self.keep()
        self._enable(on=False)
        self.sealing.begin(leaving, self._draft)

    def _was_sealed(self, made: SealedReport) -> None:
        self._enable(on=True)
        self._close()
        self.sealed.emit(made)

    def _enable(self, *, on: bool) -> None:
        for button in (self.later, self.back, self.next):
            button.setEnabled(on)
        self.back.setEnabled(on and self.step is not AssistantStep.DISRUPTION)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on (or presses the button that has the focus), Escape closes and keeps."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = QApplication.focusWidget()
            if isinstance(focused, QAbstractButton) and not isinstance(focused, QCheckBox):
                focused.click()
            else:
                self.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)
