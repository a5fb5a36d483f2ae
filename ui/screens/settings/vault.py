"""Looking after the vault: where it lies, a backup, the ways in, a check, and its end."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.events import WorkProgressed
from evidence_kit.jobs.care import AskFingerprint
from evidence_kit.jobs.doctor import examine_machine
from evidence_kit.jobs.upkeep import BackUpVault, CheckVault
from evidence_kit.model.finding import Finding, Verdict
from ui.bridge import Bridge, Request
from ui.panels.elsewhere import OtherVaults
from ui.parts.button import Button
from ui.parts.findings import group_card, groups
from ui.parts.flow import Flow
from ui.parts.screen import card
from ui.parts.text import Text
from ui.screens.settings.secrets import NewPassphraseSheet, NewRecoverySheet
from ui.screens.settings.section import Section
from ui.screens.settings.wipe import WipeSheet
from ui.words import grouped, say, size


class VaultSection(Section):
    """What needs the open vault is switched off while it is locked, with a way to unlock beside it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Vault"))
        self._bridge = bridge
        self._fingerprint = ""
        self._work = ""
        self._request: Request | None = None
        self.unlock = Button(say("Unlock the vault"), bridge.unlock_wanted.emit, kind="primary", icon="unlock")
        self.weight = Text()
        self.fingerprint = Text("", "mono", copyable=True)
        self.copy = Button(say("Copy"), self._copy)
        self.copy.setAccessibleName(say("Copy the fingerprint"))
        self.backup = Button(say("Back up to a file…"), self._choose_file, icon="export")
        self.passphrase = Button(say("Change the passphrase…"), self._change)
        self.sheet = Button(say("Make a new recovery sheet…"), self._new_sheet)
        self.check = Button(say("Check the vault"), self._check, icon="check")
        self.machine = Button(say("Check this computer"), self._examine)
        self.wipe = Button(say("Wipe the vault…"), self._wipe, kind="danger")
        self.findings = QVBoxLayout()
        self.others = OtherVaults(bridge)
        self.others.cancel.connect(self._go_elsewhere)
        bridge.stayed.connect(self.progress.end)
        self._locked = card(self._locked_words())
        for widget in (self._locked, self._place(), self._copies(), self._ways_in(), self._checks()):
            self.body.addWidget(widget)
        self.body.addWidget(self._end())
        self.body.addStretch(1)
        bridge.happened.connect(self._heard)

    # Cards

    def _locked_words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(Text(say("The vault is locked. Backup, passphrase, recovery sheet and check need it open.")))
        column.addLayout(Flow(self.unlock))
        return column

    def _place(self) -> QWidget:
        fingerprint = QHBoxLayout()
        fingerprint.addWidget(self.fingerprint, 1)
        fingerprint.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addWidget(Text(say("Its folder"), "faint"))
        column.addWidget(Text(str(self._bridge.desktop.places.folder), "mono", copyable=True))
        column.addWidget(self.others)
        column.addWidget(self.weight)
        column.addWidget(Text(say("Fingerprint of its key"), "faint"))
        column.addLayout(fingerprint)
        column.addWidget(
            Text(
                say("Recipients see by it that a report is from this vault. Tell it to them over another way."), "faint"
            )
        )
        return card(column, say("This vault"))

    def _copies(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "One encrypted file with everything. It opens with the passphrase and the recovery sheet of today. "
                    "Keep it on a stick, away from this computer."
                ),
                "faint",
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
                "faint",
            )
        )
        column.addLayout(Flow(self.passphrase, self.sheet))
        return card(column, say("Passphrase and recovery sheet"))

    def _checks(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "The vault: every entry, every captured file, and the proof that nothing was changed. This "
                    "computer: the programs that are needed, room on the disk, and what could keep things in clear."
                ),
                "faint",
            )
        )
        column.addLayout(Flow(self.check, self.machine))
        column.addLayout(self.findings)
        return card(column, say("Check"))

    def _end(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(say("Makes everything in the vault unreadable for ever. Nothing of it can be brought back."), "faint")
        )
        column.addLayout(Flow(self.wipe))
        return card(column, say("Wipe"))

    def _go_elsewhere(self) -> None:
        self.progress.begin(say("The other vault is being looked for…"))

    # What is so now

    def enter(self) -> None:
        self._allow()
        self._bridge.aside(self._bridge.desktop.places.size_on_disk, self._weighed, self.failed.emit)
        if self._bridge.desktop.session.unlocked:
            self._bridge.submit(AskFingerprint(), self._know, self.failed.emit)
        else:
            self.fingerprint.set_tone("faint")
            self.fingerprint.setText(say("Shown once the vault is open."))

    def _weighed(self, count: int) -> None:
        self.weight.setText(say("It takes {size} on the disk.").format(size=size(count)))

    def _know(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self.fingerprint.set_tone("mono")
        self.fingerprint.setText(grouped(fingerprint))
        self._allow()

    def _allow(self) -> None:
        is_open, idle = self._bridge.desktop.session.unlocked, not self._work
        self._locked.setVisible(not is_open)
        for button in (self.backup, self.passphrase, self.sheet, self.check):
            button.setEnabled(is_open and idle)
        self.machine.setEnabled(idle)
        self.copy.setEnabled(bool(self._fingerprint))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint)
        self.told.emit(say("The fingerprint is copied."), "good")

    # Long work

    def _begin(self, work: str, words: str, *, may_stop: bool) -> None:
        self._work = work
        self._allow()
        self.progress.begin(words, self._stop if may_stop else None)

    def _stop(self) -> None:
        if self._request is not None:
            self._request.stop()

    def _heard(self, event: object) -> None:
        if isinstance(event, WorkProgressed) and self._work == event.work:
            self.progress.tell(event.done, event.total)

    def _over(self) -> None:
        self._work = ""
        self.progress.end()
        self._allow()

    def _fail(self, error: KitError) -> None:
        self._over()
        self.failed.emit(error)

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
        self._begin("backup", say("The vault is copied…"), may_stop=True)
        self._request = self._bridge.submit(BackUpVault(file), partial(self._backed_up, file), self._fail)

    def _backed_up(self, file: Path, count: int) -> None:
        self._over()
        self.told.emit(say("The backup is in {file}: {size}.").format(file=file, size=size(count)), "good")

    def _check(self) -> None:
        self._clear()
        self._begin("check", say("The whole vault is read and checked…"), may_stop=True)
        self._request = self._bridge.submit(CheckVault(), self._checked, self._fail)

    def _checked(self, findings: tuple[Finding, ...]) -> None:
        self._over()
        self._show(findings)
        if any(finding.verdict is Verdict.BROKEN for finding in findings):
            self.told.emit(say("Something in the vault does not hold. What is wrong stands below."), "bad")
        else:
            self.told.emit(say("The vault holds: nothing in it was changed or lost."), "good")

    def _examine(self) -> None:
        self._clear()
        self._begin("machine", say("This computer is looked at. That takes some seconds…"), may_stop=False)
        folder = self._bridge.desktop.places.folder
        self._bridge.aside(lambda: tuple(examine_machine(folder)), self._examined, self._fail)

    def _examined(self, findings: tuple[Finding, ...]) -> None:
        self._over()
        self._show(findings)

    def _clear(self) -> None:
        while (item := self.findings.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show(self, findings: tuple[Finding, ...]) -> None:
        for group in groups(findings):
            self.findings.addWidget(group_card(group))

    # Dialogs

    def _change(self) -> None:
        sheet = NewPassphraseSheet(self._bridge, self.window())
        sheet.changed.connect(self._passphrase_changed)
        sheet.open()

    def _passphrase_changed(self) -> None:
        self.told.emit(say("The passphrase is changed. Backups from before still open with the old one."), "good")

    def _new_sheet(self) -> None:
        sheet = NewRecoverySheet(self._bridge, self.window())
        sheet.changed.connect(self._sheet_changed)
        sheet.open()

    def _sheet_changed(self) -> None:
        self.told.emit(say("The new recovery sheet holds. Destroy the old one."), "good")

    def _wipe(self) -> None:
        WipeSheet(self._bridge, self.window()).open()
