"""The guide, opened at a topic: over a dialog that asks, else in its place, with a way back to where one was."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from ui.parts.place import PlaceName
from ui.places import TOPICS
from ui.rail import Rail
from ui.screen_stack import ScreenStack
from ui.screens.guide.sheet import GuideSheet
from ui.screens.guide.view import GuideScreen


class Help(QObject):
    """`go` shows a place of the rail, `present` brings the window before the person."""

    def __init__(
        self,
        window: QWidget,
        rail: Rail,
        screens: ScreenStack,
        go: Callable[[PlaceName], None],
        present: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._rail = rail
        self._screens = screens
        self._go = go
        self._present = present
        self._left_at: tuple[PlaceName | None, QWidget | None] = (None, None)

    def explain(self, topic: str) -> None:
        """Open the guide at a topic."""
        asking = QApplication.activeModalWidget() or QApplication.activeWindow()
        if isinstance(asking, GuideSheet):
            asking.reader.show_topic(topic)
        elif isinstance(asking, QDialog):
            GuideSheet(topic, asking).show()
        else:
            self._lead_to_guide(topic)

    def explain_what_is_shown(self) -> None:
        """Open the guide at what the dialog or screen on show is about."""
        asking, shown = QApplication.activeWindow(), self._screens.shown()
        if isinstance(asking, QDialog):
            self.explain(asking.property("topic") or "document")
        elif shown is not None and self._rail.current() is not PlaceName.GUIDE:
            self.explain(shown.topic() or TOPICS.get(self._rail.current(), "shutdown"))

    def _lead_to_guide(self, topic: str) -> None:
        guide, here = self._screens.screen_of(PlaceName.GUIDE), self._rail.current()
        if not isinstance(guide, GuideScreen):
            raise TypeError("the guide's place shows the guide")
        if here is not PlaceName.GUIDE:
            self._left_at = (here, self._window.focusWidget())
            guide.offer_way_back(here, self._rail.title(here))
        self._go(PlaceName.GUIDE)
        guide.show_topic(topic)
        self._present()

    def forget_way_back(self) -> None:
        """The person went elsewhere by themselves."""
        self._left_at = (None, None)
        guide = self._screens.made(PlaceName.GUIDE)
        if isinstance(guide, GuideScreen):
            guide.offer_way_back("", "")

    def follow(self, name: str) -> None:
        """Lead to a place; if the guide leads back, the keyboard is where it was."""
        place, focused = self._left_at
        is_back = self._rail.current() is PlaceName.GUIDE and name == place
        self._go(PlaceName(name))
        if is_back and focused is not None and isValid(focused) and focused.isVisible():
            focused.setFocus(Qt.FocusReason.OtherFocusReason)
