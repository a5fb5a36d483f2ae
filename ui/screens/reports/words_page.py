"""The assistant's third page: the person's own words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.jobs.drafts import ReportDraft
from ui.parts.button import Button, ButtonKind
from ui.parts.drop_down import DropDown
from ui.parts.screen import scrolled
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.reports.page import AssistantPage
from ui.words import say, size

TEXT_CAP: Final = 32 * 1024
FIELD_CAP: Final = 300


class WordsPage(AssistantPage):
    """What happened in the person's own words, and how they want to be named."""

    def __init__(self, ask_for_help: Callable[[], object]) -> None:
        super().__init__()
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(say("What happened, in your words"))
        self.words.setMinimumHeight(110)
        self.place = _line(say("Where"))
        self.pseudonym = _line(say("A name to show"))
        self.consent = DropDown(say("What the people concerned agreed to"))
        self.consent.setEditable(True)
        self.consent.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.consent.setMinimumContentsLength(12)
        self.consent.addItems(
            [
                "",
                say("Nobody but me is named or can be recognised."),
                say("Everybody who is named or can be recognised agreed."),
                say("Not everybody could be asked. Do not publish names or faces."),
            ]
        )
        self._lay_out(ask_for_help)
        self.words.textChanged.connect(self.changed)
        for field in (self.place, self.pseudonym):
            field.textEdited.connect(self.changed)
        self.consent.editTextChanged.connect(self.changed)

    def _lay_out(self, ask_for_help: Callable[[], object]) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        for title, field, hint in (
            (
                "",
                self.words,
                say("When did it begin, what did not work any more, what was going on around you, whom does it hurt?"),
            ),
            (say("Where (may stay empty)"), self.place, say("As coarse as is safe: a region, a city.")),
            (
                say("A name to show (may stay empty)"),
                self.pseudonym,
                say("Not your real one, and none that you use elsewhere."),
            ),
            (
                say("Consent (may stay empty)"),
                self.consent,
                say("What did the people who are named or can be seen agree to?"),
            ),
        ):
            if title:
                column.addSpacing(6)
                column.addWidget(Text(title, Tone.HEAD))
            column.addWidget(Text(hint, Tone.FAINT))
            column.addWidget(field)
        row = QHBoxLayout()
        row.addWidget(Button(say("What to write down"), ask_for_help, kind=ButtonKind.LINK, icon="guide"))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        inside = QWidget()
        inside.setLayout(column)
        self.column.addWidget(scrolled(inside), 1)

    def show_draft(self, draft: ReportDraft) -> None:
        self.words.setPlainText(draft.text)
        self.place.setText(draft.place or "")
        self.pseudonym.setText(draft.pseudonym or "")
        self.consent.setEditText(draft.consent or "")

    def filled(self, draft: ReportDraft) -> ReportDraft:
        return replace(
            draft,
            text=self.words.toPlainText().strip(),
            place=self.place.text().strip() or None,
            pseudonym=self.pseudonym.text().strip() or None,
            consent=self.consent.currentText().strip() or None,
        )

    def flaw(self) -> str:
        if len(self.words.toPlainText().encode("utf-8", "replace")) > TEXT_CAP:
            self.words.setFocus()
            return say(
                "Your words are too long for a report (at most {size}). Shorten them, or add them as a file."
            ).format(size=size(TEXT_CAP))
        return ""

    def focus(self) -> None:
        self.words.setFocus()


def _line(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setMaxLength(FIELD_CAP)
    return field
