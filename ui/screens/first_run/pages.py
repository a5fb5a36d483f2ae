"""The short pages that only tell or only choose: language, protection, network, and the end."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from evidence_kit.app.desktop import Desktop
from evidence_kit.machine.preferences import NetworkUse
from ui.bridge import Bridge
from ui.panels.drill_dialog import DrillDialog
from ui.panels.elsewhere import PlacesForVault
from ui.panels.language_choice import LanguageChoice
from ui.panels.page import PanelPage
from ui.parts.button import Button, ButtonKind
from ui.parts.screen import card
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import say


class LanguagePage(PanelPage):
    """The language of the window and the vault's place, each applied at once: the window is rebuilt."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Welcome"))
        self.choice = LanguageChoice(bridge)
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addStretch(1)
        self.body.addWidget(
            Text(
                say(
                    "Evidence Kit records internet shutdowns: what you see, when, and proof that nobody changed it "
                    "afterwards. It keeps everything encrypted, in a vault, and sends it when you say so."
                )
            )
        )
        self.body.addWidget(card(row, say("Language")))
        self.place = PlacesForVault(bridge)
        self.place.departing.connect(self._cancel)
        bridge.stayed.connect(self._stayed)
        self.body.addWidget(card(self._place(bridge.desktop), say("Where the vault is")))
        self.body.addWidget(
            Text(say("The next pages take about five minutes. Nothing is sent while you are on them."), Tone.FAINT)
        )
        self.body.addStretch(1)

    def _place(self, desktop: Desktop) -> QVBoxLayout:
        column = QVBoxLayout()
        if desktop.places.folder == desktop.places.known.computer.vault:
            words = say("On this computer, in this folder:")
        elif desktop.places.known.beside is not None and desktop.places.folder == desktop.places.known.beside.vault:
            words = say("Beside this program. The vault and your choices go where the stick goes:")
        else:
            words = say("In this folder:")
        column.addWidget(Text(words))
        column.addWidget(Text(str(desktop.places.folder), Tone.MONO, copyable=True))
        column.addWidget(self.place)
        if desktop.places.known.beside is not None and not desktop.places.may_keep_beside():
            column.addWidget(
                Text(say("The vault cannot be beside this program: its folder cannot be written to."), Tone.FAINT)
            )
        return column

    def _cancel(self) -> None:
        self.busy.emit(say("The place is being looked at…"))

    def _stayed(self) -> None:
        self.busy.emit("")

    def enter(self) -> None:
        self.choice.setFocus()


class ProtectionPage(PanelPage):
    """What is protected and what is not, plainly; from docs/threat-model.md."""

    def __init__(self) -> None:
        super().__init__(say("What this protects"))
        holds = _Points("good", "good")
        for words in (
            say("A locked computer that is taken: nobody can read what you recorded without your passphrase."),
            say("What you recorded: nobody can change it unnoticed, not even you."),
            say("Reports on their way: only the recipients you chose can open them."),
            say("A power cut: what was shown as kept is kept."),
        ):
            holds.add(words)
        fails = _Points("bad", "bad")
        for words in (
            say("A computer that is taken while the vault is open. Lock it when you leave: Ctrl+L."),
            say("Being forced to tell the passphrase, or somebody who sees you type it."),
            say("The fact that you use Evidence Kit: its folder and its connections can be seen."),
            say("Who caused a shutdown: pictures show what this computer saw, not who did it."),
        ):
            fails.add(words)
        self.body.addWidget(card(holds, say("Protected")))
        self.body.addWidget(card(fails, say("Not protected")))
        self.body.addStretch(1)


class _Points(QVBoxLayout):
    """Short sentences under each other, each with a sign before it."""

    def __init__(self, icon: str, tint: str) -> None:
        super().__init__()
        self.setSpacing(6)
        self._look = (icon, tint)

    def add(self, words: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Sign(18, *self._look))
        row.addWidget(Text(words), 1)
        self.addLayout(row)


class NetworkPage(PanelPage):
    """How the network may be used. Nothing is sent before this is answered."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Using the network"))
        self._bridge = bridge
        self.normal = QRadioButton(say("Normal"))
        self.quiet = QRadioButton(say("Quiet"))
        group = QButtonGroup(self)
        group.addButton(self.normal)
        group.addButton(self.quiet)
        (self.quiet if bridge.desktop.places.preferences.network is NetworkUse.QUIET else self.normal).setChecked(True)
        self.body.addWidget(
            _choice(
                self.normal,
                say(
                    "It watches the connection with small checks that look like the computer's own, and sends your "
                    "reports by itself as soon as there is a connection."
                ),
            )
        )
        self.body.addWidget(
            _choice(self.quiet, say("It does nothing on the network by itself. You start every check and sending."))
        )
        row = QHBoxLayout()
        row.addWidget(
            Button(say("What does it send?"), partial(bridge.help_wanted.emit, "network"), kind=ButtonKind.LINK)
        )
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(
            Text(
                say(
                    "Do you use Tor or a proxy? Choose Quiet now, enter the proxy in Settings, and choose Normal "
                    "there. You can change this at any time."
                ),
                Tone.FAINT,
            )
        )
        self.body.addStretch(1)

    def enter(self) -> None:
        (self.quiet if self.quiet.isChecked() else self.normal).setFocus()

    def go_on(self) -> None:
        chosen = NetworkUse.QUIET if self.quiet.isChecked() else NetworkUse.NORMAL
        self._bridge.prefer(replace(self._bridge.desktop.places.preferences, network=chosen))
        self.done.emit()


def _choice(button: QRadioButton, words: str) -> QWidget:
    button.setAccessibleName(button.text())
    button.setAccessibleDescription(words)
    column = QVBoxLayout()
    column.addWidget(button)
    column.addWidget(Text(words, Tone.FAINT))
    return card(column)


class ReadyPage(PanelPage):
    """The end, and an offer to rehearse."""

    def __init__(self, bridge: Bridge, *, had_vault: bool) -> None:
        super().__init__(say("Ready"))
        self._bridge = bridge
        self.drill = Button(say("Rehearse now"), self._rehearse, icon="now")
        rehearsal = QVBoxLayout()
        rehearsal.addWidget(
            Text(
                say(
                    "A small make-believe internet on this computer goes away and comes back. You see everything "
                    "work, in about half a minute. Nothing leaves the computer, and your vault is not touched."
                )
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.drill)
        row.addStretch(1)
        rehearsal.addLayout(row)
        if had_vault:
            words = say("There is a vault here already. It opens with its passphrase or its recovery code.")
            self.body.addWidget(Text(words))
            self.body.addWidget(Text(say("If you have no recovery sheet, make a new one in Settings."), Tone.FAINT))
        else:
            self.body.addWidget(Text(say("Your vault is made and open. Lock it when you leave the computer: Ctrl+L.")))
        self.body.addWidget(card(rehearsal, say("Rehearse before you need it")))
        guide = Button(
            say("What to do in a shutdown"), partial(bridge.help_wanted.emit, "shutdown"), kind=ButtonKind.LINK
        )
        last = QHBoxLayout()
        last.addWidget(guide)
        last.addStretch(1)
        self.body.addLayout(last)
        self.body.addStretch(1)

    def next_words(self) -> str:
        return say("Begin")

    def _rehearse(self) -> None:
        DrillDialog(self._bridge, self).open()
