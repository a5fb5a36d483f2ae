"""What is on its way: how far, why it waits, and what the person may do about it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLayout, QProgressBar, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.events import Absorbed, DeliveryMoved, WorkProgressed
from evidence_kit.jobs.deliveries import Act, SettleDelivery
from evidence_kit.jobs.look import ListDeliveries
from evidence_kit.jobs.parcels import SaveDelivery
from evidence_kit.jobs.receipts import BringReceipt
from evidence_kit.machine.chosen_files import read_chosen_file
from evidence_kit.machine.preferences import NetworkUse
from evidence_kit.model.delivery import Delivery
from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.flow import Flow
from ui.parts.screen import Nothing, Screen, scrolled
from ui.parts.sign import Sign
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.deliveries.model import DeliveryRow, PartRow, rows
from ui.words import say, size

RECEIPT_CAP: Final = 64 * 1024


class DeliveriesScreen(Screen):
    """Every delivery, the newest first."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Deliveries"))
        self._bridge = bridge
        self.cards: dict[str, DeliveryCard] = {}
        self._told: tuple[DeliveryRow, ...] | None = None
        self.send = Button(say("Try to send now"), self._send_now, icon="retry")
        self.receipt = Button(say("Bring in a receipt…"), self._choose_receipt, icon="import")
        self.rests = Text(
            say("Nothing leaves by itself now, as you chose in Settings. “Try to send now” sends what waits."),
            Tone.WARN,
        )
        self.rests.hide()
        self.body.addWidget(self.rests)
        self.body.addLayout(Flow(self.send, self.receipt))
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(10)
        page = QWidget()
        page.setLayout(self._list)
        self.body.addWidget(scrolled(page), 1)
        bridge.happened.connect(self._heard)

    def enter(self) -> None:
        desktop = self._bridge.desktop
        self.rests.setVisible(
            not (
                desktop.watch.sends_by_itself
                and (desktop.places.preferences.network is NetworkUse.NORMAL or desktop.watch.running)
            )
        )
        self._bridge.submit(ListDeliveries(), self._show)

    def _show(self, found: tuple[tuple[Delivery, str | None], ...]) -> None:
        told = rows(found)
        if told == self._told:
            for card in self.cards.values():
                card.rest()
            return
        self._told = told
        focused = self._focused()
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.cards = {}
        self.send.setEnabled(bool(found))
        self.receipt.setEnabled(bool(found))
        if not found:
            self._list.addWidget(
                Nothing(
                    say("Nothing has been sent yet"),
                    say("Reports that you make wait here, and leave by themselves as soon as a connection returns."),
                ),
                1,
            )
            return
        for row in told:
            self.cards[row.id] = DeliveryCard(row, self)
            self._list.addWidget(self.cards[row.id])
        self._list.addStretch(1)
        if focused is not None and focused[0] in self.cards:
            buttons = self.cards[focused[0]].buttons
            buttons[min(focused[1], len(buttons) - 1)].setFocus()

    def _focused(self) -> tuple[str, int] | None:
        """The delivery, and which of its buttons has the keyboard: new cards take it over."""
        for delivery, card in self.cards.items():
            for at, button in enumerate(card.buttons):
                if button.hasFocus():
                    return delivery, at
        return None

    def _heard(self, event: object) -> None:
        match event:
            case DeliveryMoved() | Absorbed():
                if self.isVisible():
                    self.enter()
            case WorkProgressed(work=work, done=done, total=total) if work.startswith("send/"):
                _, delivery, role = work.split("/", 2)
                if delivery in self.cards:
                    self.cards[delivery].tell(role, done, total)

    # What the person may do

    def _send_now(self) -> None:
        self.send.setEnabled(False)
        self.notice.show_words(say("Trying every delivery that is due…"))
        self._bridge.aside(self._bridge.desktop.watch.send_now, self._sent, self._failed)

    def _sent(self, attempts: int) -> None:
        self.send.setEnabled(True)
        if attempts:
            self.notice.show_words(say("Tried. Below is how far each delivery is now."))
        else:
            self.notice.show_words(say("There is nothing that could be tried now."))
        self.enter()

    def _failed(self, error: KitError) -> None:
        self.send.setEnabled(True)
        self.tell_error(error)

    def settle(self, delivery: str, act: Act, part: str | None = None) -> None:
        """Pause, resume, send again, or take as arrived; the last two for one `part` where a role is given."""
        self._bridge.submit(SettleDelivery(delivery, act, part), lambda _: self._settled(act), self.tell_error)

    def _settled(self, act: Act) -> None:
        if act in {Act.RESUME, Act.SEND_AGAIN}:
            self._bridge.aside(self._bridge.desktop.watch.send_now, lambda _: self.enter())
        self.enter()

    def save(self, delivery: str) -> None:
        """Copy the ciphertext to a stick that the person names."""
        folder = QFileDialog.getExistingDirectory(self, say("Where to? A stick, for example"))
        if folder:
            self.save_to(delivery, Path(folder))

    def save_to(self, delivery: str, folder: Path) -> None:
        """Copy the ciphertext into `folder`."""
        self._bridge.submit(SaveDelivery(delivery, folder), self._saved, self.tell_error)

    def _saved(self, paths: tuple[Path, ...]) -> None:
        self.notice.show_words(
            say(
                "Saved: {names}. Only the recipients can open these files, so the stick may be carried or handed on. "
                "Here the delivery goes on as before."
            ).format(names=", ".join(path.name for path in paths)),
            Manner.GOOD,
        )

    def _choose_receipt(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, say("A receipt that a recipient sent you"))
        if name:
            self.bring(Path(name))

    def bring(self, path: Path) -> None:
        """Bring a receipt file in."""
        self._bridge.aside(lambda: read_chosen_file(path, RECEIPT_CAP), self._bring, self.tell_error)

    def _bring(self, untrusted_receipt: bytes) -> None:
        self._bridge.submit(BringReceipt(untrusted_receipt), self._brought, self.tell_error)

    def _brought(self, settled: tuple[Delivery, str | None]) -> None:
        name = settled[1] or say("a removed destination")
        self.notice.show_words(
            say("The receipt is right: what went to {name} was received and checked.").format(name=name), Manner.GOOD
        )
        self.enter()


class DeliveryCard(QFrame):
    """One delivery."""

    def __init__(self, row: DeliveryRow, screen: DeliveriesScreen) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.row = row
        self._screen = screen
        self._bars: dict[str, QProgressBar] = {}
        self.buttons: list[Button] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(self._head())
        for part in row.parts:
            column.addLayout(_beside_the_icon(self._part(part)))
        column.addLayout(_beside_the_icon(self._buttons()))

    def _head(self) -> QHBoxLayout:
        icon = Sign(24, self.row.icon, self.row.tone or "text")
        words = QVBoxLayout()
        words.addWidget(Text(self.row.state, Tone.HEAD))
        words.addWidget(Text(f"{self.row.title} {self.row.destination}", Tone.FAINT))
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _part(self, part: PartRow) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(
            Text(say("{part}: {state}").format(part=part.name, state=part.state), part.tone, copyable=True)
        )
        if part.why:
            column.addWidget(Text(part.why, Tone.FAINT, copyable=True))
        bar = QProgressBar()
        bar.setTextVisible(False)
        bar.setAccessibleName(part.name)
        bar.hide()
        column.addWidget(bar)
        self._bars[part.role] = bar
        if self.row.apart and (part.uncertain or part.stuck):
            column.addLayout(self._line(self._decisions(part.uncertain, part.name, part.role)))
        return column

    def _buttons(self) -> QHBoxLayout:
        row, screen = self.row, self._screen
        whole = f"{row.title} {row.destination}"
        buttons = []
        if row.open and not row.paused:
            buttons.append(self._button(say("Pause"), whole, lambda: screen.settle(row.id, Act.PAUSE)))
        if row.open and row.paused:
            buttons.append(self._button(say("Go on"), whole, lambda: screen.settle(row.id, Act.RESUME)))
        if (row.uncertain or row.tone is Tone.BAD) and not row.apart:
            buttons.extend(self._decisions(row.uncertain, whole, None))
        buttons.append(self._button(say("Save to a stick…"), whole, lambda: screen.save(row.id)))
        line = self._line(buttons)
        line.setContentsMargins(0, 4, 0, 0)
        return line

    def _decisions(self, uncertain: bool, of_what: str, part: str | None) -> Iterator[Button]:
        """What the person may decide about the delivery, or about one part of it."""
        row, screen = self.row, self._screen
        yield self._button(say("Send again"), of_what, lambda: screen.settle(row.id, Act.SEND_AGAIN, part))
        if uncertain:
            arrived = say("The recipient says it arrived")
            yield self._button(arrived, of_what, lambda: screen.settle(row.id, Act.ARRIVED, part))

    def _button(self, words: str, of_what: str, act: Callable[[], object]) -> Button:
        button = Button(words, act)
        button.setAccessibleName(f"{words}: {of_what}")
        self.buttons.append(button)
        return button

    @staticmethod
    def _line(buttons: Iterable[Button]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 4, 0, 6)
        line.setSpacing(6)
        for button in buttons:
            line.addWidget(button)
        line.addStretch(1)
        return line

    def rest(self) -> None:
        """Nothing is on its way now."""
        for bar in self._bars.values():
            bar.hide()

    def tell(self, role: str, done: int, total: int) -> None:
        """How far a part is on its way, in bytes."""
        bar = self._bars.get(role)
        if bar is None:
            return
        bar.setRange(0, 1000)
        bar.setValue(min(1000, done * 1000 // max(total, 1)))
        bar.setAccessibleDescription(say("{done} of {total}").format(done=size(done), total=size(total)))
        bar.show()


def _beside_the_icon(inner: QLayout) -> QHBoxLayout:
    """Under the words of the head; margins of a layout stay where they are when the layout is mirrored."""
    line = QHBoxLayout()
    line.setSpacing(0)
    line.addSpacing(36)
    line.addLayout(inner, 1)
    return line
