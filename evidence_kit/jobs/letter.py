"""A test letter: a small report about nothing, so that sender and recipient try the whole way before it matters."""

from dataclasses import dataclass

from evidence_kit.jobs.job import LongJob, LongJobContext
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import CreateReport, SealedReport


@dataclass(frozen=True, slots=True)
class SendTestLetter(LongJob[SealedReport]):
    """Queue a report that holds one note, `text`, for one destination. Raises as `CreateReport`."""

    destination: str
    text: str

    def run(self, context: LongJobContext) -> SealedReport:
        context.cancel.check()
        note = context.run(WriteNote(self.text))
        choice = GatherReport(disruption=None, entries=(note.id,), destinations=(self.destination,), text=self.text)
        return context.run(CreateReport(choice))
