"""What unfolds in the detail of an entry: the words of a correction, the warning before a copy, long texts."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from evidence_kit.jobs.browse import CorrectEntry, harmless
from evidence_kit.jobs.look import ExportExhibits
from ui.bridge import Bridge
from ui.parts.button import Button, ButtonKind
from ui.parts.screen import card
from ui.parts.text import Text
from ui.parts.tone import Manner, Tone
from ui.words import say, say_many

Show = Callable[[str], None]


class Correction(QWidget):
    """Asks for the words of a correction and keeps it; hidden until `begin`. It ends with `kept` or `failed`."""

    kept = Signal()
    failed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._entry = ""
        self._drafts: dict[str, str] = {}
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(say("What is right, in your words"))
        self.text.setPlaceholderText(say("What is right, in your words"))
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(110)
        self.keep_button = Button(say("Keep the correction"), self._keep, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addWidget(self.keep_button)
        row.addWidget(Button(say("Cancel"), self.end))
        row.addStretch(1)
        inner = QVBoxLayout()
        inner.addWidget(
            Text(
                say(
                    "The entry cannot be changed, and that is its worth. "
                    "Your correction becomes a new entry that points to it, and goes with it into every report."
                ),
                Tone.FAINT,
            )
        )
        inner.addWidget(self.text)
        inner.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card(inner))
        self.hide()

    def begin(self, entry: str) -> None:
        """Ask about an entry; what was typed for it before and neither kept nor cancelled is there again."""
        self._entry = entry
        self.text.setPlainText(self._drafts.pop(entry, ""))
        self.show()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_aside(self) -> None:
        """The person turns to something else: nothing typed is lost."""
        if not self.isHidden() and self.text.toPlainText().strip():
            self._drafts[self._entry] = self.text.toPlainText()
        self.hide()

    def end(self) -> None:
        """It is kept, or not wanted."""
        self.text.clear()
        self.hide()

    def _keep(self) -> None:
        text = self.text.toPlainText()
        if text.strip():
            self._bridge.submit(CorrectEntry(self._entry, text), self._kept, self.failed.emit)
        else:
            self.text.setFocus()

    def _kept(self, _entry: object) -> None:
        self.end()
        self.kept.emit()


class Export(QWidget):
    """Says what a copy outside the vault means, asks where to, and writes it; hidden until `begin`.

    `told` has words and a kind for the notice, `failed` carries an error.
    """

    told = Signal(str, object)
    failed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._entry = ""
        self._words = Text("", Tone.WARN)
        self.choose_button = Button(say("Choose a folder"), self._choose_folder, kind=ButtonKind.PRIMARY)
        row = QHBoxLayout()
        row.addWidget(self.choose_button)
        row.addWidget(Button(say("Cancel"), self.hide))
        row.addStretch(1)
        inner = QVBoxLayout()
        inner.addWidget(self._words)
        inner.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card(inner))
        self.hide()

    def begin(self, entry: str, told: list[str]) -> None:
        """Warn and ask."""
        self._entry = entry
        self._words.setText("\n".join(told))
        self.show()
        self.choose_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def words(self) -> str:
        """The warning."""
        return self._words.text()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, say("Choose a folder for the copy"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_into)
        # `open` returns at once: the vault may be locked while the dialog is on show.
        dialog.open()

    def save_into(self, folder: str) -> None:
        """Write the originals into a folder, in clear."""
        self._bridge.submit(ExportExhibits(self._entry, Path(folder)), self._saved, self.failed.emit)

    def _saved(self, paths: tuple[Path, ...]) -> None:
        self.hide()
        told = say_many("One file was saved.", "{number} files were saved.", len(paths))
        self.told.emit(
            say("{saved} They are not encrypted: {names}").format(
                saved=told, names=", ".join(harmless(path.name) for path in paths)
            ),
            Manner.WARN,
        )


class Unfolding(QWidget):
    """A button, and a text that it brings."""

    def __init__(self, words: str, bring: Callable[[Show], object]) -> None:
        super().__init__()
        self._bring = bring
        self.button = Button(words, self._unfold, kind=ButtonKind.LINK)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(words)
        self.text.setMinimumHeight(160)
        self.text.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.text)

    def _unfold(self) -> None:
        if self.text.isVisible():
            self.text.hide()
        else:
            self._bring(self._show)

    def _show(self, text: str) -> None:
        self.text.setPlainText(text)
        self.text.show()
