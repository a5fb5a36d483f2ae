"""Photos and files, byte for byte, one after the other."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from evidence_kit.jobs.capturing import Capturing, Told
from evidence_kit.model.bodies.body import Body
from ui.bridge import Bridge
from ui.capture.list import RunSheet
from ui.capture.model import Row, State
from ui.capture.run import CaptureRun
from ui.parts.button import Button
from ui.parts.text import Text
from ui.words import say, say_many


def take_file(path: Path, capturing: Capturing[Body], told: Told) -> Body:
    """One file."""
    return capturing.file(path, told)


class FilesSheet(RunSheet):
    """Results, and more files by button; dropped ones come through `take`."""

    def __init__(self, bridge: Bridge, parent: QWidget | None) -> None:
        super().__init__(bridge, say("Add photos and files"), CaptureRun(bridge, to_the_end=True), parent)
        self.setAcceptDrops(True)
        self.choose_button = Button(say("Choose files…"), self.choose, icon="files")
        self.close_button.setText(say("Close"))
        self.buttons.insertWidget(0, self.choose_button)
        self.body.addWidget(
            Text(
                say(
                    "Files are kept byte for byte. The originals stay where they are, unencrypted: if they must not be "
                    "found, delete them yourself. Photos often say inside where they were taken, and with what."
                )
            )
        )
        self.body.addWidget(self.list, 1)
        self.body.addStretch()

    def words(self, kept: int) -> str:
        return say_many("One file is kept.", "{number} files are kept.", kept)

    def choose(self) -> None:
        """Ask which files."""
        asking = QFileDialog(self, say("Choose files"))
        asking.setFileMode(QFileDialog.FileMode.ExistingFiles)
        asking.filesSelected.connect(self._chosen)
        asking.rejected.connect(self._chose_none)
        asking.finished.connect(asking.deleteLater)
        asking.open()

    def _chose_none(self) -> None:
        if not self.run.results.rows:
            self.close()

    def _chosen(self, names: list[str]) -> None:
        self.take([Path(name) for name in names])

    def take(self, paths: Sequence[Path]) -> None:
        """Keep these, in this order; a folder is told to be one."""
        self.notice.hide()
        folder = say("This is a folder. Open it and choose the files in it.")
        rows = []
        for path in paths:
            row = Row(path.name or str(path), partial(take_file, path))
            if path.is_dir():
                row.state, row.words = State.FAILED, folder
            rows.append(row)
        self.run.add(rows)
