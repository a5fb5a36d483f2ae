"""What one round of the watch tells the window: one event made of the round, its judgement and the watch's memory."""

from evidence_kit.detect.disruptions import Advance
from evidence_kit.detect.layers import layers
from evidence_kit.events import RoundJudged
from evidence_kit.model.disruption import Interval, seconds_between
from evidence_kit.model.judgement import Judgement, WatchPolicy
from evidence_kit.model.measurement import Round


def round_judged(
    before: RoundJudged | None, seen: Round, judgement: Judgement, step: Advance, policy: WatchPolicy
) -> RoundJudged:
    """The event of one round; `before` is the one of the round before it, None after a start."""
    track = step.state.track
    began = None if track.disruption is None else track.disruption.started
    # Of the same state since then, or new between the last round's end and this one's beginning.
    is_same = before is not None and before.state is judgement.state
    since = before.since if before and is_same else Interval(before.at if before else None, seen.started)
    return RoundJudged(
        state=judgement.state,
        grade=judgement.grade,
        methods=judgement.methods,
        reasons=judgement.reasons,
        layers=layers(seen),
        phase=track.phase,
        unstable=track.disruption is not None and len(track.turns) >= policy.flap_transitions,
        at=seen.ended,
        since=since,
        lasting_s=0.0 if began is None else max(0.0, seconds_between(began.before, seen.ended)),
        disruption=None if track.disruption is None else track.disruption.id,
        began=began,
        next_s=step.next_probe_s,
    )
