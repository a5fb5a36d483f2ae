"""The rail on the window's leading edge: a button for each place, and the lock below them."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.parts.button import Button
from ui.parts.place import PlaceName
from ui.parts.screen import scrolled
from ui.places import RailEntry
from ui.words import say

_WIDTH: Final = 176


class Rail(QFrame):
    """`wanted` names the place that was clicked; `lock` is the button that locks at once."""

    wanted = Signal(str)

    def __init__(self, places: Sequence[RailEntry]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._places = places
        self._buttons: dict[PlaceName, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 12, 10, 12)
        column.setSpacing(4)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        # On a low screen the places scroll; the lock is always in sight.
        column.addWidget(scrolled(inside), 1)
        for place in places:
            self._add(place)
        self._rows.addStretch(1)
        self.lock = Button(say("Lock"), icon="lock")
        self.lock.setProperty("rail", True)
        self.lock.setToolTip(say("Lock the vault at once (Ctrl+L). Watching and sending go on."))
        column.addWidget(self.lock)

    def _add(self, place: RailEntry) -> None:
        button = Button(place.title, icon=place.icon)
        button.setProperty("rail", True)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.wanted.emit(place.name))
        self._rows.addWidget(button)
        self._buttons[place.name] = button

    def fit(self) -> None:
        """As wide as the longest words need, chosen or not."""
        widest = 0
        for button in self._buttons.values():
            for chosen in (True, False):
                button.setChecked(chosen)
                button.ensurePolished()
                widest = max(widest, button.sizeHint().width())
        self.setFixedWidth(max(_WIDTH, widest + 20))

    def mark(self, name: PlaceName) -> None:
        """Show which place is chosen."""
        # Not a button group: that would leave the unchecked ones out of the way of the Tab key.
        for one, button in self._buttons.items():
            button.setChecked(one == name)
            button.updateGeometry()  # the chosen one's words are bolder, so wider

    def show_places(self, begin: PlaceName) -> None:
        """Show the places that can be gone to where one begins at `begin`."""
        for place in self._places:
            if place.name in {PlaceName.SET_UP, PlaceName.MISSING}:
                shown = place.name is begin
            else:
                shown = begin is PlaceName.NOW or place.before
            self._buttons[place.name].setVisible(shown)

    def names(self) -> list[PlaceName]:
        """The places on show, from top to bottom."""
        return [name for name, button in self._buttons.items() if not button.isHidden()]

    def title(self, name: PlaceName) -> str:
        """What a place is called here."""
        return self._buttons[name].text()

    def current(self) -> PlaceName:
        """The place that is chosen."""
        return next(name for name, button in self._buttons.items() if button.isChecked())
