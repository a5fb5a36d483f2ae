"""Start the window: arguments, language, theme, one instance, and the end."""

import argparse
import os
import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from evidence_kit.app.desktop import Desktop
from evidence_kit.errors import KitError
from evidence_kit.machine.places import usual_places
from evidence_kit.machine.preferences import read_preferences
from ui import tray, words
from ui.bridge import Bridge
from ui.crash import Crash, CrashPage
from ui.gui_thread_gc import GuiThreadGc
from ui.integration.display import has_display
from ui.integration.instance import Instance
from ui.integration.signals import Signals
from ui.shell import ACTIVATION, Shell

NO_DISPLAY = 3


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
    shell = Shell(bridge, application, awaited=tray.Awaited(application) if chosen.hidden else None)
    instance.called.connect(shell.show)
    if not chosen.hidden:
        shell.show()
    return run_until_closed(application, instance, bridge, shell)


def run_until_closed(application: QApplication, instance: Instance, bridge: Bridge, shell: Shell) -> int:
    """Let the program run, and take everything down in order; the exit code."""

    def moved() -> None:
        if instance.move(bridge.desktop.places.folder):
            shell.rebuild_for_vault()
        else:
            # That vault has a window of another process, which was called just now.
            application.exit(0)

    bridge.moved.connect(moved)
    signals = Signals(application)
    signals.listen()
    try:
        code = application.exec()
    finally:
        signals.close()
        instance.close()
        shell.hide()
        try:
            bridge.close()
        except KitError as fault:
            # Agreed to when it was asked, or the system ended us: whoever reads the log learns how much it was.
            print(words.sentence(fault), file=sys.stderr)  # noqa: T201
            code = fault.exit_code
        shell.take_apart()
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
