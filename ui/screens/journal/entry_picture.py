"""The picture of the entry on show, fetched from the vault: a preview first, all pixels for whoever looks closer."""

from typing import Final

from PySide6.QtCore import Signal

from evidence_kit.jobs.browse import EntryShown
from evidence_kit.jobs.pictures import DecodedPicture, ShowPicture
from ui.bridge import Bridge, PendingRequest
from ui.screens.journal.picture import PicturePane

# Enough for a page's whole width at once; finer pixels are asked for when somebody looks closer.
_PREVIEW: Final = (1600, 16_384)


class EntryPicture(PicturePane):
    """Hidden where the entry has no picture; `failed` carries an error."""

    failed = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._picture: str | None = None
        self._requests: list[PendingRequest] = []
        self.canvas.wanted_finer.connect(self._finer)

    def show_entry(self, shown: EntryShown) -> None:
        """Show an entry's picture."""
        self.drop()
        self._picture = shown.picture
        self.setVisible(shown.picture is not None)
        if shown.picture is not None:
            self.wait()
            self._ask(ShowPicture(shown.picture, *_PREVIEW))

    def drop(self) -> None:
        """What was asked for is not wanted any more."""
        for request in self._requests:
            if request.pending:
                request.call_off()
        self._requests.clear()

    def _finer(self) -> None:
        if self._picture is not None and not self.is_finest():
            self.expect_finest()
            self._ask(ShowPicture(self._picture))

    def _ask(self, job: ShowPicture) -> None:
        self._requests.append(self._bridge.submit(job, self._pictured, self.failed.emit))

    def _pictured(self, pixels: DecodedPicture) -> None:
        self.show_pixels(pixels)
