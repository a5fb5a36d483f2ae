"""Keep the watch as the person chose it: going in the normal choice, at rest in the quiet one."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.machine.preferences import NetworkUse
from ui.bridge import Bridge, PendingRequest

_AGAIN_MS: Final = 30_000


class Watching(QObject):
    """Starts the watch once it may, and again where another process watched first; follows a change of the choice."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._request: PendingRequest | None = None
        self._asked = False
        self._missing = False
        self._told: Code | None = None
        self._chosen: bool | None = None
        self._timer = QTimer(self, interval=_AGAIN_MS)
        self._timer.timeout.connect(self.follow)
        bridge.preferred.connect(self._preferred)
        bridge.home_wanted.connect(self.follow)

    @property
    def _wanted(self) -> bool:
        desktop = self._bridge.desktop
        return desktop.places.is_set_up and desktop.places.preferences.network is NetworkUse.NORMAL

    def _preferred(self) -> None:
        # Other choices are none of this: a watch that was started by hand goes on when the colours change.
        if self._wanted != self._chosen:
            self.follow()

    def follow(self) -> None:
        """Start or stop if it is not as chosen."""
        desktop = self._bridge.desktop
        self._notice_missing()
        self._chosen = self._wanted
        if self._wanted or desktop.places.is_missing:
            self._timer.start()
        else:
            self._timer.stop()
        if self._wanted == desktop.watch.running or (self._request is not None and self._request.pending):
            return
        self._asked = self._wanted
        work = desktop.watch.start if self._asked else desktop.watch.stop
        self._request = self._bridge.aside(work, self._done, self._failed)

    def _notice_missing(self) -> None:
        missing, before = self._bridge.desktop.places.is_missing, self._missing
        self._missing = missing
        if missing and not before and not self._bridge.desktop.session.unlocked:
            self._bridge.home_wanted.emit()

    def _done(self, _: None) -> None:
        self._told = None
        if self._wanted != self._asked:
            self.follow()

    def _failed(self, error: KitError) -> None:
        if self._told != error.code:
            self._told = error.code
            self._bridge.failed.emit(error)
