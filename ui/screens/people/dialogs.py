"""Dialogs that add somebody or some place: a recipient, a destination, an organisation's list."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.errors import KitError
from evidence_kit.jobs.lists import OfferedList, OfferedRecipient, ReadList, TakeList
from evidence_kit.jobs.people import AddDestination, ChangeDestination
from evidence_kit.machine.chosen_files import read_chosen_file
from evidence_kit.model.delivery import Destination, Recipient
from ui.bridge import Bridge
from ui.panels.recipient import RecipientPage
from ui.parts.button import Button, ButtonKind
from ui.parts.destination import DestinationForms, line
from ui.parts.keys import keys_of_modal
from ui.parts.notice import Notice
from ui.parts.recipient_name import name_of
from ui.parts.screen import scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import grouped, reason, say, sentence

LIST_CAP: Final = 2 << 20


class FormDialog(QDialog):
    """A titled dialog with a notice, a body that scrolls, and two buttons."""

    def __init__(self, title: str, done: str, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Evidence Kit")
        self.setAccessibleName(title)
        self.resize(720, 680)
        self.bridge = bridge
        keys_of_modal(self, bridge, "recipients")
        self.notice = Notice()
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.ok = Button(done, self.go_on, kind=ButtonKind.PRIMARY)
        self.ok.setDefault(True)
        page = QWidget()
        page.setLayout(self.body)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Button(say("Cancel"), self.reject))
        row.addWidget(self.ok)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.addWidget(Text(title, Tone.TITLE))
        column.addWidget(self.notice)
        column.addWidget(scrolled(page), 1)
        column.addLayout(row)

    def go_on(self) -> None:
        """The main button was pressed."""
        self.accept()

    def fail(self, error: KitError) -> None:
        """Say what is wrong and let the person mend it."""
        self.ok.setEnabled(True)
        self.notice.show_words(sentence(error), Manner.WARN)


class AddRecipientDialog(FormDialog):
    """A key, and its fingerprint as it came over another way."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(say("Add a recipient"), say("Add this recipient"), bridge, parent)
        self.page = RecipientPage(bridge)
        self.page.changed.connect(self._changed)
        self.page.done.connect(self.accept)
        self.page.failed.connect(self.fail)
        self.body.addWidget(self.page)
        self._changed()

    def _changed(self) -> None:
        self.ok.setEnabled(self.page.has_key() and self.page.may_go_on())

    def go_on(self) -> None:
        self.notice.hide()
        self.page.go_on()


class DestinationDialog(FormDialog):
    """Where reports go, and who can open them.

    With `changed` that destination gets another address and keeps its name and recipients.
    """

    def __init__(
        self, bridge: Bridge, recipients: Sequence[Recipient], parent: QWidget, changed: Destination | None = None
    ) -> None:
        title = say("Add a destination") if changed is None else say("Another address for {name}")
        super().__init__(
            title.format(name=changed.name if changed else ""),
            say("Add") if changed is None else say("Change"),
            bridge,
            parent,
        )
        self._changed = changed
        self.name = line(say("Name, for you alone"))
        self.destination = DestinationForms()
        self.chosen = [(QCheckBox(name_of(one)), one.fingerprint) for one in recipients]
        if changed is None:
            self.body.addWidget(Text(say("Name, for you alone")))
            self.body.addWidget(self.name)
        else:
            self._show_address(changed.url)
        self.body.addWidget(self.destination)
        if changed is None:
            self.body.addWidget(Text(say("Who can open what goes there:")))
            for box, fingerprint in self.chosen:
                box.setAccessibleDescription(grouped(fingerprint))
                box.setChecked(len(recipients) == 1)
                self.body.addWidget(box)
        self.body.addStretch(1)

    def go_on(self) -> None:
        self.notice.hide()
        complaint = self.destination.chosen.complaint()
        if complaint:
            self.notice.show_words(complaint, Manner.WARN)
            return
        try:
            url = self.destination.chosen.url()
        except KitError as error:
            self.fail(error)
            return
        self.ok.setEnabled(False)
        if self._changed is not None:
            self.bridge.submit(ChangeDestination(self._changed.id, url), self._done, self.fail)
            return
        wanted = tuple(fingerprint for box, fingerprint in self.chosen if box.isChecked())
        if not wanted:
            self.ok.setEnabled(True)
            self.notice.show_words(say("Choose at least one recipient: without one nobody could open it."), Manner.WARN)
            return
        self.bridge.submit(AddDestination(self.name.text(), url, wanted), self._done, self.fail)

    def _show_address(self, url: str) -> None:
        # One that a later version wrote stays as it is until another is written.
        with contextlib.suppress(KitError):
            self.destination.show_address(url)

    def _done(self, _destination: Destination) -> None:
        self.bridge.learn_routes()
        self.accept()


class ListDialog(FormDialog):
    """An organisation's signed list: the signer's fingerprint is compared once, then its recipients are taken."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(say("Add your organisation"), say("Add the chosen ones"), bridge, parent)
        self._untrusted_list = b""
        self.boxes: list[tuple[QCheckBox, str]] = []
        self.pick = Button(say("Open the list…"), self._open, icon="files")
        self.signer = Text("", Tone.MONO, copyable=True)
        self.typed = line(say("The signer's fingerprint as they told you"))
        self.typed.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip()) and bool(self.boxes)))
        self._rows = QVBoxLayout()
        self._after = QWidget()
        after = QVBoxLayout(self._after)
        after.setContentsMargins(0, 0, 0, 0)
        after.addLayout(self._rows)
        after.addWidget(Text(say("The list is signed by the key with this fingerprint:")))
        after.addWidget(self.signer)
        after.addWidget(Text(say("Type or paste the fingerprint that they told you over another way:")))
        after.addWidget(self.typed)
        self._after.hide()
        self.body.addWidget(
            Text(
                say(
                    "An organisation can hand you one file with the keys of everybody who receives reports. You "
                    "compare one fingerprint, the signer's, and vouch for the whole list with it."
                )
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.pick)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self._after)
        self.body.addStretch(1)
        self.ok.setEnabled(False)

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, say("A list of recipients"))
        if name:
            self.look(Path(name))

    def look(self, path: Path) -> None:
        """Read a list and show what is in it."""
        self.notice.hide()
        self.bridge.aside(lambda: read_chosen_file(path, LIST_CAP), self._read, self.fail)

    def _read(self, untrusted_list: bytes) -> None:
        self._untrusted_list = untrusted_list
        self.bridge.submit(ReadList(untrusted_list), self._show, self.fail)

    def _show(self, offered: OfferedList) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._rows.addWidget(Text(offered.name, Tone.HEAD))
        self.boxes = []
        for one in offered.recipients:
            box = QCheckBox(", ".join(one.user_ids) or grouped(one.fingerprint))
            box.setEnabled(one.fault is None and not one.known)
            box.setChecked(box.isEnabled())
            self.boxes.append((box, one.fingerprint))
            self._rows.addWidget(box)
            self._rows.addWidget(Text(_about(one), Tone.FAINT, copyable=True))
        self.signer.setText(grouped(offered.signer))
        self._after.show()
        self.typed.setFocus()

    def go_on(self) -> None:
        self.notice.hide()
        self.ok.setEnabled(False)
        chosen = tuple(fingerprint for box, fingerprint in self.boxes if box.isChecked())
        self.bridge.submit(
            TakeList(self._untrusted_list, self.typed.text(), chosen), lambda _: self.accept(), self.fail
        )


def _about(one: OfferedRecipient) -> str:
    lines = [grouped(one.fingerprint)]
    if one.mail:
        lines.append(say("Mail address, by the list's word: {mail}").format(mail=one.mail))
    if one.known:
        lines.append(say("You have this recipient already."))
    elif one.fault is not None:
        lines.append(reason(one.fault, {"fingerprint": one.fingerprint}))
    return "\n".join(lines)
