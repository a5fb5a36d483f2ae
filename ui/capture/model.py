"""What can be captured and what came of it: areas, choices, rows of results, and their words. No widgets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QIcon

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.jobs.capturing import Capturing, Told
from evidence_kit.jobs.job import CancelToken
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.captures import FileAdded, PageCaptured, ScreenCaptured
from evidence_kit.model.bodies.statements import NoteWritten, WitnessHeard
from ui import theme
from ui.parts.net_error import is_of_the_proxy, net_error_words
from ui.words import say, sentence, size

Area = tuple[int, int, int, int]
Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()
DELAYS: Final = (0, 3, 5, 10)
# What reorders text around itself: a page's title or a file's name has no business with it.
_UNSEEN: Final = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class What(Enum):
    """What of the screen is wanted.

    `DIALOG`: what the person picks in the desktop's own dialog, where the desktop takes the pictures itself.
    """

    ALL = auto()
    MONITOR = auto()
    REGION = auto()
    DIALOG = auto()


@dataclass(frozen=True, slots=True)
class ScreenChoice:
    """What of the screen is wanted, and after how many seconds; `monitor` counts from 1."""

    what: What = What.ALL
    monitor: int = 1
    delay_s: int = 0

    def by_dialog(self) -> "ScreenChoice":
        """The same, picked in the desktop's own dialog."""
        return ScreenChoice(What.DIALOG, self.monitor, self.delay_s)


@dataclass(frozen=True, slots=True)
class Display:
    """A monitor: its number for the core, the desktop's name for it, and where it lies in physical pixels.

    `place` is the same in the toolkit's own coordinates.
    """

    number: int
    name: str
    area: Area
    place: QRect


def displays(areas: Sequence[Area], places: Sequence[tuple[str, QRect, float]]) -> list[Display]:
    """Each monitor with the toolkit's screen that lies at it; `places` are name, geometry and pixel ratio.

    Qt keeps a screen's origin in physical pixels and scales its size alone (QHighDpiScaling::origin).
    """

    def apart(area: Area, place: QRect, ratio: float) -> float:
        wanted = (place.x(), place.y(), place.width() * ratio, place.height() * ratio)
        return sum(abs(one - other) for one, other in zip(area, wanted, strict=True))

    found = []
    for number, area in enumerate(areas, 1):
        if places:
            name, place, _ = min(places, key=lambda one: apart(area, one[1], one[2]))
        else:
            name, place = "", QRect(*area)
        found.append(Display(number, name, area, place))
    return found


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of one monitor in its own physical pixels, never outside of `width` × `height` of it, never empty."""

    bounds: tuple[int, int]
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def middle(cls, bounds: tuple[int, int]) -> "Selection":
        """Half of the monitor, in its middle."""
        width, height = bounds
        return cls(bounds, width // 4, height // 4, max(1, width // 2), max(1, height // 2))

    def between(self, one: QPointF, other: QPointF) -> "Selection":
        """All from one corner to the other, both given as shares (0 to 1) of the monitor."""
        width, height = self.bounds
        across = sorted(min(width, max(0, round(point.x() * width))) for point in (one, other))
        down = sorted(min(height, max(0, round(point.y() * height))) for point in (one, other))
        left, top = min(across[0], width - 1), min(down[0], height - 1)
        return replace(self, left=left, top=top, width=max(1, across[1] - left), height=max(1, down[1] - top))

    def moved(self, across: int, down: int) -> "Selection":
        left = min(max(0, self.left + across), self.bounds[0] - self.width)
        top = min(max(0, self.top + down), self.bounds[1] - self.height)
        return replace(self, left=left, top=top)

    def grown(self, across: int, down: int) -> "Selection":
        width = min(max(1, self.width + across), self.bounds[0] - self.left)
        height = min(max(1, self.height + down), self.bounds[1] - self.top)
        return replace(self, width=width, height=height)

    def within(self, area: Area) -> Area:
        """The same in the desktop's coordinates, for a monitor that lies at `area`."""
        return area[0] + self.left, area[1] + self.top, self.width, self.height


class State(Enum):
    """Where one of several captures is."""

    WAITING = "waiting"
    WORKING = "working"
    KEPT = "kept"
    WARNED = "warned"
    FAILED = "failed"
    STOPPED = "stopped"


OVER: Final = frozenset({State.KEPT, State.WARNED, State.FAILED, State.STOPPED})
_ICONS: Final = {
    State.WAITING: ("pause", "faint"),
    State.WORKING: ("retry", "accent"),
    State.KEPT: ("good", "good"),
    State.WARNED: ("warning", "warn"),
    State.FAILED: ("bad", "bad"),
    State.STOPPED: ("pause", "faint"),
}
Take = Callable[[Capturing[Body], Told], Body]


@dataclass(slots=True)
class Row:
    """One of several captures: what it is called, how it is taken, and what came of it."""

    name: str
    take: Take
    state: State = State.WAITING
    words: str = ""
    cancel: CancelToken = field(default_factory=CancelToken)


class Results(QAbstractTableModel):
    """Rows of what is captured one after the other: its name, and what came of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        # Drawing one takes milliseconds, and views ask for it at every painting.
        self._icons: dict[tuple[State, str], QIcon] = {}

    def add(self, rows: Sequence[Row]) -> None:
        """More to do, at the end."""
        if rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            for row in rows:
                row.words = row.words or say("Waiting")
                self.rows.append(row)
            self.endInsertRows()

    def put(self, number: int, state: State, words: str) -> None:
        """What became of a row."""
        self.rows[number].state, self.rows[number].words = state, words
        self.dataChanged.emit(self.index(number, 0), self.index(number, 1))

    def clear(self) -> None:
        self.beginResetModel()
        self.rows = []
        self.endResetModel()

    def count(self, *states: State) -> int:
        """How many rows are in one of these states."""
        return sum(row.state in states for row in self.rows)

    def first_waiting(self) -> int | None:
        return next((number for number, row in enumerate(self.rows) if row.state is State.WAITING), None)

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return readable(row.name) if index.column() == 0 else row.words
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 1:
            return self._icon(row.state)
        return None

    def _icon(self, state: State) -> QIcon:
        key = (state, theme.shade())
        if key not in self._icons:
            self._icons[key] = theme.icon(*_ICONS[state])
        return self._icons[key]

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (say("What"), say("What came of it"))[section]
        return None


def readable(untrusted: str) -> str:
    """Somebody's words on one line, without what hides or reorders."""
    return " ".join(untrusted.translate(_UNSEEN).split())


def addresses_in(typed: str) -> list[str]:
    """What a person pasted as a list, each once; commas and quotes around an address do not count."""
    found = (word.strip(" \t,;\"'<>") for line in typed.splitlines() for word in line.split())
    return list(dict.fromkeys(word for word in found if word))


def where_words(*, unlocked: bool) -> str:
    """Where a capture went."""
    if unlocked:
        return say("What was captured lies in the vault.")
    return say("What was captured is sealed, and enters the journal at the next unlock.")


def kept_words(body: Body) -> str:
    """What was kept, for each kind that a person captures."""
    match body:
        case ScreenCaptured(blank=True):
            return say(
                "The screen was captured, but the picture is one single colour. The desktop may be refusing captures: "
                "look at the picture, and if it is empty, use the desktop's own screenshot key and add that file."
            )
        case ScreenCaptured():
            return say("The screen is kept, {width} × {height}.").format(width=body.width, height=body.height)
        case PageCaptured():
            return page_words(body)
        case FileAdded():
            return file_words(body)
        case WitnessHeard():
            return say("The testimony is kept.")
        case NoteWritten():
            return say("The note is kept.")
        case _:
            return say("It is kept.")


def page_words(body: PageCaptured) -> str:
    """What the camera saw at an address; the page's own title is anybody's text."""
    if body.net_error and is_of_the_proxy(body.net_error):
        return say("Your proxy does not work: this picture says nothing about the page.")
    if body.page_state == "error-page":
        return say("Kept. The page did not load. {reason}").format(reason=net_error_words(body.net_error or "?"))
    if body.page_state == "no-answer":
        return say("Kept. No answer came until the camera stopped waiting.")
    title = readable(body.title)
    if body.http_status is not None and body.http_status >= 400:
        return say("Kept. The site answered with the error {status}: “{title}”").format(
            status=body.http_status, title=title
        )
    return say("Kept: “{title}”").format(title=title) if title else say("Kept.")


def file_words(body: FileAdded) -> str:
    """What was kept of a file."""
    if tells_place(body):
        return say("Kept, {size}. This photo tells where it was taken; so will a report that holds it.").format(
            size=size(body.original.size)
        )
    return say("Kept, {size}.").format(size=size(body.original.size))


def tells_place(body: Body) -> bool:
    """Whether a photo says where it was taken."""
    return isinstance(body, FileAdded) and any(fact.name == "GPSPosition" for fact in body.metadata)


def state_of(body: Body) -> State:
    """Kept, or kept with something to know."""
    blank = isinstance(body, ScreenCaptured) and body.blank
    proxy = isinstance(body, PageCaptured) and body.net_error is not None and is_of_the_proxy(body.net_error)
    return State.WARNED if blank or proxy or tells_place(body) else State.KEPT


def working_words(done: int, total: int) -> str:
    """How far a file is."""
    return say("Reading and encrypting, {done} of {total}").format(done=size(done), total=size(total))


def failed_words(error: KitError, *, stopped: bool) -> tuple[State, str]:
    """What to say of a capture that was not kept."""
    if error.code is Code.CALLED_OFF or (stopped and error.code is Code.PAGE_CAMERA):
        return State.STOPPED, say("Stopped. Nothing was kept of it.")
    return State.FAILED, sentence(error)
