"""The assistant's first page: which disruption the report is about."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QListView,
)

from evidence_kit.jobs.drafts import ReportDraft
from evidence_kit.model.disruption import Disruption
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.reports.choices import Disruptions
from ui.screens.reports.page import AssistantPage
from ui.words import say


class DisruptionPage(AssistantPage):
    """Which disruption it is about, or none."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = Disruptions()
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setAccessibleName(say("Disruptions"))
        self.list.setWordWrap(True)
        self.list.setProperty("roomy", True)
        self.list.selectionModel().currentChanged.connect(self.changed)
        self.column.addWidget(
            Text(
                say("What belongs to the disruption is offered first on the next page. Nothing is chosen yet."),
                Tone.FAINT,
            )
        )
        self.column.addWidget(self.list, 1)

    def put(self, disruptions: Sequence[Disruption]) -> None:
        """The disruptions to choose from."""
        self.rows.put(disruptions)

    def show_draft(self, draft: ReportDraft) -> None:
        row = self.rows.row_of(draft.disruption) if draft.decided else 0
        self.list.setCurrentIndex(self.rows.index(row))

    def filled(self, draft: ReportDraft) -> ReportDraft:
        disruption = self.rows.at(self.list.currentIndex().row())
        return replace(draft, decided=True, disruption=None if disruption is None else disruption.id)

    def focus(self) -> None:
        self.list.setFocus()
