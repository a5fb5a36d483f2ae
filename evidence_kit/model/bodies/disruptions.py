"""What is measured of the network, and the course of the disruptions concluded from it."""

from dataclasses import dataclass

from evidence_kit.model.bodies.body import Linked, Step
from evidence_kit.model.disruption import DisruptionGrade, Interval, NetworkState
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.model.judgement import Method, TargetOutcome


@dataclass(frozen=True, slots=True)
class MeasurementTaken(Linked):
    """A measurement in OONI's formats, kept as an exhibit (JSON); the rest is its summary.

    `test` is OONI's test name, `verdict` ours: what became of a target, or what the network was judged to be in a
    round of the watch, which `state` repeats.
    """

    KIND = "measurement"
    SEARCHED = ("address",)
    REPORTABLE = True
    record: Exhibit
    test: str
    address: str | None
    verdict: TargetOutcome | NetworkState
    state: NetworkState | None = None
    disruption: str | None = None


@dataclass(frozen=True, slots=True)
class DisruptionOpened(Step):
    """A disruption began somewhere in `started`: after the last success, before the first failure."""

    KIND = "disruption-opened"
    SEARCHED = ()
    REPORTABLE = True
    disruption: str
    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[Method, ...]
    started: Interval
    network: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisruptionChanged(Step):
    """The disruption goes on in another form; a segment, not a new disruption."""

    KIND = "disruption-changed"
    SEARCHED = ()
    REPORTABLE = True
    disruption: str
    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[Method, ...]
    changed: Interval
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisruptionClosed(Step):
    """The disruption ended somewhere in `ended`: after the last failure, before the first success."""

    KIND = "disruption-closed"
    SEARCHED = ()
    REPORTABLE = True
    disruption: str
    ended: Interval
    reasons: tuple[str, ...]
