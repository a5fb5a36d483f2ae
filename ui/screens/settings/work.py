"""Long work of a section of the settings: one at a time, with its progress in sight and a way to stop it."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from evidence_kit.errors import KitError
from evidence_kit.events import WorkProgressed
from ui.bridge import Bridge, PendingRequest
from ui.parts.progress import Progress

Answer = TypeVar("Answer")


class LongWork(QObject):
    """`changed` says that work began or ended, `failed` why it could not be done."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge, progress: Progress, parent: QObject) -> None:
        super().__init__(parent)
        self._progress = progress
        self._name = ""
        self._request: PendingRequest | None = None
        bridge.happened.connect(self._heard)

    @property
    def idle(self) -> bool:
        return not self._name

    def run(
        self,
        name: str,
        words: str,
        ask: Callable[[Callable[[Answer], None], Callable[[KitError], None]], PendingRequest],
        done: Callable[[Answer], object],
        *,
        may_stop: bool,
    ) -> None:
        """Begin; `name` is the one that `WorkProgressed` has, `ask` gets whom to tell the answer or the error."""

        def ended(answer: Answer) -> None:
            self._end()
            done(answer)

        self._name = name
        self.changed.emit()
        self._progress.begin(words, self._stop if may_stop else None)
        self._request = ask(ended, self._fail)

    def _stop(self) -> None:
        if self._request is not None:
            self._request.stop()

    def _heard(self, event: object) -> None:
        if isinstance(event, WorkProgressed) and self._name == event.work:
            self._progress.tell(event.done, event.total)

    def _end(self) -> None:
        self._name = ""
        self._progress.end()
        self.changed.emit()

    def _fail(self, error: KitError) -> None:
        self._end()
        self.failed.emit(error)
