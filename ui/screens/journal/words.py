"""An entry of the journal in words: its title, what stands beside it, the heading above it."""

from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QDate, QLocale

from evidence_kit.jobs.browse import JournalRow
from evidence_kit.jobs.course import DisruptionName
from evidence_kit.jobs.gist import (
    ClockGist,
    DeliveryGist,
    DestinationGist,
    DisruptionGist,
    FileGist,
    KeyGist,
    LookGist,
    PageGist,
    ReceiptGist,
    ReportGist,
    SaidGist,
    ScreenGist,
    SiteTestGist,
)
from evidence_kit.model.bodies.body import BODIES
from evidence_kit.model.bodies.captures import PageState
from evidence_kit.model.bodies.statements import WitnessHeard
from evidence_kit.model.bodies.vault_events import ClockChange
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.words.kinds import kind_name
from evidence_kit.words.measurements import verdict_words
from evidence_kit.words.sharing import destination_words
from evidence_kit.words.states import DELIVERY_STATES
from evidence_kit.words.vault_events import clock_words
from ui import words
from ui.parts.net_error import net_error_words
from ui.parts.observed import grade_words, state_words
from ui.words import as_heading, say, say_many, say_marked

_ICONS: Final = {
    "note": "note",
    "testimony": "people",
    "correction": "note",
    "screen": "screen",
    "page": "page",
    "file": "files",
    "measurement": "measure",
    "disruption-opened": "warning",
    "disruption-changed": "warning",
    "disruption-closed": "good",
    "clock-changed": "now",
    "recipient-added": "people",
    "destination-changed": "deliveries",
    "report": "reports",
    "delivery": "deliveries",
    "receipt": "check",
    "vault-created": "lock",
}
_ROUTINE: Final = frozenset({"measurement", "clock-changed", "vault-created"})


def icon_of(row: JournalRow) -> str:
    """The name of a row's icon."""
    return "photo" if isinstance(row.gist, FileGist) and row.gist.is_photo else _ICONS.get(row.kind, "unknown")


def choices() -> list[tuple[str, tuple[str, ...] | None]]:
    """What the list can be narrowed down to, in words, with the kinds of entries; None for all of them."""
    return [
        (say("Without routine looks"), tuple(kind for kind in BODIES if kind not in _ROUTINE)),
        (say("Everything"), None),
        (say("Pictures of the screen"), ("screen",)),
        (say("Pages"), ("page",)),
        (say("Photos and files"), ("file",)),
        (say("Notes and testimony"), ("note", "testimony", "correction")),
        (say("Disruptions"), ("disruption-opened", "disruption-changed", "disruption-closed")),
        (say("Looks at the connection"), ("measurement",)),
        (say("Reports and deliveries"), ("report", "delivery", "receipt")),
        (say("About the kit"), ("vault-created", "recipient-added", "destination-changed", "clock-changed")),
    ]


def periods() -> list[tuple[str, int]]:
    """How far back the list goes, in words and in hours; 0 for as far as there is anything."""
    return [
        (say("Any time"), 0),
        (say("Last 24 hours"), 24),
        (say("Last 7 days"), 24 * 7),
        (say("Last 30 days"), 24 * 30),
    ]


def kind_words(kind: str) -> str:
    """What kind of entry it is."""
    return kind_name(kind, say)


def title_of(row: JournalRow) -> str:
    """A row's first line."""
    match row.gist:
        case (
            SaidGist(text=str(name))
            | PageGist(address=str(name))
            | FileGist(name=str(name))
            | SiteTestGist(address=str(name))
        ):
            return name or kind_words(row.kind)
        case KeyGist(name=str(name)) | DestinationGist(name=str(name)):
            return name or kind_words(row.kind)
        case LookGist() | DisruptionGist():
            return state_words(row.gist.state)
        case ClockGist():
            return clock_change_words(row.gist.change, row.gist.amount_ms)
        case _:
            return kind_words(row.kind)


def second_of(row: JournalRow) -> str:
    """A row's second line."""
    second = _second_of(row)
    return say("{line} (corrected later)").format(line=second) if row.corrected else second


def _second_of(row: JournalRow) -> str:
    match row.gist:
        case SaidGist(name=str(name)) if name and row.kind == WitnessHeard.KIND:
            return say("Testimony of {name}").format(name=name)
        case SaidGist(name=str(name)) if name:
            return say("Note by {name}").format(name=name)
        case ScreenGist():
            shown = f"{row.gist.width} × {row.gist.height}"
            return say("{size}, one single colour").format(size=shown) if row.gist.blank else shown
        case PageGist():
            return page_words(row.gist)
        case FileGist():
            kind = say("Photo, {size}") if row.gist.is_photo else say("File, {size}")
            return kind.format(size=words.size(row.gist.size))
        case SiteTestGist():
            return say("Site tested: {verdict}").format(verdict=verdict_words(row.gist.verdict, say))
        case DisruptionGist():
            return say("{event}. {grade}").format(event=kind_words(row.kind), grade=grade_words(row.gist.grade))
        case ReportGist():
            return say_many("{number} entry", "{number} entries", row.gist.entries)
        case DeliveryGist():
            return delivery_words(row.gist.state)
        case DestinationGist():
            return destination_words(row.gist.change, say)
        case ClockGist() | ReceiptGist() | None:
            return ""
        case _:
            return kind_words(row.kind)


def page_words(page: PageGist) -> str:
    """What the page camera met."""
    if page.net_error:
        return net_error_words(page.net_error)
    if page.state is PageState.LIVE:
        return say("Page: {title}").format(title=page.title) if page.title else say("Page that loaded")
    return say("Page: nothing came") if page.state is PageState.NO_ANSWER else say("Page that did not load")


def clock_change_words(change: ClockChange, amount_ms: int) -> str:
    """What the computer's clock did."""
    return clock_words(change, amount_ms, words.span(abs(amount_ms) / 1000), say)


def delivery_words(state: DeliveryState) -> str:
    """A delivery's state."""
    return as_heading(say_marked(DELIVERY_STATES[state]))


def spoken(row: JournalRow) -> str:
    """A whole row for a screen reader, and for the clipboard."""
    return say("{when}, {kind}: {title}. {second}").format(
        when=words.when(row.seen_utc), kind=kind_words(row.kind), title=title_of(row), second=second_of(row)
    )


def day_of(row: JournalRow) -> date:
    """The day on which it was seen, by this computer's present zone."""
    return datetime.fromisoformat(row.seen_utc).astimezone().date()


def heading(day: date, disruption: DisruptionName | None, today: date) -> str:
    """The line above the entries of one day, within or outside a disruption."""
    told = day_words(day, today)
    if disruption is None:
        return told
    return say("{day} · during a disruption: {state}").format(day=told, state=state_words(disruption.state))


def day_words(day: date, today: date) -> str:
    """A day as people say it."""
    ago = (today - day).days
    if ago == 0:
        return say("Today")
    if ago == 1:
        return say("Yesterday")
    return QLocale(words.language()).toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)


def disruption_choice(one: DisruptionName) -> str:
    """A disruption in the list of what to narrow down to."""
    return say("{when}: {state}").format(when=words.when(one.started_utc)[:16], state=state_words(one.state))
