"""What the core says once it is true: past tense, after the commit, keys rather than contents."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.codes import Code
from evidence_kit.model.delivery import DeliveryState, PartRole
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.judgement import Layer, LayerState, Method, Phase


@dataclass(frozen=True, slots=True)
class EntrySealed:
    """An entry is committed and synced. `sequence` counts from 0."""

    sequence: int
    kind: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The watch's judgement changed."""

    state: NetworkState


@dataclass(frozen=True, slots=True)
class RoundJudged:
    """The watch looked once, and judged what it saw; `reasons` are as `model.judgement.Reason.of` writes them.

    `layers` go from the cable outwards; `unstable` says that the connection comes and goes. The state began within
    `since`. The open disruption (`disruption`, None where there is none) began within `began`, `lasting_s` ago by the
    steadiest clock. `at` is the round's end; the next round comes in `next_s`.
    """

    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[Method, ...]
    reasons: tuple[str, ...]
    layers: tuple[tuple[Layer, LayerState], ...]
    phase: Phase
    unstable: bool
    at: Moment
    since: Interval
    lasting_s: float
    disruption: str | None
    began: Interval | None
    next_s: float


class HeldBecause(StrEnum):
    """Why the watch does not look, as the person chose."""

    CHECKS_OFF = "checks-off"
    CHECKS_LIMIT = "checks-limit"


@dataclass(frozen=True, slots=True)
class WatchHeld:
    """The watch does not look until something changes."""

    why: HeldBecause


@dataclass(frozen=True, slots=True)
class DeliveryMoved:
    """A part of a delivery reached `state`; persisted."""

    delivery_id: str
    part: PartRole
    state: DeliveryState


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
