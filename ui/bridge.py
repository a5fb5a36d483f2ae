"""Between the widgets' thread and everybody else's: futures become calls, events become a signal. Knows both threads.

No other file of the window waits, locks or starts a thread.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from evidence_kit.app.desktop import Desktop
from evidence_kit.errors import KitError
from evidence_kit.events import DeliveryMoved, RoundJudged
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import AnswerT, Work
from evidence_kit.machine.preferences import Preferences
from evidence_kit.model.bodies.body import Body

Then = Callable[[AnswerT], object]
Otherwise = Callable[[KitError], object]
_ABSORB_MS: Final = 15_000
_SOON_MS: Final = 1_000


class PendingRequest(QObject):
    """Something asked for and not answered yet. It may be called off; then neither callback comes."""

    _settled = Signal(object)

    def __init__(self, bridge: "Bridge", future: Future[Any], then: Then[Any], otherwise: Otherwise | None) -> None:
        super().__init__(bridge)
        self._bridge = bridge
        self._future = future
        self._then = then
        self._otherwise = otherwise
        self._wanted = True
        self._settled.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        future.add_done_callback(self._settled.emit)

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return self._wanted

    def drop(self) -> None:
        """Whoever wanted the answer is gone; the work itself goes on."""
        self._wanted = False

    def call_off(self) -> None:
        """The answer is not wanted any more; long work ends at its next step."""
        self.drop()
        self._bridge.desktop.session.call_off(self._future)

    def stop(self) -> None:
        """Long work ends at its next step, if it has one left; what came of it is still told."""
        self._bridge.desktop.session.call_off(self._future)

    def _settle(self, future: Future[Any]) -> None:
        self.deleteLater()
        self._bridge.forget(self)
        if not self._wanted:
            return
        self._wanted = False
        error = future.exception()
        if error is None:
            self._then(future.result())
        elif not isinstance(error, KitError):
            raise error
        elif self._otherwise is not None:
            self._otherwise(error)
        else:
            self._bridge.failed.emit(error)


class Bridge(QObject):
    """What a screen may ask for. Answers and events always arrive on the widgets' thread.

    `happened` carries a core event; `failed` an error that nobody else took; `unlocked` and `locked` say what became of
    the vault, `preferred` that the person's choices changed. `help_wanted` asks for a topic of the guide,
    `place_wanted` for a place of the rail, `entry_wanted` for an entry of the journal by its sequence, `unlock_wanted`
    for the page that unlocks, `home_wanted` for the place to begin at, as the vault came or went. `set_up`: the
    first-run pages are done. `moved` says that another vault is used now, `stayed` that it could not be.
    """

    happened = Signal(object)
    failed = Signal(object)
    unlocked = Signal()
    locking = Signal()
    locked = Signal()
    preferred = Signal()
    help_wanted = Signal(str)
    place_wanted = Signal(str)
    entry_wanted = Signal(int)
    unlock_wanted = Signal()
    home_wanted = Signal()
    set_up = Signal()
    moved = Signal()
    stayed = Signal()
    _came = Signal(object)
    _wipe_ended = Signal(object)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self.desktop = desktop
        self._requests: set[PendingRequest] = set()
        self._came.connect(self.happened, Qt.ConnectionType.QueuedConnection)
        self._wipe_ended.connect(self._wiped, Qt.ConnectionType.QueuedConnection)
        self._move = VaultMove(self)
        desktop.listen(self._came.emit)
        # What the watch and other programs seal, and what became of deliveries, enters the journal soon.
        self._absorbing: PendingRequest | None = None
        self._now_and_then = QTimer(self, interval=_ABSORB_MS)
        self._now_and_then.timeout.connect(self._absorb_sealed)
        self._now_and_then.start()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(desktop.session.absorb)
        self.happened.connect(self._heard)

    # Asking

    def submit(self, job: Work[AnswerT], then: Then[AnswerT], otherwise: Otherwise | None = None) -> PendingRequest:
        """Have a job done in the vault's process; `WorkProgressed` events tell how far a long one is."""
        return self._await(self.desktop.session.submit(job), then, otherwise)

    def aside(
        self, work: Callable[[], AnswerT], then: Then[AnswerT], otherwise: Otherwise | None = None
    ) -> PendingRequest:
        """Have long work of this process (no vault, no widgets) done on another thread."""
        return self._await(self.desktop.aside(work), then, otherwise)

    def capture(
        self, take: Callable[[Capturing[Body]], Body], then: Then[Body], otherwise: Otherwise | None = None
    ) -> PendingRequest:
        """Take a capture on another thread; it is sealed when `then` comes, whether the vault is locked or not."""
        return self.aside(lambda: self.desktop.capture(take), then, otherwise)

    def _await(self, future: Future[AnswerT], then: Then[AnswerT], otherwise: Otherwise | None) -> PendingRequest:
        request = PendingRequest(self, future, then, otherwise)
        self._requests.add(request)
        return request

    def waiting(self) -> bool:
        """Whether any answer is still to come."""
        return any(request.pending for request in self._requests)

    def drop_all(self) -> None:
        """Everybody who waits for an answer is gone; the work itself goes on."""
        for request in self._requests:
            request.drop()

    def forget(self, request: PendingRequest) -> None:
        """A request is settled."""
        self._requests.discard(request)

    # The vault

    def create(self, passphrase: bytearray, then: Then[Any], otherwise: Otherwise | None = None) -> PendingRequest:
        """Make the vault and leave it unlocked; `then` gets what is shown once. `passphrase` is wiped."""

        def made(created: object) -> None:
            self.unlocked.emit()
            then(created)

        return self.aside(lambda: self.desktop.session.create(passphrase), made, otherwise)

    def unlock(
        self, secret: bytearray, then: Then[None], otherwise: Otherwise | None = None, *, accept_loss: bool = False
    ) -> PendingRequest:
        """Unlock the vault; `secret` is wiped."""

        def opened(_: None) -> None:
            self.unlocked.emit()
            then(None)

        since = self.desktop.session.lockings
        return self.aside(
            lambda: self.desktop.session.unlock(secret, accept_loss=accept_loss, since=since), opened, otherwise
        )

    def lock(self) -> None:
        """Lock now: what is on the screen goes first, then the process with the keys. No answer comes after this."""
        self.locking.emit()  # what was typed and not kept yet is asked to be kept now: asking takes no time
        self.drop_all()
        end = self.desktop.session.let_go()
        self.locked.emit()
        self.aside(end, lambda _: None)

    def wipe(self) -> None:
        """Destroy the vault for ever. `locked` comes once it is gone, `failed` too where it could not be."""
        self.locking.emit()
        # No `Request`: nobody who locks or leaves meanwhile calls this off.
        self.desktop.aside(self.desktop.wipe).add_done_callback(self._wipe_ended.emit)

    def _wiped(self, future: Future[None]) -> None:
        error = future.exception()
        self.drop_all()
        self.preferred.emit()
        self.locked.emit()
        if isinstance(error, KitError):
            self.failed.emit(error)
        elif error is not None:
            raise error

    def move(self, seek: Callable[[], Path]) -> None:
        """Leave this vault for the one that `seek` finds: then `moved` comes, else `stayed`, and this one is as it was.

        `seek` is one of the desktop's, and may take long.
        """
        self._move.begin(seek)

    def _heard(self, event: object) -> None:
        if isinstance(event, RoundJudged):
            self._absorb_sealed()
        elif isinstance(event, DeliveryMoved):
            self._soon.start()

    def _absorb_sealed(self) -> None:
        if self.desktop.session.unlocked and (self._absorbing is None or not self._absorbing.pending):
            self._absorbing = self.aside(self.desktop.session.absorb_waiting, lambda _: None)

    def learn_routes(self) -> None:
        """After destinations changed: let the sender know their addresses."""
        self.aside(self.desktop.session.learn_routes, lambda _: None)

    def prefer(self, preferences: Preferences) -> None:
        """Keep the person's choices and let everybody know."""
        self.desktop.places.prefer(preferences)
        self.preferred.emit()

    def close(self) -> None:
        """Come to an end: what is being kept is finished, nothing is asked. Raises as `Desktop.close`."""
        self._now_and_then.stop()
        self._soon.stop()
        self.drop_all()
        try:
            self.desktop.close()
        finally:
            # Every answer is there now: let each settle here, and not while the program is being taken apart.
            for request in list(self._requests):
                QCoreApplication.sendPostedEvents(request, 0)
                QCoreApplication.sendPostedEvents(request, QEvent.Type.DeferredDelete)


class VaultMove(QObject):
    """From one vault to another. No `PendingRequest`: nobody who locks or leaves meanwhile calls this off."""

    _sought = Signal(object)
    _ended = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self._bridge = bridge
        self._sought.connect(self._found, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._moved, Qt.ConnectionType.QueuedConnection)

    def begin(self, seek: Callable[[], Path]) -> None:
        """Look for the other vault, then leave this one."""
        self._bridge.desktop.aside(seek).add_done_callback(self._sought.emit)

    def _found(self, future: Future[Path]) -> None:
        error = future.exception()
        if error is not None:
            self._stay(error)
            return
        desktop = self._bridge.desktop
        if desktop.session.unlocked:
            self._bridge.lock()
        desktop.aside(partial(desktop.move, future.result())).add_done_callback(self._ended.emit)

    def _moved(self, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            self._stay(error)
            return
        self._bridge.drop_all()
        self._bridge.moved.emit()

    def _stay(self, error: BaseException) -> None:
        self._bridge.stayed.emit()
        if not isinstance(error, KitError):
            raise error
        self._bridge.failed.emit(error)
