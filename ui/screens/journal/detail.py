"""One entry in full: its picture, what it says, when, what proves it, what was said later, and what can be done."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.errors import Broken, KitError
from evidence_kit.jobs.browse import EntryShown, ShowEntry, harmless
from evidence_kit.jobs.measurement_summary import MeasurementSummary, ReadMeasurement
from evidence_kit.model.bodies.disruptions import MeasurementTaken
from evidence_kit.model.exhibit import ExhibitRole
from ui import words
from ui.bridge import Bridge, PendingRequest
from ui.parts.button import Button, ButtonKind
from ui.parts.notice import Notice
from ui.parts.screen import Nothing
from ui.parts.text import ElidedLine, Text
from ui.parts.tone import Manner, Tone
from ui.screens.journal.entry_facts import warnings
from ui.screens.journal.entry_picture import EntryPicture
from ui.screens.journal.facts_pane import FactsPane
from ui.screens.journal.measurement_facts import measurement_sections
from ui.screens.journal.panels import Correction, Export
from ui.screens.journal.sections import sections
from ui.screens.journal.words import kind_words
from ui.words import say, sentence

_PAUSE_MS: Final = 120


class Detail(QWidget):
    """Shows the entry that `show_entry` names. `corrected` says that one was corrected here, `wanted` that
    the person wants to see another one."""

    corrected = Signal(int)
    wanted = Signal(int)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._shown: EntryShown | None = None
        self._requests: list[PendingRequest] = []
        self._wanted = -1
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.title = Text("", Tone.HEAD, copyable=True)
        self.when = ElidedLine("", Tone.FAINT)
        self.notice = Notice(closable=True)
        self.buttons = self._buttons()
        self.correction = Correction(bridge)
        self.correction.kept.connect(self._kept)
        self.export = Export(bridge)
        self.export.told.connect(self.notice.show_words)
        self.picture = EntryPicture(bridge)
        self.facts = FactsPane(bridge)
        self.facts.wanted.connect(self.wanted)
        for part in (self.correction, self.export, self.picture, self.facts):
            part.failed.connect(self._fail)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.picture)
        self._split.addWidget(self.facts)
        self._split.setSizes([330, 300])
        self._stack = QStackedLayout(self)
        self._stack.addWidget(
            Nothing(say("No entry is chosen"), say("Choose one in the list to see all that it says."))
        )
        self._stack.addWidget(self._page())

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(8)
        beside = QHBoxLayout()
        beside.addWidget(self.when, 1)
        beside.addWidget(self.copy_button)
        column.addWidget(self.title)
        column.addLayout(beside)
        for part in (self.buttons, self.notice, self.correction, self.export):
            column.addWidget(part)
        column.addWidget(self._split, 1)
        return page

    def _buttons(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        self.correct_button = Button(say("Correct"), self._begin_correction, icon="note")
        self.export_button = Button(say("Save a copy"), self._begin_export, icon="export")
        self.copy_button = Button(say("Copy the words"), self._copy, kind=ButtonKind.LINK)
        for button in (self.correct_button, self.export_button):
            row.addWidget(button)
        row.addStretch(1)
        return held

    # What is shown

    def show_entry(self, sequence: int) -> None:
        """Show an entry once the person rests on it."""
        if sequence != self._wanted:
            self._wanted = sequence
            self._pause.start()

    def refresh(self) -> None:
        """Show the same entry as it is now."""
        if self._shown is not None and self._wanted == self._shown.entry.sequence:
            self._ask()

    def sequence(self) -> int | None:
        """The entry that was last asked for."""
        return self._wanted if self._wanted >= 0 else None

    def shown_sequence(self) -> int | None:
        """The entry that is on show."""
        return None if self._shown is None else self._shown.entry.sequence

    def take_focus(self) -> None:
        """The keyboard goes to the picture, or else to what the entry says."""
        target = self.picture.canvas if self.picture.isVisible() else self.facts
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Nothing more is asked."""
        self.correction.put_aside()
        self.export.hide()

    def clear(self) -> None:
        """No entry is chosen."""
        self._wanted = -1
        self._pause.stop()
        self._drop()
        self.picture.drop()
        self._shown = None
        self._stack.setCurrentIndex(0)

    def _drop(self) -> None:
        for request in self._requests:
            if request.pending:
                request.call_off()
        self._requests.clear()
        self.facts.drop()

    def _ask(self) -> None:
        self._drop()
        self._requests.append(self._bridge.submit(ShowEntry(self._wanted), self._came))

    def _came(self, shown: EntryShown) -> None:
        is_other = self._shown is None or self._shown.entry.id != shown.entry.id
        self._shown = shown
        self._stack.setCurrentIndex(1)
        self.title.setText(title_of(shown))
        self.when.setText(words.when(shown.entry.seen.wall_utc))
        self.correct_button.setVisible(shown.correctable)
        self.export_button.setVisible(any(shown.entry.body.exhibits))
        self.facts.show_sections(shown, sections(shown))
        if is_other:
            self.notice.hide()
            self.correction.put_aside()
            self.export.hide()
            self.picture.show_entry(shown)
        if isinstance(shown.entry.body, MeasurementTaken):
            self._requests.append(
                self._bridge.submit(ReadMeasurement(shown.entry.body.record.sha256), self._told, self._fail)
            )

    def _told(self, told: MeasurementSummary) -> None:
        if self._shown is not None:
            said, *rest = sections(self._shown)
            self.facts.show_sections(self._shown, [said, *measurement_sections(told), *rest])

    def _fail(self, error: KitError) -> None:
        self.notice.show_words(sentence(error), Manner.BAD if isinstance(error, Broken) else Manner.WARN)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied())

    def copied(self) -> str:
        """All that is shown, for the clipboard."""
        if self._shown is None:
            return ""
        lines = [self.title.text(), self.when.text()]
        for part in sections(self._shown):
            lines += [harmless(part.text)] if part.text else []
            lines += [
                say("{label}: {value}").format(label=harmless(fact.label), value=harmless(fact.value))
                for fact in part.facts
            ]
        return "\n".join(lines)

    # Corrections

    def _begin_correction(self) -> None:
        self.export.hide()
        if self._shown is not None:
            self.correction.begin(self._shown.entry.id)

    def _kept(self) -> None:
        self.notice.show_words(say("Your correction is kept. The entry itself stays as it was."), Manner.GOOD)
        self.refresh()
        if self._shown is not None:
            self.corrected.emit(self._shown.entry.sequence)

    # A copy of the original

    def _begin_export(self) -> None:
        if self._shown is not None:
            self.correction.put_aside()
            self.export.begin(self._shown.entry.id, warnings(self._shown.entry.body))


def title_of(shown: EntryShown) -> str:
    """What kind of thing is on show."""
    is_photo = any(exhibit.role == ExhibitRole.PHOTO for exhibit in shown.entry.body.exhibits)
    return say("Photo") if is_photo else kind_words(shown.entry.kind)
