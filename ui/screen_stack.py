"""The screens of the places, of which one shows; each is made at the first need."""

from collections.abc import Mapping

from evidence_kit.errors import KitError
from ui.bridge import Bridge
from ui.parts.place import PlaceName
from ui.parts.screen import Screen
from ui.parts.stack import Stack
from ui.parts.tone import Manner
from ui.places import RailEntry


class ScreenStack(Stack):
    """What is to be told is told on the screen that shows."""

    def __init__(self, bridge: Bridge, places: Mapping[PlaceName, RailEntry]) -> None:
        super().__init__()
        self._bridge = bridge
        self._places = places
        self._screens: dict[PlaceName, Screen] = {}

    def screen_of(self, name: PlaceName) -> Screen:
        """The screen of a place."""
        if name not in self._screens:
            self._screens[name] = self._places[name].make(self._bridge)
            self.addWidget(self._screens[name])
        return self._screens[name]

    def made(self, name: PlaceName) -> Screen | None:
        """The screen of a place, if it was needed so far."""
        return self._screens.get(name)

    def drop(self, name: PlaceName) -> None:
        """Nothing of that screen stays."""
        screen = self._screens.pop(name, None)
        if screen is not None:
            self.removeWidget(screen)
            screen.deleteLater()

    def drop_all(self) -> None:
        """Nothing of any screen stays."""
        for name in list(self._screens):
            self.drop(name)

    def shown(self) -> Screen | None:
        """The screen on show; None where the page is on show that unlocks."""
        shown = self.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def kept(self, words: str) -> None:
        """Something was kept."""
        self._tell(words, Manner.GOOD)

    def warned(self, words: str) -> None:
        """Something was kept, and should be looked at."""
        self._tell(words, Manner.WARN)

    def _tell(self, words: str, manner: Manner) -> None:
        shown = self.shown()
        if shown is not None:
            shown.notice.show_words(words, manner)

    def failed(self, error: KitError) -> None:
        """Something failed that nobody else tells."""
        shown = self.shown()
        if shown is not None:
            shown.tell_error(error)
