"""The window with all that goes with it: tray, key, locks, watch, language and colours."""

import contextlib
import os
from dataclasses import replace

import shiboken6
from PySide6.QtCore import QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from evidence_kit.errors import KitError
from evidence_kit.machine.preferences import Appearance, Preferences
from ui import theme, tray, words
from ui.bridge import Bridge
from ui.hotkey_capture import HotkeyCapture
from ui.integration.color_scheme import DesktopColorScheme
from ui.integration.idle import IdleLock
from ui.integration.session import SessionLock
from ui.integration.shortcut import global_shortcut
from ui.panels.leaving import may_end
from ui.watching import Watching
from ui.window import Window

ACTIVATION = "XDG_ACTIVATION_TOKEN"


class Shell(QObject):
    """The window with its tray icon, made anew when the language changes; and what locks and watches.

    With `awaited` the window is not shown until somebody wants it, or no tray came that could show it.
    """

    def __init__(self, bridge: Bridge, application: QApplication, *, awaited: tray.Awaited | None = None) -> None:
        super().__init__(application)
        self._bridge = bridge
        self._application = application
        # Asked as early as can be; the answer comes about when the window is there.
        self.scheme = DesktopColorScheme(self)
        self._follow_desktop()
        self._applied = self._wanted_look()
        self._qt_words = QTranslator(self)
        self.tray: tray.Tray | None = None
        self._apply_look()
        self.window = Window(bridge)
        self._awaited = awaited
        self.key = global_shortcut(bridge)
        self.idle = IdleLock(bridge, application)
        self.session = SessionLock(bridge, self)
        self.watching = Watching(bridge, self)
        bridge.preferred.connect(self._preferred)
        self.scheme.changed.connect(self._desktop_changed)
        application.styleHints().colorSchemeChanged.connect(self._colour)
        self.key.pressed.connect(self._key_pressed)
        # What need not be there with the first picture comes after it.
        QTimer.singleShot(0, self, self._complete)

    def _complete(self) -> None:
        if self._awaited is None:
            self._make_tray()
        else:
            self._application.setQuitOnLastWindowClosed(False)
            self._awaited.settled.connect(self._tray_settled)
            self._awaited.begin()
        self.session.listen()
        self.watching.follow()
        self.key.follow()

    def _tray_settled(self) -> None:
        self._awaited = None
        self._make_tray()
        if self.tray is None and not self.window.isVisible():
            # Nobody could reach a program without a window and without an icon.
            self.window.showMinimized()

    def _make_tray(self) -> None:
        if self._awaited is not None:
            return
        if tray.available():
            self.tray = tray.Tray(self._bridge, self.window, self.leave)
        self._hotkey_capture = HotkeyCapture(self._bridge, self.window, self.key)
        self._application.setQuitOnLastWindowClosed(self.tray is None)

    def _key_pressed(self) -> None:
        if self.tray is not None:
            self.tray.capture.trigger()
        else:
            self._hotkey_capture.capture()

    def _wanted_look(self) -> tuple[str, Appearance]:
        preferences: Preferences = self._bridge.desktop.places.preferences
        return preferences.language, preferences.appearance

    def _apply_look(self) -> None:
        words.speak(self._applied[0])
        self._application.removeTranslator(self._qt_words)
        self._qt_words = words.of_qt(self)
        self._application.installTranslator(self._qt_words)
        self._application.setLayoutDirection(words.direction())
        self._colour(anew=True)

    def _colour(self, *_: object, anew: bool = False) -> None:
        """Give everything that is shown the colours that are wanted, where those are others than now."""
        appearance = self._applied[1]
        if not anew and theme.wanted(appearance) == theme.shade():
            return
        theme.apply(self._application, appearance)
        self._application.setWindowIcon(theme.icon("app", "accent"))
        if self.tray is not None:
            self.tray.draw()

    def _follow_desktop(self) -> None:
        preferences = self._bridge.desktop.places.preferences
        theme.heard_from_desktop(self.scheme.choice or preferences.desktop_was)
        if preferences.appearance is Appearance.SYSTEM:
            self.scheme.open()
        else:
            self.scheme.close()

    def _desktop_changed(self) -> None:
        theme.heard_from_desktop(self.scheme.choice)
        self._colour()
        preferences = self._bridge.desktop.places.preferences
        # Before the first choice of the person nothing is written, and what cannot be written is only comfort.
        if preferences.network:
            with contextlib.suppress(KitError):
                self._bridge.prefer(replace(preferences, desktop_was=self.scheme.choice))

    def _preferred(self) -> None:
        before, self._applied = self._applied, self._wanted_look()
        if self._applied == before:
            return
        self._follow_desktop()
        if self._applied[0] == before[0]:
            self._colour()
        else:
            # Not now: the widget that the person just used is of the old window.
            QTimer.singleShot(0, self, self._rebuild)

    def rebuild_for_vault(self) -> None:
        """Another vault is used now: nothing of the old one's window stays."""
        self._follow_desktop()
        self._applied = self._wanted_look()
        self._rebuild(home=True)
        self._bridge.preferred.emit()
        # Of the choices nothing may have changed, and yet it is another vault that is watched for.
        self.watching.follow()

    def _rebuild(self, *, home: bool = False) -> None:
        old = self.window
        place = old.current()
        self._bridge.drop_all()
        self._apply_look()
        self.window = Window(self._bridge)
        if place in self.window.names() and not home:
            self.window.go(place)
        self.window.setGeometry(old.geometry())
        self._application.setQuitOnLastWindowClosed(False)
        if old.isVisible():
            self.window.setWindowState(old.windowState())
            self.window.show()
        if self.tray is not None:
            old.removeEventFilter(self.tray)
            self.tray.icon.hide()
            self.tray = None
        old.hide()
        old.deleteLater()
        self._make_tray()

    def show(self, token: str = "") -> None:
        """Bring the window before the person; `token` is the desktop's word that the person wants it (Wayland)."""
        if token:
            os.environ[ACTIVATION] = token  # Qt takes it from there, once
        self.window.present()

    def hide(self) -> None:
        """Take everything off the screen, and give the key back that works in any program."""
        self.key.close()
        self.scheme.close()
        if self.tray is not None:
            self.tray.icon.hide()
        self.window.hide()

    def take_apart(self) -> None:
        """Delete the window while all that it knows is there; Python's own order at the end knows no parents."""
        shiboken6.delete(self.window)
        shiboken6.delete(self._bridge)

    def leave(self) -> None:
        """End the program; loses nothing, or asks first."""
        if not may_end(self._bridge.desktop, self.window):
            return
        self.hide()
        QTimer.singleShot(0, self._application, lambda: self._application.exit(0))
