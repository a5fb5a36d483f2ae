"""What an entry says, section under section, with the ways to other entries, to the guide and to the raw line."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from evidence_kit.jobs.browse import EntryShown, harmless
from evidence_kit.jobs.pictures import ReadPageText
from evidence_kit.model.bodies.captures import PageCaptured
from ui.bridge import Bridge, PendingRequest
from ui.parts.button import Button, ButtonKind
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.journal.facts import FactSection
from ui.screens.journal.panels import Show, Unfolding
from ui.words import say


class FactsPane(QScrollArea):
    """`wanted` names another entry to show by its sequence; `failed` carries an error."""

    wanted = Signal(int)
    failed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._request: PendingRequest | None = None
        self.raw: Unfolding | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(say("What the entry says"))

    def show_sections(self, shown: EntryShown, parts: Sequence[FactSection]) -> None:
        """Show these sections of an entry; what was scrolled to stays in sight."""
        self.drop()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        for part in parts:
            if part.text or part.facts:
                column.addWidget(_section(part, self.wanted.emit, self._bridge.help_wanted.emit))
        body = shown.entry.body
        if isinstance(body, PageCaptured) and body.mhtml is not None:
            column.addWidget(Unfolding(say("Show the page's words"), partial(self._page_text, body.mhtml.sha256)))
        line = shown.line
        self.raw = Unfolding(say("Show the raw entry"), lambda show: show(line))
        column.addWidget(self.raw)
        column.addStretch(1)
        place = self.verticalScrollBar().value()
        self.setWidget(page)
        self.verticalScrollBar().setValue(place)

    def drop(self) -> None:
        """What was asked for is not wanted any more."""
        if self._request is not None and self._request.pending:
            self._request.call_off()
        self._request = None

    def _page_text(self, sha256: str, show: Show) -> None:
        def came(text: str) -> None:
            show(text or say("The page has no words that can be shown."))

        self.drop()
        self._request = self._bridge.submit(ReadPageText(sha256), came, self.failed.emit)


def _section(part: FactSection, lead: Callable[[int], object], explain: Callable[[str], object]) -> QWidget:
    inner = QVBoxLayout()
    if part.text:
        inner.addWidget(Text(harmless(part.text), copyable=True))
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 2)
    grid.setColumnStretch(1, 5)
    for number, fact in enumerate(part.facts):
        label = Text(harmless(fact.label), Tone.FAINT)
        value = Text(harmless(fact.value), fact.tone, copyable=True)
        label.setBuddy(value)
        grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignTop)
    if part.facts:
        inner.addLayout(grid)
    if part.leads_to is not None:
        link = Button(say("Show that entry"), partial(lead, part.leads_to), kind=ButtonKind.LINK)
        inner.addWidget(link, 0, Qt.AlignmentFlag.AlignLeading)
    if part.topic:
        link = Button(say("What does this mean?"), partial(explain, part.topic), kind=ButtonKind.LINK)
        inner.addWidget(link, 0, Qt.AlignmentFlag.AlignLeading)
    return card(inner, part.title)
