"""What the reports' screens decide: rows, words for facts, which page an error belongs to. No widgets."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from evidence_kit.errors import KitError
from evidence_kit.jobs.drafts import Draft, MeasuredPace, ReportSent
from evidence_kit.jobs.report_preview import Candidate, Leaving, LeavingFile, Telling
from evidence_kit.jobs.reports import SealedReport
from evidence_kit.model.delivery import Delivery, DeliveryState, Destination, Recipient
from evidence_kit.model.disruption import Disruption, NetworkState
from evidence_kit.words.confirming import confirmed_on
from ui.words import clock_time, grouped, number, say, say_many, size, span, when

Index = QModelIndex | QPersistentModelIndex
TEXT_CAP: Final = 32 * 1024
FIELD_CAP: Final = 300
SOON_DAYS: Final = 31
LIST_CAP: Final = 400
_TELLING_CAP: Final = 100
_NOWHERE: Final = QModelIndex()
_STYLE: Final = re.compile(r"<style>.*?</style>", re.DOTALL)


class Step(Enum):
    """The pages of the assistant, in order."""

    DISRUPTION = 0
    EXHIBITS = 1
    WORDS = 2
    RECIPIENTS = 3
    LEAVING = 4


def step_of(error: KitError) -> Step | None:
    """The page on which the person can mend it; None where it is nobody's field."""
    code = error.what
    if code in {"no-such-disruption", "unknown-disruption"}:
        return Step.DISRUPTION
    if code in {"nothing-to-report", "no-such-entry", "not-reportable", "consent-missing", "report-too-many"}:
        return Step.EXHIBITS
    if code == "entry-too-long":
        return Step.WORDS
    if code.startswith("certificate-") or code in {"unknown-destination", "unknown-recipient", "no-destination"}:
        return Step.RECIPIENTS
    return Step.RECIPIENTS if code == "no-recipient" else None


# Words for facts


def title_of(step: Step) -> str:
    """What a page is about."""
    return {
        Step.DISRUPTION: say("Which disruption is it about?"),
        Step.EXHIBITS: say("What goes in?"),
        Step.WORDS: say("What happened, in your words"),
        Step.RECIPIENTS: say("Who receives it?"),
        Step.LEAVING: say("What will leave this computer"),
    }[step]


def state_of(state: NetworkState) -> str:
    """What was observed, never who is behind it."""
    return {
        NetworkState.UNKNOWN: say("The state of the connection could not be told"),
        NetworkState.ONLINE: say("Connected, but something was not reachable"),
        NetworkState.LOCAL_FAULT: say("A fault of this computer or its network"),
        NetworkState.CAPTIVE_PORTAL: say("A sign-in page stood before the internet"),
        NetworkState.BEYOND_PROVIDER: say("No connection beyond your provider"),
        NetworkState.ABROAD_CUT: say("Connections at home worked, connections abroad did not"),
    }[state]


def times_of(disruption: Disruption) -> str:
    """Since when and until when."""
    begun = when(disruption.started.before.wall_utc)[:16]
    if disruption.ended is None:
        return say("Since {begin}, not over yet").format(begin=begun)
    return say("From {begin} until {end}").format(begin=begun, end=when(disruption.ended.before.wall_utc)[:16])


def about(disruption: Disruption | None) -> str:
    """A disruption in one line."""
    if disruption is None:
        return say("Entries chosen one by one")
    return say("{state}. {times}").format(state=state_of(disruption.state), times=times_of(disruption))


def kind_of(kind: str) -> str:
    """A kind of entry as people call it."""
    return {
        "note": say("Note"),
        "testimony": say("Testimony"),
        "screen": say("Picture of the screen"),
        "page": say("Page"),
        "file": say("Photo or file"),
        "measurement": say("Measurement"),
        "disruption-opened": say("A disruption began"),
        "disruption-changed": say("The disruption changed"),
        "disruption-closed": say("The disruption ended"),
    }.get(kind, kind)


def counted(kind: str, count: int) -> str:
    """So many entries of a kind."""
    match kind:
        case "note":
            return say_many("{number} note", "{number} notes", count)
        case "testimony":
            return say_many("{number} testimony", "{number} testimonies", count)
        case "screen":
            return say_many("{number} picture of the screen", "{number} pictures of the screen", count)
        case "page":
            return say_many("{number} captured page", "{number} captured pages", count)
        case "file":
            return say_many("{number} photo or file", "{number} photos or files", count)
        case "measurement":
            return say_many("{number} measurement", "{number} measurements", count)
        case "disruption-opened" | "disruption-changed" | "disruption-closed":
            return say_many(
                "{number} step in the course of the disruption",
                "{number} steps in the course of the disruption",
                count,
            )
        case _:
            return say("{kind}: {number}").format(kind=kind, number=number(count))


def counts_of(leaving: Leaving) -> list[str]:
    """The entries that leave, by kind; the steps of a disruption count as one kind."""
    merged: dict[str, int] = {}
    for kind, count in leaving.counts:
        kind = "disruption-opened" if kind.startswith("disruption-") else kind
        merged[kind] = merged.get(kind, 0) + count
    return [counted(kind, count) for kind, count in merged.items()]


_ICONS: Final = {"note": "note", "testimony": "note", "screen": "screen", "page": "page", "file": "files"}


def icon_of(candidate: Candidate) -> str:
    """The name of the icon for an entry without a picture."""
    return "photo" if candidate.kind == "file" and candidate.picture else _ICONS.get(candidate.kind, "files")


def delivery_state(delivery: Delivery) -> str:
    """How far a delivery is, in a few words."""
    if delivery.paused and delivery.state not in {DeliveryState.READ_BACK, DeliveryState.RECEIPTED}:
        return say("paused")
    return {
        DeliveryState.WAITING: say("waits to be sent"),
        DeliveryState.SENDING: say("is being sent"),
        DeliveryState.UNCERTAIN: say("handed over, no answer came"),
        DeliveryState.CLAIMED: say("the server says it has it"),
        DeliveryState.READ_BACK: say("delivered and read back"),
        DeliveryState.RECEIPTED: say("received, with the recipient's receipt"),
        DeliveryState.NEEDS_ANOTHER_WAY: say("needs another way"),
    }[delivery.state]


def destination_name(name: str | None) -> str:
    """A destination's name, or that it is gone."""
    return name if name is not None else say("a destination that was removed")


def short(report: str) -> str:
    """The end of a report's id, which tells two reports apart; its beginning is the time."""
    return report[-8:]


# The list of reports


class ReportRows(QAbstractTableModel):
    """Drafts first, then sealed reports, the newest of each first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Draft | ReportSent] = []
        self._disruptions: dict[str, Disruption] = {}

    def put(self, rows: Iterable[Draft | ReportSent], disruptions: Iterable[Disruption]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self._disruptions = {one.id: one for one in disruptions}
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return [say("When"), say("What it is about"), say("To"), say("State")][section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        row = self.rows[index.row()]
        texts = self._draft(row) if isinstance(row, Draft) else self._sent(row)
        return texts[index.column()] if role == Qt.ItemDataRole.DisplayRole else ", ".join(texts)

    def _draft(self, draft: Draft) -> list[str]:
        opening = " ".join(draft.text.split())[:120]
        told = opening or (
            about(self._disruptions.get(draft.disruption or "")) if draft.decided else say("Nothing is chosen yet")
        )
        return [when(draft.changed_utc)[:16], told, "", say("Draft, nothing is sent")]

    def _sent(self, report: ReportSent) -> list[str]:
        to = ", ".join(destination_name(name) for _, name in report.deliveries)
        states = list(dict.fromkeys(delivery_state(delivery) for delivery, _ in report.deliveries))
        entries = say_many("{number} entry", "{number} entries", len(report.entries))
        told = say("{about} ({entries})").format(about=about(report.disruption), entries=entries)
        return [when(report.sealed.wall_utc)[:16], told, to, "; ".join(states) or say("sealed")]


def details_of(report: ReportSent) -> list[str]:
    """A sealed report in a few lines."""
    lines = [
        say("Report {id}, sealed {time}: {entries}.").format(
            id=short(report.id),
            time=when(report.sealed.wall_utc)[:16],
            entries=say_many("{number} entry", "{number} entries", len(report.entries)),
        )
    ]
    if report.replaces:
        lines.append(say("It is a new version of report {id}.").format(id=short(report.replaces)))
    if report.replaced_by:
        lines.append(say("There is a newer version of it: report {id}.").format(id=short(report.replaced_by)))
    for delivery, name in report.deliveries:
        lines.append(
            say("To {name}: {state}, {size}.").format(
                name=destination_name(name),
                state=delivery_state(delivery),
                size=size(sum(part.size for part in delivery.parts)),
            )
        )
    return lines


def replacing_words(report: str, sealed_utc: str) -> str:
    """The line that tells the recipient of a new version which report it stands for; the person may change it."""
    return say("This is a new version of the report {id} of {time}.").format(
        id=short(report), time=when(sealed_utc)[:16]
    )


# Page 1


class Disruptions(QAbstractListModel):
    """Disruptions, the newest first, and the choice of none."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Disruption | None] = [None]

    def put(self, disruptions: Sequence[Disruption]) -> None:
        """Offer these, oldest first as the vault tells them."""
        self.beginResetModel()
        self._rows = [*reversed(disruptions), None]
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        disruption = self._rows[index.row()]
        if disruption is None:
            return say("None of them: I choose the entries myself")
        return f"{state_of(disruption.state)}\n{times_of(disruption)}"

    def at(self, row: int) -> Disruption | None:
        """The disruption of a row."""
        return self._rows[row]

    def row_of(self, disruption: str | None) -> int:
        """Where a disruption stands; the last row for none."""
        found = (row for row, one in enumerate(self._rows) if one is not None and one.id == disruption)
        return next(found, len(self._rows) - 1)


# Page 2


class Shown(Enum):
    """Which entries the list of page 2 shows."""

    BELONGING = auto()
    ALL = auto()


class Order(Enum):
    """How the list of page 2 is ordered."""

    TIME = auto()
    KIND = auto()


class Choices(QAbstractListModel):
    """Entries that may go into the report. None is ticked until the person ticks it."""

    def __init__(self, icon: Callable[[Candidate], QIcon], changed: Callable[[], object]) -> None:
        super().__init__()
        self._icon = icon
        self._changed = changed
        self._all: list[Candidate] = []
        self._rows: list[Candidate] = []
        self._chosen: set[str] = set()
        self._at: dict[str, list[int]] = {}

    def put(self, candidates: Sequence[Candidate], chosen: Iterable[str]) -> None:
        """Offer these entries, once `arrange` is called; ids that are not among them are forgotten."""
        known = {one.id for one in candidates if one.may_leave}
        self._all = list(candidates)
        self._chosen = {one for one in chosen if one in known}

    def arrange(self, shown: Shown, order: Order) -> None:
        """Show some of the entries in an order; the newest first."""
        self.beginResetModel()
        rows = [one for one in self._all if shown is Shown.ALL or one.belongs or one.id in self._chosen]
        rows.reverse()
        if order is Order.KIND:
            rows.sort(key=lambda one: one.kind)
        self._rows = rows
        self._at = {}
        for row, one in enumerate(rows):
            if one.picture:
                self._at.setdefault(one.picture, []).append(row)
        self.endResetModel()

    def chosen(self) -> tuple[str, ...]:
        """The ticked entries, in the journal's order."""
        return tuple(one.id for one in self._all if one.id in self._chosen)

    def chosen_size(self) -> int:
        """Bytes of what is ticked."""
        return sum(one.size for one in self._all if one.id in self._chosen)

    def count(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._all)

    def belonging(self) -> int:
        """How many of them belong to the disruption."""
        return sum(one.belongs for one in self._all)

    def choose(self, wanted: Callable[[Candidate], bool]) -> None:
        """Tick every entry for which `wanted` holds, besides those that are ticked."""
        self._chosen |= {one.id for one in self._all if one.may_leave and wanted(one)}
        self._tell()

    def clear(self) -> None:
        """Tick none."""
        self._chosen.clear()
        self._tell()

    def picture_came(self, sha256: str) -> None:
        """The small picture of an exhibit is there now."""
        for row in self._at.get(sha256, ()):
            index = self.index(row)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def _tell(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [Qt.ItemDataRole.CheckStateRole])
        self._changed()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren | Qt.ItemFlag.ItemIsEnabled
        if index.isValid() and self._rows[index.row()].may_leave:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return words_of(one)
            case Qt.ItemDataRole.DecorationRole:
                return self._icon(one)
            case Qt.ItemDataRole.CheckStateRole if one.may_leave:
                return Qt.CheckState.Checked if one.id in self._chosen else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                ticked = say("chosen") if one.id in self._chosen else say("not chosen")
                return f"{words_of(one)}, {ticked}"
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        one = self._rows[index.row()]
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._chosen.add(one.id)
        else:
            self._chosen.discard(one.id)
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self._changed()
        return True


def words_of(candidate: Candidate) -> str:
    """An entry in two lines: what it is, and what must be known before it is ticked."""
    first = say("{time}  {kind}").format(
        time=when(candidate.seen_utc, candidate.seen_offset_s)[:16], kind=kind_of(candidate.kind)
    )
    facts = [candidate.label[:160]] if candidate.label else []
    if candidate.size:
        facts.append(size(candidate.size))
    if candidate.tells_place:
        facts.append(say("tells where it was taken"))
    if candidate.reported:
        facts.append(say("was in a report before"))
    if not candidate.may_leave:
        facts.append(say("stays here: the witness did not agree to share it"))
    return f"{first}\n{' · '.join(facts)}"


# Page 4


@dataclass(frozen=True, slots=True)
class Receiver:
    """A recipient of a destination as page 4 shows it: `lapse` is a warning or "", `ends` whether it is over."""

    name: str
    fingerprint: str
    confirmed: str
    lapse: str
    ended: bool


def receivers_of(destination: Destination, recipients: Sequence[Recipient], now_utc: str) -> list[Receiver]:
    """Everybody to whose key a destination's reports are encrypted."""
    known = {one.fingerprint: one for one in recipients}
    return [_receiver(fingerprint, known.get(fingerprint), now_utc) for fingerprint in destination.recipients]


def _receiver(fingerprint: str, recipient: Recipient | None, now_utc: str) -> Receiver:
    if recipient is None:
        return Receiver(
            say("Unknown recipient"), fingerprint, "", say("This recipient was removed. Add them again."), True
        )
    day = when(recipient.confirmed_utc)[:10]
    confirmed = confirmed_on(recipient.confirmed_by, day, grouped, say)
    lapse, is_over = _lapse(recipient.expires_utc, now_utc)
    name = recipient.user_ids[0] if recipient.user_ids else say("No name in the key")
    return Receiver(name, fingerprint, confirmed, lapse, is_over)


def _lapse(expires_utc: str | None, now_utc: str) -> tuple[str, bool]:
    if expires_utc is None:
        return "", False
    days = (datetime.fromisoformat(expires_utc) - datetime.fromisoformat(now_utc)).days
    if days < 0:
        return say("This key has expired. Nothing can be sent to it: ask its owner for a renewed one."), True
    if days < SOON_DAYS:
        return say_many("This key ends in {number} day.", "This key ends in {number} days.", days), False
    return "", False


# Page 5


def seconds_for(leaving: Leaving, pace: MeasuredPace) -> str:
    """How long a report takes to a destination."""
    if pace.bytes_per_s is None:
        return say("To {name}: how long it takes is not measured yet.").format(name=pace.name)
    took = span(max(1, leaving.size // max(1, pace.bytes_per_s)))
    return say("To {name}: about {time}, at the speed of an earlier report.").format(name=pace.name, time=took)


def file_line(file: LeavingFile) -> str:
    """A file as it will lie in the report."""
    name = file.path.removeprefix("data/exhibits/")
    return say("{name}, {size}").format(name=name, size=size(file.size))


def telling_lines(telling: Telling) -> list[str]:
    """What a file says of itself."""
    lines = []
    if telling.place:
        lines.append(say("{name} tells where it was taken: {place}").format(name=telling.label, place=telling.place))
    if telling.device:
        lines.append(say("{name} names the device: {device}").format(name=telling.label, device=telling.device))
    if telling.owner:
        lines.append(say("{name} names a person: {owner}").format(name=telling.label, owner=telling.owner))
    if telling.unread:
        lines.append(
            say("{name} may hold an author, a place or a device that Evidence Kit cannot read.").format(
                name=telling.label
            )
        )
    return lines


def warnings_of(leaving: Leaving) -> list[str]:
    """What the report reveals, the gravest first: every line a whole sentence."""
    choice = leaving.choice
    counts = dict(leaving.counts)
    pictures = sum(file.role == "photo" for file in leaving.files)
    found = [line for one in leaving.telling[:_TELLING_CAP] for line in telling_lines(one)]
    if len(leaving.telling) > _TELLING_CAP:
        found.append(
            say("There are {number} more files: what they say of themselves is in the journal.").format(
                number=number(len(leaving.telling) - _TELLING_CAP)
            )
        )
    if pictures:
        found.append(say("Photos may show faces, number plates or reflections. Look at each of them again."))
    if counts.get("screen"):
        found.append(
            say("Pictures of the screen show everything that was open: window titles, names, chats, the user name.")
        )
    if leaving.words or choice.text:
        found.append(say("Your words and notes leave as they are, with every name, place and job in them."))
    if choice.pseudonym:
        found.append(say("The report is signed with the name {name}.").format(name=choice.pseudonym))
    if choice.place:
        found.append(say("The report names the place {place}.").format(place=choice.place))
    if counts.get("page"):
        found.append(say("Captured pages leave with their addresses. Some pages print your internet address."))
    if counts.get("file"):
        found.append(say("File names and dates leave with the files."))
    if counts.get("measurement"):
        found.append(say("Measurements name the servers that your network uses, which can tell your provider."))
    found.append(
        say(
            "Every report carries your vault's key, your clock's times and zone, "
            "and that your journal has {number} entries."
        ).format(number=number(leaving.journal_size))
    )
    return found


def preview_markup(leaving: Leaving) -> str:
    """report.html for a text browser, which knows little of style sheets: without the page's own."""
    return _STYLE.sub("", leaving.page)


def saved_words(changed_utc: str) -> str:
    """That the draft is safe."""
    return say("The draft was kept in the vault at {time}.").format(time=clock_time(changed_utc))


def versioned(draft: Draft, sent: Sequence[ReportSent]) -> Draft:
    """A new version's draft whose words tell which report it stands for; any other as it is."""
    for report in sent:
        if report.id == draft.replaces:
            told = replacing_words(report.id, report.sealed.wall_utc)
            return replace(draft, text=f"{told}\n\n{draft.text}".rstrip())
    return draft


def done_words(made: SealedReport) -> list[str]:
    """What came of the sealing."""
    lines = [
        say_many(
            "{number} entry is encrypted and cannot be changed any more.",
            "{number} entries are encrypted and cannot be changed any more.",
            len(made.entries),
        )
    ]
    for delivery, name in made.deliveries:
        lines.append(
            say("To {name}: {size} wait to be sent.").format(
                name=name, size=size(sum(part.size for part in delivery.parts))
            )
        )
    lines.append(say("Until it has left, you can hold it back in Deliveries. What was sent cannot be called back."))
    return lines
