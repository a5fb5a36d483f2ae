"""What a round or a target was judged to mean, and how long a watch waits before it believes it."""

from dataclasses import dataclass

from evidence_kit.model.disruption import DisruptionGrade, NetworkState


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one round means. `methods` are stable codes of how it is cut ("blackout.total"), `reasons` stable codes with
    numbers ("anchors.authenticated=0/6"). Never who or why."""

    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """What one target measurement means: `code` is ours ("tls.sni", "accessible"), the rest are OONI's keys.

    `grade` is None where nothing is claimed.
    """

    code: str
    grade: DisruptionGrade | None
    blocking: str | bool | None
    accessible: bool | None
    dns_consistency: str | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """How often to look and how long to wait before believing; seconds unless said otherwise.

    A disruption opens after `confirm_rounds` failed rounds over at least `confirm_span_s`, asked for after `retry_s`,
    and closes at the second success, `recover_gap_s` after the first. `jitter` is a fraction of each pause.
    """

    interval_s: float = 300.0
    retry_s: tuple[float, ...] = (20.0, 30.0)
    confirm_rounds: int = 3
    confirm_span_s: float = 60.0
    recover_gap_s: float = 30.0
    backoff_first_s: float = 30.0
    backoff_cap_s: float = 600.0
    jitter: float = 0.25
    flap_transitions: int = 4
    flap_window_s: float = 1800.0
