"""Fetches what the pages of the assistant have to choose from, and puts it there."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from evidence_kit.jobs.drafts import ReportDraft
from evidence_kit.jobs.look import ListDestinations, ListRecipients
from evidence_kit.jobs.report_candidates import Candidates, FindCandidates
from evidence_kit.jobs.report_preview import PreviewReport, ReportPreview
from evidence_kit.model.delivery import Destination, Recipient
from ui.bridge import Bridge, PendingRequest
from ui.screens.reports.exhibits_page import ExhibitsPage
from ui.screens.reports.leaving_page import LeavingPage
from ui.screens.reports.recipients_page import RecipientsPage
from ui.screens.reports.steps import AssistantStep
from ui.words import say


class PageLoader(QObject):
    """`arrived` comes once all that the page needs is on it, `failed` where it could not be had.

    `leaving` is what the last page shows, None while nothing was looked over.
    """

    arrived = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, exhibits: ExhibitsPage, recipients: RecipientsPage, page: LeavingPage) -> None:
        super().__init__(page)
        self._bridge = bridge
        self._exhibits = exhibits
        self._recipients = recipients
        self._page = page
        self._request: PendingRequest | None = None
        self.leaving: ReportPreview | None = None

    def load(self, step: AssistantStep, draft: ReportDraft) -> str:
        """Begin for one page; what is waited for, in words, or "" where the page needs nothing."""
        self.call_off()
        match step:
            case AssistantStep.EXHIBITS:
                self._request = self._bridge.submit(
                    FindCandidates(draft.disruption), partial(self._found, draft), self.failed.emit
                )
                return say("Looking through the journal…")
            case AssistantStep.RECIPIENTS:
                self._request = self._bridge.submit(ListDestinations(), self._found_destinations, self.failed.emit)
                return say("Looking for recipients…")
            case AssistantStep.LEAVING:
                self.leaving = None
                self._page.clear()
                self._request = self._bridge.submit(PreviewReport(draft), self._looked_over, self.failed.emit)
                return say("Looking what would leave…")
            case _:
                return ""

    def call_off(self) -> None:
        """What was asked for is not wanted any more."""
        if self._request is not None and self._request.pending:
            self._request.call_off()
        self._request = None

    def _found(self, draft: ReportDraft, found: Candidates) -> None:
        self._exhibits.put(found, draft)
        self.arrived.emit()

    def _found_destinations(self, destinations: tuple[Destination, ...]) -> None:
        self._request = self._bridge.submit(
            ListRecipients(), partial(self._found_recipients, destinations), self.failed.emit
        )

    def _found_recipients(self, destinations: tuple[Destination, ...], recipients: tuple[Recipient, ...]) -> None:
        self._recipients.put(destinations, recipients, self._bridge.desktop.clock.read().wall_utc)
        self.arrived.emit()

    def _looked_over(self, leaving: ReportPreview) -> None:
        self.leaving = leaving
        self._page.put(leaving)
        self.arrived.emit()
