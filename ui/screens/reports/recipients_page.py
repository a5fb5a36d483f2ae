"""The assistant's fourth page: who receives it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.jobs.drafts import ReportDraft
from evidence_kit.model.delivery import Destination, Recipient
from ui.parts.button import Button, ButtonKind
from ui.parts.drop_down import DropDown
from ui.parts.flow import Flow
from ui.parts.screen import Nothing, card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.reports.page import AssistantPage
from ui.screens.reports.receivers import receivers_of
from ui.words import grouped, language, languages, say


class RecipientsPage(AssistantPage):
    """Who receives it: every destination with the people behind it and their keys' fingerprints."""

    def __init__(self, add: Callable[[], object], ask_for_help: Callable[[], object]) -> None:
        super().__init__()
        self.ticks: dict[str, QCheckBox] = {}
        self._inside = QWidget()
        self._rows = QVBoxLayout(self._inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(
            Text(
                say("The report is encrypted to the keys below. Only their owners can open it, not even you."),
                Tone.FAINT,
            )
        )
        self.column.addWidget(scrolled(self._inside), 1)
        self.empty = Nothing(
            say("There is nobody to send to yet."),
            say("Add a recipient's key first, then where their reports go: a mailbox, a folder or a stick."),
        )
        self.column.addWidget(self.empty)
        self.language = DropDown(say("Language of the report"))
        for tag, name in languages():
            self.language.addItem(name, tag)
        self.language.activated.connect(self.changed)
        self.column.addLayout(
            Flow(
                Text(say("Language of the report"), Tone.HEAD),
                self.language,
                Text(say("Your own words stay as you wrote them."), Tone.FAINT),
            )
        )
        self.add = Button(say("Add a recipient or destination…"), add, icon="people")
        self.column.addLayout(
            Flow(self.add, Button(say("About fingerprints"), ask_for_help, kind=ButtonKind.LINK, icon="guide"))
        )

    def put(self, destinations: Sequence[Destination], recipients: Sequence[Recipient], now_utc: str) -> None:
        """The destinations to choose from."""
        while self._rows.count():
            if (old := self._rows.takeAt(0)) is not None and (widget := old.widget()) is not None:
                widget.deleteLater()
        self.ticks.clear()
        for destination in destinations:
            self._rows.addWidget(self._card(destination, recipients, now_utc))
        self._rows.addStretch(1)
        self._inside.setVisible(bool(destinations))
        self.empty.setVisible(not destinations)

    def _card(self, destination: Destination, recipients: Sequence[Recipient], now_utc: str) -> QWidget:
        people = receivers_of(destination, recipients, now_utc)
        tick = QCheckBox(destination.name.replace("&", "&&"))
        tick.setAccessibleName(say("Send to {name}").format(name=destination.name))
        tick.setEnabled(bool(people) and not any(one.ended for one in people))
        tick.toggled.connect(self.changed)
        self.ticks[destination.id] = tick
        column = QVBoxLayout()
        column.addWidget(tick)
        if not people:
            column.addWidget(Text(say("No recipient is set for this destination, so nothing can go there."), Tone.WARN))
        for one in people:
            column.addWidget(Text(one.name))
            column.addWidget(Text(grouped(one.fingerprint), Tone.MONO, copyable=True))
            if one.confirmed:
                column.addWidget(Text(one.confirmed, Tone.FAINT))
            if one.lapse:
                column.addWidget(Text(one.lapse, Tone.BAD if one.ended else Tone.WARN))
        return card(column)

    def show_draft(self, draft: ReportDraft) -> None:
        at = self.language.findData(draft.language or language().partition("_")[0])
        self.language.setCurrentIndex(at if at >= 0 else self.language.findData("en"))
        for destination, tick in self.ticks.items():
            tick.setChecked(tick.isEnabled() and destination in draft.destinations)

    def filled(self, draft: ReportDraft) -> ReportDraft:
        return replace(
            draft,
            destinations=tuple(one for one, tick in self.ticks.items() if tick.isChecked()),
            language=str(self.language.currentData()),
        )

    def flaw(self) -> str:
        if any(tick.isChecked() for tick in self.ticks.values()):
            return ""
        self.focus()
        return say("Nobody is chosen who receives the report. Choose at least one destination.")

    def focus(self) -> None:
        usable = [tick for tick in self.ticks.values() if tick.isEnabled()]
        (usable[0] if usable else self.add).setFocus()
