"""What of the screen is wanted, and when."""

import shlex
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.jobs.capturing import Screens, ask_permission, screens
from evidence_kit.jobs.job import CancelToken
from evidence_kit.machine.places import command_line, default_vault
from ui.bridge import Bridge
from ui.capture.model import DELAYS, Display, ScreenChoice, What, displays
from ui.capture.sketch import Sketch
from ui.panels.sheet import Sheet
from ui.parts.button import Button, ButtonKind
from ui.parts.command import CommandLine
from ui.parts.drop_down import DropDown
from ui.parts.flow import Flow
from ui.parts.text import Text
from ui.parts.tone import Manner
from ui.words import say, say_many


def present_displays(found: Screens) -> list[Display]:
    """The core's monitors with the toolkit's screens of this moment."""
    places = [(one.name(), one.geometry(), one.devicePixelRatio()) for one in QGuiApplication.screens()]
    return displays(found.areas, places)


def sealed_command(folder: Path) -> str:
    """What to type, or to give a shortcut of the desktop, for the same without the window."""
    vault = "" if folder == default_vault() else f" --vault {shlex.quote(str(folder))}"
    return f"{shlex.quote(command_line())}{vault} capture screen --sealed"


class ScreenSheet(Sheet):
    """`wanted` has a `ScreenChoice` and the displays; `files_wanted` is the way out where nothing can be captured.

    Where the desktop takes the pictures itself there are no displays: it gives everything, or what the person picks in
    its own dialog.
    """

    wanted = Signal(object, object)
    files_wanted = Signal()

    def __init__(self, bridge: Bridge, choice: ScreenChoice, parent: QWidget | None) -> None:
        super().__init__(bridge, say("Capture the screen"), QSize(660, 520), parent)
        self._choice = choice
        self._displays: list[Display] = []
        self._by_desktop = False
        self._cancel = CancelToken()
        self.sketch = Sketch()
        self.sketch.clicked.connect(self._clicked)
        self._radios = QButtonGroup(self)
        self._radios.idToggled.connect(self._toggled)
        self._places = QVBoxLayout()
        self.delay = DropDown(say("When"))
        for seconds in DELAYS:
            self.delay.addItem(
                say_many("After {number} second", "After {number} seconds", seconds) if seconds else say("At once"),
                seconds,
            )
        self.delay.setCurrentIndex(DELAYS.index(choice.delay_s))
        self.take_button = Button(say("Capture"), self.take, kind=ButtonKind.PRIMARY, icon="screen")
        self.take_button.setDefault(True)
        self.take_button.setEnabled(False)
        self.files_button = Button(say("Add a picture file instead"), self._files, icon="files")
        self.files_button.hide()
        self.permission_button = Button(say("Ask the desktop for its permission"), self._ask_permission)
        self.permission_button.hide()
        self.by_desktop = Text(
            say(
                "Here (Wayland) the desktop itself takes the picture, and may ask for your permission first. It writes "
                "the picture to the disk in clear. Evidence Kit removes that file once the picture is kept, but what "
                "was written may be found on the disk later. Evidence Kit stays hidden until the desktop answers: open "
                "it again to stop waiting. A part, a window or a monitor can be chosen in the desktop's own dialog."
            )
        )
        self.by_desktop.hide()
        self.command = CommandLine(
            say(
                "To capture by a key while another program has the keyboard, give this command to a shortcut in your "
                "desktop's own keyboard settings. It asks for no passphrase."
            ),
            sealed_command(bridge.desktop.places.folder),
        )
        self.command.hide()
        self.more = Button(say("By a key from anywhere…"), self._more, kind=ButtonKind.LINK)
        self._lay_out()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._look)
            application.screenRemoved.connect(self._look)
        self._look()

    def _lay_out(self) -> None:
        self.body.addWidget(
            Text(
                say(
                    "Everything visible is kept: names in chats, window titles, file names. "
                    "Close what is private first. The windows of Evidence Kit are hidden while the picture is taken."
                )
            )
        )
        row = QHBoxLayout()
        choices = QVBoxLayout()
        choices.addLayout(self._places)
        choices.addStretch(1)
        row.addLayout(choices, 3)
        row.addWidget(self.sketch, 2)
        self.body.addLayout(row)
        when = QHBoxLayout()
        when.addWidget(Text(say("When")))
        when.addWidget(self.delay)
        when.addStretch(1)
        self.body.addLayout(when)
        self.body.addLayout(Flow(self.permission_button, self.files_button))
        self.body.addWidget(self.by_desktop)
        self.body.addWidget(self.more)
        self.body.addWidget(self.command)
        self.body.addStretch(1)
        self.buttons.addWidget(self.take_button)

    def _look(self) -> None:
        self.requests.append(self.bridge.aside(screens, self._found, self._none))

    def _none(self, error: KitError) -> None:
        self.take_button.setEnabled(False)
        self.files_button.show()
        self.tell_error(error)

    def _found(self, found: Screens) -> None:
        self._by_desktop = bool(found.portal)
        self.by_desktop.setVisible(self._by_desktop)
        self._displays = present_displays(found)
        self.sketch.show_displays(self._displays)
        self.sketch.setVisible(not self._by_desktop)
        for button in self._radios.buttons():
            self._radios.removeButton(button)
            button.deleteLater()
        if self._by_desktop:
            self._offer_by_desktop()
        else:
            self._offer_displays()
        if found.partial:
            self.notice.show_words(
                say(
                    "This desktop (Wayland) shows programs only some of its windows: the picture may be empty. "
                    "If it is, use the desktop's own screenshot key and add that file."
                ),
                Manner.WARN,
            )
            self.files_button.show()
        self.take_button.setEnabled(True)
        self.take_button.setFocus()

    def _offer_by_desktop(self) -> None:
        self._offer(0, say("Everything, on all monitors"))
        self._offer(1, say("I choose in the desktop's own dialog"))
        self._check(0 if self._choice.what is What.ALL else 1)

    def _offer_displays(self) -> None:
        many = len(self._displays) > 1
        self._offer(0, say("All monitors together") if many else say("The whole screen"))
        if many:
            for display in self._displays:
                facts = {"number": display.number, "width": display.area[2], "height": display.area[3]}
                self._offer(
                    display.number,
                    say("Monitor {number}: {name}, {width} × {height}").format(name=display.name, **facts),
                )
        part = len(self._displays) + 1
        self._offer(part, say("A part that I choose by dragging"))
        self._check({What.ALL: 0, What.REGION: part, What.DIALOG: part}.get(self._choice.what, self._choice.monitor))

    def _check(self, number: int) -> None:
        (self._radios.button(number) or self._radios.button(0)).setChecked(True)

    def _offer(self, number: int, words: str) -> None:
        radio = QRadioButton(words)
        self._radios.addButton(radio, number)
        self._places.addWidget(radio)

    def chosen(self) -> ScreenChoice:
        """What is chosen now."""
        number = self._radios.checkedId()
        part = What.DIALOG if self._by_desktop else What.REGION
        what = What.ALL if number <= 0 else What.MONITOR if number <= len(self._displays) else part
        return ScreenChoice(what, max(1, min(number, len(self._displays))), self.delay.currentData())

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            every = frozenset(display.number for display in self._displays)
            self.sketch.choose(every if number == 0 else every & {number})

    def _clicked(self, number: int) -> None:
        button = self._radios.button(number if len(self._displays) > 1 else 0)
        if button is not None:
            button.setChecked(True)

    def offer_another_way(self, error: KitError) -> None:
        """Say why the desktop gave no picture, and what else can be done."""
        self.tell_error(error)
        self.permission_button.show()
        self.files_button.show()

    def _ask_permission(self) -> None:
        """Some desktops ask the person only for a program whose window is in use: now, and not while it is hidden."""
        self.permission_button.setEnabled(False)
        self.take_button.setEnabled(False)
        self.notice.show_words(say("The desktop is asked. If it shows a question, allow it there."))
        clock, keep_on = self.bridge.desktop.clock, self._cancel.check
        self.requests.append(
            self.bridge.aside(lambda: ask_permission(clock, keep_on), self._permitted, self._not_permitted)
        )

    def _permitted(self, left_behind: str | None) -> None:
        self.permission_button.hide()
        self.take_button.setEnabled(True)
        self._check(0)
        if left_behind is None:
            self.notice.show_words(say("The desktop allows pictures of the screen now. You can capture."), Manner.GOOD)
        else:
            self.tell_error(Refused(Code.DESKTOP_COPY_LEFT, path=left_behind))

    def _not_permitted(self, error: KitError) -> None:
        self.permission_button.setEnabled(True)
        self.take_button.setEnabled(True)
        self.tell_error(error)

    def _forget(self) -> None:
        super()._forget()
        self._cancel.call_off()

    def _more(self) -> None:
        self.more.hide()
        self.command.show()
        self.command.copy.setFocus()

    def _files(self) -> None:
        self.files_wanted.emit()
        self.go()

    def take(self) -> None:
        """Go ahead."""
        self.wanted.emit(self.chosen(), self._displays)
        self.go()
