"""The main window: the rail on the left, one screen at a time beside it; it decides which may be shown."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from evidence_kit.errors import KitError
from ui.bridge import Bridge
from ui.capture.actions import CaptureActions
from ui.crash import CrashPage
from ui.panels.leaving import may_end
from ui.parts.button import Button
from ui.parts.keys import on_keys
from ui.parts.screen import Screen, scrolled
from ui.parts.stack import Stack
from ui.screens.check.view import CheckScreen
from ui.screens.deliveries.view import DeliveriesScreen
from ui.screens.first_run.view import FirstRunScreen
from ui.screens.guide.sheet import GuideSheet
from ui.screens.guide.view import GuideScreen
from ui.screens.journal.view import JournalScreen
from ui.screens.locked.view import LockedScreen
from ui.screens.missing.view import MissingScreen
from ui.screens.now.view import NowScreen
from ui.screens.people.view import PeopleScreen
from ui.screens.reports.view import ReportsScreen
from ui.screens.settings.view import SettingsScreen
from ui.words import say

_RAIL: Final = 176
_SMALLEST: Final = QSize(640, 360)
SET_UP: Final = "set-up"
MISSING: Final = "missing"
GUIDE: Final = "guide"
# What the guide is opened at by F1, for each place whose screen has no topic of its own.
TOPICS: Final = {
    MISSING: "stick",
    "now": "shutdown",
    "journal": "proof",
    "reports": "reports",
    "deliveries": "deliveries",
    "people": "recipients",
    "check": "check",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail. `locked` places work without an open vault, `before` ones before there is any."""

    name: str
    title: str
    icon: str
    make: Callable[[Bridge], Screen]
    locked: bool = False
    before: bool = False


def places() -> list[Place]:
    """What the rail leads to, from top to bottom, in the language of now."""
    return [
        Place(SET_UP, say("Set up"), "app", FirstRunScreen, locked=True, before=True),
        Place(MISSING, say("Vault"), "warning", MissingScreen, locked=True, before=True),
        Place("now", say("Now"), "now", NowScreen, locked=True),
        Place("journal", say("Journal"), "journal", JournalScreen),
        Place("reports", say("Reports"), "reports", ReportsScreen),
        Place("deliveries", say("Deliveries"), "deliveries", DeliveriesScreen),
        Place("people", say("Recipients"), "people", PeopleScreen),
        Place("check", say("Check"), "check", CheckScreen, locked=True, before=True),
        Place(GUIDE, say("Guide"), "guide", GuideScreen, locked=True, before=True),
        Place("settings", say("Settings"), "settings", SettingsScreen, locked=True),
    ]


class Window(QMainWindow):
    """Everything a person sees of the product. `go` shows a place by its name."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.bridge = bridge
        self._screens: dict[str, Screen] = {}
        self._places = {place.name: place for place in places()}
        self._buttons: dict[str, Button] = {}
        self._left_at: tuple[str, QWidget | None] = ("", None)
        self._stack = Stack()
        self._locked = LockedScreen(bridge)
        self._stack.addWidget(self._locked)
        self.captures = CaptureActions(bridge, self)
        self.captures.kept.connect(self._kept)
        self.captures.warned.connect(self._warned)
        self.captures.failed.connect(self._failed)
        self.setAcceptDrops(True)
        self._build()
        self.setWindowTitle("Evidence Kit")
        self.setMinimumSize(_SMALLEST)
        self.resize(1180, 720)
        bridge.unlocked.connect(self._unlocked)
        bridge.locked.connect(self._lock)
        bridge.failed.connect(self._failed)
        bridge.place_wanted.connect(self._go_there)
        bridge.help_wanted.connect(self.explain)
        bridge.entry_wanted.connect(self._show_entry)
        bridge.unlock_wanted.connect(self._ask_to_unlock)
        bridge.set_up.connect(self._begin)
        bridge.home_wanted.connect(self._home)
        self._home()

    def _build(self) -> None:
        rail = QFrame()
        rail.setObjectName("rail")
        column = QVBoxLayout(rail)
        column.setContentsMargins(10, 12, 10, 12)
        column.setSpacing(4)
        inside = QWidget()
        ways = QVBoxLayout(inside)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(4)
        # On a low screen the places scroll; the lock is always in sight.
        column.addWidget(scrolled(inside), 1)
        for place in self._places.values():
            button = Button(place.title, icon=place.icon)
            button.setProperty("rail", True)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked, name=place.name: self.go(name))
            ways.addWidget(button)
            self._buttons[place.name] = button
        ways.addStretch(1)
        self._lock_button = Button(say("Lock"), icon="lock")
        self._lock_button.setProperty("rail", True)
        self._lock_button.setToolTip(say("Lock the vault at once (Ctrl+L). Watching and sending go on."))
        self._lock_button.clicked.connect(self.bridge.lock)
        column.addWidget(self._lock_button)
        for keys, act in (
            ("Ctrl+L", self.bridge.lock),
            ("Ctrl+Shift+S", self.captures.screen),
            ("Ctrl+Shift+P", self.captures.page),
            ("Ctrl+Shift+F", self.captures.files),
            ("Ctrl+Shift+N", self.captures.note),
            ("F1", self._explain_what_is_shown),
        ):
            on_keys(keys, self, act, Qt.ShortcutContext.ApplicationShortcut)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        pages = scrolled(self._stack)
        pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        row.addWidget(pages, 1)
        self.setCentralWidget(middle)
        self._show_state()
        rail.setFixedWidth(max(_RAIL, self._widest() + 20))

    def _widest(self) -> int:
        """The width of the rail's longest words, chosen or not."""
        widest = 0
        for button in self._buttons.values():
            for chosen in (True, False):
                button.setChecked(chosen)
                button.ensurePolished()
                widest = max(widest, button.sizeHint().width())
        return widest

    def go(self, name: str) -> None:
        """Show a place; one that needs the open vault shows the way to unlock it while that is locked."""
        place = self._places[name]
        self._mark(name)
        if name != GUIDE:
            self._forget_way_back()
        if not place.locked and not self.bridge.desktop.session.unlocked:
            self._show_lock(name)
            return
        screen = self.screen_of(name)
        self._stack.setCurrentWidget(screen)
        screen.enter()

    def _show_entry(self, sequence: int) -> None:
        self.go("journal")
        if self.bridge.desktop.session.unlocked:
            journal = self.screen_of("journal")
            if isinstance(journal, JournalScreen):
                journal.choose(sequence)

    # The guide

    def explain(self, topic: str) -> None:
        """Open the guide at a topic: over a dialog that asks, else in its place, with a way back to where one was."""
        asking = QApplication.activeModalWidget() or QApplication.activeWindow()
        if isinstance(asking, GuideSheet):
            asking.reader.show_topic(topic)
        elif isinstance(asking, QDialog):
            GuideSheet(topic, asking).show()
        else:
            self._lead_to_guide(topic)

    def _explain_what_is_shown(self) -> None:
        asking, shown = QApplication.activeWindow(), self._stack.currentWidget()
        if isinstance(asking, QDialog):
            self.explain(asking.property("topic") or "document")
        elif isinstance(shown, Screen) and self.current() != GUIDE:
            self.explain(shown.topic() or TOPICS.get(self.current(), "shutdown"))

    def _lead_to_guide(self, topic: str) -> None:
        guide = self.screen_of(GUIDE)
        if not isinstance(guide, GuideScreen):
            raise TypeError("the guide's place shows the guide")
        if self.current() != GUIDE:
            self._left_at = (self.current(), self.focusWidget())
            guide.offer_way_back(self.current(), self._places[self.current()].title)
        self.go(GUIDE)
        guide.show_topic(topic)
        self.present()

    def _forget_way_back(self) -> None:
        self._left_at = ("", None)
        guide = self._screens.get(GUIDE)
        if isinstance(guide, GuideScreen):
            guide.offer_way_back("", "")

    def _go_there(self, name: str) -> None:
        """Lead to a place; if the guide leads back, the keyboard is where it was."""
        place, focused = self._left_at
        is_back = self.current() == GUIDE and name == place
        self.go(name)
        if is_back and focused is not None and isValid(focused) and focused.isVisible():
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mark(self, name: str) -> None:
        # Not a button group: that would leave the unchecked ones out of the way of the Tab key.
        for one, button in self._buttons.items():
            button.setChecked(one == name)
            button.updateGeometry()  # the chosen one's words are bolder, so wider

    def _ask_to_unlock(self) -> None:
        if not self.bridge.desktop.session.unlocked:
            self._show_lock(self.current())

    def _show_lock(self, name: str) -> None:
        self._locked.lead_to(name)
        self._stack.setCurrentWidget(self._locked)
        self._locked.enter()

    def _home(self) -> None:
        """Show where one begins: the first-run pages until they are done, then what is going on now.

        Of a vault that was set up and is gone neither is shown: there is a page for that.
        """
        begin = self._beginning()
        self._show_places(begin)
        if begin != MISSING:
            self._drop(MISSING)
        self.go(begin)

    def _beginning(self) -> str:
        desktop = self.bridge.desktop
        return "now" if desktop.places.is_set_up else MISSING if desktop.places.is_missing else SET_UP

    def _show_places(self, begin: str) -> None:
        for name, button in self._buttons.items():
            if name in {SET_UP, MISSING}:
                button.setVisible(name == begin)
            else:
                button.setVisible(begin == "now" or self._places[name].before)

    def _begin(self) -> None:
        # The first-run pages saw the recovery code: nothing of them stays.
        self._drop(SET_UP)
        self._home()

    def _drop(self, name: str) -> None:
        screen = self._screens.pop(name, None)
        if screen is not None:
            self._stack.removeWidget(screen)
            screen.deleteLater()

    def screen_of(self, name: str) -> Screen:
        """The screen of a place, made at the first need."""
        if name not in self._screens:
            self._screens[name] = self._places[name].make(self.bridge)
            self._stack.addWidget(self._screens[name])
        return self._screens[name]

    def names(self) -> list[str]:
        """The places, from top to bottom."""
        return [name for name, button in self._buttons.items() if not button.isHidden()]

    def current(self) -> str:
        """The name of the place on show."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    def _unlocked(self) -> None:
        self._show_state()
        self.go(self.current())

    def _lock(self) -> None:
        self._stack.setCurrentWidget(self._locked)
        for opened in QApplication.topLevelWidgets():
            if isinstance(opened, QDialog) and opened.isVisible() and not isinstance(opened, CrashPage):
                opened.reject()
        # What a screen shows goes with the screen; those that work without a vault are made anew, empty.
        for name in list(self._screens):
            self._drop(name)
        self._show_state()
        begin = self._beginning()
        self._show_places(begin)
        if begin == "now":
            self._mark(begin)
            self._show_lock(begin)
        else:
            self.go(begin)

    def _show_state(self) -> None:
        self._lock_button.setEnabled(self.bridge.desktop.session.unlocked)

    def _kept(self, words: str) -> None:
        shown = self._stack.currentWidget()
        if isinstance(shown, Screen):
            shown.notice.show_words(words, "good")

    def _warned(self, words: str) -> None:
        shown = self._stack.currentWidget()
        if isinstance(shown, Screen):
            shown.notice.show_words(words, "warn")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()) and self.bridge.desktop.places.has_vault():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are dropped anywhere are kept."""
        event.acceptProposedAction()
        self.captures.drop([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _failed(self, error: KitError) -> None:
        shown = self._stack.currentWidget()
        if isinstance(shown, Screen):
            shown.tell_error(error)

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
        shown = self._stack.currentWidget()
        return shown.notice.words() if isinstance(shown, Screen) and shown.notice.isVisible() else ""
