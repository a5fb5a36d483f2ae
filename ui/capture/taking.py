"""Take the screen without our own windows in it: hide them, wait until they are gone, take, and show them again."""

from collections.abc import Callable, Sequence
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.jobs.job import CancelToken
from evidence_kit.model.bodies.body import Body
from ui.bridge import Bridge
from ui.capture.model import Area, Display, ScreenChoice, What
from ui.capture.region import RegionChooser
from ui.parts.button import Button
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say, say_many

# A window is gone for us when it is unmapped; desktops let it fade for about a quarter of a second after that.
_FADE_MS: Final = 350
_LOOK_MS: Final = 30
_LOOKS: Final = 40
_SECOND_MS: Final = 1000
_PASSING: Final = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)


class Countdown(QWidget):
    """Small, in a corner, takes no keyboard from what is to be captured; `over` comes when it is hidden."""

    over = Signal()
    cancelled = Signal()

    def __init__(self, seconds: int, second_ms: int = _SECOND_MS) -> None:
        super().__init__(None, Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Evidence Kit")
        self.setAccessibleName(say("The screen is about to be captured"))
        self._left = seconds
        self._text = Text("", Tone.HEAD)
        self._text.setWordWrap(False)
        self.cancel = Button(say("Cancel"), self.close)
        self.cancel.setShortcut("Esc")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.addWidget(self._text, 1)
        row.addWidget(self.cancel)
        self._tick = QTimer(self, interval=second_ms)
        self._tick.timeout.connect(self._second)
        self._tell()

    def begin(self) -> None:
        """Show it at the bottom of the first screen and count."""
        self.adjustSize()
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.move(room.center().x() - self.width() // 2, room.bottom() - self.height() - 60)
        self.show()
        self._tick.start()

    def _second(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._tell()
            return
        self._tick.stop()
        self.hide()
        self.over.emit()

    def _tell(self) -> None:
        self._text.setText(
            say_many(
                "The screen is captured in {number} second.", "The screen is captured in {number} seconds.", self._left
            )
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._tick.isActive():
            self._tick.stop()
            self.cancelled.emit()
        event.accept()


class Taking(QObject):
    """One capture of the screen from the hiding of our windows to their return; ends with `kept`, `failed` or `ended`.

    `ended` comes last in every case. Locking the vault meanwhile calls off what has not been taken yet; so does whoever
    brings a window back while the desktop has not answered, and then nothing but `ended` comes. `left_behind` follows
    `kept` with an error where the desktop's own copy of the picture could not be removed.
    """

    kept = Signal(object)
    failed = Signal(object)
    left_behind = Signal(object)
    ended = Signal()

    def __init__(
        self, bridge: Bridge, choice: ScreenChoice, displays: Sequence[Display], *, second_ms: int = _SECOND_MS
    ) -> None:
        # It outlives every screen, so that hidden windows always come back.
        super().__init__(bridge)
        self._bridge = bridge
        self._choice = choice
        self._displays = displays
        self._second_ms = second_ms
        self._hidden: list[QWidget] = []
        self._active: QWidget | None = None
        self._area: Area | None = None
        self._cancel = CancelToken()
        self._behind: list[KitError] = []
        self.over = False
        self._looks = 0
        self._then: Callable[[], object] = self._end
        self.chooser: RegionChooser | None = None
        self.countdown: Countdown | None = None
        bridge.locked.connect(self._end)

    def begin(self) -> None:
        """Hide our windows, and go on once they are gone."""
        self._active = QApplication.activeWindow()
        for window in QApplication.topLevelWidgets():
            if window.isVisible() and window.isWindow() and not window.isMinimized():
                if window.windowType() in _PASSING:
                    window.close()
                else:
                    self._hidden.append(window)
                    window.hide()
        self._when_gone(self._choose if self._choice.what is What.REGION else self._count)

    def _when_gone(self, then: Callable[[], object]) -> None:
        self._then, self._looks = then, _LOOKS
        QTimer.singleShot(_LOOK_MS, self, self._look)

    def _look(self) -> None:
        self._looks -= 1
        exposed = any(window.isExposed() and window.isVisible() for window in QGuiApplication.topLevelWindows())
        if exposed and self._looks > 0:
            QTimer.singleShot(_LOOK_MS, self, self._look)
        else:
            QTimer.singleShot(_FADE_MS, self, self._gone)

    def _gone(self) -> None:
        if not self.over:
            self._then()

    def _choose(self) -> None:
        self.chooser = RegionChooser(self._displays, self)
        self.chooser.chosen.connect(self._chosen)
        self.chooser.cancelled.connect(self._end)
        self.chooser.show()

    def _chosen(self, area: Area) -> None:
        self._area = area
        self._when_gone(self._count)

    def _count(self) -> None:
        if not self._choice.delay_s:
            self._take()
            return
        self.countdown = Countdown(self._choice.delay_s, self._second_ms)
        self.countdown.over.connect(self._counted)
        self.countdown.cancelled.connect(self._end)
        self.countdown.begin()

    def _counted(self) -> None:
        self._when_gone(self._take)

    def _take(self) -> None:
        for window in filter(shiboken6.isValid, self._hidden):
            window.installEventFilter(self)
        monitor = self._choice.monitor if self._choice.what is What.MONITOR else None
        area, choose = self._area, self._choice.what is What.DIALOG
        keep_on, left_behind = self._cancel.check, self._behind.append
        self._bridge.capture(
            lambda capturing: capturing.screen(
                monitor=monitor, region=area, choose=choose, keep_on=keep_on, left_behind=left_behind
            ),
            self._taken,
            self._not_taken,
        )

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """A desktop may take minutes to answer; who wants the window back before that need not wait."""
        if event.type() == QEvent.Type.Show:
            self._cancel.call_off()
        return False

    def _taken(self, body: Body) -> None:
        self._end()
        self.kept.emit(body)
        for error in self._behind:
            self.left_behind.emit(error)

    def _not_taken(self, error: KitError) -> None:
        self._end()
        if error.code is not Code.CALLED_OFF:
            self.failed.emit(error)

    def _end(self) -> None:
        """Everything of ours that was put up goes, everything that was hidden comes back."""
        if self.over:
            return
        self.over = True
        self._cancel.call_off()
        if self.chooser is not None:
            self.chooser.close()
        if self.countdown is not None and shiboken6.isValid(self.countdown):
            self.countdown.close()
        hidden, self._hidden = self._hidden, []
        for window in hidden:
            if shiboken6.isValid(window):
                window.removeEventFilter(self)
                window.show()
        if self._active is not None and shiboken6.isValid(self._active) and self._active.isVisible():
            self._active.activateWindow()
        self.ended.emit()
        self.deleteLater()
