"""The four ways to capture, for whoever has a button, a shortcut or a tray entry for them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.jobs.capturing import Screens, screens
from evidence_kit.model.bodies.body import Body
from ui.bridge import Bridge
from ui.capture.files import FilesSheet
from ui.capture.model import Display, ScreenChoice, State, What, kept_words, state_of, where_words
from ui.capture.notes import NoteSheet
from ui.capture.pages import PagesSheet
from ui.capture.screen import ScreenSheet, present_displays
from ui.capture.taking import Taking
from ui.panels.sheet import Sheet

# What a desktop says that takes pictures itself, and after which its own dialog may still give one.
_CLOSED: Final = frozenset({Code.PORTAL_DECLINED, Code.PORTAL_FAILED, Code.PORTAL_LATE})


class _Session(QObject):
    """What was chosen last, until the program ends."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self.choice = ScreenChoice()


class CaptureActions(QObject):
    """Works with the vault locked too. `kept` has words for the person, `failed` a `KitError`.

    `warned` follows `kept` with the same words where the person has to look at what was kept. `window` is what the
    dialogs belong to. What is under way goes on when this object is gone.
    """

    kept = Signal(str)
    warned = Signal(str)
    failed = Signal(object)

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._window = window
        self._session = bridge.findChild(_Session) or _Session(bridge)

    # The four ways

    def screen(self) -> None:
        """Ask what of the screen is wanted, then take it."""
        if self._ready() and not self._taking() and self._shown(ScreenSheet) is None:
            self._ask_what()

    def _ask_what(self) -> ScreenSheet:
        sheet = ScreenSheet(self._bridge, self._session.choice, self._window)
        sheet.wanted.connect(self._take_asked)
        sheet.files_wanted.connect(self.files)
        self._show(sheet)
        return sheet

    def screen_at_once(self) -> None:
        """Take what was chosen last, without asking."""
        if not self._ready() or self._taking():
            return
        if self._session.choice.what is What.ALL:
            self.take(self._session.choice, ())
        else:
            self._bridge.aside(screens, self._found, self.failed.emit)

    def _found(self, found: Screens) -> None:
        choice = self._session.choice
        if found.portal:
            # Wherever a part was chosen before, the desktop alone can give one now.
            choice = choice.by_dialog()
        self.take(choice, present_displays(found))

    def page(self) -> None:
        """Ask for addresses and photograph the pages."""
        if self._ready() and self._shown(PagesSheet) is None:
            sheet = PagesSheet(self._bridge, self._window)
            sheet.told.connect(self.kept)
            self._show(sheet)

    def files(self) -> None:
        """Ask for files and keep them."""
        sheet = self._files()
        if sheet is not None:
            sheet.choose()

    def drop(self, paths: Sequence[Path]) -> None:
        """Keep these files."""
        sheet = self._files() if paths else None
        if sheet is not None:
            sheet.take(paths)

    def note(self) -> None:
        """Ask for a note or testimony and keep it."""
        if self._ready() and self._shown(NoteSheet) is None:
            sheet = NoteSheet(self._bridge, self._window)
            sheet.kept.connect(self.kept)
            self._show(sheet)

    # Doing them

    def take(self, choice: ScreenChoice, displays: Sequence[Display]) -> Taking:
        """Take the screen as chosen; the choice is remembered."""
        taking = self._prepared(choice, displays)
        taking.failed.connect(self.failed)
        taking.begin()
        return taking

    def _take_asked(self, choice: ScreenChoice, displays: Sequence[Display]) -> None:
        """The person stands before the choices: what fails may be answered with another one."""
        taking = self._prepared(choice, displays)
        taking.failed.connect(self._failed_asked)
        taking.begin()

    def _prepared(self, choice: ScreenChoice, displays: Sequence[Display]) -> Taking:
        self._session.choice = choice
        taking = Taking(self._bridge, choice, displays)
        taking.kept.connect(self._kept)
        taking.left_behind.connect(self.failed)
        return taking

    def _kept(self, body: Body) -> None:
        words = f"{kept_words(body)} {where_words(unlocked=self._bridge.desktop.session.unlocked)}"
        self.kept.emit(words)
        if state_of(body) is State.WARNED:
            self.warned.emit(words)

    def _failed_asked(self, error: KitError) -> None:
        if error.code not in _CLOSED or self._session.choice.what is not What.ALL:
            self.failed.emit(error)
            return
        self._session.choice = self._session.choice.by_dialog()
        self._ask_what().offer_another_way(error)

    def _taking(self) -> bool:
        return any(not one.over for one in self._bridge.findChildren(Taking))

    def _ready(self) -> bool:
        ready = self._bridge.desktop.places.has_vault()
        if not ready:
            self.failed.emit(Refused(Code.NO_VAULT, folder=str(self._bridge.desktop.places.folder)))
        return ready

    def _files(self) -> FilesSheet | None:
        if not self._ready():
            return None
        shown = self._shown(FilesSheet)
        if isinstance(shown, FilesSheet):
            return shown
        sheet = FilesSheet(self._bridge, self._window)
        sheet.told.connect(self.kept)
        self._show(sheet)
        return sheet

    def _show(self, sheet: Sheet) -> None:
        sheet.show()

    def _shown(self, kind: type[Sheet]) -> Sheet | None:
        """The sheet of this kind that is there already, whoever asked for it, brought to the front."""
        there = (one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and not one.leaving)
        sheet = next(there, None)
        if sheet is None:
            return None
        sheet.show()
        sheet.raise_()
        sheet.activateWindow()
        return sheet
