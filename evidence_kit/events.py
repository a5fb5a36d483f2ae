"""What the core says once it is true: past tense, after the commit, keys rather than contents."""

from collections.abc import Callable
from dataclasses import dataclass

from evidence_kit.codes import Code


@dataclass(frozen=True, slots=True)
class EntrySealed:
    """An entry is committed and synced. `sequence` counts from 0."""

    sequence: int
    kind: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The watcher's judgement changed; `state` is a `model.disruption.NetworkState` value."""

    state: str


@dataclass(frozen=True, slots=True)
class RoundJudged:
    """The watch looked once; the values of `model.disruption` as text, wall times in RFC 3339 (UTC).

    `layers` are (layer, "ok" | "failed" | "unknown") from the cable outwards (`detect.layers`). `phase` is where the
    watch stands ("unknown", "ok", "suspect", "down", "recovering"); `unstable` says that it comes and goes. The state
    began after `since_after` ("" where nothing was seen before) and before `since_before`; the open disruption
    (`disruption`, "" for none) began between `began_after` and `began_before`, `lasting_s` ago by the steadiest clock.
    `boottime_ns` is the look's own; the next one comes in `next_s`.
    """

    state: str
    grade: str
    methods: tuple[str, ...]
    reasons: tuple[str, ...]
    layers: tuple[tuple[str, str], ...]
    phase: str
    unstable: bool
    at_utc: str
    boottime_ns: int
    since_after: str
    since_before: str
    lasting_s: float
    disruption: str
    began_after: str
    began_before: str
    next_s: float


@dataclass(frozen=True, slots=True)
class WatchHeld:
    """The watch does not look until something changes: "checks-off" or "checks-limit", as the person chose."""

    why: str


@dataclass(frozen=True, slots=True)
class DeliveryMoved:
    """A part ("notice" or "report") of a delivery reached `state`, a `model.delivery.DeliveryState`; persisted."""

    delivery_id: str
    part: str
    state: str


@dataclass(frozen=True, slots=True)
class WorkProgressed:
    """Long work went on: `done` of `total` bytes (or steps) of the work called `work`."""

    work: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What was sealed beside the vault, and what became of deliveries, entered the journal; `entries` of them."""

    entries: int


@dataclass(frozen=True, slots=True)
class KeepingHeld:
    """The disk does not take what the watch sees, for `reason`; told again when a number changes.

    `waiting` wait in memory to be sealed; `lost` found no place there any more.
    """

    reason: Code
    waiting: int
    lost: int


@dataclass(frozen=True, slots=True)
class KeepingResumed:
    """All that waited in memory is sealed; `lost` are not kept."""

    lost: int


@dataclass(frozen=True, slots=True)
class SendingHeld:
    """The disk does not take the outbox's states, for `reason`, so nothing new is sent; told when a number changes.

    `pending` deliveries moved on before that, which could not be written down yet.
    """

    reason: Code
    pending: int


@dataclass(frozen=True, slots=True)
class SendingResumed:
    """Every state of the outbox is written down, and sending goes on."""


Event = (
    EntrySealed
    | StateChanged
    | RoundJudged
    | WatchHeld
    | DeliveryMoved
    | WorkProgressed
    | Absorbed
    | KeepingHeld
    | KeepingResumed
    | SendingHeld
    | SendingResumed
)
Listener = Callable[[Event], None]


def nobody(_event: Event) -> None:
    """The listener for callers who do not want to hear."""
