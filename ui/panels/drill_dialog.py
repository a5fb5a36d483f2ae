"""The drill in a window of its own: each step as it ends, a way to stop, and one plain sentence at the end."""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.codes import Code
from evidence_kit.drill.child import DrillRun, ToldStep
from evidence_kit.errors import KitError
from ui.bridge import Bridge, PendingRequest
from ui.parts.button import Button, ButtonKind
from ui.parts.keys import keys_of_modal
from ui.parts.notice import Notice
from ui.parts.progress import Progress
from ui.parts.sign import SignedList
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import drill_sentence, say

_ICONS: Final = {"done": ("good", "good"), "skipped": ("unknown", "warn"), "failed": ("bad", "bad")}
_STEPS: Final = 20


class DrillDialog(QDialog):
    """Rehearses at once when it opens; closing it stops the drill."""

    _came = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._run: DrillRun | None = None
        self._request: PendingRequest | None = None
        self.setWindowTitle(say("Rehearsal"))
        self.setMinimumSize(QSize(620, 460))
        keys_of_modal(self, bridge, "document")
        self.steps = SignedList()
        self.steps.setAccessibleName(say("Steps of the rehearsal"))
        self.steps.setWordWrap(True)
        self.steps.setIconSize(QSize(20, 20))
        self.progress = Progress()
        self.notice = Notice()
        self._close = Button(say("Close"), self.accept, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(
            Text(say("All of this happens on this computer alone, with keys that are thrown away."), Tone.FAINT)
        )
        column.addWidget(self.steps, 1)
        column.addWidget(self.progress)
        column.addWidget(self.notice)
        column.addLayout(row)
        self._came.connect(self._told)
        self.finished.connect(self._leave)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._stop)

    def open(self) -> None:
        """Show it and begin."""
        super().open()
        run = self._run = DrillRun()
        self.progress.begin(say("Rehearsing…"), self._stop)
        # The steps come on another thread; a signal brings each to this one.
        self._request = self._bridge.aside(lambda: run.run(self._came.emit), self._over, self._failed)

    def _told(self, step: ToldStep) -> None:
        icon, tint = _ICONS.get(step.state, _ICONS["failed"])
        self.steps.scrollToItem(self.steps.add(drill_sentence(step.name, dict(step.facts)), icon, tint))
        self.progress.tell(self.steps.count(), _STEPS)

    def _over(self, passed: bool) -> None:
        self._end()
        if passed:
            words = say("Everything worked: noticed, captured, encrypted, delivered and checked.")
            self.notice.show_words(words, Manner.GOOD)
        else:
            words = say("The rehearsal stopped at a step that failed. The line above says why.")
            self.notice.show_words(words, Manner.BAD)

    def _failed(self, error: KitError) -> None:
        self._end()
        if error.code is Code.CALLED_OFF:
            self.notice.show_words(say("The rehearsal was stopped. Nothing of it is left."), Manner.PLAIN)
        else:
            self.notice.show_words(say("The rehearsal could not be run on this computer."), Manner.WARN)

    def _end(self) -> None:
        self._run = None
        self.progress.end()
        self._close.setFocus()

    def _leave(self) -> None:
        self._stop()
        if self._request is not None:
            self._request.drop()

    def _stop(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            self.progress.begin(say("Stopping: the rehearsal clears its stage away…"))
            self._bridge.aside(run.stop, lambda _: None)
