"""Who receives reports and where they go: keys with their fingerprints, mailboxes and sticks."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QInputDialog, QMessageBox, QVBoxLayout, QWidget

from evidence_kit.jobs.letter import SendTestLetter
from evidence_kit.jobs.lists import MakeList
from evidence_kit.jobs.look import ListDestinations, ListRecipients
from evidence_kit.jobs.people import RemoveDestination, RemoveRecipient
from evidence_kit.jobs.report_sealing import SealedReport
from evidence_kit.machine.chosen_files import write_chosen_file
from evidence_kit.model.delivery import Destination, Recipient
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.screen import Screen, card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.people.dialogs import AddRecipientDialog, DestinationDialog, FormDialog, ListDialog
from ui.screens.people.model import DestinationRow, RecipientRow, destination_row, recipient_row
from ui.words import say


class PeopleScreen(Screen):
    """Recipients first, destinations below."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Recipients"))
        self._bridge = bridge
        self._recipients: tuple[Recipient, ...] = ()
        self._destinations: dict[str, Destination] = {}
        self._people, self._places = QVBoxLayout(), QVBoxLayout()
        self.add = Button(say("Add a recipient…"), self._add, kind=ButtonKind.PRIMARY, icon="add")
        self.add_list = Button(say("Add your organisation…"), self._add_list, icon="import")
        self.hand_out = Button(say("Hand out a list…"), self._hand_out, icon="export")
        self.add_place = Button(say("Add a destination…"), self._add_place, kind=ButtonKind.PRIMARY, icon="add")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(Flow(self.add, self.add_list, self.hand_out))
        column.addLayout(self._people)
        column.addWidget(Text(say("Where reports go"), Tone.TITLE))
        column.addLayout(Flow(self.add_place))
        column.addLayout(self._places)
        column.addStretch(1)
        self.body.addWidget(scrolled(page), 1)

    def enter(self) -> None:
        self._bridge.submit(ListRecipients(), self._show_recipients)

    def _show_recipients(self, recipients: tuple[Recipient, ...]) -> None:
        self._recipients = recipients
        _empty(self._people)
        now = self._bridge.desktop.clock.read().wall_utc
        for recipient in recipients:
            self._people.addWidget(self._recipient_card(recipient_row(recipient, now)))
        if not recipients:
            self._people.addWidget(
                Text(
                    say("Nobody yet. A recipient is a person or organisation whose PGP key you have compared."),
                    Tone.FAINT,
                )
            )
        self.hand_out.setEnabled(bool(recipients))
        self.add_place.setEnabled(bool(recipients))
        self._bridge.submit(ListDestinations(), self._show_destinations)

    def _show_destinations(self, destinations: tuple[Destination, ...]) -> None:
        self._destinations = {one.id: one for one in destinations}
        _empty(self._places)
        for destination in destinations:
            self._places.addWidget(self._place_card(destination_row(destination, self._recipients)))
        if not destinations:
            words = (
                say("No place yet. Add a mailbox or a stick where reports shall go.")
                if self._recipients
                else say("Add a recipient first: what goes out is locked with their key.")
            )
            self._places.addWidget(Text(words, Tone.FAINT))

    def _recipient_card(self, row: RecipientRow) -> QFrame:
        column = QVBoxLayout()
        column.addWidget(Text(row.name, Tone.HEAD, copyable=True))
        column.addWidget(Text(row.grouped, Tone.MONO, copyable=True))
        words = Text(say("In words: {words}").format(words=row.words), copyable=True)
        words.hide()
        column.addWidget(words)
        column.addWidget(Text(row.confirmed, Tone.FAINT))
        if row.warning:
            column.addWidget(Text(row.warning, row.tone or Tone.FAINT))
        show = Button(say("Show the fingerprint in words"), lambda: words.setVisible(not words.isVisible()))
        remove = Button(say("Remove"), partial(self._remove_recipient, row))
        for button in (show, remove):
            button.setAccessibleName(f"{button.text()}: {row.name}")
        column.addLayout(Flow(show, remove))
        return card(column)

    def _place_card(self, row: DestinationRow) -> QFrame:
        column = QVBoxLayout()
        column.addWidget(Text(row.name, Tone.HEAD, copyable=True))
        column.addWidget(Text(row.where, copyable=True))
        column.addWidget(Text(row.recipients, Tone.FAINT))
        buttons = (
            Button(say("Send a test letter"), partial(self.send_test, row.name)),
            Button(say("Change the address…"), partial(self._change_place, row.id)),
            Button(say("Remove"), partial(self._remove_place, row)),
        )
        for button in buttons:
            button.setAccessibleName(f"{button.text()}: {row.name}")
        column.addLayout(Flow(*buttons))
        return card(column)

    # What the person may do

    def _add(self) -> None:
        self._run(AddRecipientDialog(self._bridge, self), say("The recipient is added."))

    def _add_list(self) -> None:
        self._run(ListDialog(self._bridge, self), say("The list's recipients are added."))

    def _add_place(self) -> None:
        self._run(DestinationDialog(self._bridge, self._recipients, self), say("The destination is added."))

    def _change_place(self, destination: str) -> None:
        form = DestinationDialog(self._bridge, self._recipients, self, self._destinations[destination])
        self._run(form, say("The address is changed. What waits for it goes there."))

    def _run(self, form: FormDialog, done: str) -> None:
        def accepted() -> None:
            self.notice.show_words(done, Manner.GOOD)
            self.enter()

        form.accepted.connect(accepted)
        form.finished.connect(form.deleteLater)
        form.open()

    def _remove_recipient(self, row: RecipientRow) -> None:
        if self._agreed(say("Remove this recipient? What was sealed to them stays sealed to them.")):
            self._bridge.submit(RemoveRecipient(row.fingerprint), lambda _: self.enter(), self.tell_error)

    def _remove_place(self, row: DestinationRow) -> None:
        if self._agreed(say("Remove this destination? What waits for it will be shown as without a way.")):
            self._bridge.submit(RemoveDestination(row.id), self._removed, self.tell_error)

    def _removed(self, _destination: Destination) -> None:
        self._bridge.learn_routes()
        self.enter()

    def _agreed(self, question: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, "Evidence Kit", question, parent=self)
        box.setTextFormat(self.title.textFormat())
        yes = box.addButton(say("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(say("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is yes

    def send_test(self, name: str) -> None:
        """Queue a small report about nothing for the destination `name`."""
        text = say("This is a test letter. Please answer whether you can open it, and what the check says.")
        self.notice.show_words(say("The test letter is being sealed…"))
        self._bridge.submit(SendTestLetter(name, text), self._tested, self.tell_error)

    def _tested(self, _report: SealedReport) -> None:
        self.notice.show_words(
            say("The test letter waits under Deliveries, and leaves as soon as there is a connection."), Manner.GOOD
        )

    def _hand_out(self) -> None:
        name, agreed = QInputDialog.getText(
            self, "Evidence Kit", say("The list's name, for example your organisation's")
        )
        if agreed:
            self._bridge.submit(MakeList(name), self._save_list, self.tell_error)

    def _save_list(self, content: bytes) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say("Where the list goes"), say("recipients.asc"))
        if name:
            self.save_list(content, Path(name))

    def save_list(self, content: bytes, path: Path) -> None:
        """Write a signed list to `path`."""
        self._bridge.aside(lambda: write_chosen_file(path, content), self._list_saved, self.tell_error)

    def _list_saved(self, _: None) -> None:
        self.notice.show_words(
            say(
                "The list is written. It names its recipients in clear. Whoever takes it compares the fingerprint of "
                "your vault's key, which Settings shows."
            ),
            Manner.GOOD,
        )


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.deleteLater()
