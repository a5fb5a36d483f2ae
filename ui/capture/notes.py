"""Notes and testimony: what a person saw, or what a witness told, with what they agreed to and what it did to them."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.errors import KitError
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.statements import Consent, Impact, ImpactArea
from evidence_kit.words.statements import consent_words, impact_words
from ui.bridge import Bridge
from ui.capture.model import kept_words, where_words
from ui.panels.sheet import Sheet
from ui.parts.button import Button, ButtonKind
from ui.parts.screen import card
from ui.parts.testimony import impact_question
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import say

_PSEUDONYM_CAP = 200
_TERMS_CAP = 2000


class ConsentFields(QWidget):
    """What the witness agreed to: ticks, all off, and their own terms."""

    def __init__(self) -> None:
        super().__init__()
        self.ticks = {code: QCheckBox(consent_words(code, say)) for code in Consent}
        self.terms = QLineEdit()
        self.terms.setMaxLength(_TERMS_CAP)
        self.terms.setAccessibleName(say("The witness's own terms"))
        self.terms.setPlaceholderText(say("For example: not before the summer"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            Text(
                say(
                    "Ask before you write. Tick only what the witness agreed to. "
                    "Without the first tick, this testimony goes into no report."
                ),
                Tone.FAINT,
            )
        )
        for tick in self.ticks.values():
            column.addWidget(tick)
        column.addWidget(Text(say("The witness's own terms")))
        column.addWidget(self.terms)

    def agreed(self) -> tuple[Consent, ...]:
        return tuple(code for code, tick in self.ticks.items() if tick.isChecked())


class ImpactFields(QWidget):
    """What it did to people: a tick and words for each part of a life."""

    def __init__(self) -> None:
        super().__init__()
        self.ticks: dict[ImpactArea, QCheckBox] = {}
        self.words: dict[ImpactArea, QLineEdit] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for row, area in enumerate(ImpactArea):
            tick, words = QCheckBox(impact_words(area, say)), QLineEdit()
            words.setMaxLength(_TERMS_CAP)
            words.setAccessibleName(impact_question(area))
            words.setPlaceholderText(impact_question(area))
            words.textEdited.connect(lambda text, tick=tick: tick.setChecked(tick.isChecked() or bool(text)))
            self.ticks[area], self.words[area] = tick, words
            grid.addWidget(tick, row, 0)
            grid.addWidget(words, row, 1)

    def named(self) -> tuple[Impact, ...]:
        return tuple(
            Impact(area, self.words[area].text().strip()) for area, tick in self.ticks.items() if tick.isChecked()
        )


class NoteSheet(Sheet):
    """One text; "testimony" adds consent and impact. `kept` has the words for the person."""

    kept = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None) -> None:
        super().__init__(bridge, say("Write down what happened"), QSize(760, 700), parent)
        self.setProperty("topic", "write-down")
        self.note = QRadioButton(say("A note: what I saw or know myself"))
        self.testimony = QRadioButton(say("Testimony: what somebody told me"))
        self.note.setChecked(True)
        group = QButtonGroup(self)
        for one in (self.note, self.testimony):
            group.addButton(one)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(say("What happened"))
        self.text.setPlaceholderText(say("What, when, where? Exact words and numbers help. “I do not know” helps too."))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(150)
        self.text.textChanged.connect(self._changed)
        self.pseudonym = QLineEdit()
        self.pseudonym.setMaxLength(_PSEUDONYM_CAP)
        self.pseudonym.setAccessibleName(say("Pseudonym"))
        self.pseudonym.setPlaceholderText(say("For example: a nurse, M. No real name. May stay empty."))
        self.consent = ConsentFields()
        self.impacts = ImpactFields()
        self.keep = Button(say("Keep"), self.take, kind=ButtonKind.PRIMARY, icon="note")
        self.keep.setEnabled(False)
        self._sealing = False
        self._warned = False
        self._lay_out()
        self.testimony.toggled.connect(self._kind)
        self._kind()
        bridge.locking.connect(self._preserve)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._preserve)
        self.text.setFocus()

    def _lay_out(self) -> None:
        self.body.addWidget(self.note)
        self.body.addWidget(self.testimony)
        self.body.addWidget(self.text, 1)
        self.body.addWidget(Text(say("Who says so (pseudonym)")))
        self.body.addWidget(self.pseudonym)
        for fields, title in (
            (self.consent, say("What the witness agreed to")),
            (self.impacts, say("What it does to people")),
        ):
            column = QVBoxLayout()
            column.addWidget(fields)
            frame = card(column, title)
            self.testimony.toggled.connect(frame.setVisible)
            frame.setVisible(False)
            self.body.addWidget(frame)
        self.body.addWidget(
            Text(
                say(
                    "Nothing in the journal can be changed or deleted afterwards; a correction is a new entry. "
                    "If the vault locks while you write, what stands here is kept as it is."
                ),
                Tone.FAINT,
            )
        )
        self.body.addWidget(Button(say("What to write down"), self._help, kind=ButtonKind.LINK))
        self.buttons.addWidget(self.keep)

    def _help(self) -> None:
        self.bridge.help_wanted.emit("write-down")

    def _kind(self) -> None:
        self.pseudonym.setAccessibleDescription(
            say("Of the witness") if self.testimony.isChecked() else say("Of yourself")
        )

    def _changed(self) -> None:
        self._warned = False
        self.keep.setEnabled(bool(self.written()) and not self._sealing)

    def written(self) -> str:
        """The text as it would be kept."""
        return self.text.toPlainText().strip()

    def _take(self) -> Callable[[Capturing[Body]], Body]:
        text, pseudonym = self.written(), self.pseudonym.text().strip() or None
        if not self.testimony.isChecked():
            return lambda capturing: capturing.note(text, pseudonym)
        consent, terms, impacts = self.consent.agreed(), self.consent.terms.text().strip(), self.impacts.named()
        return lambda capturing: capturing.testimony(text, pseudonym, consent, terms, impacts)

    def take(self) -> None:
        """Keep what is written."""
        if not self.written() or self._sealing:
            return
        self._sealing = True
        self.keep.setEnabled(False)
        self.bridge.capture(self._take(), self._done, self._failed)

    def _done(self, body: Body) -> None:
        self.kept.emit(f"{kept_words(body)} {where_words(unlocked=self.bridge.desktop.session.unlocked)}")
        self.go()

    def _failed(self, error: KitError) -> None:
        self._sealing = False
        self.keep.setEnabled(True)
        self.tell_error(error)

    def _preserve(self) -> None:
        """The vault is locked, or the program ends: nothing that was written is lost."""
        if self.written() and not self._sealing:
            self._sealing = True
            self.bridge.capture(self._take(), lambda _: None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is written goes only when asked twice."""
        if self._sealing:
            event.ignore()
        elif self.written() and not self._warned:
            self._warned = True
            self.notice.show_words(
                say("What you wrote is not kept yet. Press Cancel once more to throw it away, or Keep to keep it."),
                Manner.WARN,
            )
            event.ignore()
        else:
            super().closeEvent(event)
