"""The sealing of a report: encrypt and queue exactly what the last page shows."""

from PySide6.QtCore import QObject, Signal

from evidence_kit.errors import KitError
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.jobs.drafts import ReportDraft
from evidence_kit.jobs.report_preview import ReportPreview, SealDraft
from evidence_kit.jobs.report_sealing import SealedReport
from ui.bridge import Bridge, PendingRequest
from ui.parts.progress import Progress
from ui.words import say


class Sealing(QObject):
    """Ends with `sealed`, which carries the report, or with `failed`."""

    sealed = Signal(object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, progress: Progress, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._progress = progress
        self._request: PendingRequest | None = None
        bridge.happened.connect(self._happened)

    @property
    def idle(self) -> bool:
        return self._request is None

    def begin(self, leaving: ReportPreview, draft: ReportDraft) -> None:
        """Seal what was looked over."""
        self._progress.begin(say("Encrypting and sealing the report…"), self._stop)
        job = SealDraft(leaving.choice, draft.id, draft.replaces)
        self._request = self._bridge.submit(job, self._was_sealed, self._was_not_sealed)

    def _stop(self) -> None:
        # The answer is awaited all the same: at the very end it may be that the report is sealed already.
        if self._request is not None:
            self._request.stop()

    def _was_sealed(self, made: SealedReport) -> None:
        self._request = None
        self.sealed.emit(made)

    def _was_not_sealed(self, error: KitError) -> None:
        self._request = None
        self.failed.emit(error)

    def _happened(self, event: Event) -> None:
        if not self.idle and isinstance(event, WorkProgressed) and event.work == "report":
            self._progress.tell(event.done, event.total)
