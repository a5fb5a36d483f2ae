"""A new passphrase and a new recovery sheet; whoever wants one shows first that the vault is theirs."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from evidence_kit.errors import KitError
from evidence_kit.jobs.care import ChangePassphrase, ProveSecret, SetRecoveryCode
from evidence_kit.jobs.passphrase import offer_recovery_code
from ui.bridge import Bridge
from ui.panels.recovery_page import SheetPage
from ui.panels.sheet import Sheet
from ui.parts.button import Button, ButtonKind
from ui.parts.new_passphrase import NewPassphrase
from ui.parts.progress import Progress
from ui.parts.secret import Secret
from ui.parts.text import Text
from ui.parts.tone import Manner
from ui.words import say

_PROVING = QSize(640, 560)


class NewPassphraseSheet(Sheet):
    """`changed` once the new passphrase holds."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None) -> None:
        super().__init__(bridge, say("Change the passphrase"), _PROVING, parent)
        self.present = Secret(say("The passphrase of now, or the recovery code"))
        self.present.entered.connect(self.change)
        self.new = NewPassphrase()
        self.new.entered.connect(self.change)
        self.progress = Progress()
        self.button = Button(say("Change the passphrase"), self.change, kind=ButtonKind.PRIMARY)
        self.body.addWidget(Text(self.present.line.accessibleName()))
        self.body.addWidget(self.present)
        self.body.addWidget(self.new)
        self.body.addWidget(self.progress)
        self.body.addStretch(1)
        self.buttons.addWidget(self.button)
        self.finished.connect(self._forget_words)
        self.present.setFocus()

    def _forget_words(self) -> None:
        self.present.clear()
        self.new.forget()

    def change(self) -> None:
        """Prove, then change."""
        complaint = self.new.complaint()
        if not self.button.isEnabled():
            return
        if not self.present.line.text():
            complaint = say("Type the passphrase of now first.")
        if complaint:
            self.notice.show_words(complaint, Manner.WARN)
            return
        self.notice.hide()
        self._allow(on=False)
        self.progress.begin(say("The passphrase is being changed…"))
        secret = bytearray(self.present.line.text(), "utf-8", "surrogatepass")
        self.requests.append(self.bridge.submit(ProveSecret(secret), self._proven, self._failed))

    def _proven(self, _: None) -> None:
        self.requests.append(self.bridge.submit(ChangePassphrase(self.new.take()), self._changed, self._failed))

    def _changed(self, _: None) -> None:
        self._forget_words()
        self.changed.emit()
        self.go()

    def _failed(self, error: KitError) -> None:
        self.progress.end()
        self._allow(on=True)
        self.tell_error(error)

    def _allow(self, *, on: bool) -> None:
        for widget in (self.present, self.new, self.button):
            widget.setEnabled(on)


class NewRecoverySheet(Sheet):
    """`changed` once the new code holds: not before two groups of it were typed back from paper."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None) -> None:
        super().__init__(bridge, say("A new recovery sheet"), QSize(720, 640), parent)
        self._code = ""
        self.page: SheetPage | None = None
        self.intro = Text(
            say(
                "The old sheet goes on opening the vault until the new one is on paper and two of its groups were "
                "typed back. Then the old one opens it no more."
            )
        )
        self.asked = Text(say("The passphrase of now, or the recovery code"))
        self.present = Secret(self.asked.text())
        self.present.entered.connect(self.go_on)
        self.progress = Progress()
        self.button = Button(say("Next"), self.go_on, kind=ButtonKind.PRIMARY)
        for widget in (self.intro, self.asked, self.present, self.progress):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.buttons.addWidget(self.button)
        self.present.setFocus()

    def go_on(self) -> None:
        """Prove, then show the code, then let it hold."""
        if not self.button.isEnabled():
            return
        self.notice.hide()
        if self.page is not None:
            self.page.go_on()
        elif not self.present.line.text():
            self.notice.show_words(say("Type the passphrase of now first."), Manner.WARN)
        else:
            self._work(say("One moment…"))
            secret = self.present.take()
            self.requests.append(self.bridge.submit(ProveSecret(secret), self._proven, self._failed))

    def _proven(self, _: None) -> None:
        self._work("")
        for widget in (self.intro, self.asked, self.present):
            widget.hide()
        self._code = offer_recovery_code()
        self.page = SheetPage(self.bridge, self._code)
        self.page.told.connect(self.notice.show_words)
        self.page.failed.connect(self.tell_error)
        self.page.done.connect(self._on_paper)
        for field in self.page.fields:
            field.returnPressed.connect(self.go_on)
        self.body.insertWidget(0, self.page)
        self.button.setText(say("Let the new sheet hold"))
        self.button.setAccessibleName(self.button.text())
        self.page.enter()

    def _on_paper(self) -> None:
        self._work(say("The new sheet is taken over…"))
        self.requests.append(self.bridge.submit(SetRecoveryCode(self._code), self._set, self._failed))

    def _set(self, _: None) -> None:
        self.changed.emit()
        self.go()

    def _failed(self, error: KitError) -> None:
        self._work("")
        self.tell_error(error)

    def _work(self, words: str) -> None:
        self.button.setEnabled(not words)
        if words:
            self.progress.begin(words)
        else:
            self.progress.end()
