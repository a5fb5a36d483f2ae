"""What the first screen shows of an open vault, in one go."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from evidence_kit.clock.reading import wall_text
from evidence_kit.jobs.gist import Gist, gist_of
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.bodies.body import BODIES
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.vault_events import ClockChanged, VaultCreated
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import Disruption, Segment
from evidence_kit.model.entry import Entry

_LATEST: Final = 8
# What the watch writes every few minutes, and what the machine's clock does, would hide all the rest.
_ROUTINE: Final = {MeasurementTaken.KIND, ClockChanged.KIND, VaultCreated.KIND}
_STEPS: Final = (DisruptionOpened.KIND, DisruptionChanged.KIND, DisruptionClosed.KIND)
_ON_THE_WAY: Final = {
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.UNCERTAIN,
    DeliveryState.NEEDS_ANOTHER_WAY,
}
_TO_SEND: Final = {DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.NEEDS_ANOTHER_WAY}


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One entry in a list; `when` is the moment itself (RFC 3339, UTC)."""

    sequence: int
    id: str
    kind: str
    when: str
    gist: Gist = None


@dataclass(frozen=True, slots=True)
class DisruptionSeen:
    """A disruption without its entries' ids; `last_seen` (RFC 3339, UTC) is when it was last heard of."""

    disruption: Disruption
    last_seen: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is to be sent: so many reports with so many bytes still to go; `states` count deliveries, `paused` apart."""

    reports: int
    size: int
    states: tuple[tuple[DeliveryState, int], ...]
    paused: int


@dataclass(frozen=True, slots=True)
class Glance:
    """The answer: `size` entries are in the journal, `unsigned` of them newer than its last signed checkpoint."""

    latest: tuple[OverviewRow, ...]
    disruptions: tuple[DisruptionSeen, ...]
    waiting: Waiting
    size: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class Overview(Job[Glance]):
    """The newest entries, the disruptions of the last `days`, what waits to be sent, what is not signed yet."""

    days: int = 30

    def run(self, context: JobContext) -> Glance:
        signed = max((kept.size for kept in context.vault.register.checkpoints()), default=0)
        return Glance(
            latest=tuple(row_of(entry) for entry in self._latest(context)),
            disruptions=tuple(self._disruptions(context)),
            waiting=self._waiting(context),
            size=context.vault.size,
            unsigned=context.vault.size - signed,
        )

    @staticmethod
    def _latest(context: JobContext) -> list[Entry]:
        # Kind by kind, because the index then leads to the newest at once, however many entries there are.
        found = [
            entry
            for kind in BODIES
            if kind not in _ROUTINE
            for entry in context.vault.entries(before=context.vault.size, kinds=(kind,), limit=_LATEST)
        ]
        return sorted(found, key=lambda entry: entry.sequence, reverse=True)[:_LATEST]

    def _disruptions(self, context: JobContext) -> Iterator[DisruptionSeen]:
        now = datetime.fromisoformat(context.clock.read().wall_utc)
        horizon = wall_text(int((now - timedelta(days=self.days)).timestamp()) * 1_000_000_000)
        steps: dict[str, list[DisruptionOpened | DisruptionChanged | DisruptionClosed]] = {}
        going_on = context.vault.disruptions.newest_open()
        unopened = {going_on} - {None}
        for entry in context.vault.entries(before=context.vault.size, kinds=_STEPS):
            is_old = entry.clock.wall_utc < horizon
            if is_old and not unopened:
                break
            body = entry.body
            if not isinstance(body, DisruptionOpened | DisruptionChanged | DisruptionClosed):
                continue
            if is_old and body.disruption not in unopened:
                continue
            steps.setdefault(body.disruption, []).append(body)
            if isinstance(body, DisruptionOpened):
                unopened.discard(body.disruption)
            else:
                unopened.add(body.disruption)
        for taken in reversed(steps.values()):
            if isinstance(opened := taken[-1], DisruptionOpened):
                yield _disruption_seen(context, opened, taken)

    @staticmethod
    def _waiting(context: JobContext) -> Waiting:
        deliveries = [one for one in context.vault.outbox.deliveries() if one.state in _ON_THE_WAY]
        moving = [one for one in deliveries if not one.paused]
        return Waiting(
            reports=len({one.report for one in deliveries}),
            size=sum(part.size for one in deliveries for part in one.parts if part.state in _TO_SEND),
            states=tuple(sorted(Counter(one.state for one in moving).items())),
            paused=len(deliveries) - len(moving),
        )


def _disruption_seen(
    context: JobContext,
    opened: DisruptionOpened,
    newest_first: list[DisruptionOpened | DisruptionChanged | DisruptionClosed],
) -> DisruptionSeen:
    closed = next((step for step in newest_first if isinstance(step, DisruptionClosed)), None)
    segments = [Segment(opened.state, opened.grade, opened.methods, opened.started)]
    segments += [
        Segment(step.state, step.grade, step.methods, step.changed)
        for step in reversed(newest_first)
        if isinstance(step, DisruptionChanged)
    ]
    ended = closed.ended if closed else None
    newest = None if ended else context.vault.disruptions.newest_of(opened.disruption)
    last_seen = ended.before.wall_utc if ended else newest.seen.wall_utc if newest else opened.started.before.wall_utc
    disruption = Disruption(opened.disruption, opened.started, ended, tuple(segments), opened.network)
    return DisruptionSeen(disruption, last_seen)


def row_of(entry: Entry) -> OverviewRow:
    """An entry as a row of a list."""
    return OverviewRow(entry.sequence, entry.id, entry.kind, entry.seen.wall_utc, gist_of(entry.body))
