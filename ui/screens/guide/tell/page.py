"""Tell the world: the pledge to copy, and a card or poster that is seen before it is saved. Nothing is sent."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.app.desktop import wall_now
from evidence_kit.errors import KitError
from evidence_kit.jobs.browse import NameDisruptions
from evidence_kit.jobs.course import DisruptionName
from evidence_kit.machine.chosen_files import write_chosen_file
from ui.bridge import Bridge, PendingRequest
from ui.parts.button import Button
from ui.parts.drop_down import DropDown
from ui.parts.flow import Flow
from ui.parts.notice import Notice
from ui.parts.observed import state_words
from ui.parts.screen import card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.guide.tell.card import FIELD_CAP, MESSAGE_CAP, Card, Shape, cleaned, plain_message, suggested
from ui.screens.guide.tell.files import pdf_of, png_of
from ui.screens.guide.tell.preview import Preview
from ui.screens.guide.topics.tell import pledge, warnings
from ui.words import say, when

_BESIDE: Final = 780  # from this width on, the preview stands beside the fields
_COPIED_MS: Final = 2000
_LINES: Final = 4


class TellPage(QWidget):
    """Takes the place of an article. `told` carries words and a notice's kind, `failed` an error."""

    told = Signal(str, object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._asking: PendingRequest | None = None
        self._disruptions: tuple[DisruptionName, ...] = ()
        self.preview = Preview()
        self.shape = Shape.SQUARE
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self._pledge_card())
        column.addWidget(self._maker_card())
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))
        self.setFocusProxy(self.copy)
        self._changed()

    def _pledge_card(self) -> QWidget:
        self.copy = Button(say("Copy the words"), self._copy)
        self._back = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._back.timeout.connect(partial(self.copy.setText, say("Copy the words")))
        column = QVBoxLayout()
        column.addWidget(Text(pledge(), copyable=True))
        column.addWidget(
            Text(say("These words are for you to use and to change. They are not the campaign's own."), Tone.FAINT)
        )
        column.addLayout(Flow(self.copy))
        return card(column, say("A pledge"))

    def _maker_card(self) -> QWidget:
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._sides.setSpacing(16)
        for side in (self._form(), self._look()):
            held = QWidget()
            side.setContentsMargins(0, 0, 0, 0)
            held.setLayout(side)
            self._sides.addWidget(held, 1, Qt.AlignmentFlag.AlignTop)
        return card(self._sides, say("A card or a poster"))

    def _form(self) -> QVBoxLayout:
        self.message = QPlainTextEdit(plain_message())
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(self.message.fontMetrics().lineSpacing() * _LINES + 20)
        self.message.textChanged.connect(self._changed)
        self.length = Text("", Tone.FAINT)
        self.place, self.date, self.lasting = (QLineEdit() for _ in range(3))
        column = QVBoxLayout()
        column.addWidget(self._source())
        _add_field(column, say("What it says"), self.message)
        column.addWidget(self.length)
        for words, field in (
            (say("Where (a country or region, if you like)"), self.place),
            (say("When (if you like)"), self.date),
            (say("How long (if you like)"), self.lasting),
        ):
            field.setMaxLength(FIELD_CAP)
            field.textChanged.connect(self._changed)
            _add_field(column, words, field)
        self.words = Text("", copyable=True)
        self.warning = Notice()
        self.warning.show_words("\n\n".join(warnings()), Manner.WARN)
        column.addSpacing(6)
        column.addWidget(Text(say("Exactly these words will be in the file:"), Tone.FAINT))
        column.addWidget(self.words)
        column.addWidget(self.warning)
        return column

    def _source(self) -> QWidget:
        self.choice = DropDown(say("About which disruption"))
        self.choice.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(20)
        self.choice.activated.connect(self._chose)
        self._chosen = QWidget()
        chosen = QVBoxLayout(self._chosen)
        chosen.setContentsMargins(0, 0, 0, 0)
        _add_field(chosen, say("About which disruption"), self.choice)
        self._locked = QWidget()
        locked = QHBoxLayout(self._locked)
        locked.setContentsMargins(0, 0, 0, 0)
        locked.addWidget(
            Text(say("The vault is locked. Write freely, or unlock to choose one of your disruptions."), Tone.FAINT), 1
        )
        self.unlock = Button(say("Unlock"), self._bridge.unlock_wanted.emit, icon="unlock")
        locked.addWidget(self.unlock)
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._chosen)
        column.addWidget(self._locked)
        return both

    def _look(self) -> QVBoxLayout:
        self.shapes = QButtonGroup(self)
        buttons = []
        for shape, words in (
            (Shape.SQUARE, say("Square card")),
            (Shape.WIDE, say("Wide card")),
            (Shape.POSTER, say("Poster (A4)")),
        ):
            button = QRadioButton(words)
            button.setAccessibleName(words)
            button.setChecked(shape is self.shape)
            button.clicked.connect(partial(self._take_shape, shape))
            self.shapes.addButton(button)
            buttons.append(button)
        self.png = Button(say("Save as PNG…"), partial(self._choose, "png"), icon="export")
        self.pdf = Button(say("Save as PDF…"), partial(self._choose, "pdf"), icon="export")
        column = QVBoxLayout()
        column.addLayout(Flow(*buttons))
        column.addWidget(self.preview)
        column.addLayout(Flow(self.png, self.pdf))
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_beside = event.size().width() >= _BESIDE
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if is_beside else QBoxLayout.Direction.TopToBottom)

    # Which disruption

    def enter(self) -> None:
        """Offer the disruptions of an open vault; what is typed stays."""
        unlocked = self._bridge.desktop.session.unlocked
        self._locked.setVisible(not unlocked and self._bridge.desktop.places.has_vault())
        self._chosen.setVisible(bool(self._disruptions))
        if unlocked and (self._asking is None or not self._asking.pending):
            self._asking = self._bridge.submit(NameDisruptions(), self._offer)

    def _offer(self, disruptions: tuple[DisruptionName, ...]) -> None:
        self._locked.hide()
        if disruptions == self._disruptions:
            return
        chosen = self.choice.currentData()
        self._disruptions = disruptions
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItem(say("None: words of my own"), "")
            for one in disruptions:
                words = say("{time}: {state}").format(time=when(one.started_utc)[:16], state=state_words(one.state))
                self.choice.addItem(words, one.id)
            self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self._chosen.setVisible(bool(disruptions))

    def _chose(self, _row: int) -> None:
        chosen = self.choice.currentData()
        disruption = next((one for one in self._disruptions if one.id == chosen), None)
        if disruption is not None:
            offered = suggested(disruption, wall_now())
            self.message.setPlainText(offered.message)
            self.date.setText(offered.date)
            self.lasting.setText(offered.lasting)

    # What it says

    def card(self) -> Card:
        """The card as it would be saved."""
        return Card(
            cleaned(self.message.toPlainText(), MESSAGE_CAP),
            cleaned(self.place.text(), FIELD_CAP),
            cleaned(self.date.text(), FIELD_CAP),
            cleaned(self.lasting.text(), FIELD_CAP),
        )

    def _take_shape(self, shape: Shape, _checked: bool = True) -> None:
        self.shape = shape
        self._changed()

    def _changed(self) -> None:
        now = self.card()
        over = len(cleaned(self.message.toPlainText(), MESSAGE_CAP + 1)) > MESSAGE_CAP
        self.length.setText(
            say("This is too long: only the first {cap} letters go on it.").format(cap=MESSAGE_CAP) if over else ""
        )
        self.length.setVisible(over)
        self.words.setText("\n".join(now.words()))
        self.preview.show_card(now, self.shape)
        for button in (self.png, self.pdf):
            button.setEnabled(bool(now.message))

    # Taking it along

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(pledge())
        self.copy.setText(say("Copied"))
        self._back.start()

    def _choose(self, kind: str) -> None:
        asking = QFileDialog(self, say("Where the file goes"))
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asking.setDefaultSuffix(kind)
        asking.selectFile(f"card.{kind}")
        asking.fileSelected.connect(lambda name: self.save_to(Path(name)))
        asking.open()

    def save_to(self, path: Path) -> None:
        """Write what the preview shows to `path`, as its ending says."""
        made = pdf_of if path.suffix.lower() == ".pdf" else png_of
        drawing = self.preview.drawing
        self._bridge.aside(lambda: write_chosen_file(path, made(drawing)), lambda _: self._saved(path), self._failed)

    def _saved(self, path: Path) -> None:
        self.told.emit(
            say("Saved in {file}. Look at it once more before you show it to anybody.").format(file=path), Manner.GOOD
        )

    def _failed(self, error: KitError) -> None:
        self.failed.emit(error)


def _add_field(column: QVBoxLayout, words: str, field: QWidget) -> None:
    label = Text(words)
    label.setBuddy(field)
    field.setAccessibleName(words)
    column.addWidget(label)
    column.addWidget(field)
