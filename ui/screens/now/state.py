"""The state of the connection: what, since when, which layer, why, and when it looks again."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.events import RoundJudged
from evidence_kit.model.judgement import Layer, LayerState
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.observed import (
    grade_words,
    layer_look,
    layer_meaning,
    layer_state_words,
    layer_words,
    method_words,
    reason_words,
)
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.now.standing import Standing
from ui.words import say

_BIG: Final = 36
_SMALL: Final = 20


class StateCard(QFrame):
    """`show_standing` fills it. Says what the person asks for by its signals; decides nothing."""

    look_wanted = Signal()
    start_wanted = Signal()
    stop_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.icon = sign(_BIG)
        self.words = Text("", Tone.TITLE)
        self.lasting = Text("", Tone.TITLE)
        self.lasting.setWordWrap(False)
        self.since = Text("", Tone.FAINT, copyable=True)
        self.lines = Text()
        self.layers = Layers()
        self.next = Text("", Tone.FAINT)
        self.again = Button(say("Look again now"), self._look, icon="retry")
        self.start = Button(say("Start watching"), self.start_wanted.emit, kind=ButtonKind.PRIMARY, icon="connection")
        self.stop = Button(say("Stop watching"), self.stop_wanted.emit, kind=ButtonKind.LINK)
        self.why = Button("", self._turn, kind=ButtonKind.LINK)
        self.reasons = Reasons(
            Button(say("What is a shutdown, and what is not?"), self.help_wanted.emit, kind=ButtonKind.LINK)
        )
        self.reasons.hide()
        self._shown: Standing | None = None
        self._arrange()
        self._name_why()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.words, 1)
        head.addWidget(self.lasting, 0, Qt.AlignmentFlag.AlignTop)
        times = QHBoxLayout()
        times.addWidget(self.since, 1, Qt.AlignmentFlag.AlignTop)
        times.addWidget(self.next, 1, Qt.AlignmentFlag.AlignTop)
        self.next.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(times)
        column.addWidget(self.lines)
        column.addWidget(self.layers)
        column.addLayout(Flow(self.start, self.again, self.why, self.stop))
        column.addWidget(self.reasons)

    def show_standing(self, standing: Standing, next_words: str) -> None:
        """Show a state; what is as it was is not touched."""
        self.next.setText(next_words)
        self.next.setVisible(bool(next_words))
        if standing == self._shown:
            return
        self._shown = standing
        self.icon.show_icon(standing.icon, standing.tint)
        self.words.setText(standing.words)
        self.words.set_tone(Tone.TITLE)
        self.lasting.setText(standing.lasting)
        self.since.setText(standing.since)
        self.since.setVisible(bool(standing.since))
        self.lines.setText("\n".join(standing.lines))
        self.start.setVisible(not standing.watching)
        self.stop.setVisible(standing.stoppable)
        self.again.setVisible(standing.watching)
        look = standing.look
        self.layers.setVisible(look is not None)
        self.why.setVisible(look is not None)
        if look is None:
            self.reasons.hide()
            self._name_why()
        else:
            self.layers.show_layers(look.layers)
            self.reasons.show_look(look)
        self.setAccessibleName(standing.words)
        self.setAccessibleDescription(" ".join((standing.lasting, standing.since, *standing.lines)).strip())

    def looking(self, *, now: bool) -> None:
        """Whether a look is under way that the person asked for."""
        self.again.setEnabled(not now)
        self.again.setText(say("Looking…") if now else say("Look again now"))
        self.again.setAccessibleName(self.again.text())

    def _look(self) -> None:
        self.looking(now=True)
        self.look_wanted.emit()

    def _turn(self) -> None:
        self.reasons.setVisible(self.reasons.isHidden())
        self._name_why()

    def _name_why(self) -> None:
        words = say("Why? Show what was seen") if self.reasons.isHidden() else say("Hide what was seen")
        self.why.setText(words)
        self.why.setAccessibleName(words)


class Layers(QWidget):
    """The way out, layer by layer: an icon, a name, and a word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 4, 0, 4)
        self._row.setSpacing(10)
        self._cells: list[tuple[Sign, Text, Text]] = []

    def show_layers(self, layers: tuple[tuple[Layer, LayerState], ...]) -> None:
        """Show (layer, state) pairs, the nearest first."""
        while len(self._cells) < len(layers):
            self._add()
        for (icon, name, state), (layer, value) in zip(self._cells, layers, strict=True):
            shape, tint = layer_look(value)
            icon.show_icon(shape, tint)
            name.setText(layer_words(layer))
            state.setText(layer_state_words(value))
            state.set_tone(Tone(tint))
        self.setAccessibleName(self.words())

    def words(self) -> str:
        """All of it in words."""
        return "; ".join(f"{name.text()}: {state.text()}" for _, name, state in self._cells)

    def _add(self) -> None:
        icon, name, state = sign(_SMALL), Text(), Text()
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(state)
        column.addStretch(1)
        self._row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(column, 1)
        self._cells.append((icon, name, state))


class Reasons(QWidget):
    """What was seen, in plain sentences."""

    def __init__(self, help_link: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grade = Text("", Tone.FAINT, copyable=True)
        self.seen = Text("", copyable=True)
        self.meaning = Text("", Tone.FAINT, copyable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.grade, self.seen, self.meaning):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(help_link)
        row.addStretch(1)
        column.addLayout(row)

    def show_look(self, look: RoundJudged) -> None:
        """Say why the look was judged so."""
        self.grade.setText(grade_words(look.grade))
        seen = [*(method_words(code) for code in look.methods), *(reason_words(code) for code in look.reasons)]
        self.seen.setText("\n".join(f"• {sentence}" for sentence in seen))
        self.seen.setVisible(bool(seen))
        self.meaning.setText("\n".join(layer_meaning(layer) for layer, _ in look.layers))


def sign(side: int) -> Sign:
    """A place for an icon that says nothing by itself, as large before it is there."""
    place = Sign(side)
    place.setFixedSize(side, side)
    return place
