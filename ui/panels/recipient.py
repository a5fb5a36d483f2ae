"""The page for the first recipient: a key, and its fingerprint as it came over another way."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from evidence_kit.errors import KitError
from evidence_kit.jobs.key_reading import SeenCode, SeenKey, look_at_code_file, look_at_key, look_at_key_file
from evidence_kit.jobs.people import AddRecipient
from evidence_kit.model.delivery import Recipient
from ui.bridge import Bridge
from ui.panels.fingerprint import Compared, compared
from ui.panels.page import PanelPage
from ui.parts.button import Button, ButtonKind
from ui.parts.flow import Flow
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.words import grouped, say, when

_PASTED: Final = 6  # lines


class RecipientPage(PanelPage):
    """Add somebody whom reports can go to, or leave it for later. `added` has whoever was added here."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(say("Your first recipient"))
        self._bridge = bridge
        self._key: SeenKey | None = None
        self._working = False
        self.added: list[Recipient] = []
        self.pasted = QPlainTextEdit()
        self.pasted.setAccessibleName(say("The key as text"))
        self.pasted.setPlaceholderText("-----BEGIN PGP PUBLIC KEY BLOCK-----")
        self.pasted.setTabChangesFocus(True)
        self.pasted.setMaximumHeight(self.pasted.fontMetrics().lineSpacing() * _PASTED)
        self.pasted.textChanged.connect(self._pasted)
        self.open = Button(say("Open a key file…"), self._open, icon="files")
        self.picture = Button(say("Read a picture of a QR code…"), self._open_picture, icon="photo")
        self.compare_picture = Button(say("Read it from a picture of a QR code…"), self._open_picture, icon="photo")
        self._from_code = self._scanned = ""
        self.waiting = Text("", Tone.GOOD)
        self.fingerprint = Text("", Tone.MONO)
        self.names = Text("", Tone.FAINT)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(say("The fingerprint that they told you"))
        self.typed.textChanged.connect(self._compare)
        self.verdict = Text("", Tone.FAINT)
        self._giving = self._giving_card()
        self._comparing = self._comparing_card()
        self.body.addWidget(
            Text(
                say(
                    "Reports are locked with the recipient's PGP key, so that nobody else can open them. You need the "
                    "key, and its fingerprint over another way: a call, a meeting, a printed card."
                )
            )
        )
        self.body.addWidget(self._giving)
        self.body.addWidget(self._comparing)
        row = QHBoxLayout()
        row.addWidget(Button(say("Why compare?"), partial(bridge.help_wanted.emit, "recipients"), kind=ButtonKind.LINK))
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)
        self._show()

    def _giving_card(self) -> QWidget:
        column = QVBoxLayout()
        column.addLayout(Flow(self.open, self.picture))
        column.addWidget(self.waiting)
        column.addWidget(Text(say("Or paste the key here:")))
        column.addWidget(self.pasted)
        return card(column)

    def _comparing_card(self) -> QWidget:
        column = QVBoxLayout()
        column.addWidget(Text(say("This key's fingerprint:")))
        column.addWidget(self.fingerprint)
        column.addWidget(self.names)
        column.addWidget(Text(say("Type or paste the fingerprint that they told you over the other way:")))
        column.addWidget(self.typed)
        column.addWidget(self.verdict)
        column.addWidget(
            Text(
                say(
                    "A picture counts only if it came another way than the key: a card that they gave you, say, "
                    "not a file that came with the key."
                ),
                Tone.FAINT,
            )
        )
        column.addLayout(
            Flow(self.compare_picture, Button(say("Take another key"), self._forget, kind=ButtonKind.LINK))
        )
        return card(column)

    def enter(self) -> None:
        (self.open if self._key is None else self.typed).setFocus()

    def has_key(self) -> bool:
        """Whether a key was given."""
        return self._key is not None

    def next_words(self) -> str:
        return say("Later") if self._key is None else say("Add this recipient")

    def may_go_on(self) -> bool:
        if self._working:
            return False
        return self._key is None or compared(self.typed.text(), self._key.fingerprint) is Compared.SAME

    def go_on(self) -> None:
        if self._key is None:
            self.done.emit()
        elif self.may_go_on():
            self._work(say("The recipient is being added…"))
            is_scanned = self.typed.text() == self._scanned
            job = AddRecipient(self._key.untrusted_key, self.typed.text(), is_scanned)
            self._bridge.submit(job, self._added, self._failed)

    def _added(self, recipient: Recipient) -> None:
        self._work("")
        self.added.append(recipient)
        self._forget()
        self.done.emit()

    # The key

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, say("Open a key file…"))
        if name:
            self.look(Path(name))

    def _open_picture(self) -> None:
        kinds = say("Pictures ({patterns})").format(patterns="*.png *.jpg *.jpeg *.webp *.gif *.bmp")
        name, _ = QFileDialog.getOpenFileName(self, self.picture.text(), "", kinds)
        if name:
            self.look_at_picture(Path(name))

    def look_at_picture(self, picture: Path) -> None:
        """Look for a code with a key or a fingerprint in a picture."""
        self._work(say("The picture is being read…"))
        self._bridge.aside(partial(look_at_code_file, picture), self._seen_code, self._failed)

    def _seen_code(self, code: SeenCode) -> None:
        if self._key is not None:
            # A key is there already: the code is what it is compared with, whatever else it holds.
            self._work("")
            self._scanned = grouped(code.fingerprint)
            self.typed.setText(self._scanned)
            self.typed.setFocus()
        elif code.key is not None:
            self._seen(code.key)
        else:
            self._work("")
            self._from_code = self._scanned = grouped(code.fingerprint)
            self._show()
            self.open.setFocus()

    def look(self, key: Path | bytes) -> None:
        """Look at a key file or at pasted bytes."""
        self._work(say("The key is being read…"))
        looking = partial(look_at_key_file, key) if isinstance(key, Path) else partial(look_at_key, key)
        self._bridge.aside(looking, self._seen, self._failed)

    def _pasted(self) -> None:
        text = self.pasted.toPlainText()
        if "-----END PGP" in text and not self._working:
            self.look(text.encode("utf-8", "surrogatepass"))

    def _seen(self, key: SeenKey) -> None:
        self._work("")
        self._key = key
        self.typed.setText(self._from_code)
        self._show()
        self.typed.setFocus()

    def _forget(self) -> None:
        self._key = None
        self._from_code = self._scanned = ""
        self.typed.clear()
        self.pasted.clear()
        self._show()
        self.open.setFocus()

    def _failed(self, error: KitError) -> None:
        self._work("")
        self.failed.emit(error)

    def _work(self, words: str) -> None:
        self._working = bool(words)
        self.busy.emit(words)
        self.changed.emit()

    def _show(self) -> None:
        key = self._key
        self._giving.setVisible(key is None)
        self._comparing.setVisible(key is not None)
        self.waiting.setText(
            say("The code has a fingerprint: {fingerprint}. Now give the key, and the two are compared.").format(
                fingerprint=self._from_code
            )
        )
        self.waiting.setVisible(bool(self._from_code))
        if key is not None:
            self.fingerprint.setText(grouped(key.fingerprint))
            owner = ", ".join(key.user_ids)
            # Anybody can write any name into a key: it is shown, and what it is worth with it.
            told = say("The key says that it belongs to: {names}. A name alone proves nothing.").format(names=owner)
            ends = "" if key.expires_utc is None else say("It expires on {date}.").format(date=when(key.expires_utc))
            self.names.setText("\n".join(filter(None, (told if owner else say("The key has no name in it."), ends))))
        self._compare()

    def _compare(self) -> None:
        found = Compared.EMPTY if self._key is None else compared(self.typed.text(), self._key.fingerprint)
        words, tone = {
            Compared.EMPTY: (say("All of it: the last digits alone can be forged in seconds."), Tone.FAINT),
            Compared.BEGUN: (say("The same so far. Go on to the end."), Tone.FAINT),
            Compared.SAME: (say("The same. This is the key that they meant."), Tone.GOOD),
            Compared.OTHER: (say("Not the same. If you typed it right, do not use this key: ask them."), Tone.BAD),
        }[found]
        self.verdict.setText(words)
        self.verdict.set_tone(tone)
        self.changed.emit()
