"""The vault that is in use: where it lies, what it weighs, and its key's fingerprint."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_kit.jobs.care import AskFingerprint
from ui.bridge import Bridge
from ui.panels.elsewhere import OtherVaults
from ui.parts.button import Button
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import grouped, say, size


class ThisVault(QWidget):
    """A card. `told` has words and a kind for the notice, `failed` an error."""

    told = Signal(str, object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._fingerprint = ""
        self.others = OtherVaults(bridge)
        self.weight = Text()
        self.fingerprint = Text("", Tone.MONO, copyable=True)
        self.copy = Button(say("Copy"), self._copy)
        self.copy.setAccessibleName(say("Copy the fingerprint"))
        self.copy.setEnabled(False)
        fingerprint = QHBoxLayout()
        fingerprint.addWidget(self.fingerprint, 1)
        fingerprint.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addWidget(Text(say("Its folder"), Tone.FAINT))
        column.addWidget(Text(str(bridge.desktop.places.folder), Tone.MONO, copyable=True))
        column.addWidget(self.others)
        column.addWidget(self.weight)
        column.addWidget(Text(say("Fingerprint of its key"), Tone.FAINT))
        column.addLayout(fingerprint)
        column.addWidget(
            Text(
                say("Recipients see by it that a report is from this vault. Tell it to them over another way."),
                Tone.FAINT,
            )
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card(column, say("This vault")))

    def enter(self) -> None:
        """Ask anew for what may have changed."""
        self._bridge.aside(self._bridge.desktop.places.size_on_disk, self._weighed, self.failed.emit)
        if self._bridge.desktop.session.unlocked:
            self._bridge.submit(AskFingerprint(), self._know, self.failed.emit)
        else:
            self.fingerprint.set_tone(Tone.FAINT)
            self.fingerprint.setText(say("Shown once the vault is open."))

    def _weighed(self, count: int) -> None:
        self.weight.setText(say("It takes {size} on the disk.").format(size=size(count)))

    def _know(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self.fingerprint.set_tone(Tone.MONO)
        self.fingerprint.setText(grouped(fingerprint))
        self.copy.setEnabled(True)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint)
        self.told.emit(say("The fingerprint is copied."), Manner.GOOD)
