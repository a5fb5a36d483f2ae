"""Start the window: arguments, language, theme, one instance, and the end."""

import argparse
import contextlib
import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, QSettings, QSocketNotifier, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from evidence_kit.app.desktop import Desktop
from evidence_kit.errors import KitError
from evidence_kit.machine.places import usual_places
from evidence_kit.machine.preferences import Preferences, read_preferences
from ui import theme, tray, words
from ui.bridge import Bridge
from ui.crash import Crash, CrashPage
from ui.display import has_display
from ui.gui_thread_gc import GuiThreadGc
from ui.hotkey_capture import HotkeyCapture
from ui.idle import IdleLock
from ui.instance import Instance
from ui.parts.leaving import may_end
from ui.scheme import DesktopScheme
from ui.session import SessionLock
from ui.shortcut import global_key
from ui.watching import Watching
from ui.window import Window

NO_DISPLAY = 3
ACTIVATION = "XDG_ACTIVATION_TOKEN"


def run(arguments: list[str]) -> int:
    """Show the window until it is closed; the exit code: 3 where there is no display to show it on."""
    chosen = window_arguments().parse_args(arguments)
    places = usual_places()
    if chosen.settings is not None:
        places = places.with_settings(chosen.settings)
    place = places.usual()
    words.speak(read_preferences(place.settings).language)
    if not has_display(os.environ):
        print(words.say("There is no display here. Start Evidence Kit from the desktop."), file=sys.stderr)  # noqa: T201
        return NO_DISPLAY
    if chosen.hidden and not read_preferences(place.settings).network:
        # Nothing was set up: there is nothing to watch for, and nobody asked for a window.
        return 0
    keep_no_history()
    # Qt takes these for its own first window, which is not the one that is wanted if another process has it.
    token = os.environ.get(ACTIVATION) or os.environ.get("DESKTOP_STARTUP_ID", "")
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Evidence Kit")
    application.setDesktopFileName("evidence-kit")
    folder = place.remembered() if chosen.vault is None else chosen.vault.absolute()
    instance = Instance(folder, application)
    if not instance.claim(hidden=chosen.hidden, token=token):
        return 0
    crash = Crash()
    crash.met.connect(lambda told: CrashPage(told).exec())
    crash.install()
    GuiThreadGc(application)
    bridge = Bridge(Desktop(folder, place.settings, places=places, targets=chosen.targets))
    face = Shell(bridge, application, awaited=tray.Awaited(application) if chosen.hidden else None)
    instance.called.connect(face.show)

    def moved() -> None:
        if instance.move(bridge.desktop.folder):
            face.begin_anew()
        else:
            # That vault has a window of another process, which was called just now.
            application.exit(0)

    if not chosen.hidden:
        face.show()
    bridge.moved.connect(moved)
    signals = Signals(application)
    signals.listen()
    try:
        code = application.exec()
    finally:
        signals.close()
        instance.close()
        face.hide()
        try:
            bridge.close()
        except KitError as fault:
            # Agreed to when it was asked, or the system ended us: whoever reads the log learns how much it was.
            print(words.sentence(fault), file=sys.stderr)  # noqa: T201
            code = fault.exit_code
        face.take_apart()
    return code


def keep_no_history() -> None:
    """Qt's file dialogs would write down in clear which folders were opened, in the person's home (QtProject.conf)."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)


def window_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evidence-kit-window", description="Evidence Kit's window.")
    parser.add_argument("--vault", type=Path, metavar="DIR", help="the vault's folder")
    parser.add_argument("--settings", type=Path, metavar="DIR", help="the folder of the window's choices")
    parser.add_argument("--hidden", action="store_true", help="start in the tray, without a window")
    parser.add_argument("--targets", type=Path, metavar="FILE", help="what to look at (TOML)")
    return parser


class Shell(QObject):
    """The window with its tray icon, made anew when the language changes; and what locks and watches.

    With `awaited` the window is not shown until somebody wants it, or no tray came that could show it.
    """

    def __init__(self, bridge: Bridge, application: QApplication, *, awaited: tray.Awaited | None = None) -> None:
        super().__init__(application)
        self._bridge = bridge
        self._application = application
        # Asked as early as can be; the answer comes about when the window is there.
        self.scheme = DesktopScheme(self)
        self._follow_desktop()
        self._dressed = self._wanted_dress()
        self._qts_own = QTranslator(self)
        self.tray: tray.Tray | None = None
        self._dress()
        self.window = Window(bridge)
        self._awaited = awaited
        self.key = global_key(bridge)
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
        self._by_key = HotkeyCapture(self._bridge, self.window, self.key)
        self._application.setQuitOnLastWindowClosed(self.tray is None)

    def _key_pressed(self) -> None:
        if self.tray is not None:
            self.tray.capture.trigger()
        else:
            self._by_key.capture()

    def _wanted_dress(self) -> tuple[str, str]:
        preferences: Preferences = self._bridge.desktop.preferences
        return preferences.language, preferences.appearance

    def _dress(self) -> None:
        words.speak(self._dressed[0])
        self._application.removeTranslator(self._qts_own)
        self._qts_own = words.of_qt(self)
        self._application.installTranslator(self._qts_own)
        self._application.setLayoutDirection(words.direction())
        self._colour(anew=True)

    def _colour(self, *_: object, anew: bool = False) -> None:
        """Give everything that is shown the colours that are wanted, where those are others than now."""
        appearance = self._dressed[1]
        if not anew and theme.wanted(appearance) == theme.shade():
            return
        theme.apply(self._application, appearance)
        self._application.setWindowIcon(theme.icon("app", "accent"))
        if self.tray is not None:
            self.tray.draw()

    def _follow_desktop(self) -> None:
        preferences = self._bridge.desktop.preferences
        theme.heard_from_desktop(self.scheme.choice or preferences.desktop_was)
        if preferences.appearance == "system":
            self.scheme.begin()
        else:
            self.scheme.close()

    def _desktop_changed(self) -> None:
        theme.heard_from_desktop(self.scheme.choice)
        self._colour()
        preferences = self._bridge.desktop.preferences
        # Before the first choice of the person nothing is written, and what cannot be written is only comfort.
        if preferences.network:
            with contextlib.suppress(KitError):
                self._bridge.prefer(replace(preferences, desktop_was=self.scheme.choice))

    def _preferred(self) -> None:
        before, self._dressed = self._dressed, self._wanted_dress()
        if self._dressed == before:
            return
        self._follow_desktop()
        if self._dressed[0] == before[0]:
            self._colour()
        else:
            # Not now: the widget that the person just used is of the old window.
            QTimer.singleShot(0, self, self._dress_anew)

    def begin_anew(self) -> None:
        """Another vault is used now: nothing of the old one's window stays."""
        self._follow_desktop()
        self._dressed = self._wanted_dress()
        self._dress_anew(home=True)
        self._bridge.preferred.emit()
        # Of the choices nothing may have changed, and yet it is another vault that is watched for.
        self.watching.follow()

    def _dress_anew(self, *, home: bool = False) -> None:
        old = self.window
        place = old.current()
        self._bridge.drop_all()
        self._dress()
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


class Signals(QObject):
    """Brings the program to a proper end when the system or a terminal asks for one (POSIX)."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._heard, self._told = socket.socketpair()
        self._heard.setblocking(False)
        self._told.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._asked)
        self._application = application

    def listen(self) -> None:
        """From now on. The byte in the socket says it; Python's own answer would be an exception in some slot."""
        signal.set_wakeup_fd(self._told.fileno())
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda _number, _frame: None)

    def close(self) -> None:
        """Hear nothing any more; the program is on its way out already."""
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._heard.close()
        self._told.close()

    def _asked(self) -> None:
        self._heard.recv(1)
        self._application.exit(0)
