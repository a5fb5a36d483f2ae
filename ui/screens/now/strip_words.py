"""The strip's stretches of time and what they mean, in words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from evidence_kit.events import RoundJudged
from evidence_kit.jobs.overview import DisruptionSeen, Glance
from evidence_kit.model.disruption import NetworkState
from ui.parts.observed import spell_heading, state_words
from ui.parts.timeline import Stretch
from ui.screens.now.moments import stamp
from ui.screens.now.standing import FAILING
from ui.words import (
    say,
    say_many,
    span,
)

RANGES: Final = (86_400.0, 7 * 86_400.0, 30 * 86_400.0)
_LOOKS: Final = {
    NetworkState.CAPTIVE_PORTAL: "portal",
    NetworkState.ABROAD_CUT: "abroad",
    NetworkState.ONLINE: "pause",
    NetworkState.LOCAL_FAULT: "fault",
    NetworkState.UNKNOWN: "unsure",
}
_CUTS: Final = {"cut", "abroad", "portal"}


def stretches(glance: Glance | None, look: RoundJudged | None, *, watching: bool, now: float) -> tuple[Stretch, ...]:
    """Disruptions of the journal, and what goes on at present, in the order of time."""
    found: list[Stretch] = []
    present = look.disruption if look and watching else None
    for seen in glance.disruptions if glance else ():
        found += _stretches_of(seen, is_present=seen.disruption.id == present, now=now)
    known = {seen.disruption.id for seen in glance.disruptions} if glance else set[str]()
    if (
        look is not None
        and watching
        and look.state not in {NetworkState.ONLINE, NetworkState.UNKNOWN}
        and present not in known
    ):
        began = look.began if look.state in FAILING else None
        begin = (began or look.since).before
        found.append(_stretch(stamp(begin.wall_utc), now, look.state, goes_on=True))
    return tuple(sorted(found, key=lambda one: (one.begin, one.end)))


def _stretches_of(seen: DisruptionSeen, *, is_present: bool, now: float) -> Iterator[Stretch]:
    disruption = seen.disruption
    last_seen = stamp(seen.last_seen)
    end = now if is_present else last_seen
    begins = [stamp(segment.started.before.wall_utc) for segment in disruption.segments]
    for segment, begin, until in zip(disruption.segments, begins, (*begins[1:], end), strict=True):
        goes_on = disruption.ended is None and segment is disruption.segments[-1]
        yield _stretch(
            begin, max(begin, until), segment.state, goes_on=goes_on and is_present, lost=goes_on and not is_present
        )


def _stretch(begin: float, end: float, state: NetworkState, *, goes_on: bool, lost: bool = False) -> Stretch:
    words = spell_heading(state)
    facts = {"state": words, "begin": _moment(begin), "end": _moment(end), "span": span(end - begin)}
    if goes_on:
        told = say("{state}: {span}, since {begin}, going on.")
    elif lost:
        told = say("{state}: since {begin}, last seen {end}. Its end was not seen.")
    else:
        told = say("{state}: {span}, from {begin} to {end}.")
    return Stretch(begin, end, _LOOKS.get(state, "cut"), told.format(**facts))


def _moment(stamp: float) -> str:
    return f"{datetime.fromtimestamp(stamp).astimezone():%Y-%m-%d %H:%M}"


def look_words(look: str) -> str:
    """What a pattern of the strip means."""
    return {
        "cut": state_words(NetworkState.BEYOND_PROVIDER),
        "abroad": state_words(NetworkState.ABROAD_CUT),
        "portal": state_words(NetworkState.CAPTIVE_PORTAL),
        "fault": state_words(NetworkState.LOCAL_FAULT),
        "pause": spell_heading(NetworkState.ONLINE),
    }.get(look) or state_words(NetworkState.UNKNOWN)


def summary(glance: Glance | None, shown: tuple[Stretch, ...], begin: float, now: float) -> str:
    """The strip in one sentence. Without a glance (locked) it tells nothing of the past."""
    if glance is None:
        return say("Past disruptions are shown after you unlock.")
    count = sum(stamp(one.last_seen) >= begin for one in glance.disruptions)
    days = round((now - begin) / 86_400)
    if count == 0:
        return {
            1: say("No disruption was noted in the last 24 hours."),
            7: say("No disruption was noted in the last 7 days."),
        }.get(days) or say("No disruption was noted in the last 30 days.")
    told = _count(count, days)
    return told.format(span=span(_covered([one for one in shown if one.look in _CUTS], begin, now)))


def _count(count: int, days: int) -> str:
    if days == 1:
        return say_many(
            "{number} disruption in the last 24 hours, {{span}} in all.",
            "{number} disruptions in the last 24 hours, {{span}} in all.",
            count,
        )
    if days == 7:
        return say_many(
            "{number} disruption in the last 7 days, {{span}} in all.",
            "{number} disruptions in the last 7 days, {{span}} in all.",
            count,
        )
    return say_many(
        "{number} disruption in the last 30 days, {{span}} in all.",
        "{number} disruptions in the last 30 days, {{span}} in all.",
        count,
    )


def _covered(shown: list[Stretch], begin: float, now: float) -> float:
    """Seconds that any of them covers between two moments."""
    total, reached = 0.0, begin
    for one in sorted(shown, key=lambda one: one.begin):
        total += max(0.0, min(one.end, now) - max(one.begin, reached))
        reached = max(reached, min(one.end, now))
    return total
