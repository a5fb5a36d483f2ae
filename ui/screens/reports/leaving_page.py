"""The last page of the report assistant: exactly what will leave, how large it is, and what it reveals."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTextBrowser, QVBoxLayout, QWidget

from evidence_kit.jobs.drafts import ReportDraft
from evidence_kit.jobs.report_preview import ReportPreview
from ui.parts.button import Button
from ui.parts.screen import card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.reports.leaving_words import (
    LIST_CAP,
    counts_of,
    file_line,
    preview_markup,
    seconds_for,
    warnings_of,
)
from ui.screens.reports.page import AssistantPage
from ui.words import say, say_many, size

_SHEET = """
.soft { color: palette(placeholder-text); }
.words { white-space: pre-wrap; margin-left: 12px; }
h1 { font-size: 18pt; } h2 { font-size: 14pt; } h3 { font-size: 12pt; }
dt { margin-top: 6px; }
"""


class _Closed(QTextDocument):
    """A text that fetches nothing. An answer of the view alone would not do: Qt then reads local files by itself."""

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        return None


class ReportView(QTextBrowser):
    """Shows our own report.html and loads nothing: no file, no address, no picture; links lead nowhere.

    The one place of the window with markup. It is safe because the page is made by `report/page.py` alone, which
    escapes every word that is not ours, and because Qt's text knows no script; what it could fetch is refused here.
    Nothing of it is written to a disk: it comes over the pipe and goes with this widget.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setDocument(_Closed(self))
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAccessibleName(say("How the report reads"))
        self.document().setDefaultStyleSheet(_SHEET)

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        return None


class LeavingPage(AssistantPage):
    """What leaves, and behind a button how the recipient will read it."""

    def __init__(self) -> None:
        super().__init__()
        self.summary = Text()
        self.reveals = QVBoxLayout()
        self.files = Text(copyable=True)
        self.words = Text(copyable=True)
        self.to = Text()
        self.view = ReportView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._overview())
        self._stack.addWidget(self._reading())
        self.column.addWidget(self._stack, 1)
        self._cards: list[QWidget]

    def _overview(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        shown = QVBoxLayout()
        for text in (self.summary, self.to):
            shown.addWidget(text)
        row = QHBoxLayout()
        self.read = Button(say("Read the report as its recipient will"), self.open_reading, icon="reports")
        row.addWidget(self.read)
        row.addStretch(1)
        shown.addLayout(row)
        column.addWidget(card(shown, say("How large, and how long")))
        column.addWidget(card(self.reveals, say("What it reveals")))
        for title, text in ((say("Words that leave"), self.words), (say("Files that leave"), self.files)):
            within = QVBoxLayout()
            within.addWidget(text)
            column.addWidget(card(within, title))
        column.addStretch(1)
        return scrolled(inside)

    def _reading(self) -> QWidget:
        reading = QWidget()
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self.close_reading = Button(say("Back to what leaves"), self.open_overview)
        row.addWidget(
            Text(
                say("The report's page (report.html) without its pictures. Sealing gives it its number and time."),
                Tone.FAINT,
            ),
            1,
        )
        row.addWidget(self.close_reading)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        return reading

    def put(self, leaving: ReportPreview) -> None:
        """Show what was found."""
        self.summary.setText("\n".join([_size_words(leaving), *_left_out(leaving)]))
        self.to.setText("\n".join(seconds_for(leaving, pace) for pace in leaving.paces))
        while self.reveals.count():
            if (old := self.reveals.takeAt(0)) is not None and (widget := old.widget()) is not None:
                widget.deleteLater()
        for line in warnings_of(leaving):
            self.reveals.addWidget(Text(f"• {line}"))
        self.words.setText(_words_that_leave(leaving))
        self.files.setText(_files_that_leave(leaving))
        self.view.setHtml(preview_markup(leaving))
        self.open_overview()

    def clear(self) -> None:
        """Nothing is known yet."""
        self._stack.hide()

    def open_reading(self) -> None:
        """Show the report's page."""
        self._stack.setCurrentIndex(1)
        self.view.setFocus()

    def open_overview(self) -> None:
        """Show what leaves."""
        self._stack.show()
        self._stack.setCurrentIndex(0)

    def show_draft(self, draft: ReportDraft) -> None:
        """All of it comes with `put`."""

    def filled(self, draft: ReportDraft) -> ReportDraft:
        return draft

    def focus(self) -> None:
        self.read.setFocus()


def _size_words(leaving: ReportPreview) -> str:
    entries = ", ".join(counts_of(leaving))
    return say("{entries}. About {size}, encrypted.").format(entries=entries, size=size(leaving.size))


def _left_out(leaving: ReportPreview) -> list[str]:
    if not leaving.left_out:
        return []
    return [
        say_many(
            "{number} measurement stays here, because a report has no room for it; those that go are spread evenly.",
            "{number} measurements stay here, because a report has no room for them; those that go are spread evenly.",
            leaving.left_out,
        )
    ]


def _words_that_leave(leaving: ReportPreview) -> str:
    texts = [leaving.choice.text] if leaving.choice.text else []
    texts += [f"{one.pseudonym}: {one.text}" if one.pseudonym else one.text for one in leaving.words[:LIST_CAP]]
    if leaving.choice.consent:
        texts.append(say("Consent: {consent}").format(consent=leaving.choice.consent))
    return "\n\n".join(texts) or say("None besides the addresses and names of what is in it.")


def _files_that_leave(leaving: ReportPreview) -> str:
    shown = [file for file in leaving.files if file.role != "measurement"]
    lines = [file_line(file) for file in shown[:LIST_CAP]]
    measured = [file for file in leaving.files if file.role == "measurement"]
    if len(shown) > LIST_CAP:
        lines.append(say("{number} more files").format(number=len(shown) - LIST_CAP))
    if measured:
        lines.append(
            say("{count}, {size} in all").format(
                count=say_many("{number} measurement", "{number} measurements", len(measured)),
                size=size(sum(file.size for file in measured)),
            )
        )
    lines.append(say("Besides: the report's page, its proofs, and how to check it."))
    return "\n".join(lines)
