"""The Now screen's words: every state, the strip, what waits; no widgets and no vault."""

from dataclasses import replace

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.events import RoundJudged
from evidence_kit.jobs.gist import SaidGist
from evidence_kit.jobs.overview import DisruptionSeen, Glance, OverviewRow, Waiting
from evidence_kit.model.bodies.body import BODIES
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import Disruption, DisruptionGrade, Interval, Moment, NetworkState, Segment
from evidence_kit.model.failure import Failure
from evidence_kit.model.judgement import Method, Phase, Reason
from tests.ui.gists import GISTS
from tests.ui.now.looks import BEGAN, DISRUPTION, DOWN, UP
from ui import words
from ui.parts.observed import method_words, reason_words, state_words
from ui.screens.now.latest import row_icon, row_words
from ui.screens.now.standing import Standing, standing
from ui.screens.now.strip_words import stretches, summary
from ui.screens.now.waiting import proof_words, waiting_words

NOW = 1_795_191_300.0  # 2026-11-20T16:15:00Z
DAY = 86_400.0


@pytest.fixture(autouse=True)
def english() -> None:
    words.speak("en")


def stands(look: RoundJudged | None = None, *, fault: KitError | None = None, quiet: bool = False) -> Standing:
    return standing(look, watching=look is not None, fault=fault, quiet=quiet, passed_s=60)


def test_a_blackout_says_how_long_and_since_when() -> None:
    told = stands(DOWN)
    assert told.words == "No connection beyond the provider"
    assert told.lasting == "2 h 13 min"
    assert told.since.startswith("since 2026-11-20, between ")
    assert told.icon == "bad"


def test_a_state_whose_beginning_nobody_saw_says_before_alone() -> None:
    assert stands(replace(UP, since=Interval(None, UP.since.before))).since.startswith("since before 2026-11-20 ")


@pytest.mark.parametrize(
    ("look", "line"),
    [
        (
            replace(DOWN, phase=Phase.SUSPECT, disruption=None, began=None),
            "It was seen just now. It looks again soon, to be sure.",
        ),
        (replace(DOWN, unstable=True), "The connection comes and goes. It is kept as one disruption."),
        (
            replace(UP, phase=Phase.RECOVERING, disruption=DISRUPTION, began=BEGAN),
            "The connection seems to be back. It looks again before it says that the disruption is over.",
        ),
    ],
    ids=["first failure", "flapping", "reconnecting"],
)
def test_what_is_not_certain_is_said(look: RoundJudged, line: str) -> None:
    assert line in stands(look).lines


def test_a_fault_here_does_not_hide_the_disruption_that_is_still_open() -> None:
    told = stands(replace(DOWN, state=NetworkState.LOCAL_FAULT))
    assert told.words == "A fault on this computer or its network"
    assert any("has not ended yet" in line for line in told.lines)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (standing(None, watching=True, fault=None, quiet=False, passed_s=0), "Looking at the connection…"),
        (stands(quiet=True), "Not watching"),
        (stands(), "Not watching"),
        (stands(fault=Refused(Code.STATION_RUNNING)), "Another program is watching"),
        (stands(fault=Refused(Code.DISK_FULL)), "Nobody is watching the connection"),
    ],
    ids=["first look", "quiet", "off", "another program", "stopped by a fault"],
)
def test_not_watching_is_said_plainly(told: Standing, expected: str) -> None:
    assert told.words == expected
    assert told.lines


def test_only_a_watch_that_was_started_by_hand_can_be_stopped_here() -> None:
    assert stands(UP, quiet=True).stoppable
    assert not stands(UP).stoppable


def test_what_was_seen_before_the_watch_stopped_is_told_as_past() -> None:
    told = standing(UP, watching=False, fault=None, quiet=True, passed_s=60)
    assert told.look is None
    assert told.lines[-1].startswith("When last looked at, ")


def test_every_state_has_words() -> None:
    told = {state_words(state) for state in NetworkState}
    assert len(told) == len(NetworkState)


@pytest.mark.parametrize("method", Method)
def test_every_method_of_the_judge_has_a_sentence(method: Method) -> None:
    assert method_words(method) != method


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_the_judge_has_a_sentence(reason: Reason) -> None:
    assert reason_words(reason) != reason
    assert "=" not in reason_words(reason.of(3, 4))


def test_a_failed_way_out_is_told_in_plain_words() -> None:
    assert reason_words(Reason.PROXY_FAILURE.of(Failure.CONNECTION_REFUSED)) == "The proxy failed: refused."


def test_a_reason_carries_its_number() -> None:
    assert reason_words("anchors.authenticated=0/6") == (
        "Well-known places abroad that answered and proved who they are: 0 of 6."
    )


# The strip


def moment(clock: str) -> Moment:
    return Moment(f"2026-11-20T{clock}:00.000Z", 0, "boot")


def disruption_seen(begin: str, end: str | None, *, last: str, disruption: str = DISRUPTION) -> DisruptionSeen:
    started = Interval(moment(begin), moment(begin))
    ended = Interval(moment(end), moment(end)) if end else None
    segment = Segment(NetworkState.BEYOND_PROVIDER, DisruptionGrade.PROBABLE, (), started)
    return DisruptionSeen(Disruption(disruption, started, ended, (segment,), "net"), f"2026-11-20T{last}:00.000Z")


def glance(*disruptions: DisruptionSeen, size: int = 4, unsigned: int = 4, waiting: Waiting | None = None) -> Glance:
    return Glance((), disruptions, waiting or Waiting(0, 0, (), 0), size, unsigned)


def test_disruptions_are_counted_and_their_time_is_added_up_once() -> None:
    told = glance(
        disruption_seen("02:00", "04:00", last="04:00", disruption="a"),
        disruption_seen("03:00", "05:00", last="05:00", disruption="b"),
    )
    shown = stretches(told, UP, watching=True, now=NOW)
    assert summary(told, shown, NOW - DAY, NOW) == "2 disruptions in the last 24 hours, 3 h 0 min in all."


def test_the_present_disruption_goes_on_until_now_and_one_of_another_network_does_not() -> None:
    told = glance(
        disruption_seen("14:02", None, last="16:00"),
        disruption_seen("08:00", None, last="09:00", disruption="elsewhere"),
    )
    elsewhere, present = stretches(told, DOWN, watching=True, now=NOW)
    assert present.end == NOW
    assert "going on" in present.words
    assert elsewhere.end - elsewhere.begin == 3600
    assert "Its end was not seen" in elsewhere.words


def test_what_goes_on_is_drawn_also_while_the_vault_is_locked() -> None:
    (present,) = stretches(None, DOWN, watching=True, now=NOW)
    assert present.look == "cut"
    assert summary(None, (present,), NOW - DAY, NOW) == "Past disruptions are shown after you unlock."


def test_nobody_who_does_not_watch_claims_that_a_disruption_goes_on() -> None:
    (open_one,) = stretches(glance(disruption_seen("14:02", None, last="16:00")), DOWN, watching=False, now=NOW)
    assert open_one.end < NOW


# What waits, and the latest entries


def test_what_waits_says_why() -> None:
    waiting = Waiting(2, 14_000_000, ((DeliveryState.NEEDS_ANOTHER_WAY, 1), (DeliveryState.WAITING, 2)), 1)
    lines = waiting_words(waiting, online=False)
    assert lines[0].startswith("To send: 2 reports, 14")
    assert lines[0].endswith("waiting for a connection.")
    assert lines[1:] == ("1 delivery needs another way.", "1 delivery is paused.")
    assert waiting_words(Waiting(0, 0, (), 0), online=None) == ("Nothing waits to be sent.",)


def test_the_proof_says_that_nothing_is_stamped() -> None:
    row = OverviewRow(11, "id", "note", "2026-11-20T14:02:10.000Z", SaidGist("a note"))
    assert proof_words(replace(glance(size=12, unsigned=3), latest=(row,))) == (
        "Time proof: 12 entries are not stamped yet. Stamping comes with a later version.",
        "3 entries came after the journal was last signed.",
    )
    assert "nothing to stamp yet" in proof_words(glance(size=1, unsigned=1))[0]


@pytest.mark.parametrize("kind", sorted(set(BODIES) - {"vault-created", "clock-changed"}))
def test_every_kind_of_entry_has_words_and_an_icon(kind: str) -> None:
    row = OverviewRow(0, "id", kind, "2026-11-20T14:02:10.000Z", GISTS.get(kind))
    assert row_words(row) != kind
    assert row_icon(row) != "journal"
