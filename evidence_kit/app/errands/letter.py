"""A test letter: a small report about nothing, so that sender and recipient try the whole way before it matters."""

from dataclasses import dataclass

from evidence_kit.app.commands.keep import WriteNote
from evidence_kit.app.commands.reports import GatherReport, SealedReport
from evidence_kit.app.errand import Going
from evidence_kit.app.kit import Kit
from evidence_kit.app.reporting import create_report


@dataclass(frozen=True, slots=True)
class SendTestLetter:
    """Queue a report that holds one note, `text`, for one destination. Raises as `create_report`."""

    destination: str
    text: str

    def perform(self, kit: Kit, going: Going) -> SealedReport:
        going.check()
        note = kit.run(WriteNote(self.text))
        return create_report(
            kit,
            GatherReport(disruption=None, entries=(note.id,), destinations=(self.destination,), text=self.text),
        )
