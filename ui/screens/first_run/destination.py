"""The page on where the first recipient's reports go: a recipient without a place is nobody to send to."""

import re
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout

from evidence_kit.errors import KitError
from evidence_kit.jobs.people import AddDestination
from evidence_kit.model.delivery import Recipient
from ui.bridge import Bridge
from ui.panels.page import PanelPage
from ui.parts.destination import DestinationForms
from ui.parts.recipient_name import name_of
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner
from ui.words import say

_NAME_CAP: Final = 100
_IN_ANGLES: Final = re.compile(r"<([^<>\s]+@[^<>\s]+)>")


class DestinationPage(PanelPage):
    """Say where reports for `recipients` go, or leave it for later."""

    def __init__(self, bridge: Bridge, recipients: Sequence[Recipient]) -> None:
        super().__init__(say("Where your reports go"))
        self._bridge = bridge
        self._recipients = tuple(recipients)
        self._working = False
        self.destination = DestinationForms()
        self.destination.offer(_mail_of(recipients))
        self.destination.changed.connect(self.changed)
        self.body.addWidget(
            Text(
                say(
                    "Reports for {names} leave by themselves as soon as there is a connection. Nothing is sent now: "
                    "what you write here is tried with your first report."
                ).format(names=self._names())
            )
        )
        inside = QVBoxLayout()
        inside.addWidget(self.destination)
        self.body.addWidget(card(inside))
        self.body.addStretch(1)

    def _names(self) -> str:
        return ", ".join(_IN_ANGLES.sub("", name_of(one)).strip() or name_of(one) for one in self._recipients)

    def enter(self) -> None:
        lines = self.destination.chosen.lines()
        next((line for line in lines if not line.text().strip()), lines[0]).setFocus()

    def is_empty(self) -> bool:
        """Whether nothing was written that is not there by itself."""
        return self.destination.is_empty()

    def next_words(self) -> str:
        return say("Later") if self.is_empty() else say("Add this destination")

    def may_go_on(self) -> bool:
        return not self._working

    def go_on(self) -> None:
        if self.is_empty():
            self.done.emit()
            return
        complaint = self.destination.chosen.complaint()
        if complaint:
            self.told.emit(complaint, Manner.WARN)
            return
        try:
            url = self.destination.chosen.url()
        except KitError as error:
            self.failed.emit(error)
            return
        self._work(say("The destination is being added…"))
        wanted = tuple(one.fingerprint for one in self._recipients)
        self._bridge.submit(AddDestination(self._names()[:_NAME_CAP], url, wanted), self._added, self._failed)

    def _added(self, _destination: Any) -> None:
        self._work("")
        # It is in the vault now, with its password; a page that one may come back to need not hold it too.
        self.destination.clear()
        self._bridge.learn_routes()
        self.done.emit()

    def _failed(self, error: KitError) -> None:
        self._work("")
        self.failed.emit(error)

    def _work(self, words: str) -> None:
        self._working = bool(words)
        self.busy.emit(words)
        self.changed.emit()


def _mail_of(recipients: Sequence[Recipient]) -> str:
    """The first mail address in their keys, which were compared; "" where there is none."""
    found = (_IN_ANGLES.search(name) for one in recipients for name in one.user_ids)
    return next((one[1] for one in found if one is not None), "")
