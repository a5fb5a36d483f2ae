"""Checks of the vault and of this computer, with what they found."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_kit.jobs.doctor import examine_machine
from evidence_kit.jobs.upkeep import CheckVault
from evidence_kit.model.finding import Finding, Verdict
from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.findings import group_card, groups
from ui.parts.flow import Flow
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.settings.work import LongWork
from ui.words import say


class Checks(QWidget):
    """A card. `told` has words and a kind for the notice."""

    told = Signal(str, object)

    def __init__(self, bridge: Bridge, work: LongWork) -> None:
        super().__init__()
        self._bridge = bridge
        self._work = work
        self.check = Button(say("Check the vault"), self._check, icon="check")
        self.machine = Button(say("Check this computer"), self._examine)
        self.findings = QVBoxLayout()
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "The vault: every entry, every captured file, and the proof that nothing was changed. This "
                    "computer: the programs that are needed, room on the disk, and what could keep things in clear."
                ),
                Tone.FAINT,
            )
        )
        column.addLayout(Flow(self.check, self.machine))
        column.addLayout(self.findings)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card(column, say("Check")))

    def _check(self) -> None:
        self._clear()
        self._work.run(
            "check",
            say("The whole vault is read and checked…"),
            lambda then, otherwise: self._bridge.submit(CheckVault(), then, otherwise),
            self._checked,
            may_stop=True,
        )

    def _checked(self, findings: tuple[Finding, ...]) -> None:
        self._show(findings)
        if any(finding.verdict is Verdict.BROKEN for finding in findings):
            self.told.emit(say("Something in the vault does not hold. What is wrong stands below."), Manner.BAD)
        else:
            self.told.emit(say("The vault holds: nothing in it was changed or lost."), Manner.GOOD)

    def _examine(self) -> None:
        self._clear()
        folder = self._bridge.desktop.places.folder
        self._work.run(
            "machine",
            say("This computer is looked at. That takes some seconds…"),
            lambda then, otherwise: self._bridge.aside(lambda: tuple(examine_machine(folder)), then, otherwise),
            self._show,
            may_stop=False,
        )

    def _clear(self) -> None:
        while (item := self.findings.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show(self, findings: tuple[Finding, ...]) -> None:
        for group in groups(findings):
            self.findings.addWidget(group_card(group))
