"""The keys of the window, and how to capture by a key while another program has the keyboard."""

from dataclasses import replace

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout

from ui.bridge import Bridge
from ui.capture.screen import sealed_command
from ui.integration.shortcut import GlobalShortcut, ShortcutState, global_shortcut
from ui.parts.command import CommandLine
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.settings.section import Section, beginning
from ui.words import say


class KeysSection(Section):
    """What there is, and whether the desktop is asked for a key that works in any program."""

    def __init__(self, bridge: Bridge, key: GlobalShortcut | None = None) -> None:
        super().__init__(say("Keys"))
        self._bridge = bridge
        self._key = key or global_shortcut(bridge)
        self.body.addWidget(card(self._grid(), say("In this window")))
        self.wanted = QCheckBox(say("Ask the desktop for a key"))
        self.wanted.setAccessibleName(self.wanted.text())
        self.wanted.toggled.connect(self._choose)
        self.state = Text()
        self.command = CommandLine(
            say(
                "Or do it by hand, on any desktop: open its keyboard settings, add a shortcut of your own, and give it "
                "this command. It captures the screen at once, seals it, and asks for no passphrase."
            ),
            sealed_command(bridge.desktop.places.folder),
        )
        self.body.addWidget(card(self._from_any_program(), say("From any program")))
        self.body.addStretch(1)
        self._key.changed.connect(self._look)
        self._look()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(24)
        for row, (keys, words) in enumerate(self._known()):
            shown = Text(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText), Tone.MONO)
            shown.setWordWrap(False)
            grid.addWidget(shown, row, 0)
            grid.addWidget(Text(words), row, 1)
        return grid

    def _from_any_program(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(
            Text(
                say(
                    "With a key of the desktop, the screen is captured at once while another program has the keyboard, "
                    "with the vault locked or not."
                )
            )
        )
        column.addLayout(beginning(self.wanted))
        column.addWidget(self.state)
        column.addWidget(
            Text(
                say(
                    "The desktop may ask you which key it shall be; Ctrl+Alt+Shift+E is proposed. It notes in its own "
                    "settings that Evidence Kit has a key. The key works while Evidence Kit runs."
                ),
                Tone.FAINT,
            )
        )
        column.addSpacing(8)
        column.addWidget(self.command)
        return column

    def enter(self) -> None:
        self._look()

    def _choose(self, on: bool) -> None:
        self._bridge.prefer(replace(self._bridge.desktop.places.preferences, global_key=on))
        self._key.follow()

    def _look(self) -> None:
        """Show what is so now."""
        self.wanted.blockSignals(True)
        self.wanted.setChecked(self._bridge.desktop.places.preferences.global_key)
        self.wanted.blockSignals(False)
        words, tone = state_words(self._key.state, self._key.trigger)
        self.state.setText(words)
        self.state.set_tone(tone)
        self.state.setVisible(bool(words))

    @staticmethod
    def _known() -> tuple[tuple[str, str], ...]:
        return (
            ("F1", say("The guide, at what is on show")),
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


def state_words(state: ShortcutState, trigger: str) -> tuple[str, Tone]:
    """How the key stands, and the tone of that; "" where nothing was asked."""
    match state:
        case ShortcutState.OFF:
            return "", Tone.PLAIN
        case ShortcutState.ASKING:
            return say("The desktop is asked. If it shows a question, answer it there."), Tone.PLAIN
        case ShortcutState.WORKS:
            return say("It works. The desktop calls the key: {trigger}").format(trigger=trigger), Tone.GOOD
        case ShortcutState.NO_KEY:
            return say(
                "The desktop knows of it, but names no key for it. Look for Evidence Kit in the desktop's keyboard "
                "settings, and give it one there."
            ), Tone.WARN
        case ShortcutState.NOT_OFFERED:
            return say(
                "This desktop does not offer programs such a key. The command below works without that."
            ), Tone.WARN
        case ShortcutState.DECLINED:
            return say("The desktop said no. Tick it again to be asked once more."), Tone.WARN
        case ShortcutState.FAILED:
            return say(
                "The desktop offers such keys, but gave Evidence Kit none. Untick it and tick it again, or use the "
                "command below."
            ), Tone.WARN
        case ShortcutState.LOST:
            return say(
                "The part of the desktop that calls the key has ended, so the key does nothing now. Untick it and tick "
                "it again, or use the command below."
            ), Tone.WARN
