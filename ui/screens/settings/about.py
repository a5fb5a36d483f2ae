"""What this is made of: versions and licences, as they are installed here. Asks nobody."""

from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QFormLayout, QListWidget, QListWidgetItem, QVBoxLayout

from evidence_kit.machine.components import Component, Versions, own_licence, parts, versions
from ui.bridge import Bridge
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.settings.section import Section
from ui.words import say

_Known = tuple[Versions, Path | None, tuple[Component, ...]]
_ROWS = 8


class AboutSection(Section):
    """Read once, on another thread."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("About"))
        self._bridge = bridge
        self._asked = False
        self.versions = QFormLayout()
        self.versions.setHorizontalSpacing(24)
        self.licence = Text(copyable=True)
        self.parts = QListWidget()
        self.parts.setAccessibleName(say("Parts that others made, with their licences"))
        self.parts.setWordWrap(True)
        self.parts.currentRowChanged.connect(self._chosen)
        self.where = Text("", Tone.FAINT, copyable=True)
        self._found: tuple[Component, ...] = ()
        column = QVBoxLayout()
        column.addWidget(
            Text(say("Evidence Kit records internet shutdowns: what was seen, when, and proof that nobody changed it."))
        )
        column.addLayout(self.versions)
        self.body.addWidget(card(column, say("Versions")))
        own = QVBoxLayout()
        own.addWidget(
            Text(
                say(
                    "Evidence Kit is free software under the GNU General Public License, version 3 or later. You may "
                    "use it, pass it on and change it; it comes without any warranty."
                )
            )
        )
        own.addWidget(self.licence)
        self.body.addWidget(card(own, say("Licence")))
        others = QVBoxLayout()
        others.addWidget(self.parts)
        others.addWidget(self.where)
        self.body.addWidget(card(others, self.parts.accessibleName()))
        self.body.addStretch(1)

    def enter(self) -> None:
        if not self._asked:
            self._asked = True
            self._bridge.aside(lambda: (versions(), own_licence(), parts()), self._know, self.failed.emit)

    def _know(self, known: _Known) -> None:
        told, licence, self._found = known
        for name, version in (
            ("Evidence Kit", told.product),
            ("Python", told.python),
            ("Qt", qVersion()),
            ("SQLCipher", told.sqlcipher),
            ("GnuPG", told.gpg or say("not found")),
        ):
            self.versions.addRow(Text(name, Tone.FAINT), Text(version, copyable=True))
        if licence is not None:
            self.licence.setText(say("The text of the licence: {file}").format(file=licence))
        self.licence.setVisible(licence is not None)
        for part in self._found:
            QListWidgetItem(
                say("{name} {version}: {licence}").format(
                    name=part.name, version=part.version, licence=part.licence or say("see its text")
                ),
                self.parts,
            )
        self.parts.setMinimumHeight(_ROWS * max(1, self.parts.sizeHintForRow(0)))
        self.parts.setCurrentRow(0)

    def _chosen(self, at: int) -> None:
        if not 0 <= at < len(self._found):
            return
        texts = self._found[at].texts
        if texts:
            self.where.setText(say("Its text: {files}").format(files="\n".join(str(text) for text in texts)))
        else:
            self.where.setText(say("Its makers put no text beside it; its name says which licence it is."))
