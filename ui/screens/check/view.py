"""Check a report that somebody sent: for recipients too, so it works before there is any vault."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.jobs.checking import check_report, extract_report, save_receipt
from evidence_kit.jobs.job import CancelToken
from evidence_kit.model.finding import Finding
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.findings import group_card
from ui.parts.notice import Notice
from ui.parts.progress import Progress
from ui.parts.screen import Screen, card, scrolled
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.screens.check.model import Outcome, outcome
from ui.words import say


class CheckScreen(Screen):
    """Takes a file or a folder, by button or dropped, and tells the verdict first."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Check a report"))
        self._bridge = bridge
        self._path: Path | None = None
        self._home: Path | None = None
        self.setAcceptDrops(True)
        self._progress = Progress()
        self.result = QVBoxLayout()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card(self._form(), ""))
        column.addWidget(self._progress)
        column.addLayout(self.result)
        column.addStretch(1)
        self.body.addWidget(scrolled(page), 1)

    def _form(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(
            Text(
                say(
                    "Drop a mail (.eml), an encrypted file (.pgp), a bag (.zip) or an unpacked folder here, or choose "
                    "one. It is opened on this computer alone; nothing is sent anywhere."
                )
            )
        )
        row = QHBoxLayout()
        self.choose = Button(say("Choose a file…"), self._choose_file, kind=ButtonKind.PRIMARY, icon="files")
        row.addWidget(self.choose)
        self.choose_folder = Button(say("Choose a folder…"), self._choose_folder)
        row.addWidget(self.choose_folder)
        row.addStretch(1)
        column.addLayout(row)
        self.fingerprint = QLineEdit()
        self.fingerprint.setAccessibleName(say("The sender's fingerprint, if they told you over another way"))
        self.fingerprint.setPlaceholderText(say("40 letters and digits; may be left empty"))
        column.addWidget(Text(say("The sender's fingerprint, if they told you over another way")))
        column.addWidget(self.fingerprint)
        self._home_words = Text("", Tone.FAINT)
        home = QHBoxLayout()
        home.addWidget(self._home_words, 1)
        home.addWidget(Button(say("My key is elsewhere…"), self._choose_home, kind=ButtonKind.LINK))
        column.addLayout(home)
        self._show_home()
        return column

    # Choosing

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, say("A report"))
        if name:
            self.check(Path(name))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, say("An unpacked report"))
        if name:
            self.check(Path(name))

    def _choose_home(self) -> None:
        name = QFileDialog.getExistingDirectory(self, say("The gpg folder with your secret key"))
        self._home = Path(name) if name else None
        self._show_home()

    def _show_home(self) -> None:
        if self._home is None:
            self._home_words.setText(say("An encrypted report is opened with the key in your own gpg folder."))
        else:
            self._home_words.setText(say("Your key is looked for in {folder}.").format(folder=self._home))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file or folder."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Check what was dropped."""
        event.acceptProposedAction()
        self.check(Path(event.mimeData().urls()[0].toLocalFile()))

    # Checking

    def check(self, path: Path) -> None:
        """Check a report; what was told of an earlier one goes."""
        self._clear()
        self.notice.hide()
        self._path = path
        cancel = CancelToken()
        home, expected = self._home, self.fingerprint.text().strip() or None
        self._allow(choosing=False)
        self._progress.begin(say("Checking {name}…").format(name=path.name), cancel.call_off)
        self._bridge.aside(lambda: check_report(path, home, expected, cancel.check), self._show, self._failed)

    def _allow(self, *, choosing: bool) -> None:
        for button in (self.choose, self.choose_folder):
            button.setEnabled(choosing)

    def _failed(self, error: KitError) -> None:
        self._progress.end()
        self._allow(choosing=True)
        self.tell_error(error)

    def _clear(self) -> None:
        while (item := self.result.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()

    def _show(self, findings: list[Finding]) -> None:
        self._progress.end()
        self._allow(choosing=True)
        told = outcome(findings)
        self.result.addWidget(VerdictNotice(told, self._path.name if self._path else ""))
        self.result.addWidget(self._next_steps(told))
        for group in told.groups:
            self.result.addWidget(group_card(group))
        self.result.addWidget(Raw(told.raw))

    def _next_steps(self, told: Outcome) -> QFrame:
        row = QHBoxLayout()
        is_message = self._path is not None and self._path.is_file()
        self.unpack = Button(say("Unpack to a folder…"), self._choose_target, icon="export")
        self.unpack.setEnabled(told.holds and is_message and told.manner is not Manner.PLAIN)
        self.sign = Button(say("Make a receipt…"), self._choose_receipt, icon="reports")
        self.sign.setEnabled(is_message)
        row.addWidget(self.unpack)
        row.addWidget(self.sign)
        row.addStretch(1)
        column = QVBoxLayout()
        column.addLayout(row)
        column.addWidget(
            Text(
                say(
                    "A receipt is a small file that you sign with your key and send back: it tells the sender that the "
                    "report arrived, and whether it holds. Open unpacked files with care; that a report holds does not "
                    "make a file in it harmless."
                ),
                Tone.FAINT,
            )
        )
        return card(column)

    def _choose_target(self) -> None:
        name = QFileDialog.getExistingDirectory(self, say("A new or empty folder"))
        if name:
            self.extract_to(Path(name))

    def extract_to(self, folder: Path) -> None:
        """Unpack what was checked into `folder`, which is new or empty."""
        path, home = self._path, self._home
        if path is None:
            return
        self._progress.begin(say("Unpacking…"))
        self._bridge.aside(lambda: extract_report(path, home, folder), lambda _: self._unpacked(folder), self._failed)

    def _unpacked(self, folder: Path) -> None:
        self._progress.end()
        self.notice.show_words(
            say("Unpacked into {folder}. Open data/report.html there.").format(folder=folder), Manner.GOOD
        )

    def _choose_receipt(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, say("Where the receipt goes"), say("receipt.asc"))
        if name:
            self.sign_to(Path(name))

    def sign_to(self, out: Path) -> None:
        """Sign a receipt with the recipient's key and write it to `out`."""
        path, home, clock = self._path, self._home, self._bridge.desktop.clock
        if path is None:
            return
        self._progress.begin(say("Signing a receipt…"))
        self._bridge.aside(
            lambda: save_receipt(path, home, None, out, clock), lambda _: self._signed(out), self._failed
        )

    def _signed(self, out: Path) -> None:
        self._progress.end()
        self.notice.show_words(say("The receipt is in {file}. Send it back.").format(file=out), Manner.GOOD)


class VerdictNotice(Notice):
    """The plain verdict, large, before everything else."""

    def __init__(self, told: Outcome, name: str) -> None:
        super().__init__()
        self.show_words(
            say("{verdict}\n{meaning}\n{name}").format(verdict=told.verdict, meaning=told.meaning, name=name),
            told.manner,
        )


class Raw(QWidget):
    """The findings as codes and facts, behind a click."""

    def __init__(self, raw: str) -> None:
        super().__init__()
        self.words = Text(raw, Tone.MONO, copyable=True)
        self.words.hide()
        self.button = Button(say("Show the raw findings"), self._toggle, kind=ButtonKind.LINK)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.words)

    def _toggle(self) -> None:
        self.words.setVisible(not self.words.isVisible())
        self.button.setText(say("Hide the raw findings") if self.words.isVisible() else say("Show the raw findings"))
