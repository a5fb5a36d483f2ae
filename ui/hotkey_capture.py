"""What the key from any program does on a desktop without a tray: one capture, and a word that tells nothing."""

from PySide6.QtCore import QObject

from evidence_kit.errors import KitError
from ui.bridge import Bridge
from ui.capture.actions import CaptureActions
from ui.integration.shortcut import GlobalShortcut
from ui.window import Window
from ui.words import say


class HotkeyCapture(QObject):
    """Captures as the tray's entry would; the desktop shows what the tray would have said."""

    def __init__(self, bridge: Bridge, window: Window, key: GlobalShortcut) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._key = key
        self._capturing = CaptureActions(bridge, window)
        self._capturing.kept.connect(self._kept)
        self._capturing.warned.connect(self._warned)
        self._capturing.failed.connect(self._failed)

    def capture(self) -> None:
        """Take what was chosen last, without asking."""
        if self._bridge.desktop.places.is_set_up:
            self._capturing.screen_at_once()

    def _kept(self, _words: str) -> None:
        self._key.notify(say("Done."))

    def _warned(self, _words: str) -> None:
        self._key.notify(say("Something needs your attention."))

    def _failed(self, error: KitError) -> None:
        self._bridge.failed.emit(error)
        self._key.notify(say("Something needs your attention."))
