"""What a probe is: its name, what it can do behind a proxy, what it asks at first and what only where nothing answers.

A new probe is one module with a `Probe`, its line in `registry`, and its rule in `detect.rules`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from evidence_kit.model.exchange import DnsQuery
from evidence_kit.model.measurement import AnchorSeen, GatewaySeen, HttpCheckSeen, Observation
from evidence_kit.probe.step import Run
from evidence_kit.probe.targets import Anchor, HttpCheck


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was seen so far; the parts of a round, or of a target, are the sum of what each question brought."""

    gateway: tuple[GatewaySeen, ...] = ()
    anchors: tuple[AnchorSeen, ...] = ()
    http_checks: tuple[HttpCheckSeen, ...] = ()
    system_dns: tuple[DnsQuery, ...] = ()
    independent_dns: tuple[DnsQuery, ...] = ()
    wildcard_dns: tuple[DnsQuery, ...] = ()
    duplicate_dns: tuple[DnsQuery, ...] = ()
    observations: tuple[Observation, ...] = ()

    def __add__(self, other: "Gathered") -> "Gathered":
        return Gathered(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class AskingOrder:
    """What a round may ask, in the order drawn for it: anchors of the routed families, and connectivity checks."""

    anchors: tuple[Anchor, ...]
    http_checks: tuple[HttpCheck, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A target as it goes over the wire."""

    url: str
    host: str
    port: int
    secure: bool


Question = Callable[[], Gathered]


def nothing(_run: Run, _asked_for: AskingOrder | Site) -> Sequence[Question]:
    """No question."""
    return ()


@dataclass(frozen=True, slots=True)
class Probe:
    """`first` is asked in every round, `more` only where no anchor answered; a round waits for the first answers of a
    probe that is `awaited` before it asks more. `site` is asked of a target.

    Behind a proxy a probe that is not `proxied` asks nothing but `silent`, which sends nothing, and its `steps` are
    noted as skipped.
    """

    name: str
    first: Callable[[Run, AskingOrder], Sequence[Question]]
    more: Callable[[Run, AskingOrder], Sequence[Question]] = nothing
    site: Callable[[Run, Site], Sequence[Question]] = nothing
    silent: Callable[[Run, AskingOrder], Sequence[Question]] = nothing
    awaited: bool = False
    proxied: bool = False
    steps: tuple[str, ...] = ()
