"""Small pictures for rows on show: made a strip at a time once the list rests, the longest unseen forgotten first."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage

from evidence_kit.jobs.pictures import DecodedPicture, MakeThumbnails
from ui.bridge import Bridge

THUMBNAIL: Final = QSize(160, 100)
_PICTURES: Final = 400
_STRIP: Final = 8
_REST_MS: Final = 60


class SmallPictures(QObject):
    """`shown` tells which exhibits' pictures are on show, by their hashes; `came` says that some are there now."""

    came = Signal()

    def __init__(self, bridge: Bridge, shown: Callable[[], Iterable[str]], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._shown = shown
        self._pictures: OrderedDict[str, QImage | None] = OrderedDict()
        self._drawing = False
        self._scale = 1
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._draw)

    def get(self, sha256: str) -> QImage | None:
        """A picture, once it is there."""
        return self._pictures.get(sha256)

    def look(self, scale: int | None = None) -> None:
        """Other rows may be on show; `scale` is how many of the screen's pixels there are to one of Qt's."""
        self._scale = scale or self._scale
        self._rest.start()

    def _draw(self) -> None:
        if self._drawing:
            return
        missing: list[str] = []
        for sha256 in dict.fromkeys(self._shown()):
            if sha256 in self._pictures:
                self._pictures.move_to_end(sha256)
            else:
                missing.append(sha256)
        asked = missing[:_STRIP]
        if not asked:
            return
        self._drawing = True
        width, height = THUMBNAIL.width() * self._scale, THUMBNAIL.height() * self._scale
        self._bridge.submit(
            MakeThumbnails(tuple(asked), width, height),
            lambda made: self._take(asked, made),
            lambda _error: self._take(asked, ()),
        )

    def _take(self, asked: list[str], made: tuple[DecodedPicture, ...]) -> None:
        self._drawing = False
        by_hash = {one.sha256: one for one in made}
        for sha256 in asked:
            self._pictures[sha256] = image_of(by_hash.get(sha256))
        while len(self._pictures) > _PICTURES:
            self._pictures.popitem(last=False)
        self.came.emit()
        self._draw()


def image_of(pixels: DecodedPicture | None) -> QImage | None:
    """Decoded pixels as a picture of its own; None where there is nothing to show."""
    if pixels is None or not pixels.width:
        return None
    made = QImage(pixels.rgb, pixels.width, pixels.height, pixels.width * 3, QImage.Format.Format_RGB888)
    return made.copy()
