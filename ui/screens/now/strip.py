"""The strip of time: disruptions over a day, a week or a month."""

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.events import RoundJudged
from evidence_kit.jobs.overview import Glance
from ui.parts.button import Button
from ui.parts.flow import Flow
from ui.parts.text import Text
from ui.parts.timeline import Legend, Timeline
from ui.parts.tone import Tone
from ui.screens.now.strip_words import RANGES, look_words, stretches, summary
from ui.words import say


class StripCard(QFrame):
    """`show_time` fills it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.line = Timeline(say("Disruptions over time"))
        self.told = Text("", Tone.FAINT)
        self._range = 0
        self._args: tuple[Glance | None, RoundJudged | None, bool, float] = (None, None, False, 0.0)
        self._summary = ""
        self._legends: tuple[str, ...] = ()
        self.buttons = self._make_buttons()
        self._legend_row = Flow(gap=16)
        head = QHBoxLayout()
        head.addWidget(self.told, 1)
        for button in self.buttons:
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.line)
        column.addLayout(self._legend_row)
        self.line.told.connect(self._tell)

    def _make_buttons(self) -> list[Button]:
        group = QButtonGroup(self)
        made: list[Button] = []
        for short, name in (
            (say("24 h"), say("The last 24 hours")),
            (say("7 d"), say("The last 7 days")),
            (say("30 d"), say("The last 30 days")),
        ):
            button = Button(short)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setProperty("choice", True)
            button.setCheckable(True)
            group.addButton(button, len(made))
            made.append(button)
        made[0].setChecked(True)
        group.idClicked.connect(self._choose)
        return made

    def _choose(self, chosen: int) -> None:
        self._range = chosen
        self.show_time(*self._args)

    def show_time(self, glance: Glance | None, look: RoundJudged | None, watching: bool, now: float) -> None:
        """Show the time until `now` (seconds since 1970); without a glance the present alone."""
        self._args = glance, look, watching, now
        begin = now - RANGES[self._range]
        shown = stretches(glance, look, watching=watching, now=now)
        self._summary = summary(glance, shown, begin, now)
        self.line.show_stretches(shown, begin, now, self._summary)
        self._show_legends(tuple(dict.fromkeys(one.look for one in self.line.stretches())))

    def _show_legends(self, looks: tuple[str, ...]) -> None:
        if looks == self._legends:
            return
        self._legends = looks
        while (item := self._legend_row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for look in looks:
            self._legend_row.addWidget(Legend(look, look_words(look)))

    def _tell(self, words: str) -> None:
        self.told.setText(words or self._summary)
