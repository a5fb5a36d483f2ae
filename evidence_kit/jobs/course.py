"""Disruptions as headings, and where in the journal the entries are that belong to one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from evidence_kit.jobs.job import JobContext
from evidence_kit.model.belonging import belongs
from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Interval, NetworkState
from evidence_kit.model.entry import Entry

_STEPS: Final = (DisruptionOpened.KIND, DisruptionChanged.KIND, DisruptionClosed.KIND)
# Entries lie in the journal in the order of their sealing. How far that can differ from the order of what was seen: a
# page takes a minute, a large file longer, and several processes seal to the intake.
_DISORDER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DisruptionName:
    """A disruption as a heading: its newest state, first failure and end (None while it lasts), RFC 3339 in UTC."""

    id: str
    state: NetworkState
    started_utc: str
    ended_utc: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A disruption's heading, how long it lasted, and the sequence of the entry that opened it."""

    heading: DisruptionName
    started: Interval
    ended: Interval | None
    opened: int

    @property
    def id(self) -> str:
        return self.heading.id


def named_disruptions(context: JobContext) -> list[Named]:
    """Every disruption that did open, oldest first; reads their steps alone."""
    named: dict[str, Named] = {}
    for entry in context.vault.entries(kinds=_STEPS):
        match entry.body:
            case DisruptionOpened() as body:
                heading = DisruptionName(body.disruption, body.state, body.started.before.wall_utc, None)
                named[body.disruption] = Named(heading, body.started, None, entry.sequence)
            case DisruptionChanged() as body if body.disruption in named and body.state is not NetworkState.ONLINE:
                old = named[body.disruption]
                named[body.disruption] = replace(old, heading=replace(old.heading, state=body.state))
            case DisruptionClosed() as body if body.disruption in named:
                old = named[body.disruption]
                heading = replace(old.heading, ended_utc=body.ended.before.wall_utc)
                named[body.disruption] = replace(old, heading=heading, ended=body.ended)
            case _:
                pass
    return list(named.values())


def entries_within(context: JobContext, disruption: str, after: int) -> set[int]:
    """Where the entries are that belong to a disruption: those linked to it, and those made within it."""
    found = {sequence for sequence in context.vault.disruptions.linked(disruption) if sequence > after}
    opened = {one.id: one for one in named_disruptions(context)}
    if disruption in opened:
        near = _near(context, opened[disruption])
        found |= {one.sequence for one in near if one.sequence > after and belongs(one, disruption, opened)}
    return found


def _near(context: JobContext, named: Named) -> Iterator[Entry]:
    """The entries that can have been made within a disruption, read from the one that opened it in both directions."""
    begun = named.started.after or named.started.before
    for entry in context.vault.entries(before=named.opened):
        if _wall(entry.clock) < datetime.fromisoformat(begun.wall_utc) - _DISORDER:
            break
        yield entry
    over = None if named.ended is None else datetime.fromisoformat(named.ended.before.wall_utc) + _DISORDER
    for entry in context.vault.entries(after=named.opened):
        # What waits in the intake enters later, however late, but in its own order.
        if over is not None and entry.intake is not None and _wall(entry.intake.clock) > over:
            break
        yield entry


def _wall(reading: ClockReading) -> datetime:
    return datetime.fromisoformat(reading.wall_utc)
