"""The guide: works offline, locked, and before there is any vault; leads back to where the question arose."""

from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.keys import on_keys
from ui.parts.screen import Screen
from ui.screens.guide.reader import Reader
from ui.screens.guide.tell.page import TellPage
from ui.screens.guide.topics import topics
from ui.screens.guide.topics.tell import tell_topic
from ui.words import say


class GuideScreen(Screen):
    """The place of the rail. `show_topic` and `offer_way_back` are for whoever leads here."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Guide"))
        self._bridge = bridge
        self._from = ""
        self.tell: TellPage | None = None
        told = tell_topic()
        self.reader = Reader((*topics(), told), {told.name: self._make_tell})
        self.back = Button("", self._go_back)
        # Not the button's own: that goes with every change of its words.
        on_keys("Alt+Left", self, self._go_back)
        self.back.hide()
        self.aside.addWidget(self.back)
        self.body.addWidget(self.reader, 1)

    def _make_tell(self) -> TellPage:
        self.tell = TellPage(self._bridge)
        self.tell.told.connect(self.notice.show_words)
        self.tell.failed.connect(self.tell_error)
        self.tell.enter()
        return self.tell

    def enter(self) -> None:
        if self.tell is not None:
            self.tell.enter()
        self.reader.list.setFocus()

    def show_topic(self, name: str) -> None:
        """Open the guide at a topic."""
        self.notice.hide()
        self.reader.show_topic(name)

    def offer_way_back(self, name: str, title: str) -> None:
        """A button that leads back to the place `name`; no button for ""."""
        self._from = name
        words = say("Back to “{place}”").format(place=title)
        self.back.setText(words)
        self.back.setAccessibleName(words)
        self.back.setVisible(bool(name))

    def _go_back(self) -> None:
        if not self._from:
            return
        self._bridge.place_wanted.emit(self._from)
