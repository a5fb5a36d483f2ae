"""The journal: everything that was recorded, newest first; search, narrow down, and look at one entry closely."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.drop_down import DropDown
from ui.parts.keys import on_keys
from ui.parts.screen import Nothing, Screen
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.journal.detail import Detail
from ui.screens.journal.model import JournalModel, Wanted
from ui.screens.journal.timeline import JournalTimeline
from ui.screens.journal.words import choices, disruption_choice, periods
from ui.words import say, say_many

_TYPING_MS: Final = 160
_LIST, _NEW, _NOTHING_FITS = range(3)


class JournalScreen(Screen):
    """List and detail side by side."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Journal"))
        self._entered = False
        self.model = JournalModel(bridge, self)
        self.list = JournalTimeline(self.model)
        self.list.setAccessibleName(say("Entries, newest first"))
        self.detail = Detail(bridge)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.narrow)
        self.search = QLineEdit()
        self.kinds, self.disruptions = _drop_down(say("Kind of entry")), _drop_down(say("Disruption"))
        self.period = _drop_down(say("How far back"))
        self._counted = Text("", Tone.FAINT)
        self.body.addLayout(self._filters())
        self.body.addWidget(self._halves(), 1)
        self._keys()
        self.model.found.connect(self._found)
        self.model.named.connect(self._named)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.list.activated.connect(self._opened)
        self.detail.corrected.connect(self._corrected)
        self.detail.wanted.connect(self.choose)

    def _filters(self) -> QHBoxLayout:
        self.search.setAccessibleName(say("Search the journal"))
        self.search.setPlaceholderText(say("Search (press /)"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self._to_list)
        for text, kinds in choices():
            self.kinds.addItem(text, kinds)
        self.disruptions.addItem(say("Disruption or none"), None)
        for text, hours in periods():
            self.period.addItem(text, hours)
        row = QHBoxLayout()
        row.addWidget(self.search, 3)
        for box in (self.kinds, self.disruptions, self.period):
            box.currentIndexChanged.connect(lambda _index: self.narrow())
            row.addWidget(box, 2)
        return row

    def _halves(self) -> QSplitter:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(
            Nothing(
                say("Nothing is recorded yet"),
                say("Pictures, pages, files and notes that you capture appear here, newest first."),
            )
        )
        self._stack.addWidget(self._nothing_fits())
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._counted)
        left.setMinimumWidth(250)
        self.detail.setMinimumWidth(320)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(left)
        halves.addWidget(self.detail)
        halves.setStretchFactor(0, 4)
        halves.setStretchFactor(1, 5)
        return halves

    def _nothing_fits(self) -> QWidget:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addWidget(Nothing(say("Nothing fits"), say("Use fewer or shorter words, or show everything.")), 1)
        self.all_button = Button(say("Show everything"), self.show_everything)
        column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return nothing

    def _keys(self) -> None:
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            ("/", self._to_search),
            (QKeySequence.StandardKey.Find, self._to_search),
            (Qt.Key.Key_Escape, self._back),
        ):
            on_keys(keys, self, act, within)
        on_keys(QKeySequence.StandardKey.Copy, self.list, self._copy, Qt.ShortcutContext.WidgetShortcut)

    # What is listed

    def enter(self) -> None:
        if not self._entered:
            self._entered = True
            self.model.name_disruptions()
            self.narrow()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def wanted(self) -> Wanted:
        """What the fields above the list ask for."""
        hours = self.period.currentData()
        now = datetime.fromisoformat(self.model.bridge.desktop.clock.read().wall_utc)
        return Wanted(
            search=self.search.text().strip() or None,
            kinds=self.kinds.currentData(),
            disruption=self.disruptions.currentData(),
            since_ms=int((now - timedelta(hours=hours)).timestamp() * 1000) if hours else None,
        )

    def narrow(self) -> None:
        """List what the fields ask for."""
        self._typing.stop()
        self.model.want(self.wanted())

    def show_everything(self) -> None:
        """Ask for nothing."""
        for box, number in ((self.kinds, 1), (self.disruptions, 0), (self.period, 0)):
            box.blockSignals(True)
            box.setCurrentIndex(number)
            box.blockSignals(False)
        self.search.clear()
        self.narrow()

    def _found(self) -> None:
        count = self.model.rowCount()
        self._counted.setText(say_many("{number} entry", "{number} entries", count))
        if count:
            self._stack.setCurrentIndex(_LIST)
            self._keep_chosen()
            return
        self._stack.setCurrentIndex(_NEW if self.wanted() == Wanted(kinds=choices()[0][1]) else _NOTHING_FITS)

    def _named(self) -> None:
        box, kept = self.disruptions, self.disruptions.currentData()
        box.blockSignals(True)
        while box.count() > 1:
            box.removeItem(1)
        for one in self.model.names.values():
            box.addItem(disruption_choice(one), one.id)
        box.setCurrentIndex(max(box.findData(kept), 0))
        box.blockSignals(False)

    def on_show(self) -> str:
        """What stands in the list's place: "list", "new" or "nothing"."""
        return ("list", "new", "nothing")[self._stack.currentIndex()]

    # One entry

    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.detail.show_entry(self.model.sequence_at(current.row()))

    def choose(self, sequence: int) -> None:
        """Show an entry, in the list too where it is there."""
        number = self.model.number_of(sequence)
        if number is None:
            self.list.clearSelection()
            self.detail.show_entry(sequence)
        else:
            self.list.setCurrentIndex(self.model.index(number))

    def _keep_chosen(self) -> None:
        """The entry on show stays chosen where it is still in the list; at first it is the newest."""
        if self.list.currentIndex().isValid():
            return
        shown = self.detail.sequence()
        number = 0 if shown is None else self.model.number_of(shown)
        if number is not None:
            self.list.selectionModel().setCurrentIndex(
                self.model.index(number), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def _opened(self, _index: QModelIndex) -> None:
        self.detail.take_focus()

    def _corrected(self, _sequence: int) -> None:
        self.list.viewport().update()

    # Keys

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _to_list(self) -> None:
        self.narrow()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        """From the detail to the list; from the list or the search to the whole list."""
        if self.detail.isAncestorOf(self.focusWidget() or self):
            self.detail.leave()
        elif self.search.text():
            self.search.clear()
            self.narrow()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        index = self.list.currentIndex()
        text = index.data(Qt.ItemDataRole.AccessibleTextRole) if index.isValid() else None
        if text:
            QGuiApplication.clipboard().setText(text)


def _drop_down(name: str) -> DropDown:
    """Shrinks to what room there is; its list shows the whole words."""
    box = DropDown(name)
    box.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box
