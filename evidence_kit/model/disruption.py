"""What the network was judged to be, and a disruption: the time in which it was otherwise than online."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NetworkState(StrEnum):
    """The judgement on one round, from the ladder of detection."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    LOCAL_FAULT = "local-fault"
    CAPTIVE_PORTAL = "captive-portal"
    BEYOND_PROVIDER = "no-connection-beyond-provider"
    ABROAD_CUT = "cut-from-abroad"


class DisruptionGrade(StrEnum):
    """How far the judgement goes: one round saw it, several agree, or a second path proves it."""

    OBSERVED = "observed"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Moment:
    """Wall time (RFC 3339, UTC) with the boot-time reading beside it, so that steps of the wall clock cannot hide."""

    wall_utc: str
    boottime_ns: int
    boot_id: str


def seconds_between(earlier: Moment, later: Moment) -> float:
    """By boot time within one boot, by the wall clock across boots."""
    if earlier.boot_id == later.boot_id:
        return (later.boottime_ns - earlier.boottime_ns) / 1e9
    return (datetime.fromisoformat(later.wall_utc) - datetime.fromisoformat(earlier.wall_utc)).total_seconds()


@dataclass(frozen=True, slots=True)
class Interval:
    """Something happened after `after` and before `before`; `after` is null where nothing was seen before it."""

    after: Moment | None
    before: Moment


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a disruption in one state."""

    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[str, ...]
    started: Interval


@dataclass(frozen=True, slots=True)
class Disruption:
    """A time in which the network was otherwise than online.

    `ended` is null while it lasts; `network` is a salted hash of the network it was seen from.
    `entries` are the ids of the measurements and captures made during it.
    """

    id: str
    started: Interval
    ended: Interval | None
    segments: tuple[Segment, ...]
    network: str
    entries: tuple[str, ...] = ()

    @property
    def state(self) -> NetworkState:
        """Its newest form; a moment of connection within an unstable disruption does not speak for it."""
        states: list[NetworkState] = [segment.state for segment in self.segments]
        return next((state for state in reversed(states) if state is not NetworkState.ONLINE), states[-1])

    @property
    def grade(self) -> DisruptionGrade:
        order = list(DisruptionGrade)
        return max((segment.grade for segment in self.segments), key=order.index)
