"""Lock by itself: after so long without a key or a movement, and after the computer slept."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer

from ui.bridge import Bridge

_LOOK_MS: Final = 5000
# More than the two clocks can drift apart between two looks; less than anybody's sleep.
_SLEPT_NS: Final = 2_000_000_000
_SECOND_NS: Final = 1_000_000_000
_DOINGS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
        QEvent.Type.DragMove,
    }
)


class IdleLock(QObject):
    """Watches what the person does in any window of this program while the vault is unlocked."""

    def __init__(self, bridge: Bridge, application: QCoreApplication) -> None:
        super().__init__(application)
        self._bridge = bridge
        self._application = application
        self._done_ns = 0
        self._slept_ns = 0
        self._timer = QTimer(self, interval=_LOOK_MS, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.look)
        bridge.unlocked.connect(self._begin)
        bridge.locked.connect(self._end)

    def _begin(self) -> None:
        self._done_ns, self._slept_ns = self._clocks()
        self._timer.start()
        self._application.installEventFilter(self)

    def _end(self) -> None:
        self._timer.stop()
        self._application.removeEventFilter(self)

    def _clocks(self) -> tuple[int, int]:
        """Nanoseconds since boot, and how many of them the computer slept."""
        clock = self._bridge.desktop.clock
        boottime_ns = clock.read().boottime_ns
        return boottime_ns, boottime_ns - clock.awake_ns()

    def look(self) -> None:
        """Lock if it is time."""
        now_ns, slept_ns = self._clocks()
        idle_s = self._bridge.desktop.places.preferences.idle_lock_s
        slept = slept_ns - self._slept_ns > _SLEPT_NS
        idle = idle_s > 0 and now_ns - self._done_ns >= idle_s * _SECOND_NS
        self._slept_ns = slept_ns
        if self._bridge.desktop.session.unlocked and (slept or idle):
            self._bridge.lock()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _DOINGS:
            # The look comes first: the movement that wakes the screen must not hide that it was long dark.
            self.look()
            self._done_ns = self._clocks()[0]
        return False
