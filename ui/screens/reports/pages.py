"""The first four pages of the report assistant: which disruption, what goes in, the person's words, who receives it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.jobs.drafts import Draft
from evidence_kit.jobs.report_preview import Candidate, Candidates
from evidence_kit.model.delivery import Destination, Recipient
from evidence_kit.model.disruption import Disruption
from evidence_kit.words.languages import spoken_languages
from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.drop_down import DropDown
from ui.parts.flow import Flow
from ui.parts.notice import Notice
from ui.parts.screen import Nothing, card, scrolled
from ui.parts.text import Text
from ui.screens.reports.model import (
    FIELD_CAP,
    TEXT_CAP,
    Choices,
    Disruptions,
    Order,
    Shown,
    icon_of,
    receivers_of,
)
from ui.screens.reports.thumbnails import SIZE, Thumbnails
from ui.words import grouped, language, number, say, say_many, size


class Page(QWidget):
    """One page: shows a draft, gives it back with what the person chose, and says what is amiss at its own field.

    `ready` is false while what there is to choose from is still on its way: the draft stays as it is then.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ready = True
        self.notice = Notice()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.column.addWidget(self.notice)

    def set_ready(self, *, ready: bool) -> None:
        """Whether all that there is to choose from is there."""
        self.ready = ready

    def show_draft(self, draft: Draft) -> None:
        """Put the draft's choices into the fields."""
        raise NotImplementedError

    def filled(self, draft: Draft) -> Draft:
        """The draft with what the fields say."""
        raise NotImplementedError

    def flaw(self) -> str:
        """Why one cannot go on from here, or ""; the focus goes to where it can be mended."""
        return ""

    def focus(self) -> None:
        """Where the keyboard is when the page opens."""


class DisruptionPage(Page):
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
                say("What belongs to the disruption is offered first on the next page. Nothing is chosen yet."), "faint"
            )
        )
        self.column.addWidget(self.list, 1)

    def put(self, disruptions: Sequence[Disruption]) -> None:
        """The disruptions to choose from."""
        self.rows.put(disruptions)

    def show_draft(self, draft: Draft) -> None:
        row = self.rows.row_of(draft.disruption) if draft.decided else 0
        self.list.setCurrentIndex(self.rows.index(row))

    def filled(self, draft: Draft) -> Draft:
        disruption = self.rows.at(self.list.currentIndex().row())
        return replace(draft, decided=True, disruption=None if disruption is None else disruption.id)

    def focus(self) -> None:
        self.list.setFocus()


class ExhibitsPage(Page):
    """What goes in: small pictures and words, ticked one by one or all of the disruption at once."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._pictures = Thumbnails(bridge, self)
        self.rows = Choices(self._icon, self._count)
        self._pictures.came.connect(self.rows.picture_came)
        self.shown = DropDown(say("Which entries are shown"))
        self.order = DropDown(say("Order"))
        self.all = Button(say("Choose all of this disruption"), self.choose_all)
        self.none = Button(say("Choose none"), self.rows.clear)
        self.list = QListView()
        self.empty = Nothing(
            say("Nothing was captured yet."),
            say("Pictures, pages, files and notes that you capture will be here."),
        )
        self.counted = Text("", "head")
        self.measurements = QCheckBox(say("The measurements of this disruption go along"))
        self.measurements.toggled.connect(self.changed)
        self.measured = Text("", "faint")
        self._build()

    def _build(self) -> None:
        for words, data in ((say("Of this disruption"), Shown.BELONGING), (say("Everything"), Shown.ALL)):
            self.shown.addItem(words, data)
        for words, order in ((say("By time"), Order.TIME), (say("By kind"), Order.KIND)):
            self.order.addItem(words, order)
        self.shown.currentIndexChanged.connect(self._arrange)
        self.order.currentIndexChanged.connect(self._arrange)
        self.list.setModel(self.rows)
        self.list.setAccessibleName(say("Entries. The space bar ticks one."))
        self.list.setIconSize(SIZE)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(90)
        self.column.addLayout(Flow(self.shown, self.order, self.all, self.none))
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.empty, 1)
        self.column.addWidget(self.counted)
        self.column.addWidget(self.measurements)
        self.column.addWidget(self.measured)

    def put(self, found: Candidates, draft: Draft) -> None:
        """What may be chosen; `draft` says what is ticked and which disruption it is about."""
        self.rows.put(found.entries, draft.entries)
        about = draft.disruption is not None
        self.shown.setVisible(about)
        with QSignalBlocker(self.shown):
            self.shown.setCurrentIndex(0 if about and self.rows.belonging() else 1)
        self.list.setVisible(bool(found.entries))
        self.order.setVisible(bool(found.entries))
        self.empty.setVisible(not found.entries)
        words = say("Choose all of this disruption") if about else say("Choose all that no report held before")
        self.all.setText(words)
        self.all.setAccessibleName(words)
        self.measurements.setVisible(about)
        self.measured.setVisible(about)
        self.measurements.setChecked(draft.measurements)
        taken = say_many("There is {number} measurement.", "There are {number} measurements.", found.measurements)
        why = say(
            "They show which connections failed, when, and how. A report without them is hard to prove. "
            "They name the servers that your network uses, but nothing that you did."
        )
        none = say("No measurement was made during it. The entries that tell its beginning and end go along.")
        self.measured.setText(f"{taken} {why}" if found.measurements else none)
        self._arrange()
        self._count()

    def set_ready(self, *, ready: bool) -> None:
        super().set_ready(ready=ready)
        # A press that came before the entries would choose nothing, and say nothing.
        for button in (self.all, self.none):
            button.setEnabled(ready)

    def choose_all(self) -> None:
        """Tick what belongs to the disruption; without one, whatever no report held before."""
        if self.shown.isHidden():
            self.rows.choose(lambda one: not one.reported)
        else:
            self.rows.choose(lambda one: one.belongs)

    def show_draft(self, draft: Draft) -> None:
        """The entries come with `put`, once they are found."""

    def filled(self, draft: Draft) -> Draft:
        return replace(draft, entries=self.rows.chosen(), measurements=self.measurements.isChecked())

    def flaw(self) -> str:
        cancel = self.measurements.isChecked() and not self.measurements.isHidden()
        if self.rows.chosen() or cancel:
            return ""
        self.focus()
        return say("Nothing is chosen yet. Tick at least one entry.")

    def focus(self) -> None:
        if not self.list.currentIndex().isValid() and self.rows.rowCount():
            self.list.setCurrentIndex(self.rows.index(0))
        self.list.setFocus()

    def _arrange(self) -> None:
        shown = self.shown.currentData() if not self.shown.isHidden() else Shown.ALL
        self.rows.arrange(shown, self.order.currentData())

    def _count(self) -> None:
        words = say("{chosen} of {all} chosen, {size}").format(
            chosen=number(len(self.rows.chosen())), all=number(self.rows.count()), size=size(self.rows.chosen_size())
        )
        self.counted.setText(words)
        self.changed.emit()

    def _icon(self, candidate: Candidate) -> QIcon:
        return self._pictures.icon(candidate.picture, icon_of(candidate))


class WordsPage(Page):
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
                column.addWidget(Text(title, "head"))
            column.addWidget(Text(hint, "faint"))
            column.addWidget(field)
        row = QHBoxLayout()
        row.addWidget(Button(say("What to write down"), ask_for_help, kind="link", icon="guide"))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        inside = QWidget()
        inside.setLayout(column)
        self.column.addWidget(scrolled(inside), 1)

    def show_draft(self, draft: Draft) -> None:
        self.words.setPlainText(draft.text)
        self.place.setText(draft.place or "")
        self.pseudonym.setText(draft.pseudonym or "")
        self.consent.setEditText(draft.consent or "")

    def filled(self, draft: Draft) -> Draft:
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


class RecipientsPage(Page):
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
                "faint",
            )
        )
        self.column.addWidget(scrolled(self._inside), 1)
        self.empty = Nothing(
            say("There is nobody to send to yet."),
            say("Add a recipient's key first, then where their reports go: a mailbox, a folder or a stick."),
        )
        self.column.addWidget(self.empty)
        self.language = DropDown(say("Language of the report"))
        for tag in spoken_languages():
            self.language.addItem(QLocale(tag).nativeLanguageName(), tag)
        self.language.activated.connect(self.changed)
        self.column.addLayout(
            Flow(
                Text(say("Language of the report"), "head"),
                self.language,
                Text(say("Your own words stay as you wrote them."), "faint"),
            )
        )
        self.add = Button(say("Add a recipient or destination…"), add, icon="people")
        self.column.addLayout(
            Flow(self.add, Button(say("About fingerprints"), ask_for_help, kind="link", icon="guide"))
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
            column.addWidget(Text(say("No recipient is set for this destination, so nothing can go there."), "warn"))
        for one in people:
            column.addWidget(Text(one.name))
            column.addWidget(Text(grouped(one.fingerprint), "mono", copyable=True))
            if one.confirmed:
                column.addWidget(Text(one.confirmed, "faint"))
            if one.lapse:
                column.addWidget(Text(one.lapse, "bad" if one.ended else "warn"))
        return card(column)

    def show_draft(self, draft: Draft) -> None:
        at = self.language.findData(draft.language or language().partition("_")[0])
        self.language.setCurrentIndex(at if at >= 0 else self.language.findData("en"))
        for destination, tick in self.ticks.items():
            tick.setChecked(tick.isEnabled() and destination in draft.destinations)

    def filled(self, draft: Draft) -> Draft:
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
