"""The ways to another vault: the usual places, and a folder that the person names."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.words import say


class Elsewhere(QWidget):
    """Buttons beside each other. `departing` says that one was taken; then the bridge says `moved` or `stayed`."""

    departing = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        bridge.stayed.connect(self._stayed)

    def _stayed(self) -> None:
        self.setEnabled(True)

    def go(self, way: Callable[[], Path]) -> None:
        """Leave for the vault that `way` finds."""
        self.setEnabled(False)
        self.departing.emit()
        self._bridge.move(way)


class OtherVaults(Elsewhere):
    """Open another vault that is there, in place of this one; `more` are buttons beside these."""

    def __init__(self, bridge: Bridge, *more: Button, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        desktop, places = bridge.desktop, bridge.desktop.places.known
        self.computer = Button(
            say("The vault on this computer"),
            partial(self.go, lambda: places.computer.vault),
            kind=ButtonKind.LINK,
        )
        self.beside = Button(
            say("The vault beside this program"),
            partial(self.go, desktop.places.seek_room_beside),
            kind=ButtonKind.LINK,
        )
        self.other = Button(say("Open another vault…"), self._choose, kind=ButtonKind.LINK)
        self.setLayout(Flow(self.computer, self.beside, self.other, *more, gap=16))
        self.look()

    def look(self) -> None:
        """Offer what is there now."""
        there = self._bridge.desktop.places.vaults_elsewhere()
        self.computer.setVisible(self._bridge.desktop.places.known.computer in there)
        self.beside.setVisible(self._bridge.desktop.places.known.beside in there)

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, say("The vault's folder"))
        if name:
            self.open(Path(name))

    def open(self, folder: Path) -> None:
        """Open the vault in a folder."""
        self.go(partial(self._bridge.desktop.places.seek_vault, folder))


class PlacesForVault(Elsewhere):
    """Before there is a vault: where it will be, or which one is there already."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        desktop, places = bridge.desktop, bridge.desktop.places.known
        self.computer = Button(
            say("On this computer"), partial(self.go, lambda: places.computer.vault), kind=ButtonKind.LINK
        )
        self.beside = Button(
            say("On the stick, beside this program"),
            partial(self.go, desktop.places.seek_room_beside),
            kind=ButtonKind.LINK,
        )
        self.other = Button(say("In another folder…"), self._choose_room, kind=ButtonKind.LINK)
        self.existing = Button(say("I have a vault already…"), self._choose_vault, kind=ButtonKind.LINK)
        self.setLayout(Flow(self.computer, self.beside, self.other, self.existing, gap=16))
        self.computer.setVisible(desktop.places.folder != places.computer.vault)
        self.beside.setVisible(places.beside is not None and desktop.places.folder != places.beside.vault)
        self.beside.setEnabled(desktop.places.may_keep_beside())

    def _choose_room(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.other.text())
        if name:
            self.keep_in(Path(name))

    def keep_in(self, folder: Path) -> None:
        """Have the vault in a folder."""
        self.go(partial(self._bridge.desktop.places.seek_room, folder))

    def _choose_vault(self) -> None:
        name = QFileDialog.getExistingDirectory(self, say("The vault's folder"))
        if name:
            self.open(Path(name))

    def open(self, folder: Path) -> None:
        """Go on with the vault in a folder."""
        self.go(partial(self._bridge.desktop.places.seek_vault, folder))
