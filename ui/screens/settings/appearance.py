"""How the window looks, which language it speaks, and when it is there: after it was closed, and after login."""

from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QSystemTrayIcon, QVBoxLayout

from evidence_kit.errors import KitError
from evidence_kit.machine.autostart import AutostartState
from evidence_kit.machine.preferences import Appearance
from ui.bridge import Bridge
from ui.panels.language_choice import LanguageChoice
from ui.parts.flow import Flow
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.settings.section import Section, beginning
from ui.words import say


class AppearanceSection(Section):
    """Every choice holds at once."""

    def __init__(self, bridge: Bridge, has_tray: bool | None = None) -> None:
        super().__init__(say("Appearance and language"))
        self._bridge = bridge
        self._has_tray = QSystemTrayIcon.isSystemTrayAvailable() if has_tray is None else has_tray
        preferences = bridge.desktop.places.preferences
        self.language = LanguageChoice(bridge)
        self.looks: dict[Appearance, QRadioButton] = {}
        group = QButtonGroup(self)
        for name, words in (
            (Appearance.SYSTEM, say("As on this computer")),
            (Appearance.LIGHT, say("Light")),
            (Appearance.DARK, say("Dark")),
        ):
            button = QRadioButton(words)
            button.setAccessibleName(words)
            button.setChecked(preferences.appearance is name)
            button.clicked.connect(lambda _checked, name=name: self._look(name))
            group.addButton(button)
            self.looks[name] = button
        # With a parent even where it is not shown: Python may collect an orphan on a thread that no widget survives.
        self.tray = QCheckBox(say("Stay in the tray"), self)
        self.tray.setAccessibleName(self.tray.text())
        self.tray.setChecked(preferences.to_tray)
        self.tray.toggled.connect(self._leave_in_tray)
        self.body.addWidget(card(beginning(self.language), say("Language")))
        self.body.addWidget(card(Flow(*self.looks.values(), gap=24), say("Colours")))
        self.login = QCheckBox(say("Start when I log in"))
        self.login.setAccessibleName(self.login.text())
        self.login.setEnabled(False)
        self.login.clicked.connect(self._start_at_login)
        self.login_state = Text("", Tone.WARN)
        self.login_state.hide()
        self.body.addWidget(card(self._tray_words(), say("When the window is closed")))
        self.body.addWidget(card(self._login_words(), say("At login")))
        self.body.addStretch(1)

    def _tray_words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        if self._has_tray:
            column.addLayout(beginning(self.tray))
            words = say(
                "Closing the window then leaves Evidence Kit in the tray, where it goes on watching and sending. The "
                "menu there captures the screen, locks, and quits. Without it, closing the window ends everything."
            )
        else:
            self.tray.hide()
            words = say(
                "This desktop has no tray, so closing the window ends Evidence Kit, and with it watching and sending."
            )
        column.addWidget(Text(words, Tone.FAINT))
        return column

    def _login_words(self) -> QVBoxLayout:
        if self._has_tray:
            words = say(
                "Evidence Kit then waits in the tray, with the vault locked, and watches as you chose under Network."
            )
        else:
            words = say(
                "This desktop has no tray, so Evidence Kit then starts as a minimised window, with the vault locked, "
                "and watches as you chose under Network."
            )
        column = QVBoxLayout()
        column.addLayout(beginning(self.login))
        column.addWidget(self.login_state)
        column.addWidget(Text(words, Tone.FAINT))
        column.addWidget(
            Text(
                say(
                    "For this a file is written into your settings on this computer. Whoever looks there sees that you "
                    "use Evidence Kit, where it is, and the vault's folder if that is not the usual one."
                ),
                Tone.FAINT,
            )
        )
        return column

    def enter(self) -> None:
        self._read_login()

    def _read_login(self) -> None:
        self._bridge.aside(self._bridge.desktop.places.autostart().state, self._know_login)

    def _know_login(self, state: AutostartState) -> None:
        self.login.setEnabled(True)
        # The truth of the file, whoever changed it.
        self.login.setChecked(state is AutostartState.ON)
        words = {
            AutostartState.OTHER: say(
                "The file is there and starts another program or another vault. Switch this on to start this one."
            ),
            AutostartState.HELD: say(
                "Your desktop was told not to start Evidence Kit. Switch this on to start it again."
            ),
        }.get(state, "")
        self.login_state.setText(words)
        self.login_state.setVisible(bool(words))

    def _start_at_login(self, on: bool) -> None:
        self.login.setEnabled(False)
        file = self._bridge.desktop.places.autostart()
        self._bridge.aside(file.switch_on if on else file.switch_off, self._login_chosen, self._login_failed)

    def _login_chosen(self, _: None) -> None:
        self._read_login()

    def _login_failed(self, error: KitError) -> None:
        self.failed.emit(error)
        self._read_login()

    def _look(self, name: Appearance) -> None:
        self._bridge.prefer(replace(self._bridge.desktop.places.preferences, appearance=name))

    def _leave_in_tray(self, on: bool) -> None:
        self._bridge.prefer(replace(self._bridge.desktop.places.preferences, to_tray=on))
