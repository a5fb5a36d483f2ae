"""Right after an unlock: a new passphrase where the recovery code was used, and what was found amiss."""

from typing import Any, Final

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.jobs.care import AskFindings, ChangePassphrase
from evidence_kit.model.finding import Finding, Verdict
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.new_passphrase import NewPassphrase
from ui.parts.notice import Notice
from ui.parts.progress import Progress
from ui.parts.sign import SignedList
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import finding_sentence, say, sentence

_ICONS: Final = {
    Verdict.BROKEN: ("bad", "bad"),
    Verdict.UNPROVEN: ("warning", "warn"),
    Verdict.NOTE: ("unknown", "text"),
    Verdict.HOLDS: ("good", "good"),
}


class AfterUnlock(QObject):
    """Lives in the window until both are answered; a lock ends it with its dialogs."""

    def __init__(self, bridge: Bridge, window: QWidget, *, by_code: bool) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._window = window
        bridge.locked.connect(self.deleteLater)
        if by_code:
            dialog = NewPassphraseDialog(bridge, window)
            dialog.finished.connect(self._ask)
            dialog.open()
        else:
            self._ask()

    def _ask(self) -> None:
        self._bridge.submit(AskFindings(), self._found, self._failed)

    def _failed(self, error: KitError) -> None:
        if error.code is not Code.VAULT_LOCKED:
            self._bridge.failed.emit(error)
        self.deleteLater()

    def _found(self, findings: tuple[Finding, ...]) -> None:
        if findings:
            FindingsDialog(findings, self._window).open()
        self.deleteLater()


class FindingsDialog(QDialog):
    """What the unlock found amiss and did not stop at."""

    def __init__(self, findings: tuple[Finding, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Evidence Kit")
        self.setMinimumSize(QSize(560, 300))
        self.found = SignedList()
        self.found.setAccessibleName(say("What was found while unlocking"))
        self.found.setWordWrap(True)
        self.found.setIconSize(QSize(20, 20))
        for finding in findings:
            self.found.add(finding_sentence(finding), *_ICONS[finding.verdict])
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Button(say("Go on"), self.accept, kind=ButtonKind.PRIMARY))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(Text(say("What was found while unlocking"), Tone.HEAD))
        column.addWidget(
            Text(say("The vault is open. Everything below is kept in mind; make a backup soon."), Tone.FAINT)
        )
        column.addWidget(self.found, 1)
        column.addLayout(row)


class NewPassphraseDialog(QDialog):
    """After the recovery code opened the vault: choose a passphrase that will be remembered, or go on without."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.setWindowTitle("Evidence Kit")
        self.setMinimumWidth(600)
        self.passphrase = NewPassphrase()
        self.passphrase.entered.connect(self._change)
        self.notice = Notice()
        self.progress = Progress()
        self.change = Button(say("Change the passphrase"), self._change, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addWidget(Button(say("Keep the old passphrase"), self.reject))
        row.addStretch(1)
        row.addWidget(self.change)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(Text(say("Choose a new passphrase"), Tone.HEAD))
        column.addWidget(
            Text(say("The recovery code opened the vault. If the passphrase is forgotten, choose another one now."))
        )
        column.addWidget(self.passphrase)
        column.addWidget(self.notice)
        column.addWidget(self.progress)
        column.addLayout(row)
        self.finished.connect(self.passphrase.forget)
        self.passphrase.setFocus()

    def _change(self) -> None:
        complaint = self.passphrase.complaint()
        if complaint:
            self.notice.show_words(complaint, Manner.WARN)
            return
        if not self.change.isEnabled():
            return
        self.change.setEnabled(False)
        self.notice.hide()
        self.progress.begin(say("The passphrase is being changed…"))
        self._bridge.submit(ChangePassphrase(self.passphrase.take()), self._changed, self._failed)

    def _changed(self, _: Any) -> None:
        self.accept()

    def _failed(self, error: KitError) -> None:
        self.progress.end()
        self.change.setEnabled(True)
        self.notice.show_words(sentence(error), Manner.WARN)
