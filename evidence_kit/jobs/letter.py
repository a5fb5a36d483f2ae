"""A test letter: a small report about nothing, so that sender and recipient try the whole way before it matters."""

from dataclasses import dataclass

from evidence_kit.jobs.job import CancelToken
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.report_making import create_report
from evidence_kit.jobs.reports import GatherReport, SealedReport


@dataclass(frozen=True, slots=True)
class SendTestLetter:
    """Queue a report that holds one note, `text`, for one destination. Raises as `create_report`."""

    destination: str
    text: str

    def perform(self, kit: Kit, cancel: CancelToken) -> SealedReport:
        cancel.check()
        note = kit.run(WriteNote(self.text))
        return create_report(
            kit,
            GatherReport(disruption=None, entries=(note.id,), destinations=(self.destination,), text=self.text),
        )
