"""What the Now screen says: the state in words, the strip's stretches, the rows of the latest entries. No widgets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from evidence_kit.app.desktop import wall_now
from evidence_kit.errors import KitError
from evidence_kit.events import KeepingHeld, RoundJudged, SendingHeld
from evidence_kit.jobs.overview import DisruptionSeen, Glance, Row, Waiting
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from ui import theme
from ui.parts.observed import state_hint, state_look, state_words
from ui.parts.timeline import Stretch
from ui.words import (
    clock_time,
    direction,
    keeping_sentence,
    say,
    say_many,
    sending_sentence,
    sentence,
    size,
    span,
    when,
)

RANGES: Final = (86_400.0, 7 * 86_400.0, 30 * 86_400.0)
_FAILING: Final = {"captive-portal", "no-connection-beyond-provider", "cut-from-abroad"}
_LOOKS: Final = {
    "captive-portal": "portal",
    "cut-from-abroad": "abroad",
    "online": "pause",
    "local-fault": "fault",
    "unknown": "unsure",
}
_CUTS: Final = {"cut", "abroad", "portal"}
_ICONS: Final = {
    "note": "note",
    "testimony": "people",
    "correction": "note",
    "screen": "screen",
    "page": "page",
    "file": "files",
    "measurement": "measure",
    "disruption-opened": "connection",
    "disruption-changed": "connection",
    "disruption-closed": "connection",
    "recipient-added": "people",
    "destination-changed": "deliveries",
    "report": "reports",
    "delivery": "deliveries",
    "receipt": "good",
}
_Index = QModelIndex | QPersistentModelIndex


# The state


@dataclass(frozen=True, slots=True)
class Standing:
    """The state in words: `lasting` how long, `since` from when, `lines` what else to know; `look` has the rest.

    `stoppable` is a watch that the person started by hand; the normal choice would start it again at once.
    """

    icon: str
    tint: str
    words: str
    lasting: str
    since: str
    lines: tuple[str, ...]
    watching: bool
    look: RoundJudged | None
    stoppable: bool = False


def standing(
    look: RoundJudged | None, *, watching: bool, fault: KitError | None, quiet: bool, passed_s: float, held: str = ""
) -> Standing:
    """What to say. `look` is the newest, `passed_s` ago; `fault` is why nobody watches where somebody should.

    `held` is why the watch does not look now, as in `events.WatchHeld`.
    """
    if not watching:
        return _not_watching(look, fault, quiet=quiet)
    if held:
        return _held(held, quiet=quiet)
    if look is None:
        return Standing(
            "connection",
            "text",
            say("Looking at the connection…"),
            "",
            "",
            (say("This takes some seconds."),),
            True,
            None,
            quiet,
        )
    icon, tint = state_look(look.state)
    failing = look.state in _FAILING
    lasting, since = "", ""
    if failing and look.disruption:
        lasting, since = span(look.lasting_s + passed_s), _since(look.began_after, look.began_before)
    elif look.state != "unknown":
        lasting, since = (
            span(_between(look.since_before, look.at_utc) + passed_s),
            _since(look.since_after, look.since_before),
        )
    lines = (state_hint(look.state), *_standing_lines(look, failing=failing))
    return Standing(icon, tint, state_words(look.state), lasting, since, lines, True, look, quiet)


def _standing_lines(look: RoundJudged, *, failing: bool) -> Iterator[str]:
    if look.phase == "suspect" and failing:
        yield say("It was seen just now. It looks again soon, to be sure.")
    if look.unstable:
        yield say("The connection comes and goes. It is kept as one disruption.")
    elif look.phase == "recovering" and look.state == "online":
        yield say("The connection seems to be back. It looks again before it says that the disruption is over.")
    elif look.disruption and not failing:
        yield say("A disruption that began before {time} has not ended yet.").format(time=when(look.began_before))


def _held(why: str, *, quiet: bool) -> Standing:
    if why == "checks-limit":
        words = say("Today's limit for checks is used up")
        lines: tuple[str, ...] = (
            say("Nothing is noticed until it looks again tomorrow. To go on now, raise the limit in Settings."),
            say("What you see yourself can be captured at any time."),
        )
    else:
        words = say("Checks are switched off")
        lines = (say("You switched them off in Settings, so no disruption is noticed by itself."),)
    return Standing("pause", "warn", words, "", "", lines, True, None, quiet)


def _not_watching(look: RoundJudged | None, fault: KitError | None, *, quiet: bool) -> Standing:
    if fault is not None and fault.what == "station-running":
        words, line = say("Another program is watching"), sentence(fault)
    elif fault is not None:
        words, line = say("Nobody is watching the connection"), sentence(fault)
    elif quiet:
        words = say("Not watching")
        line = say("You chose quiet: the connection is looked at only after you start it here.")
    else:
        words, line = (
            say("Not watching"),
            say("Nobody looks at the connection now. Start it, and a disruption is noticed."),
        )
    lines = [line]
    if look is not None:
        lines.append(
            say("When last looked at, {time}: {state}.").format(time=when(look.at_utc), state=state_words(look.state))
        )
    return Standing("pause", "text", words, "", "", tuple(lines), False, None)


def held_words(keeping: KeepingHeld | None, sending: SendingHeld | None) -> tuple[str, ...]:
    """What a disk that takes nothing holds up, a line each; none where all is well."""
    lines: list[str] = []
    if keeping is not None:
        lines.append(keeping_sentence(keeping.reason))
        if keeping.waiting:
            lines.append(
                say_many(
                    "{number} record waits in memory. It would be lost if Evidence Kit ended now.",
                    "{number} records wait in memory. They would be lost if Evidence Kit ended now.",
                    keeping.waiting,
                )
            )
        if keeping.lost:
            lines.append(
                say_many(
                    "The memory for them is used up: {number} measurement was not kept.",
                    "The memory for them is used up: {number} measurements were not kept.",
                    keeping.lost,
                )
            )
    if sending is not None:
        lines.append(sending_sentence(sending.reason))
    return tuple(lines)


def _since(after: str, before: str) -> str:
    if not after:
        return say("since before {time}").format(time=_short(before))
    if when(after)[:10] == when(before)[:10] != _today():
        facts = {"date": when(before)[:10], "after": when(after)[11:], "before": when(before)[11:]}
        return say("since {date}, between {after} and {before}").format(**facts)
    return say("since between {after} and {before}").format(after=_short(after), before=_short(before))


def _short(wall_utc: str) -> str:
    """The time of day today, with the date on any other day."""
    whole = when(wall_utc)
    return whole[11:] if whole[:10] == _today() else whole


def _today() -> str:
    return when(wall_now())[:10]


def _between(earlier: str, later: str) -> float:
    return max(0.0, _stamp(later) - _stamp(earlier))


def _stamp(wall_utc: str) -> float:
    return datetime.fromisoformat(wall_utc).timestamp()


def next_words(look: RoundJudged | None, passed_s: float) -> str:
    """When it looked and when it looks next."""
    if look is None:
        return ""
    left = look.next_s - passed_s
    if left < 1:
        return say("Looked at {time}. Looking again now.").format(time=_short(look.at_utc))
    return say("Looked at {time}. It looks again in about {span}.").format(time=_short(look.at_utc), span=span(left))


# The strip


def stretches(glance: Glance | None, look: RoundJudged | None, *, watching: bool, now: float) -> tuple[Stretch, ...]:
    """Disruptions of the journal, and what goes on at present, in the order of time."""
    found: list[Stretch] = []
    present = look.disruption if look and watching else ""
    for seen in glance.disruptions if glance else ():
        found += _stretches_of(seen, is_present=seen.disruption.id == present, now=now)
    known = {seen.disruption.id for seen in glance.disruptions} if glance else set[str]()
    if look is not None and watching and look.state not in {"online", "unknown"} and present not in known:
        begin = look.began_before if present and look.state in _FAILING else look.since_before
        found.append(_stretch(_stamp(begin), now, look.state, goes_on=True))
    return tuple(sorted(found, key=lambda one: (one.begin, one.end)))


def _stretches_of(seen: DisruptionSeen, *, is_present: bool, now: float) -> Iterator[Stretch]:
    disruption = seen.disruption
    last_seen = _stamp(seen.last_seen)
    end = now if is_present else last_seen
    begins = [_stamp(segment.started.before.wall_utc) for segment in disruption.segments]
    for segment, begin, until in zip(disruption.segments, begins, (*begins[1:], end), strict=True):
        goes_on = disruption.ended is None and segment is disruption.segments[-1]
        yield _stretch(
            begin, max(begin, until), segment.state, goes_on=goes_on and is_present, lost=goes_on and not is_present
        )


def _stretch(begin: float, end: float, state: str, *, goes_on: bool, lost: bool = False) -> Stretch:
    words = say("Connection between two failures") if state == "online" else state_words(state)
    facts = {"state": words, "begin": _moment(begin), "end": _moment(end), "span": span(end - begin)}
    if goes_on:
        told = say("{state}: {span}, since {begin}, going on.")
    elif lost:
        told = say("{state}: since {begin}, last seen {end}. Its end was not seen.")
    else:
        told = say("{state}: {span}, from {begin} to {end}.")
    return Stretch(begin, end, _LOOKS.get(state, "cut"), told.format(**facts))


def _moment(stamp: float) -> str:
    return f"{datetime.fromtimestamp(stamp).astimezone():%Y-%m-%d %H:%M}"


def look_words(look: str) -> str:
    """What a pattern of the strip means."""
    return {
        "cut": state_words(NetworkState.BEYOND_PROVIDER),
        "abroad": state_words(NetworkState.ABROAD_CUT),
        "portal": state_words(NetworkState.CAPTIVE_PORTAL),
        "fault": state_words(NetworkState.LOCAL_FAULT),
        "pause": say("Connection between two failures"),
    }.get(look) or state_words(NetworkState.UNKNOWN)


def summary(glance: Glance | None, shown: tuple[Stretch, ...], begin: float, now: float) -> str:
    """The strip in one sentence. Without a glance (locked) it tells nothing of the past."""
    if glance is None:
        return say("Past disruptions are shown after you unlock.")
    count = sum(_stamp(one.last_seen) >= begin for one in glance.disruptions)
    days = round((now - begin) / 86_400)
    if count == 0:
        return {
            1: say("No disruption was noted in the last 24 hours."),
            7: say("No disruption was noted in the last 7 days."),
        }.get(days) or say("No disruption was noted in the last 30 days.")
    told = _count(count, days)
    return told.format(span=span(_covered([one for one in shown if one.look in _CUTS], begin, now)))


def _count(count: int, days: int) -> str:
    if days == 1:
        return say_many(
            "{number} disruption in the last 24 hours, {{span}} in all.",
            "{number} disruptions in the last 24 hours, {{span}} in all.",
            count,
        )
    if days == 7:
        return say_many(
            "{number} disruption in the last 7 days, {{span}} in all.",
            "{number} disruptions in the last 7 days, {{span}} in all.",
            count,
        )
    return say_many(
        "{number} disruption in the last 30 days, {{span}} in all.",
        "{number} disruptions in the last 30 days, {{span}} in all.",
        count,
    )


def _covered(shown: list[Stretch], begin: float, now: float) -> float:
    """Seconds that any of them covers between two moments."""
    total, reached = 0.0, begin
    for one in sorted(shown, key=lambda one: one.begin):
        total += max(0.0, min(one.end, now) - max(one.begin, reached))
        reached = max(reached, min(one.end, now))
    return total


# What waits


def waiting_words(waiting: Waiting, *, online: bool | None, by_itself: bool = True) -> tuple[str, ...]:
    """What is to be sent, and why it waits, a line each; `online` None where nobody watches."""
    if waiting.reports == 0:
        return (say("Nothing waits to be sent."),)
    states = dict(waiting.states)
    lines: list[str] = []
    if states.get(DeliveryState.WAITING, 0) + states.get(DeliveryState.SENDING, 0):
        lines.append(_to_send(waiting.reports, online=online, by_itself=by_itself).format(size=size(waiting.size)))
    if uncertain := states.get(DeliveryState.UNCERTAIN, 0):
        lines.append(
            say_many(
                "{number} delivery was handed over, and no answer came. Please decide.",
                "{number} deliveries were handed over, and no answer came. Please decide.",
                uncertain,
            )
        )
    if stuck := states.get(DeliveryState.NEEDS_ANOTHER_WAY, 0):
        lines.append(say_many("{number} delivery needs another way.", "{number} deliveries need another way.", stuck))
    if waiting.paused:
        lines.append(say_many("{number} delivery is paused.", "{number} deliveries are paused.", waiting.paused))
    return tuple(lines)


def _to_send(reports: int, *, online: bool | None, by_itself: bool) -> str:
    if not by_itself:
        return say_many(
            "To send: {number} report, {{size}}. Nothing leaves by itself: you switched that off in Settings.",
            "To send: {number} reports, {{size}}. Nothing leaves by itself: you switched that off in Settings.",
            reports,
        )
    if online is None:
        return say_many(
            "To send: {number} report, {{size}}. It goes out once the connection is watched.",
            "To send: {number} reports, {{size}}. They go out once the connection is watched.",
            reports,
        )
    if online:
        return say_many(
            "To send: {number} report, {{size}}. It goes out by itself.",
            "To send: {number} reports, {{size}}. They go out by themselves.",
            reports,
        )
    return say_many(
        "To send: {number} report, {{size}}, waiting for a connection.",
        "To send: {number} reports, {{size}}, waiting for a connection.",
        reports,
    )


def proof_words(glance: Glance) -> tuple[str, ...]:
    """What an outside clock has confirmed: nothing yet, and it says so."""
    if not glance.latest:
        return (say("Time proof: there is nothing to stamp yet. Stamping comes with a later version."),)
    lines = [
        say_many(
            "Time proof: {number} entry is not stamped yet. Stamping comes with a later version.",
            "Time proof: {number} entries are not stamped yet. Stamping comes with a later version.",
            glance.size,
        )
    ]
    if glance.unsigned == glance.size:
        lines.append(say("The journal is signed with your first report."))
    elif glance.unsigned:
        lines.append(
            say_many(
                "{number} entry came after the journal was last signed.",
                "{number} entries came after the journal was last signed.",
                glance.unsigned,
            )
        )
    return tuple(lines)


# The latest entries


def row_icon(row: Row) -> str:
    """The icon of a kind of entry."""
    return _ICONS.get(row.kind, "journal")


def row_words(row: Row) -> str:
    """An entry in one line; `row.words` are anybody's and only ever shown as plain text."""
    told = row.words
    if told and direction() is Qt.LayoutDirection.RightToLeft:
        told = f"\u2068{told}\u2069"  # an address among right-to-left words keeps its own order
    return _template(row).format(words=told, state=state_words(row.code))


def _template(row: Row) -> str:
    match row.kind, row.code:
        case "page", "error-page":
            return say("Page that did not load: {words}")
        case "page", "no-answer":
            return say("Page without an answer: {words}")
        case "screen", "blank":
            return say("Screen, all of one colour")
        case "destination-changed", "removed":
            return say("Destination removed: {words}")
        case "destination-changed", "changed":
            return say("Destination changed: {words}")
        case "disruption-changed", "online":
            return say("Disruption: a moment of connection")
        case "report", count:
            return say_many("Report made of {number} entry", "Report made of {number} entries", int(count))
        case "delivery", state:
            return _delivery_words(state)
        case kind, _:
            return _kinds().get(kind, kind)


def _kinds() -> dict[str, str]:
    return {
        "note": say("Note: {words}"),
        "testimony": say("Testimony: {words}"),
        "correction": say("Correction: {words}"),
        "screen": say("Screen"),
        "page": say("Page: {words}"),
        "file": say("File: {words}"),
        "measurement": say("Site tested: {words}"),
        "disruption-opened": say("Disruption began: {state}"),
        "disruption-changed": say("Disruption changed: {state}"),
        "disruption-closed": say("Disruption ended"),
        "recipient-added": say("Recipient added: {words}"),
        "destination-changed": say("Destination added: {words}"),
        "receipt": say("Receipt came: {words}"),
    }


def _delivery_words(state: str) -> str:
    return {
        "waiting": say("Delivery: not sent yet, it is tried again"),
        "uncertain": say("Delivery: handed over, no answer came"),
        "claimed": say("Delivery: the server says it has it"),
        "read-back": say("Delivery: delivered and read back"),
        "receipted": say("Delivery: received, with the recipient's receipt"),
        "needs-another-way": say("Delivery: needs another way"),
    }.get(state) or say("Delivery")


def row_time(row: Row) -> str:
    """The time of day today, the date on any other day."""
    whole = when(row.when)
    return clock_time(row.when) if whole[:10] == _today() else whole[:10]


SEQUENCE: Final = int(Qt.ItemDataRole.UserRole)


class LatestModel(QAbstractListModel):
    """The newest entries, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> bool:
        """Take other rows; False where they are the same and nothing changes on the screen."""
        if rows == self._rows:
            return False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return say("{time}   {words}").format(time=row_time(row), words=row_words(row))
        if role == Qt.ItemDataRole.DecorationRole:
            return theme.icon(row_icon(row))
        if role == SEQUENCE:
            return row.sequence
        return None
