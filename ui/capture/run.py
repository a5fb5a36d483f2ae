"""Several captures one after the other: each with its own result, and Stop for what is left."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from evidence_kit.app.desktop import Desktop
from evidence_kit.errors import KitError
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.model.bodies.body import Body
from ui.bridge import Bridge, PendingRequest
from ui.capture.model import Results, Row, State, failed_words, kept_words, state_of, working_words
from ui.words import say

_LOOK_MS = 200


class Heard:
    """How far a capture is; told on its own thread, read on the widgets'."""

    def __init__(self, row: Row) -> None:
        self._cancel = row.cancel
        self.done = 0
        self.total = 0

    def told(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self._cancel.check()


class CaptureRun(QObject):
    """Works off the rows of `results`. `begun` names the row under way, `progressed` has its bytes; `ended` comes last.

    `cut` ends a capture under way beyond calling it off. Where the vault is locked meanwhile, what is left is still
    taken when `to_the_end`; the one under way always is.
    """

    begun = Signal(int)
    progressed = Signal(int, object, object)
    ended = Signal()

    def __init__(
        self,
        bridge: Bridge,
        *,
        to_the_end: bool,
        cut: Callable[[], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.results = Results(self)
        self._bridge = bridge
        self._to_the_end = to_the_end
        self._cut = cut
        self._request: PendingRequest | None = None
        self._now = -1
        self._stopping = False
        self._heard: Heard | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._tell)
        bridge.locked.connect(self._locked)

    @property
    def running(self) -> bool:
        return self._request is not None

    def add(self, rows: list[Row]) -> None:
        """Take these too."""
        self.results.add(rows)
        if not self.running:
            self._next()

    def again(self) -> None:
        """Try once more what failed or was stopped."""
        for number, row in enumerate(self.results.rows):
            if row.state in (State.FAILED, State.STOPPED):
                self.results.rows[number] = Row(row.name, row.take)
                self.results.put(number, State.WAITING, say("Waiting"))
        if not self.running:
            self._next()

    def stop(self) -> None:
        """Take no more; the one under way ends as soon as it can, and nothing is kept of it."""
        for number, row in enumerate(self.results.rows):
            if row.state is State.WAITING:
                self.results.put(number, State.STOPPED, say("Stopped before it began."))
        if self.running:
            self._stopping = True
            self.results.rows[self._now].cancel.call_off()
            self.results.put(self._now, State.WORKING, say("Stopping…"))
            if self._cut is not None:
                self._cut()

    def _next(self) -> None:
        number = self.results.first_waiting()
        self._stopping = False
        if number is None:
            self._look.stop()
            self.ended.emit()
            return
        row = self.results.rows[number]
        self.results.put(number, State.WORKING, say("Capturing…"))
        heard = Heard(row)
        self._now, self._heard = number, heard
        self.begun.emit(number)
        self._look.start()
        self._request = self._bridge.capture(
            lambda capturing: row.take(capturing, heard.told), self._kept, self._failed
        )

    def _kept(self, body: Body) -> None:
        self._settle(state_of(body), kept_words(body))

    def _failed(self, error: KitError) -> None:
        self._settle(*failed_words(error, stopped=self._stopping))

    def _settle(self, state: State, words: str) -> None:
        self._request = None
        self.results.put(self._now, state, words)
        self._next()

    def _tell(self) -> None:
        if self._heard is not None and self._heard.total:
            done, total = self._heard.done, self._heard.total
            if not self._stopping:
                self.results.put(self._now, State.WORKING, working_words(done, total))
            self.progressed.emit(self._now, done, total)

    def _locked(self) -> None:
        self._look.stop()
        left = [row for row in self.results.rows if row.state is State.WAITING]
        if self._to_the_end and left:
            desktop = self._bridge.desktop
            self._bridge.aside(lambda: _take_all(desktop, left), _nobody)


def _take_all(desktop: Desktop, rows: list[Row]) -> None:
    for row in rows:
        try:
            desktop.capture(partial(_take, row))
        except KitError:
            continue  # the person locked the vault: there is nobody to be told, and the next one may succeed


def _take(row: Row, capturing: Capturing[Body]) -> Body:
    return row.take(capturing, Heard(row).told)


def _nobody(_: None) -> None:
    """What was sealed is seen at the next unlock."""
