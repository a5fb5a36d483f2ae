"""The locked vault: what goes on meanwhile, and the passphrase that opens it."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.jobs.passphrase import is_recovery_code
from ui.bridge import Bridge
from ui.panels.elsewhere import OtherVaults
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.place import PlaceName
from ui.parts.progress import Progress
from ui.parts.screen import Screen, card, scrolled
from ui.parts.secret import Secret
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.locked.after import AfterUnlock
from ui.screens.locked.model import LOSSES, meanwhile, sealed_words
from ui.words import say

_COUNT_MS: Final = 3000


class LockedScreen(Screen):
    """Unlocks with passphrase or recovery code."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("The vault is locked"))
        self._bridge = bridge
        self._name = "now"
        self.field = Secret(say("Passphrase or recovery code"))
        self.secret = self.field.line
        self.field.entered.connect(self.unlock)
        self.button = Button(say("Unlock"), self.unlock, kind=ButtonKind.PRIMARY, icon="unlock")
        self.meanwhile = Text("", Tone.FAINT)
        self.sealed = Text("", Tone.FAINT)
        self._progress = Progress()
        self.accept = QCheckBox(say("Open what is there. The journal says for ever that something was lost."))
        self.accept.setAccessibleName(self.accept.text())
        self._loss = self._loss_card()
        self.folder = Text(tone=Tone.FAINT, copyable=True)
        self.others = OtherVaults(bridge)
        self.others.departing.connect(self._go_elsewhere)
        bridge.stayed.connect(self._over)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._loss)
        column.addWidget(self._secret_card())
        column.addWidget(self._meanwhile_card())
        column.addStretch(1)
        self.body.addWidget(scrolled(page), 1)
        self._counting = QTimer(self)
        self._counting.setInterval(_COUNT_MS)
        self._counting.timeout.connect(self._count)
        self.setFocusProxy(self.secret)

    def _secret_card(self) -> QWidget:
        forgotten = partial(self._bridge.help_wanted.emit, "passphrase")
        column = QVBoxLayout()
        column.addWidget(Text(self.secret.accessibleName()))
        column.addWidget(self.field)
        column.addLayout(Flow(self.button, Button(say("Passphrase forgotten?"), forgotten, kind=ButtonKind.LINK)))
        column.addWidget(self._progress)
        column.addWidget(self.folder)
        column.addWidget(self.others)
        return card(column)

    def _meanwhile_card(self) -> QWidget:
        row = QHBoxLayout()
        row.addWidget(Button(say("Capture without unlocking"), self._capture, icon="screen"))
        row.addStretch(1)
        column = QVBoxLayout()
        column.addWidget(self.meanwhile)
        column.addWidget(self.sealed)
        column.addWidget(
            Text(say("You can capture now. It is sealed at once, and nobody can read it until you unlock."))
        )
        column.addLayout(row)
        return card(column, say("Meanwhile"))

    def _loss_card(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "Something is missing from the vault, or older than it was. A failing disk or a copied-back folder "
                    "does this; it can also mean that somebody changed it. If you have a newer backup, restore that."
                )
            )
        )
        column.addWidget(self.accept)
        frame = card(column, say("This vault does not hold what it once held"))
        frame.hide()
        return frame

    def topic(self) -> str:
        return "passphrase"

    def lead_to(self, name: str) -> None:
        """Which place the unlocking is for."""
        self._name = name

    def enter(self) -> None:
        # An unlocking that was under way when somebody locked gets no answer.
        self._over()
        self._loss.hide()
        self.accept.setChecked(False)
        self.notice.hide()
        self.field.clear()
        desktop = self._bridge.desktop
        # Whoever has several vaults must see which one asks; where there is only the usual one it is none the wiser.
        self.folder.setText(say("This vault is in {folder}.").format(folder=desktop.places.folder))
        self.folder.setVisible(desktop.places.folder != desktop.places.known.usual().vault)
        self.others.look()
        self._tell()
        self._count()
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._counting.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._counting.stop()
        self.field.clear()

    def _tell(self) -> None:
        self.meanwhile.setText(meanwhile(self._bridge.desktop))

    def _count(self) -> None:
        self._tell()
        self._bridge.aside(self._bridge.desktop.session.sealed, self._counted)

    def _counted(self, count: int) -> None:
        self.sealed.setText(sealed_words(count))
        self.sealed.setVisible(bool(count))

    def _capture(self) -> None:
        self._bridge.place_wanted.emit(PlaceName.NOW)

    # Unlocking

    def unlock(self) -> None:
        """Try what was typed."""
        if not self.secret.text() or not self.button.isEnabled():
            self.secret.setFocus()
            return
        by_code = is_recovery_code(self.secret.text())
        secret = self.field.take()
        self.button.setEnabled(False)
        self._progress.begin(say("Unlocking takes a moment, on purpose: it makes guessing slow."))
        accept_loss = self.accept.isChecked()
        self._bridge.unlock(secret, lambda _: self._opened(by_code), self._failed, accept_loss=accept_loss)

    def _opened(self, by_code: bool) -> None:
        self._over()
        self._loss.hide()
        self.accept.setChecked(False)
        self.notice.hide()
        AfterUnlock(self._bridge, self.window(), by_code=by_code)

    def _over(self) -> None:
        self._progress.end()
        self.button.setEnabled(True)

    def _go_elsewhere(self) -> None:
        self.notice.hide()
        self.button.setEnabled(False)
        self._progress.begin(say("The other vault is being looked for…"))

    def _failed(self, error: KitError) -> None:
        self._over()
        if self._bridge.desktop.places.is_missing:
            self._bridge.home_wanted.emit()
            return
        self.tell_error(error)
        self._loss.setVisible(error.code in LOSSES)
        self.secret.setFocus()
