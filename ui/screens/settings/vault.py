"""Looking after the vault: where it lies, a backup, the ways in, a check, and its end."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from evidence_kit.jobs.upkeep import BackUpVault
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.settings.secrets import NewPassphraseSheet, NewRecoverySheet
from ui.screens.settings.section import Section
from ui.screens.settings.vault_checks import Checks
from ui.screens.settings.vault_place import ThisVault
from ui.screens.settings.wipe import WipeSheet
from ui.screens.settings.work import LongWork
from ui.words import say, size


class VaultSection(Section):
    """What needs the open vault is switched off while it is locked, with a way to unlock beside it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Vault"))
        self._bridge = bridge
        self.work = LongWork(bridge, self.progress, self)
        self.unlock = Button(say("Unlock the vault"), bridge.unlock_wanted.emit, kind=ButtonKind.PRIMARY, icon="unlock")
        self.backup = Button(say("Back up to a file…"), self._choose_file, icon="export")
        self.passphrase = Button(say("Change the passphrase…"), self._change)
        self.sheet = Button(say("Make a new recovery sheet…"), self._new_sheet)
        self.wipe = Button(say("Wipe the vault…"), self._wipe, kind=ButtonKind.DANGER)
        self.place = ThisVault(bridge)
        self.checks = Checks(bridge, self.work)
        self._locked = card(self._locked_words())
        for widget in (self._locked, self.place, self._copies(), self._ways_in(), self.checks, self._end()):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.work.changed.connect(self._allow)
        self.work.failed.connect(self.failed)
        self.place.told.connect(self.told)
        self.place.failed.connect(self.failed)
        self.place.others.departing.connect(self._go_elsewhere)
        self.checks.told.connect(self.told)
        bridge.stayed.connect(self.progress.end)

    # Cards

    def _locked_words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(Text(say("The vault is locked. Backup, passphrase, recovery sheet and check need it open.")))
        column.addLayout(Flow(self.unlock))
        return column

    def _copies(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "One encrypted file with everything. It opens with the passphrase and the recovery sheet of today. "
                    "Keep it on a stick, away from this computer."
                ),
                Tone.FAINT,
            )
        )
        column.addLayout(Flow(self.backup))
        return card(column, say("Backup"))

    def _ways_in(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "A new passphrase or sheet holds for this vault at once. Backups that exist still open with the "
                    "old ones: destroy them if somebody else may know those."
                ),
                Tone.FAINT,
            )
        )
        column.addLayout(Flow(self.passphrase, self.sheet))
        return card(column, say("Passphrase and recovery sheet"))

    def _end(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say("Makes everything in the vault unreadable for ever. Nothing of it can be brought back."), Tone.FAINT
            )
        )
        column.addLayout(Flow(self.wipe))
        return card(column, say("Wipe"))

    def _go_elsewhere(self) -> None:
        self.progress.begin(say("The other vault is being looked for…"))

    # What is so now

    def enter(self) -> None:
        self._allow()
        self.place.enter()

    def _allow(self) -> None:
        is_open, idle = self._bridge.desktop.session.unlocked, self.work.idle
        self._locked.setVisible(not is_open)
        for button in (self.backup, self.passphrase, self.sheet, self.checks.check):
            button.setEnabled(is_open and idle)
        self.checks.machine.setEnabled(idle)

    # A backup

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            say("Where the backup goes"),
            say("vault.backup"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # nothing is ever written over; the core says so
        )
        if name:
            self.back_up_to(Path(name))

    def back_up_to(self, file: Path) -> None:
        """Back the vault up into a file that does not exist yet."""
        self.work.run(
            "backup",
            say("The vault is copied…"),
            lambda then, otherwise: self._bridge.submit(BackUpVault(file), then, otherwise),
            partial(self._backed_up, file),
            may_stop=True,
        )

    def _backed_up(self, file: Path, count: int) -> None:
        self.told.emit(say("The backup is in {file}: {size}.").format(file=file, size=size(count)), Manner.GOOD)

    # Dialogs

    def _change(self) -> None:
        sheet = NewPassphraseSheet(self._bridge, self.window())
        sheet.changed.connect(self._passphrase_changed)
        sheet.open()

    def _passphrase_changed(self) -> None:
        self.told.emit(say("The passphrase is changed. Backups from before still open with the old one."), Manner.GOOD)

    def _new_sheet(self) -> None:
        sheet = NewRecoverySheet(self._bridge, self.window())
        sheet.changed.connect(self._sheet_changed)
        sheet.open()

    def _sheet_changed(self) -> None:
        self.told.emit(say("The new recovery sheet holds. Destroy the old one."), Manner.GOOD)

    def _wipe(self) -> None:
        WipeSheet(self._bridge, self.window()).open()
