"""What may go out, through which way, and how much it was."""

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.events import DeliveryMoved, RoundJudged, WatchHeld
from evidence_kit.machine.preferences import NetworkUse
from evidence_kit.watch.network import NetworkChoice
from evidence_kit.watch.traffic import Traffic
from ui.bridge import Bridge
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.settings.bytes_used import BytesUsed
from ui.screens.settings.proxy_choice import ProxyChoice
from ui.screens.settings.section import Section, beginning
from ui.words import say

_SETTLE_MS: Final = 500
_INDENT: Final = 26


class NetworkSection(Section):
    """A choice holds at once: what is under way begins anew with it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Network"))
        self._bridge = bridge
        self._choice = NetworkChoice()
        self._traffic: Traffic | None = None
        self.normal = QRadioButton(say("Normal"))
        self.quiet = QRadioButton(say("Quiet"))
        self.checks = QCheckBox(say("Look at the connection"))
        self.sending = QCheckBox(say("Send reports by itself"))
        self.way = ProxyChoice()
        self.used = BytesUsed()
        self._group = QButtonGroup(self)
        self._group.addButton(self.normal)
        self._group.addButton(self.quiet)
        self.normal.clicked.connect(partial(self._prefer, NetworkUse.NORMAL))
        self.quiet.clicked.connect(partial(self._prefer, NetworkUse.QUIET))
        self.checks.clicked.connect(lambda on: self._choose(replace(self._choice, checks=on)))
        self.sending.clicked.connect(lambda on: self._choose(replace(self._choice, sending=on)))
        self.way.wanted.connect(lambda proxy: self._choose(replace(self._choice, proxy=proxy)))
        self.way.try_wanted.connect(self._try)
        self.used.checks_cap.connect(lambda cap: self._choose(replace(self._choice, checks_cap=cap)))
        self.used.sending_cap.connect(lambda cap: self._choose(replace(self._choice, sending_cap=cap)))
        self.body.addWidget(self._what())
        self.body.addWidget(card(self._ways(), say("The way out")))
        self.body.addWidget(card(self._count(), say("Bytes used")))
        self.body.addStretch(1)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._recount)
        bridge.happened.connect(self._heard)

    def _what(self) -> QWidget:
        parts = QVBoxLayout()
        indented = QHBoxLayout()
        indented.addSpacing(_INDENT)
        indented.addLayout(parts, 1)
        for box, words in (
            (
                self.checks,
                say(
                    "Every few minutes it greets two well-known servers, asks for a few names, and fetches one small "
                    "page as computers do to see whether they are online. When that fails it asks more of them, and "
                    "more often. Without it no disruption is noticed by itself."
                ),
            ),
            (
                self.sending,
                say("Encrypted reports go to the addresses you chose, as soon as there is a connection."),
            ),
        ):
            box.setAccessibleDescription(words)
            parts.addLayout(beginning(box))
            parts.addWidget(Text(words, Tone.FAINT))
        column = QVBoxLayout()
        for button, words in (
            (self.normal, say("It does by itself what is ticked here, and nothing else.")),
            (self.quiet, say("It does nothing on the network by itself. You start every check and sending.")),
        ):
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(words)
            column.addWidget(button)
            column.addWidget(Text(words, Tone.FAINT))
            if button is self.normal:
                column.addLayout(indented)
        column.addWidget(
            Text(
                say(
                    "Only when you ask for it: pages that you capture, and test letters. There are no updates, no "
                    "statistics and no crash reports. Nothing is ever sent to the makers of Evidence Kit."
                )
            )
        )
        return card(column, say("What it does by itself"))

    def _ways(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self.way)
        return column

    def _count(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(self.used)
        return column

    # What is so now

    def enter(self) -> None:
        self._show_profile()
        self._bridge.aside(self._bridge.desktop.network.choice, self._know, self._unreadable)
        self._recount()

    def _show_profile(self) -> None:
        network = self._bridge.desktop.places.preferences.network
        self.quiet.setChecked(network is NetworkUse.QUIET)
        self.normal.setChecked(network is NetworkUse.NORMAL)
        for box in (self.checks, self.sending):
            box.setEnabled(network is NetworkUse.NORMAL)

    def _know(self, choice: NetworkChoice) -> None:
        self._choice = choice
        self.checks.setChecked(choice.checks)
        self.sending.setChecked(choice.sending)
        self.way.show_proxy(choice.proxy)
        self._show_bytes()

    def _unreadable(self, error: KitError) -> None:
        # Whatever is chosen next is kept whole, and takes the place of what cannot be read.
        self._know(NetworkChoice())
        self.way.ask_again()
        self.failed.emit(error)

    def _heard(self, event: object) -> None:
        if isinstance(event, (RoundJudged, DeliveryMoved, WatchHeld)) and self.isVisible():
            self._settle.start()

    def _recount(self) -> None:
        self._bridge.aside(self._bridge.desktop.network.traffic, self._counted, self.failed.emit)

    def _counted(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._show_bytes()

    def _show_bytes(self) -> None:
        if self._traffic is not None:
            self.used.show_traffic(self._traffic, self._choice)

    # Choosing

    def _prefer(self, network: NetworkUse) -> None:
        if network is not self._bridge.desktop.places.preferences.network:
            self._bridge.prefer(replace(self._bridge.desktop.places.preferences, network=network))
        self._show_profile()

    def _choose(self, choice: NetworkChoice) -> None:
        before, self._choice = self._choice, choice
        self._allow(choosing=False)
        self.progress.begin(say("The choice is taken over. What is under way comes to its end first…"))

        def failed(error: KitError) -> None:
            self._over()
            self._know(before)
            self.failed.emit(error)

        self._bridge.aside(partial(self._bridge.desktop.network.choose, choice), self._chosen, failed)

    def _chosen(self, _: None) -> None:
        self._over()
        self._know(self._choice)
        self.told.emit(say("The choice holds from now on."), Manner.GOOD)

    def _over(self) -> None:
        self.progress.end()
        self._allow(choosing=True)

    def _allow(self, *, choosing: bool) -> None:
        for widget in (self.way, self.used, self.normal, self.quiet, self.checks, self.sending):
            widget.setEnabled(choosing)
        if choosing:
            self._show_profile()

    def _try(self, proxy: str) -> None:
        self.way.trying(now=True)
        self._bridge.aside(partial(self._bridge.desktop.network.try_proxy, proxy), self._answers, self._silent)

    def _answers(self, _: None) -> None:
        self.way.trying(now=False)
        self.told.emit(
            say("A SOCKS 5 proxy answers there. Whether it reaches the internet shows with the first look."),
            Manner.GOOD,
        )

    def _silent(self, error: KitError) -> None:
        self.way.trying(now=False)
        self.failed.emit(error)
