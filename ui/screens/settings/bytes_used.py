"""How many bytes each use of the network took, and the limits for a day."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from evidence_kit.model.purpose import Purpose
from evidence_kit.watch.network import NetworkChoice
from evidence_kit.watch.traffic import Traffic
from ui.parts.drop_down import DropDown
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.settings.model import CHECKS_CAPS, SENDING_CAPS, caps, used_up, uses
from ui.words import say


class BytesUsed(QWidget):
    """A row for each use. `checks_cap` and `sending_cap` carry a wanted limit in bytes, None for none."""

    checks_cap = Signal(object)
    sending_cap = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.since = Text("", Tone.FAINT)
        self.reached = Text("", Tone.WARN)
        self.reached.hide()
        self.rows: dict[Purpose, tuple[Text, Text]] = {}
        self.limits = {
            Purpose.CHECKS: DropDown(say("Limit for checks"), self),
            Purpose.SENDING: DropDown(say("Limit for sending"), self),
        }
        self.limits[Purpose.CHECKS].activated.connect(
            lambda at: self.checks_cap.emit(self.limits[Purpose.CHECKS].itemData(at))
        )
        self.limits[Purpose.SENDING].activated.connect(
            lambda at: self.sending_cap.emit(self.limits[Purpose.SENDING].itemData(at))
        )
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        for column, words in enumerate((say("For"), say("Today"), say("In all"), say("Limit"))):
            self._grid.addWidget(Text(words, Tone.FAINT), 0, column)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(0, 0, 0, 0)
        column_of_all.setSpacing(8)
        column_of_all.addWidget(self.reached)
        column_of_all.addLayout(self._grid)
        column_of_all.addWidget(self.since)
        column_of_all.addWidget(
            Text(
                say(
                    "Counted is what Evidence Kit itself sends and receives, encryption included. Not counted: pages "
                    "that you capture, which the built-in browser loads; names that the computer looks up for it; and "
                    "the few bytes around each packet."
                ),
                Tone.FAINT,
            )
        )

    def show_traffic(self, traffic: Traffic, choice: NetworkChoice) -> None:
        """Show the count and the limits of now."""
        for at, use in enumerate(uses(traffic), start=1):
            if use.purpose not in self.rows:
                self._add(at, use.purpose, use.words)
            today, total = self.rows[use.purpose]
            today.setText(use.today)
            total.setText(use.total)
        self._fill(Purpose.CHECKS, CHECKS_CAPS, choice.checks_cap)
        self._fill(Purpose.SENDING, SENDING_CAPS, choice.sending_cap)
        self.since.setText(say("In all: since {day}.").format(day=traffic.since))
        self._warn(traffic, choice)

    def _add(self, at: int, purpose: Purpose, words: str) -> None:
        today, total = Text(), Text()
        self._grid.addWidget(Text(words), at, 0)
        self._grid.addWidget(today, at, 1)
        self._grid.addWidget(total, at, 2)
        if purpose in self.limits:
            self._grid.addWidget(self.limits[purpose], at, 3, Qt.AlignmentFlag.AlignLeading)
        else:
            self._grid.addWidget(Text(say("When you ask"), Tone.FAINT), at, 3)
        self.rows[purpose] = today, total

    def _fill(self, purpose: Purpose, offered: tuple[int, ...], kept: int | None) -> None:
        box = self.limits[purpose]
        box.clear()
        for words, cap in caps(offered, kept):
            box.addItem(words, cap)
            if cap == kept:
                box.setCurrentIndex(box.count() - 1)

    def _warn(self, traffic: Traffic, choice: NetworkChoice) -> None:
        lines = []
        if used_up(traffic, Purpose.CHECKS, choice.checks_cap):
            lines.append(say("Today's limit for checks is used up: nothing is noticed until tomorrow."))
        if used_up(traffic, Purpose.SENDING, choice.sending_cap):
            lines.append(say("Today's limit for sending is used up: what waits goes out tomorrow."))
        self.reached.setText("\n".join(lines))
        self.reached.setVisible(bool(lines))
