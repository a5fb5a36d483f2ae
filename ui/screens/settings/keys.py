"""The keys of the window, and how to capture by a key while another program has the keyboard."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout

from ui.bridge import Bridge
from ui.parts.command import CommandLine
from ui.parts.screen import card
from ui.parts.text import Text
from ui.screens.capture.screen import sealed_command
from ui.screens.settings.section import Section
from ui.words import say


class KeysSection(Section):
    """Nothing to choose: what there is."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Keys"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(24)
        for row, (keys, words) in enumerate(self._known()):
            shown = Text(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText), "mono")
            shown.setWordWrap(False)
            grid.addWidget(shown, row, 0)
            grid.addWidget(Text(words), row, 1)
        self.body.addWidget(card(grid, say("In this window")))
        self.command = CommandLine(
            say(
                "Keys that work everywhere belong to the desktop. Open its keyboard settings, add a shortcut of your "
                "own, and give it this command. It captures the screen at once, seals it, and asks for no passphrase."
            ),
            sealed_command(bridge.desktop.folder),
        )
        column = QGridLayout()
        column.addWidget(self.command)
        self.body.addWidget(card(column, say("From any program")))
        self.body.addStretch(1)

    @staticmethod
    def _known() -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+L", say("Lock at once")),
            ("Ctrl+Shift+S", say("Capture the screen")),
            ("Ctrl+Shift+P", say("Capture a page")),
            ("Ctrl+Shift+F", say("Add files")),
            ("Ctrl+Shift+N", say("Write a note")),
            ("/", say("Search, in the journal")),
            ("Tab", say("The next thing that can be used")),
            ("Space", say("Press the button that has the focus, or tick the box")),
            ("Esc", say("Close a dialog")),
        )
