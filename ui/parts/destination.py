"""Where reports go, as a form: a mailbox through the person's own mail account, a folder, or a stick."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from evidence_kit.app.desktop import folder_address
from evidence_kit.jobs.mail_address import MailAccount, mail_url
from ui.parts.button import Button
from ui.parts.drop_down import DropDown
from ui.parts.stack import Stack
from ui.parts.text import Text
from ui.words import say

_TLS_PORT: Final = 465
_STARTTLS_PORT: Final = 587
_ACROSS: Final = 2
_INDENT: Final = 6  # points; the theme's padding does not reach the field in a spin box


class Ways(QWidget):
    """By mail, or into a folder. `url` has the address; it raises what is wrong with it."""

    def __init__(self) -> None:
        super().__init__()
        self.by_mail = QRadioButton(say("By mail"))
        self.by_folder = QRadioButton(say("Into a folder or onto a stick"))
        self.by_mail.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.by_mail)
        group.addButton(self.by_folder)
        self.mail, self.folder = MailForm(), FolderForm()
        ways = Stack()
        ways.addWidget(self.mail)
        ways.addWidget(self.folder)
        self.by_folder.toggled.connect(lambda on: ways.setCurrentIndex(int(on)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.by_mail)
        column.addWidget(self.by_folder)
        column.addWidget(ways)

    def url(self) -> str:
        """The address. Raises what is wrong with it."""
        return self.mail.url() if self.by_mail.isChecked() else self.folder.url()

    def fields(self) -> tuple[QLineEdit, ...]:
        """What is to be filled in for the chosen way, in its order."""
        return self.mail.fields() if self.by_mail.isChecked() else (self.folder.path,)

    def complaint(self) -> str:
        """What is still missing, as a sentence, with the keyboard where it belongs; "" where nothing is."""
        needed = self.mail.needed() if self.by_mail.isChecked() else (self.folder.path,)
        empty = next((field for field in needed if not field.text().strip()), None)
        if empty is None:
            return ""
        empty.setFocus()
        return say("This is still empty: {field}.").format(field=empty.accessibleName())


class MailForm(QWidget):
    """The person's own mail account, and whom the mail goes to."""

    def __init__(self) -> None:
        super().__init__()
        self.to = line(say("The recipient's mail address"))
        self.own = line(say("Your mail address"))
        self.server = line(say("Your mail provider's server for sending"))
        self.server.setPlaceholderText("smtp.provider.example")
        self.tls = DropDown(say("Encryption on the way"))
        # Its longest words make neither the window nor the columns wider.
        self.tls.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.tls.setMinimumContentsLength(12)
        self.tls.addItem(say("TLS from the first byte (mostly port 465)"))
        self.tls.addItem(say("STARTTLS, always demanded (mostly port 587)"))
        self.port = QSpinBox()
        self.port.setAccessibleName(say("Port"))
        self.port.setRange(1, 65535)
        self.port.setValue(_TLS_PORT)
        self.port.lineEdit().setTextMargins(_INDENT, 0, _INDENT, 0)
        self.tls.currentIndexChanged.connect(self._usual_port)
        self.user = line(say("User name there"))
        self.password = line(say("Password there"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.authority = line(say("The file with that authority's certificate"))
        self.own_authority = Button(say("The server has a certificate authority of its own…"), self._ask, kind="link")
        self._known_user = ""
        # Nearly everywhere the user name is the address; whoever has another one writes over it.
        self.own.textEdited.connect(self._suggest)
        self._lay_out()

    def _lay_out(self) -> None:
        server = QHBoxLayout()
        server.setSpacing(8)
        server.addLayout(_under_label(self.server), 3)
        server.addLayout(_under_label(self.port), 1)
        cells = (_under_label(self.to), _under_label(self.own), server, _under_label(self.tls))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for at, cell in enumerate((*cells, _under_label(self.user), _under_label(self.password))):
            grid.addLayout(cell, at // _ACROSS, at % _ACROSS)
        for side in range(_ACROSS):
            grid.setColumnStretch(side, 1)
        form = QVBoxLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addLayout(grid)
        form.addWidget(
            Text(say("The password is kept in the vault and held in memory for sending while it is locked."), "faint")
        )
        self._authority = QWidget()
        row = QHBoxLayout()
        row.addWidget(self.authority, 1)
        row.addWidget(Button(say("Choose…"), self._choose))
        column = QVBoxLayout(self._authority)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(_label(self.authority))
        column.addLayout(row)
        self._authority.hide()
        form.addWidget(self.own_authority, 0, Qt.AlignmentFlag.AlignLeading)
        form.addWidget(self._authority)
        form.addStretch(1)

    def fields(self) -> tuple[QLineEdit, ...]:
        """What is to be filled in, in its order."""
        return self.to, self.own, self.server, self.user, self.password

    def needed(self) -> tuple[QLineEdit, ...]:
        """What no mail goes without. A server inside an organisation may want no user name."""
        return self.to, self.own, self.server

    def _usual_port(self, way: int) -> None:
        # A port that the provider gave, and the person wrote, stays.
        if self.port.value() in {_TLS_PORT, _STARTTLS_PORT}:
            self.port.setValue(_STARTTLS_PORT if way else _TLS_PORT)

    def _suggest(self, own: str) -> None:
        if self.user.text() == self._known_user:
            self.user.setText(own)
            self._known_user = own

    def _ask(self) -> None:
        self.own_authority.hide()
        self._authority.show()
        self.authority.setFocus()

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.authority.accessibleName())
        if name:
            self.authority.setText(name)

    def url(self) -> str:
        """The address. Raises what is wrong with it."""
        authority = self.authority.text().strip()
        return mail_url(
            MailAccount(
                server=self.server.text().strip(),
                port=self.port.value(),
                implicit_tls=self.tls.currentIndex() == 0,
                user=self.user.text().strip(),
                password=self.password.text(),
                sender=self.own.text().strip(),
                to=self.to.text().strip(),
                ca_file=Path(authority) if authority else None,
            )
        )


class FolderForm(QWidget):
    """A folder on this disk, a stick or a share."""

    def __init__(self) -> None:
        super().__init__()
        self.path = line(say("The folder"))
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(Button(say("Choose…"), self._choose))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(_label(self.path))
        column.addLayout(row)
        column.addWidget(
            Text(say("A stick that is not there yet is waited for. What lies on it is encrypted."), "faint")
        )
        column.addStretch(1)

    def _choose(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, say("The folder")):
            self.path.setText(name)

    def url(self) -> str:
        """The address. Raises what is wrong with it."""
        return folder_address(Path(self.path.text().strip()))


def line(name: str) -> QLineEdit:
    """A field for one line, with a name."""
    made = QLineEdit()
    made.setAccessibleName(name)
    return made


def _under_label(field: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(_label(field), 0, Qt.AlignmentFlag.AlignBottom)
    column.addWidget(field)
    return column


def _label(field: QWidget) -> Text:
    label = Text(field.accessibleName())
    label.setBuddy(field)
    return label
