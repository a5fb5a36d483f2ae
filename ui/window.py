"""The main window: the rail on the left, one screen at a time beside it; it decides which may be shown."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QMainWindow, QWidget

from ui.bridge import Bridge
from ui.capture.actions import CaptureActions
from ui.crash import CrashPage
from ui.help import Help
from ui.panels.leaving import may_end
from ui.parts.keys import on_keys
from ui.parts.place import PlaceName
from ui.parts.screen import Screen, scrolled
from ui.places import places
from ui.rail import Rail
from ui.screen_stack import ScreenStack
from ui.screens.journal.view import JournalScreen
from ui.screens.locked.view import LockedScreen

_SMALLEST: Final = QSize(640, 360)


class Window(QMainWindow):
    """Everything a person sees of the product. `go` shows a place by its name."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.bridge = bridge
        self._places = {place.name: place for place in places()}
        self._rail = Rail(tuple(self._places.values()))
        self._screens = ScreenStack(bridge, self._places)
        self._locked = LockedScreen(bridge)
        self._screens.addWidget(self._locked)
        self._help = Help(self, self._rail, self._screens, self.go, self.present)
        self.captures = CaptureActions(bridge, self)
        self.captures.kept.connect(self._screens.kept)
        self.captures.warned.connect(self._screens.warned)
        self.captures.failed.connect(self._screens.failed)
        self.setAcceptDrops(True)
        self._build()
        self.setWindowTitle("Evidence Kit")
        self.setMinimumSize(_SMALLEST)
        self.resize(1180, 720)
        bridge.unlocked.connect(self._unlocked)
        bridge.locked.connect(self._lock)
        bridge.failed.connect(self._screens.failed)
        bridge.place_wanted.connect(self._help.follow)
        bridge.help_wanted.connect(self._help.explain)
        bridge.entry_wanted.connect(self._show_entry)
        bridge.unlock_wanted.connect(self._ask_to_unlock)
        bridge.set_up.connect(self._begin)
        bridge.home_wanted.connect(self._home)
        self._home()

    def _build(self) -> None:
        self._rail.wanted.connect(self.go)
        self._rail.lock.clicked.connect(self.bridge.lock)
        for keys, act in (
            ("Ctrl+L", self.bridge.lock),
            ("Ctrl+Shift+S", self.captures.screen),
            ("Ctrl+Shift+P", self.captures.page),
            ("Ctrl+Shift+F", self.captures.files),
            ("Ctrl+Shift+N", self.captures.note),
            ("F1", self._help.explain_what_is_shown),
        ):
            on_keys(keys, self, act, Qt.ShortcutContext.ApplicationShortcut)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        pages = scrolled(self._screens)
        pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        row.addWidget(pages, 1)
        self.setCentralWidget(middle)
        self._show_state()
        self._rail.fit()

    def go(self, name: str) -> None:
        """Show a place; one that needs the open vault shows the way to unlock it while that is locked."""
        place = self._places[PlaceName(name)]
        self._rail.mark(place.name)
        if place.name is not PlaceName.GUIDE:
            self._help.forget_way_back()
        if not place.locked and not self.bridge.desktop.session.unlocked:
            self._show_lock(place.name)
            return
        screen = self._screens.screen_of(place.name)
        self._screens.setCurrentWidget(screen)
        screen.enter()

    def _show_entry(self, sequence: int) -> None:
        self.go(PlaceName.JOURNAL)
        journal = self._screens.shown()
        if isinstance(journal, JournalScreen):
            journal.choose(sequence)

    def _ask_to_unlock(self) -> None:
        if not self.bridge.desktop.session.unlocked:
            self._show_lock(self.current())

    def _show_lock(self, name: PlaceName) -> None:
        self._locked.lead_to(name)
        self._screens.setCurrentWidget(self._locked)
        self._locked.enter()

    def _home(self) -> None:
        """Show where one begins: the first-run pages until they are done, then what is going on now.

        Of a vault that was set up and is gone neither is shown: there is a page for that.
        """
        begin = self._beginning()
        self._rail.show_places(begin)
        if begin is not PlaceName.MISSING:
            self._screens.drop(PlaceName.MISSING)
        self.go(begin)

    def _beginning(self) -> PlaceName:
        places = self.bridge.desktop.places
        return PlaceName.NOW if places.is_set_up else PlaceName.MISSING if places.is_missing else PlaceName.SET_UP

    def _begin(self) -> None:
        # The first-run pages saw the recovery code: nothing of them stays.
        self._screens.drop(PlaceName.SET_UP)
        self._home()

    def screen_of(self, name: str) -> Screen:
        """The screen of a place, made at the first need."""
        return self._screens.screen_of(PlaceName(name))

    def names(self) -> list[PlaceName]:
        """The places, from top to bottom."""
        return self._rail.names()

    def current(self) -> PlaceName:
        """The name of the place on show."""
        return self._rail.current()

    def _unlocked(self) -> None:
        self._show_state()
        self.go(self.current())

    def _lock(self) -> None:
        self._screens.setCurrentWidget(self._locked)
        for opened in QApplication.topLevelWidgets():
            if isinstance(opened, QDialog) and opened.isVisible() and not isinstance(opened, CrashPage):
                opened.reject()
        # What a screen shows goes with the screen; those that work without a vault are made anew, empty.
        self._screens.drop_all()
        self._show_state()
        begin = self._beginning()
        self._rail.show_places(begin)
        if begin is PlaceName.NOW:
            self._rail.mark(begin)
            self._show_lock(begin)
        else:
            self.go(begin)

    def _show_state(self) -> None:
        self._rail.lock.setEnabled(self.bridge.desktop.session.unlocked)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()) and self.bridge.desktop.places.has_vault():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are dropped anywhere are kept."""
        event.acceptProposedAction()
        self.captures.drop([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def present(self) -> None:
        """Come before the person, out of the tray or from under other windows."""
        self.show()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing loses nothing and asks nothing, unless the disk does not take what was seen."""
        event.setAccepted(may_end(self.bridge.desktop, self))

    def told(self) -> str:
        """The words of the notice on show, for tests and screen readers."""
        shown = self._screens.shown()
        return shown.notice.words() if shown is not None and shown.notice.isVisible() else ""
