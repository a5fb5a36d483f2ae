"""The latest entries, and what waits to be sent and stamped."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from evidence_kit.jobs.overview import Glance, OverviewRow
from ui.parts.button import Button, ButtonKind
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.now.latest import SEQUENCE, LatestModel
from ui.screens.now.waiting import proof_words, waiting_words
from ui.words import say


class Latest(QListView):
    """As many rows high as it has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(LatestModel(self))
        self.setAccessibleName(say("Latest entries"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setUniformItemSizes(True)
        self.setSpacing(1)
        self.setIconSize(QSize(18, 18))
        self.setTabKeyNavigation(False)

    def show_rows(self, rows: tuple[OverviewRow, ...]) -> None:
        """Show entries, the newest first."""
        model = self.model()
        if isinstance(model, LatestModel) and model.show_rows(rows):
            height = sum(self.sizeHintForRow(at) + 2 * self.spacing() for at in range(len(rows)))
            self.setFixedHeight(height + 2 * self.frameWidth() + 6)


class LatestCard(QFrame):
    """`show_rows` fills it; a click or Enter on a row asks for that entry in the journal."""

    entry_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.rows = Latest()
        self.rows.hide()
        self.empty = Text(
            say(
                "Nothing is recorded yet. Write a note or capture the screen to try it. "
                "It is listed here, and so is what the watch notices."
            ),
            Tone.FAINT,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(Text(say("Latest"), Tone.HEAD))
        column.addWidget(self.empty)
        column.addWidget(self.rows)
        column.addStretch(1)
        self.rows.activated.connect(self._go)
        self.rows.clicked.connect(self._go)

    def show_rows(self, rows: tuple[OverviewRow, ...]) -> None:
        """Show entries, the newest first."""
        self.rows.show_rows(rows)
        self.rows.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def _go(self, index: QModelIndex) -> None:
        self.entry_wanted.emit(index.data(SEQUENCE))


class WaitingCard(QFrame):
    """`show_glance` fills it."""

    deliveries_wanted = Signal()
    proof_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.to_send = Text()
        self.proof = Text("", Tone.FAINT)
        self.deliveries = Button(say("Show deliveries"), self.deliveries_wanted.emit, kind=ButtonKind.LINK)
        self.meaning = Button(say("What does the proof mean?"), self.proof_wanted.emit, kind=ButtonKind.LINK)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(Text(say("Sending and proof"), Tone.HEAD))
        for widget in (self.to_send, self.deliveries, self.proof, self.meaning):
            column.addWidget(widget)
        column.addStretch(1)

    def show_glance(self, glance: Glance, *, online: bool | None, by_itself: bool) -> None:
        """Show what waits; `online` None where nobody watches, `by_itself` whether the person wants it sent."""
        self.to_send.setText("\n".join(waiting_words(glance.waiting, online=online, by_itself=by_itself)))
        self.deliveries.setVisible(glance.waiting.reports > 0)
        self.proof.setText("\n".join(proof_words(glance)))
