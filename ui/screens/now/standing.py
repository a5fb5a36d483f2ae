"""The state of the connection and of the watch, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.events import HeldBecause, KeepingHeld, RoundJudged, SendingHeld
from evidence_kit.model.disruption import Interval, NetworkState
from evidence_kit.model.judgement import Phase
from ui.parts.observed import state_hint, state_look, state_words
from ui.screens.now.moments import short_time, stamp, today
from ui.words import (
    keeping_sentence,
    say,
    say_many,
    sending_sentence,
    sentence,
    span,
    when,
)

FAILING: Final = {NetworkState.CAPTIVE_PORTAL, NetworkState.BEYOND_PROVIDER, NetworkState.ABROAD_CUT}


@dataclass(frozen=True, slots=True)
class Standing:
    """The state in words: `lasting` how long, `since` from when, `lines` what else to know; `look` has the rest.

    `stoppable` is a watch that the person started by hand; the normal choice would start it again at once.
    """

    icon: str
    tint: str
    words: str
    lasting: str
    since: str
    lines: tuple[str, ...]
    watching: bool
    look: RoundJudged | None
    stoppable: bool = False


def standing(
    look: RoundJudged | None,
    *,
    watching: bool,
    fault: KitError | None,
    quiet: bool,
    passed_s: float,
    held: HeldBecause | None = None,
) -> Standing:
    """What to say. `look` is the newest, `passed_s` ago; `fault` is why nobody watches where somebody should.

    `held` is why the watch does not look now, as in `events.WatchHeld`.
    """
    if not watching:
        return _not_watching(look, fault, quiet=quiet)
    if held:
        return _held(held, quiet=quiet)
    if look is None:
        return Standing(
            "connection",
            "text",
            say("Looking at the connection…"),
            "",
            "",
            (say("This takes some seconds."),),
            True,
            None,
            quiet,
        )
    icon, tint = state_look(look.state)
    failing = look.state in FAILING
    lasting, since = "", ""
    if failing and look.began is not None:
        lasting, since = span(look.lasting_s + passed_s), _since(look.began)
    elif look.state is not NetworkState.UNKNOWN:
        lasting, since = (
            span(_between(look.since.before.wall_utc, look.at.wall_utc) + passed_s),
            _since(look.since),
        )
    lines = (state_hint(look.state), *_standing_lines(look, failing=failing))
    return Standing(icon, tint, state_words(look.state), lasting, since, lines, True, look, quiet)


def _standing_lines(look: RoundJudged, *, failing: bool) -> Iterator[str]:
    if look.phase is Phase.SUSPECT and failing:
        yield say("It was seen just now. It looks again soon, to be sure.")
    if look.unstable:
        yield say("The connection comes and goes. It is kept as one disruption.")
    elif look.phase is Phase.RECOVERING and look.state is NetworkState.ONLINE:
        yield say("The connection seems to be back. It looks again before it says that the disruption is over.")
    elif look.began is not None and not failing:
        yield say("A disruption that began before {time} has not ended yet.").format(
            time=when(look.began.before.wall_utc)
        )


def _held(why: HeldBecause, *, quiet: bool) -> Standing:
    if why is HeldBecause.CHECKS_LIMIT:
        words = say("Today's limit for checks is used up")
        lines: tuple[str, ...] = (
            say("Nothing is noticed until it looks again tomorrow. To go on now, raise the limit in Settings."),
            say("What you see yourself can be captured at any time."),
        )
    else:
        words = say("Checks are switched off")
        lines = (say("You switched them off in Settings, so no disruption is noticed by itself."),)
    return Standing("pause", "warn", words, "", "", lines, True, None, quiet)


def _not_watching(look: RoundJudged | None, fault: KitError | None, *, quiet: bool) -> Standing:
    if fault is not None and fault.code is Code.STATION_RUNNING:
        words, line = say("Another program is watching"), sentence(fault)
    elif fault is not None:
        words, line = say("Nobody is watching the connection"), sentence(fault)
    elif quiet:
        words = say("Not watching")
        line = say("You chose quiet: the connection is looked at only after you start it here.")
    else:
        words, line = (
            say("Not watching"),
            say("Nobody looks at the connection now. Start it, and a disruption is noticed."),
        )
    lines = [line]
    if look is not None:
        lines.append(
            say("When last looked at, {time}: {state}.").format(
                time=when(look.at.wall_utc), state=state_words(look.state)
            )
        )
    return Standing("pause", "text", words, "", "", tuple(lines), False, None)


def held_words(keeping: KeepingHeld | None, sending: SendingHeld | None) -> tuple[str, ...]:
    """What a disk that takes nothing holds up, a line each; none where all is well."""
    lines: list[str] = []
    if keeping is not None:
        lines.append(keeping_sentence(keeping.reason))
        if keeping.waiting:
            lines.append(
                say_many(
                    "{number} record waits in memory. It would be lost if Evidence Kit ended now.",
                    "{number} records wait in memory. They would be lost if Evidence Kit ended now.",
                    keeping.waiting,
                )
            )
        if keeping.lost:
            lines.append(
                say_many(
                    "The memory for them is used up: {number} measurement was not kept.",
                    "The memory for them is used up: {number} measurements were not kept.",
                    keeping.lost,
                )
            )
    if sending is not None:
        lines.append(sending_sentence(sending.reason))
    return tuple(lines)


def _since(interval: Interval) -> str:
    after = "" if interval.after is None else interval.after.wall_utc
    before = interval.before.wall_utc
    if not after:
        return say("since before {time}").format(time=short_time(before))
    if when(after)[:10] == when(before)[:10] != today():
        facts = {"date": when(before)[:10], "after": when(after)[11:], "before": when(before)[11:]}
        return say("since {date}, between {after} and {before}").format(**facts)
    return say("since between {after} and {before}").format(after=short_time(after), before=short_time(before))


def _between(earlier: str, later: str) -> float:
    return max(0.0, stamp(later) - stamp(earlier))


def next_words(look: RoundJudged | None, passed_s: float) -> str:
    """When it looked and when it looks next."""
    if look is None:
        return ""
    left = look.next_s - passed_s
    if left < 1:
        return say("Looked at {time}. Looking again now.").format(time=short_time(look.at.wall_utc))
    return say("Looked at {time}. It looks again in about {span}.").format(
        time=short_time(look.at.wall_utc), span=span(left)
    )
