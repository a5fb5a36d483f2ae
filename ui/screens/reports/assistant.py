"""The report assistant: five short pages over a draft that is kept in the vault, and the sealing at the end."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
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
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.jobs.drafts import Draft, KeepDraft, ReportList
from evidence_kit.jobs.look import ListDestinations, ListRecipients
from evidence_kit.jobs.report_preview import Candidates, FindCandidates, Leaving, LookOver, SealDraft
from evidence_kit.jobs.reports import SealedReport
from evidence_kit.model.delivery import Destination, Recipient
from ui.bridge import Bridge, Request
from ui.parts.button import Button
from ui.parts.progress import Progress
from ui.parts.stack import Stack
from ui.parts.text import Line, Text
from ui.screens.reports.disruption_page import DisruptionPage
from ui.screens.reports.exhibits_page import ExhibitsPage
from ui.screens.reports.leaving_page import LeavingPage
from ui.screens.reports.page import Page
from ui.screens.reports.recipients_page import RecipientsPage
from ui.screens.reports.steps import Step, saved_words, step_of, title_of
from ui.screens.reports.words_page import WordsPage
from ui.words import number, say, sentence

_KEEP_AFTER_MS: Final = 1500


class Assistant(QWidget):
    """Leads through one draft. `left` names the draft that was kept when it closed; `sealed` carries the report."""

    left = Signal(str)
    sealed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._draft = Draft("", "")
        self._kept = self._draft
        self._showing = False
        self._touched = False
        self._leaving: Leaving | None = None
        self._destinations: tuple[Destination, ...] = ()
        self._request: Request | None = None
        self._sealing: Request | None = None
        self.disruption = DisruptionPage()
        self.exhibits = ExhibitsPage(bridge)
        self.words = WordsPage(lambda: bridge.help_wanted.emit("write-down"))
        self.recipients = RecipientsPage(
            lambda: bridge.place_wanted.emit("people"), lambda: bridge.help_wanted.emit("recipients")
        )
        self.leaving = LeavingPage()
        self.pages: dict[Step, Page] = {
            Step.DISRUPTION: self.disruption,
            Step.EXHIBITS: self.exhibits,
            Step.WORDS: self.words,
            Step.RECIPIENTS: self.recipients,
            Step.LEAVING: self.leaving,
        }
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep)
        self._build()
        bridge.happened.connect(self._happened)
        bridge.locking.connect(self.keep)

    def _build(self) -> None:
        self.title = Text("", "head")
        self.progress = Progress()
        self.stack = Stack()
        for page in self.pages.values():
            self.stack.addWidget(page)
            page.changed.connect(self._changed)
        self.later = Button(say("Keep for later"), self.leave)
        self.state = Line("", "faint")
        self.back = Button(say("Back"), self.go_back)
        self.next = Button(say("Next"), self.go_on, kind="primary")
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
    def step(self) -> Step:
        """The page on show."""
        return Step(self.stack.currentIndex())

    @property
    def page(self) -> Page:
        """The page on show."""
        return self.pages[self.step]

    def draft(self) -> Draft:
        """The draft as it is on the screen."""
        return self.page.filled(self._draft) if self.page.ready else self._draft

    def open(self, draft: Draft, reports: ReportList) -> None:
        """Begin, or go on where the draft was left."""
        self._draft = self._kept = draft
        self._touched = False
        self.disruption.put(reports.disruptions)
        self.state.setText("")
        self._show(Step(min(draft.page, Step.LEAVING.value)))

    def come_back(self) -> None:
        """The person was elsewhere: perhaps there are new captures or recipients to choose from."""
        if self._sealing is None and self.step in {Step.EXHIBITS, Step.RECIPIENTS}:
            self._draft = self.draft()
            self._show(self.step)
        else:
            self.page.focus()

    # From page to page

    def _show(self, step: Step) -> None:
        self._drop_wish()
        page = self.pages[step]
        page.notice.hide()
        page.setAccessibleName(title_of(step))
        self.stack.setCurrentWidget(page)
        self.title.setText(
            say("Step {number} of {all}: {title}").format(
                number=number(step.value + 1), all=number(len(Step)), title=title_of(step)
            )
        )
        self.back.setEnabled(step is not Step.DISRUPTION)
        words = say("Seal and queue") if step is Step.LEAVING else say("Next")
        self.next.setText(words)
        self.next.setAccessibleName(words)
        self.next.setEnabled(True)
        self._load(step)

    def _load(self, step: Step) -> None:
        match step:
            case Step.EXHIBITS:
                self._await(say("Looking through the journal…"))
                self._request = self._bridge.submit(FindCandidates(self._draft.disruption), self._found, self._failed)
            case Step.RECIPIENTS:
                self._await(say("Looking for recipients…"))
                self._request = self._bridge.submit(ListDestinations(), self._found_destinations, self._failed)
            case Step.LEAVING:
                self._leaving = None
                self.leaving.clear()
                self._await(say("Looking what would leave…"))
                self._request = self._bridge.submit(LookOver(self._draft), self._looked_over, self._failed)
            case _:
                self._arrived()

    def _await(self, words: str) -> None:
        self.page.set_ready(ready=False)
        self.next.setEnabled(False)
        self.progress.begin(words)

    def _arrived(self) -> None:
        """All that the page needs is there."""
        self.progress.end()
        self._showing = True
        self.page.show_draft(self._draft)
        self._showing = False
        self.page.set_ready(ready=True)
        self.next.setEnabled(True)
        self.page.focus()

    def _found(self, found: Candidates) -> None:
        self._showing = True
        self.exhibits.put(found, self._draft)
        self._arrived()

    def _found_destinations(self, destinations: tuple[Destination, ...]) -> None:
        self._destinations = destinations
        self._request = self._bridge.submit(ListRecipients(), self._found_recipients, self._failed)

    def _found_recipients(self, recipients: tuple[Recipient, ...]) -> None:
        self.recipients.put(self._destinations, recipients, self._bridge.desktop.clock.read().wall_utc)
        self._arrived()

    def _looked_over(self, leaving: Leaving) -> None:
        self._leaving = leaving
        self.leaving.put(leaving)
        self._arrived()

    def go_on(self) -> None:
        """The next page; from the last one, seal."""
        if not self.next.isEnabled():
            return
        if self.step is Step.LEAVING:
            self.seal()
            return
        flaw = self.page.flaw()
        if flaw:
            self.page.notice.show_words(flaw, "warn")
            return
        self._turn_to(Step(self.step.value + 1))

    def go_back(self) -> None:
        """The page before."""
        if self.back.isEnabled():
            self._turn_to(Step(self.step.value - 1))

    def _turn_to(self, step: Step) -> None:
        self._touched = True
        self._draft = replace(self.draft(), page=step.value)
        self.keep()
        self._show(step)

    def _failed(self, error: KitError) -> None:
        """Tell it where it can be mended."""
        self._drop_wish()
        self.progress.end()
        self._enable(on=True)
        step = step_of(error)
        if step is not None and step is not self.step:
            self._turn_to(step)
        self.page.notice.show_words(sentence(error), "bad" if isinstance(error, Broken) else "warn")
        self.next.setEnabled(self.page.ready)

    def _drop_wish(self) -> None:
        if self._request is not None and self._request.pending:
            self._request.call_off()
        self._request = None

    # The draft

    def _changed(self) -> None:
        if not self._showing and self.page.ready and self._sealing is None:
            self._touched = True
            self.page.notice.hide()
            if not self._timer.isActive():
                self._timer.start()

    def keep(self) -> None:
        """Keep the draft in the vault as it is on the screen, unless it is there already or was never touched."""
        self._timer.stop()
        if not self._touched or self._sealing is not None or not self._bridge.desktop.session.unlocked:
            return
        draft = self.draft()
        if not draft.id or draft == self._kept:
            return
        self._draft = self._kept = draft
        self._bridge.submit(KeepDraft(draft), self._was_kept)

    def _was_kept(self, draft: Draft) -> None:
        self.state.setText(saved_words(draft.changed_utc))

    def leave(self) -> None:
        """Close the assistant; the draft stays."""
        if self._sealing is not None:
            return
        self.keep()
        draft = self._draft.id
        self._close()
        self.left.emit(draft)

    def _close(self) -> None:
        self._timer.stop()
        self._drop_wish()
        self.progress.end()
        self._leaving = None
        self._draft = self._kept = Draft("", "")

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever goes elsewhere, or closes the window, loses nothing."""
        self.keep()
        super().hideEvent(event)

    # Sealing

    def seal(self) -> None:
        """Encrypt and queue exactly what the last page shows."""
        if self._leaving is None or self._sealing is not None or not self._draft.id:
            return
        self.keep()
        self._enable(on=False)
        self.progress.begin(say("Encrypting and sealing the report…"), self._stop)
        request = SealDraft(self._leaving.choice, self._draft.id, self._draft.replaces)
        self._sealing = self._bridge.submit(request, self._was_sealed, self._was_not_sealed)

    def _stop(self) -> None:
        # The answer is awaited all the same: at the very end it may be that the report is sealed already.
        if self._sealing is not None:
            self._sealing.stop()

    def _was_sealed(self, made: SealedReport) -> None:
        self._sealing = None
        self._enable(on=True)
        self._close()
        self.sealed.emit(made)

    def _was_not_sealed(self, error: KitError) -> None:
        self._sealing = None
        self._failed(error)

    def _enable(self, *, on: bool) -> None:
        for button in (self.later, self.back, self.next):
            button.setEnabled(on)
        self.back.setEnabled(on and self.step is not Step.DISRUPTION)

    def _happened(self, event: Event) -> None:
        if self._sealing is not None and isinstance(event, WorkProgressed) and event.work == "report":
            self.progress.tell(event.done, event.total)

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
