"""The sheet and list of what is captured one after the other, with progress, Stop and another try."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QSizePolicy, QTableView, QVBoxLayout, QWidget

from ui.bridge import Bridge
from ui.capture.model import OVER, State, where_words
from ui.capture.run import CaptureRun
from ui.panels.sheet import Sheet
from ui.parts.button import Button
from ui.parts.progress import Progress
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import say

_NAMES: Final = 280
_ROW: Final = 34


class RunList(QWidget):
    """Hidden until there is something to show."""

    def __init__(self, run: CaptureRun, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.table = QTableView()
        self.table.setModel(run.results)
        self.table.setAccessibleName(name)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(True)
        self.table.setShowGrid(False)
        self.table.setCornerButtonEnabled(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.table.setMinimumHeight(150)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setMinimumSectionSize(_ROW)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setAccessibleName(name)
        header.setStretchLastSection(True)
        header.resizeSection(0, _NAMES)
        header.sectionResized.connect(self.table.resizeRowsToContents)
        self.progress = Progress()
        self.sum = Text("", Tone.FAINT)
        self.again = Button(say("Try what failed again"), run.again, icon="retry")
        self.again.hide()
        row = QHBoxLayout()
        row.addWidget(self.sum, 1)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.progress)
        column.addLayout(row)
        run.results.dataChanged.connect(self._changed)
        run.results.rowsInserted.connect(self._changed)
        run.begun.connect(self._begun)
        run.progressed.connect(self._progressed)
        run.ended.connect(self._ended)
        self.hide()

    def _changed(self) -> None:
        rows = self._run.results
        self.show()
        self.sum.setText(
            say("{done} of {all} done").format(done=rows.count(*OVER), all=len(rows.rows))
            if rows.count(State.WORKING, State.WAITING)
            else say("{kept} kept, {failed} not kept").format(
                kept=rows.count(State.KEPT, State.WARNED), failed=rows.count(State.FAILED, State.STOPPED)
            )
        )
        self.again.setVisible(bool(rows.count(State.FAILED, State.STOPPED)) and not rows.count(State.WORKING))

    def _begun(self, _row: int) -> None:
        self.progress.begin(say("Capturing"), self._run.stop)

    def _progressed(self, _row: int, done: int, total: int) -> None:
        self.progress.tell(done, total)

    def _ended(self) -> None:
        self.progress.end()
        self._changed()


class RunSheet(Sheet):
    """A sheet with a run. Closing it while the run goes on hides it; `told` says at the end what was kept."""

    told = Signal(str)

    def __init__(self, bridge: Bridge, title: str, run: CaptureRun, parent: QWidget | None) -> None:
        super().__init__(bridge, title, QSize(760, 680), parent)
        run.setParent(self)
        self.run = run
        self.list = RunList(run, say("What is captured, and what came of it"))
        run.ended.connect(self._over)

    def words(self, kept: int) -> str:
        """What to say of so many that were kept."""
        raise NotImplementedError

    def _over(self) -> None:
        kept = self.run.results.count(State.KEPT, State.WARNED)
        if kept:
            words = f"{self.words(kept)} {where_words(unlocked=self.bridge.desktop.session.unlocked)}"
            self.notice.show_words(words, Manner.GOOD)
            self.told.emit(words)
        if self.isHidden():
            self.go()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is under way goes on unseen."""
        if self.run.running:
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)
