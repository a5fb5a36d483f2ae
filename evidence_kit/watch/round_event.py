"""What a look at the connection tells the window: one event made of the round, its judgement and the watch's memory."""

from datetime import datetime

from evidence_kit.clock.reading import wall_text
from evidence_kit.detect.disruptions import Advance, Track
from evidence_kit.detect.layers import layers
from evidence_kit.events import RoundJudged
from evidence_kit.model.disruption import seconds_between
from evidence_kit.model.judgement import Judgement, WatchPolicy
from evidence_kit.model.measurement import Round


def round_judged(
    before: RoundJudged | None, seen: Round, judgement: Judgement, step: Advance, policy: WatchPolicy
) -> RoundJudged:
    """The event of one look; `before` is the one of the look before it, None after a start."""
    track = step.state.track
    is_same = before is not None and before.state == judgement.state.value
    # Of the same state since then, or new between the last look's end and this one's beginning.
    since_after = before.since_after if before and is_same else before.at_utc if before else ""
    since_before = before.since_before if before and is_same else seen.started.wall_utc
    began_after, began_before, lasting_s = _began(track, seen)
    return RoundJudged(
        state=judgement.state.value,
        grade=judgement.grade.value,
        methods=judgement.methods,
        reasons=judgement.reasons,
        layers=layers(seen),
        phase=track.phase.value,
        unstable=track.disruption is not None and len(track.turns) >= policy.flap_transitions,
        at_utc=seen.ended.wall_utc,
        boottime_ns=seen.ended.boottime_ns,
        since_after=since_after,
        since_before=since_before,
        lasting_s=lasting_s,
        disruption=track.disruption.id if track.disruption else "",
        began_after=began_after,
        began_before=began_before,
        next_s=step.next_probe_s,
    )


def _began(track: Track, seen: Round) -> tuple[str, str, float]:
    """When the open disruption began (after, before), and how long ago; "" where nothing is known.

    Its id was made at the end of its first failed round. What the track remembers is finer, as long as no success
    came between.
    """
    if track.disruption is None:
        return "", "", 0.0
    noticed = _made_at(track.disruption.id)
    first = track.first_failure
    if first is not None and first.wall_utc <= noticed:
        after = track.last_success.wall_utc if track.last_success else ""
        return after if after <= first.wall_utc else "", first.wall_utc, seconds_between(first, seen.ended)
    lasting = datetime.fromisoformat(seen.ended.wall_utc) - datetime.fromisoformat(noticed)
    return "", noticed, max(0.0, lasting.total_seconds())


def _made_at(disruption: str) -> str:
    """The wall time in a UUIDv7 (RFC 9562 §5.7)."""
    milliseconds = int(disruption.replace("-", "")[:12], 16)
    return wall_text(milliseconds * 1_000_000)
