"""The vault is not where it was: most often a stick that is not in. No other one is made unasked."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.bridge import Bridge, PendingRequest
from ui.panels.elsewhere import OtherVaults
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.progress import Progress
from ui.parts.screen import Screen, card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import say

_LOOK_MS: Final = 2000


class MissingScreen(Screen):
    """Looks again by itself, so that putting the stick in is all there is to do."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("The vault is not there"))
        self._bridge = bridge
        self._request: PendingRequest | None = None
        self._asked = False
        self.again = Button(say("Look again"), self._look_again, kind=ButtonKind.PRIMARY, icon="retry")
        self.new = Button(say("Set up a new vault"), self._set_up, kind=ButtonKind.LINK)
        self.others = OtherVaults(bridge, self.new)
        self.others.departing.connect(self._cancel)
        self.progress = Progress()
        bridge.stayed.connect(self._stayed)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._missing())
        column.addWidget(self._instead())
        column.addStretch(1)
        self.body.addWidget(scrolled(page), 1)
        self.body.addWidget(self.progress)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def _missing(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(Text(say("It was in this folder:")))
        column.addWidget(Text(str(self._bridge.desktop.places.folder), Tone.MONO, copyable=True))
        column.addWidget(
            Text(
                say(
                    "If that is on a stick or on another disk, put it in and open it in your file manager. This page "
                    "goes on by itself as soon as the vault is there. Until then nothing is watched or kept."
                )
            )
        )
        column.addLayout(Flow(self.again))
        return card(column)

    def _instead(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "Was it moved, or is it on a stick that has another name here? Open the folder where it is now. A "
                    "new vault is empty, and the old one stays what it is."
                ),
                Tone.FAINT,
            )
        )
        column.addWidget(self.others)
        return card(column, say("Or use another vault"))

    def enter(self) -> None:
        self.others.look()
        self.new.setVisible(self._bridge.desktop.places.may_begin_anew())
        self.again.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _look_again(self) -> None:
        self._asked = True
        self.notice.hide()
        self._look()

    def _look(self) -> None:
        if self._request is None or not self._request.pending:
            # A medium that fails can take long to say so.
            self._request = self._bridge.aside(self._bridge.desktop.places.has_vault, self._looked)

    def _looked(self, there: bool) -> None:
        asked, self._asked = self._asked, False
        if there:
            self._timer.stop()
            self._bridge.home_wanted.emit()
        elif asked:
            self.notice.show_words(say("It is not there yet."), Manner.WARN)

    def _set_up(self) -> None:
        self.others.go(self._bridge.desktop.places.seek_beginning)

    def _cancel(self) -> None:
        self._timer.stop()
        self.notice.hide()
        self.progress.begin(say("The other vault is being looked for…"))

    def _stayed(self) -> None:
        self.progress.end()
        self._timer.start()
