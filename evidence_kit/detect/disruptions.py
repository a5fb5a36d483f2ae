"""From single rounds to disruptions: when one begins, changes and ends. Pure: no clock, no random numbers of its own.

OK → SUSPECT after a failed round; DOWN after `confirm_rounds` of them over `confirm_span_s`; RECOVERING at the first
success; OK at the second, `recover_gap_s` later. Every network has its own track, so a café's Wi-Fi neither ends nor
explains what happens at home.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState, seconds_between
from evidence_kit.model.identity import new_id
from evidence_kit.model.judgement import Judgement, Method, Phase, Reason, WatchPolicy

_NO_NETWORK: Final = ""
_TRACKS: Final = 8
_GRADES: Final = tuple(DisruptionGrade)
_FAILING: Final = {NetworkState.CAPTIVE_PORTAL, NetworkState.BEYOND_PROVIDER, NetworkState.ABROAD_CUT}
_CUTS: Final = {NetworkState.BEYOND_PROVIDER, NetworkState.ABROAD_CUT}

DisruptionBody = DisruptionOpened | DisruptionChanged | DisruptionClosed


@dataclass(frozen=True, slots=True)
class OpenDisruption:
    """The disruption that goes on in a network, and its present form.

    `state` is ONLINE in a good spell of one that comes and goes too fast to count as ended.
    """

    id: str
    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[Method, ...]
    started: Interval


@dataclass(frozen=True, slots=True)
class Track:
    """What is remembered of one network.

    `failures` counts failed rounds in a row, from `first_failure` (its start) to `last_failure` (its end); `suspected`
    is the id that their disruption will have if it is one, so that what is captured meanwhile can name it;
    `first_success` is the start of the first good round after them; `turns` are the confirmed changes between OK and
    DOWN within the flapping window; `backoff` counts failed rounds since DOWN. `form` is how the last rounds failed,
    the first of them having begun at `form_since`, and the last of another form having ended at `form_after`.
    """

    network: str
    phase: Phase = Phase.UNKNOWN
    last_success: Moment | None = None
    first_failure: Moment | None = None
    last_failure: Moment | None = None
    first_success: Moment | None = None
    failures: int = 0
    suspected: str | None = None
    backoff: int = 0
    turns: tuple[Moment, ...] = ()
    form: str = ""
    form_since: Moment | None = None
    form_after: Moment | None = None
    disruption: OpenDisruption | None = None


@dataclass(frozen=True, slots=True)
class DisruptionsState:
    """Everything the machine remembers; goes through `model.codec`, so a restarted watch goes on where it was.

    `expected_ms` is how soon after `last_round` the next one was asked for; `undecided` counts rounds in a row that
    said nothing about the world; `reachable` tells whether the last round reached it.
    """

    current: str = _NO_NETWORK
    last_round: Moment | None = None
    expected_ms: int = 0
    undecided: int = 0
    reachable: bool = False
    tracks: tuple[Track, ...] = ()

    @property
    def track(self) -> Track:
        """The present network's."""
        return next((track for track in self.tracks if track.network == self.current), Track(self.current))

    def present(self, now: Moment) -> str | None:
        """The id of the disruption that goes on at `now` in the present network, or that is suspected."""
        track = self.track
        if track.disruption is not None:
            return track.disruption.id
        return None if _gap(self, now) else track.suspected

    @property
    def open(self) -> tuple[OpenDisruption, ...]:
        """Every disruption that has not ended, the present network's first."""
        ordered = sorted(self.tracks, key=lambda track: track.network != self.current)
        return tuple(track.disruption for track in ordered if track.disruption is not None)


@dataclass(frozen=True, slots=True)
class Advance:
    """The machine after one round.

    `back` is True on the first authenticated success after anything else: send now; a disruption itself ends only when
    a second success agrees.
    """

    state: DisruptionsState
    bodies: tuple[DisruptionBody, ...]
    next_probe_s: float
    back: bool


def advance(
    state: DisruptionsState,
    judgement: Judgement,
    *,
    started: Moment,
    ended: Moment,
    network: str | None,
    reading: ClockReading,
    policy: WatchPolicy,
    chance: float = 0.5,
) -> Advance:
    """Take one judged round in. `started` and `ended` are the round's, `network` None where it could not be told.

    `reading` dates the id of a new disruption; `chance` in [0, 1), drawn by the caller, spreads the next probe.
    """
    if network is not None and state.current == _NO_NETWORK:
        state = _adopt(state, network)
    current = state.current if network is None else network
    here = replace(state, current=current)
    track = here.track
    if current != state.current or _gap(state, started):
        track = _forget_pending(track)
    step = _Step(track, here, judgement, started, ended, policy, reading)
    decided = step.take()
    undecided = 0 if decided else state.undecided + 1
    next_s = step.next_probe_s(chance, undecided)
    reachable = judgement.state is NetworkState.ONLINE
    others = [other for other in state.tracks if other.network != current and other.disruption is not None]
    after = DisruptionsState(
        current=current,
        last_round=ended,
        expected_ms=round(next_s * 1000),
        undecided=undecided,
        reachable=reachable,
        tracks=(step.track, *others[: _TRACKS - 1]),
    )
    return Advance(after, tuple(step.bodies), next_s, reachable and not state.reachable)


def _adopt(state: DisruptionsState, network: str) -> DisruptionsState:
    """What was seen before the network could be told belongs to the first one that could."""
    tracks = tuple(replace(t, network=network) if t.network == _NO_NETWORK else t for t in state.tracks)
    return replace(state, current=network, tracks=tracks)


def _gap(state: DisruptionsState, started: Moment) -> bool:
    """Whether more than twice the asked pause went by: asleep, switched off, or stopped. Nobody looked meanwhile."""
    if state.last_round is None or state.last_round.boot_id != started.boot_id:
        return True
    # The grace keeps a slow round from looking like sleep where the pauses are short.
    return seconds_between(state.last_round, started) > 2 * state.expected_ms / 1000 + 10


def _forget_pending(track: Track) -> Track:
    """Suspicion and hope need rounds in a row; what is open stays open."""
    if track.phase is Phase.SUSPECT:
        track = replace(track, phase=Phase.UNKNOWN, failures=0, first_failure=None, suspected=None)
    elif track.phase is Phase.RECOVERING:
        track = replace(track, phase=Phase.DOWN, first_success=None, backoff=0)
    return replace(track, form="", form_since=None, form_after=None)


class _Step:
    """One round taken into one track."""

    def __init__(
        self,
        track: Track,
        state: DisruptionsState,
        judgement: Judgement,
        started: Moment,
        ended: Moment,
        policy: WatchPolicy,
        reading: ClockReading,
    ) -> None:
        self.track = track
        self.bodies: list[DisruptionBody] = []
        self._state = state
        self._judgement = judgement
        self._started, self._ended = started, ended
        self._policy = policy
        self._reading = reading

    def take(self) -> bool:
        """Whether the round said anything about the world beyond: a local fault or an undecided one does not."""
        if self._judgement.state is NetworkState.ONLINE:
            self._succeed()
        elif self._judgement.state in _FAILING:
            self._fail()
        else:
            self.track = _forget_pending(self.track)
            return False
        return True

    def _fail(self) -> None:
        track = self._formed(self.track)
        first = track.first_failure if track.failures and track.first_failure else self._started
        track = replace(track, failures=track.failures + 1, first_failure=first, last_failure=self._ended)
        is_confirmed = (
            track.failures >= self._policy.confirm_rounds
            and seconds_between(first, self._ended) >= self._policy.confirm_span_s
        )
        disruption = track.disruption
        if disruption is None:
            suspected = track.suspected or new_id(self._reading)
            phase = Phase.DOWN if is_confirmed else Phase.SUSPECT
            self.track = replace(track, phase=phase, suspected=suspected, backoff=0)
            if is_confirmed:
                self._open()
            return
        again = track.phase is Phase.RECOVERING
        self.track = replace(track, phase=Phase.DOWN, first_success=None, backoff=0 if again else track.backoff + 1)
        if disruption.state is NetworkState.ONLINE:
            if is_confirmed:
                self.track = self._turn(self.track)
                self._change(Interval(track.last_success, first))
        elif track.form != _form(disruption.state, disruption.methods) and track.form_since != self._started:
            # Two rounds agree on the new form; one alone may be a hiccup.
            self._change(Interval(track.form_after, track.form_since or self._started))

    def _formed(self, track: Track) -> Track:
        form = _form(self._judgement.state, self._judgement.methods)
        if form == track.form:
            return track
        return replace(track, form=form, form_since=self._started, form_after=self._state.last_round)

    def _succeed(self) -> None:
        track = replace(
            self.track,
            last_success=self._ended,
            failures=0,
            first_failure=None,
            suspected=None,
            form="",
            form_since=None,
            form_after=None,
        )
        disruption = track.disruption
        if disruption is None:
            self.track = replace(track, phase=Phase.OK, turns=self._recent(track))
        elif track.phase is not Phase.RECOVERING or track.first_success is None:
            self.track = replace(track, phase=Phase.RECOVERING, first_success=self._started)
        else:
            self.track = track
            self._recover(disruption, track.first_success)

    def _recover(self, disruption: OpenDisruption, first: Moment) -> None:
        calm_s = seconds_between(first, self._started)
        if calm_s < self._policy.recover_gap_s:
            return
        up = Interval(self.track.last_failure, first)
        if disruption.state is not NetworkState.ONLINE:
            self.track = self._turn(self.track)
            if len(self.track.turns) < self._policy.flap_transitions:
                self._close(disruption, up)
                return
            # It comes and goes: one unstable disruption with segments, not a heap of short ones.
            self._change(up, unstable=True)
        elif calm_s >= self._policy.flap_window_s / 3:
            self._close(disruption, up)

    def _open(self) -> None:
        self.track = self._turn(self.track)
        track, judgement = self.track, self._judgement
        grade = _at_least(judgement.grade, DisruptionGrade.PROBABLE)
        reasons = [*judgement.reasons, Reason.ROUNDS_FAILED.of(track.failures)]
        if self._agrees_elsewhere():
            grade = DisruptionGrade.CONFIRMED
            reasons.append(Reason.SECOND_NETWORK_AGREES)
        if Method.BLACKOUT_THROUGH_PROXY in judgement.methods:
            # A proxy that leads nowhere looks the same: one path proves no more than itself.
            grade = DisruptionGrade.OBSERVED
        opened = DisruptionOpened(
            disruption=track.suspected or new_id(self._reading),
            state=judgement.state,
            grade=grade,
            methods=judgement.methods,
            started=Interval(track.last_success, track.first_failure or self._started),
            network=track.network,
            reasons=tuple(reasons),
        )
        self.bodies.append(opened)
        disruption = OpenDisruption(opened.disruption, opened.state, opened.grade, judgement.methods, opened.started)
        self.track = replace(track, disruption=disruption, suspected=None)

    def _change(self, changed: Interval, *, unstable: bool = False) -> None:
        """A child segment: the same disruption in another form."""
        judgement, disruption = self._judgement, self.track.disruption
        if disruption is None:
            return
        is_cut = judgement.state in _CUTS and disruption.state in _CUTS
        grade = _at_least(judgement.grade, disruption.grade) if is_cut else judgement.grade
        reasons = (*judgement.reasons, Reason.FLAPPING.of(len(self.track.turns))) if unstable else judgement.reasons
        self.bodies.append(
            DisruptionChanged(disruption.id, judgement.state, grade, judgement.methods, changed, reasons)
        )
        changed_to = OpenDisruption(disruption.id, judgement.state, grade, judgement.methods, disruption.started)
        self.track = replace(self.track, disruption=changed_to)

    def _close(self, disruption: OpenDisruption, ended: Interval) -> None:
        self.bodies.append(DisruptionClosed(disruption.id, ended, self._judgement.reasons))
        self.track = replace(self.track, phase=Phase.OK, disruption=None, first_success=None, backoff=0)

    def _recent(self, track: Track) -> tuple[Moment, ...]:
        window = self._policy.flap_window_s
        return tuple(turn for turn in track.turns if seconds_between(turn, self._ended) <= window)

    def _turn(self, track: Track) -> Track:
        return replace(track, turns=(*self._recent(track), self._ended))

    def _agrees_elsewhere(self) -> bool:
        """Whether another network, too, has an open cut: two paths, one finding."""
        if self._judgement.state not in _CUTS:
            return False
        others = (other for other in self._state.tracks if other.network != self.track.network)
        return any(other.disruption is not None and other.disruption.state in _CUTS for other in others)

    def next_probe_s(self, chance: float, undecided: int) -> float:
        """Seconds until the next round: soon while something is being confirmed, ever later while it lasts."""
        track, policy = self.track, self._policy
        spread = 1 + policy.jitter * (2 * chance - 1)
        if undecided:
            return _doubled(policy.retry_s[0], undecided - 1, policy.backoff_cap_s) * spread
        if track.phase is Phase.SUSPECT:
            retry = policy.retry_s[min(track.failures, len(policy.retry_s)) - 1] * spread
            if track.failures >= policy.confirm_rounds - 1 and track.first_failure is not None:
                # The round that could confirm must not come too early to be allowed to.
                return max(retry, policy.confirm_span_s - seconds_between(track.first_failure, self._ended))
            return retry
        if track.phase is Phase.RECOVERING:
            return policy.recover_gap_s * (1 + policy.jitter * chance)
        if track.phase is Phase.DOWN:
            return _doubled(policy.backoff_first_s, track.backoff, policy.backoff_cap_s) * spread
        return policy.interval_s * spread


def _doubled(first_s: float, times: int, cap_s: float) -> float:
    return min(first_s * float(2 ** min(times, 20)), cap_s)


def _at_least(grade: DisruptionGrade, floor: DisruptionGrade) -> DisruptionGrade:
    return max(grade, floor, key=_GRADES.index)


def _form(state: NetworkState, methods: Sequence[Method]) -> str:
    """What makes a segment: the ways in which single packets die ("cut.…") vary from round to round and do not."""
    return " ".join((state.value, *sorted(method for method in methods if not method.is_way_of_dying)))
