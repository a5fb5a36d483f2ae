"""Small pictures for the list of entries: asked for when a row is seen, made in the vault's process, not kept long."""

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from evidence_kit.errors import KitError
from evidence_kit.jobs.pictures import DecodedPicture, MakeThumbnails
from ui import theme
from ui.bridge import Bridge

SIZE: Final = QSize(96, 60)
_AT_ONCE: Final = 12
_KEPT: Final = 400


class Thumbnails(QObject):
    """Icons all of one size: `came` says that the picture of an exhibit (SHA-256) is there now."""

    came = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._made: OrderedDict[str, QIcon] = OrderedDict()
        self._blank: dict[str, QIcon] = {}
        self._shade = theme.shade()
        self._wanted: list[str] = []
        self._is_asking = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)

    def icon(self, picture: str | None, instead: str) -> QIcon:
        """The picture, small; until it is there, and where there is none, the icon called `instead`."""
        if self._shade != theme.shade():
            # Every field around a picture is in the old colours.
            self._shade = theme.shade()
            self._made.clear()
            self._blank.clear()
        if picture is not None:
            if picture in self._made:
                self._made.move_to_end(picture)
                return self._made[picture]
            if picture not in self._wanted:
                self._wanted.append(picture)
                self._soon.start()
        if instead not in self._blank:
            self._blank[instead] = QIcon(_framed(theme.icon(instead).pixmap(32, 32)))
        return self._blank[instead]

    def _ask(self) -> None:
        if self._is_asking or not self._wanted:
            return
        self._is_asking = True
        # What was seen last is what is on the screen now.
        newest = tuple(self._wanted[-_AT_ONCE:])
        self._wanted = self._wanted[:-_AT_ONCE][-_KEPT:]
        self._bridge.submit(MakeThumbnails(newest, SIZE.width(), SIZE.height()), self._answered, self._refused)

    def _answered(self, made: tuple[DecodedPicture, ...]) -> None:
        self._is_asking = False
        for one in made:
            if one.width and one.height:
                line = one.width * 3
                image = QImage(one.rgb, one.width, one.height, line, QImage.Format.Format_RGB888)
                self._made[one.sha256] = QIcon(_framed(QPixmap.fromImage(image)))
            else:
                self._made[one.sha256] = self.icon(None, "photo")
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            self.came.emit(one.sha256)
        self._ask()

    def _refused(self, _error: KitError) -> None:
        # The icons stay; what matters about the error is told by whatever else asks the vault.
        self._is_asking = False
        self._wanted.clear()


def _framed(inside: QPixmap) -> QPixmap:
    """A picture in the middle of a field that is of the same size for all."""
    field = QPixmap(SIZE)
    field.fill(theme.colour("raised"))
    if inside.width() > SIZE.width() or inside.height() > SIZE.height():
        inside = inside.scaled(SIZE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(field)
    painter.drawPixmap(QPoint((field.width() - inside.width()) // 2, (field.height() - inside.height()) // 2), inside)
    painter.end()
    return field
