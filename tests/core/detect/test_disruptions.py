"""When a disruption begins, changes and ends: the machine fed with judgements, the clock moved by hand."""

from evidence_kit.clock.reading import moment_of
from evidence_kit.detect.disruptions import Advance, DisruptionsState, Phase, advance
from evidence_kit.model.bodies.disruptions import DisruptionChanged, DisruptionClosed, DisruptionOpened
from evidence_kit.model.codec import canonical, from_json, parse, to_json
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.judgement import Judgement, Method, WatchPolicy
from tests.fakes.clock import FakeClock

UP = Judgement(NetworkState.ONLINE, DisruptionGrade.CONFIRMED)
CUT = Judgement(
    NetworkState.BEYOND_PROVIDER, DisruptionGrade.OBSERVED, (Method.BLACKOUT_TOTAL, Method.CUT_TIMEOUT), ("n=0/3",)
)
ABROAD = Judgement(NetworkState.ABROAD_CUT, DisruptionGrade.PROBABLE, (Method.BLACKOUT_INTERNATIONAL,))
PORTAL = Judgement(NetworkState.CAPTIVE_PORTAL, DisruptionGrade.OBSERVED, (Method.CAPTIVE_PORTAL,))
LOCAL = Judgement(NetworkState.LOCAL_FAULT, DisruptionGrade.OBSERVED, (Method.NO_LINK,))
VOID = Judgement(NetworkState.UNKNOWN, DisruptionGrade.OBSERVED, (Method.ROUND_DISCARDED,))
POLICY = WatchPolicy()
ROUND_S = 2.0


class Watch:
    """Feeds rounds of two seconds, each when the machine asked for it unless told otherwise."""

    def __init__(self, policy: WatchPolicy = POLICY) -> None:
        self.clock = FakeClock()
        self.state = DisruptionsState()
        self.policy = policy
        self.next_s = 0.0
        self.bodies: list[DisruptionOpened | DisruptionChanged | DisruptionClosed] = []

    def round(self, judgement: Judgement, *, after: float | None = None, network: str | None = "home") -> Advance:
        self.clock.pass_time(self.next_s if after is None else after)
        started = self.clock.read()
        self.clock.pass_time(ROUND_S)
        ended = self.clock.read()
        advanced = advance(
            self.state,
            judgement,
            started=moment_of(started),
            ended=moment_of(ended),
            network=network,
            reading=ended,
            policy=self.policy,
        )
        self.state, self.next_s = advanced.state, advanced.next_probe_s
        self.bodies += advanced.bodies
        return advanced

    def rounds(self, *judgements: Judgement, network: str | None = "home") -> Advance:
        for judgement in judgements:
            advanced = self.round(judgement, network=network)
        return advanced

    def kinds(self) -> list[str]:
        return [body.KIND.removeprefix("disruption-") for body in self.bodies]


def test_three_failed_rounds_over_a_minute_open_a_disruption() -> None:
    watch = Watch()
    success = watch.round(UP)
    last_success = moment_of(watch.clock.read())
    watch.clock.pass_time(300)
    first_failure = moment_of(watch.clock.read())
    watch.round(CUT, after=0)
    watch.round(CUT)
    assert watch.bodies == []
    assert watch.state.track.phase is Phase.SUSPECT
    watch.round(CUT)
    (opened,) = watch.bodies
    assert isinstance(opened, DisruptionOpened)
    assert (opened.state, opened.grade, opened.network) == (CUT.state, DisruptionGrade.PROBABLE, "home")
    assert (opened.started.after, opened.started.before) == (last_success, first_failure)
    assert "rounds.failed=3" in opened.reasons
    assert "n=0/3" in opened.reasons
    assert success.back


def test_what_is_captured_from_the_first_failed_round_on_can_name_the_disruption() -> None:
    watch = Watch()
    watch.round(UP)
    assert watch.state.present(moment_of(watch.clock.read())) is None
    watch.round(CUT)
    suspected = watch.state.present(moment_of(watch.clock.read()))
    assert suspected is not None
    watch.round(CUT)
    assert watch.state.present(moment_of(watch.clock.read())) == suspected
    watch.round(CUT)
    (opened,) = watch.bodies
    assert opened.disruption == suspected
    assert watch.state.present(moment_of(watch.clock.read())) == suspected


def test_a_suspicion_that_came_to_nothing_names_no_later_disruption() -> None:
    watch = Watch()
    watch.rounds(UP, CUT)
    hiccup = watch.state.present(moment_of(watch.clock.read()))
    watch.round(UP)
    assert watch.state.present(moment_of(watch.clock.read())) is None
    watch.rounds(CUT, CUT, CUT)
    assert watch.state.present(moment_of(watch.clock.read())) not in {None, hiccup}


def test_a_suspicion_is_forgotten_when_nobody_looks_and_an_open_disruption_is_not() -> None:
    watch = Watch()
    watch.rounds(UP, CUT)
    watch.clock.pass_time(3600)
    assert watch.state.present(moment_of(watch.clock.read())) is None
    watch.round(LOCAL, after=0)
    watch.rounds(CUT, CUT, CUT)
    watch.clock.pass_time(24 * 3600)
    assert watch.state.present(moment_of(watch.clock.read())) == watch.bodies[0].disruption


def test_the_confirming_round_is_asked_for_late_enough() -> None:
    watch = Watch()
    watch.round(UP)
    assert watch.round(CUT).next_probe_s == 20
    # 2 s of round, 20 s of pause, 2 s of round: 36 s are missing to a minute.
    assert watch.round(CUT).next_probe_s == 36


def test_rounds_in_quick_succession_do_not_confirm() -> None:
    watch = Watch()
    watch.round(UP)
    for _ in range(10):
        watch.round(CUT, after=1)
    assert watch.bodies == []


def test_f2_one_failed_round_is_no_event() -> None:
    watch = Watch()
    watch.rounds(UP, CUT)
    assert watch.round(UP).back
    assert watch.bodies == []
    assert watch.state.track.phase is Phase.OK
    watch.rounds(CUT, CUT)
    assert watch.bodies == []


def test_a_disruption_from_the_very_first_round_has_no_known_beginning() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT)
    (opened,) = watch.bodies
    assert isinstance(opened, DisruptionOpened)
    assert opened.started.after is None


def test_the_first_success_is_told_at_once_and_the_second_one_closes() -> None:
    watch = Watch()
    watch.rounds(UP, CUT, CUT, CUT, CUT)
    last_failure = moment_of(watch.clock.read())
    watch.clock.pass_time(60)
    first_success = moment_of(watch.clock.read())
    assert watch.round(UP, after=0).back
    assert watch.kinds() == ["opened"]
    assert watch.state.track.phase is Phase.RECOVERING
    assert 30 <= watch.next_s <= 40
    assert not watch.round(UP).back
    closed = watch.bodies[-1]
    assert isinstance(closed, DisruptionClosed)
    assert (closed.ended.after, closed.ended.before) == (last_failure, first_success)
    assert closed.disruption == watch.bodies[0].disruption
    assert watch.state.open == ()


def test_two_successes_too_close_together_do_not_close() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT, UP)
    watch.round(UP, after=1)
    assert watch.kinds() == ["opened"]
    watch.round(UP, after=30)
    assert watch.kinds() == ["opened", "closed"]


def test_a_failure_after_the_first_success_keeps_it_open() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT, UP, CUT, UP)
    assert watch.kinds() == ["opened"]
    assert watch.state.track.phase is Phase.RECOVERING
    watch.round(UP)
    assert watch.kinds() == ["opened", "closed"]


def test_another_form_is_a_segment_once_two_rounds_agree() -> None:
    watch = Watch()
    watch.rounds(UP, CUT, CUT, CUT, PORTAL)
    assert watch.kinds() == ["opened"]
    watch.rounds(CUT, ABROAD)
    before = watch.state.last_round
    watch.round(CUT)
    assert watch.kinds() == ["opened"]
    after = watch.state.last_round
    assert before != after
    watch.rounds(ABROAD, ABROAD)
    changed = watch.bodies[-1]
    assert isinstance(changed, DisruptionChanged)
    assert (changed.state, changed.grade) == (NetworkState.ABROAD_CUT, DisruptionGrade.PROBABLE)
    assert changed.changed.after == after
    assert watch.state.open[0].state is NetworkState.ABROAD_CUT


def test_the_way_packets_die_is_no_segment() -> None:
    watch = Watch()
    reset = Judgement(CUT.state, CUT.grade, (Method.BLACKOUT_TOTAL, Method.CUT_RESET))
    watch.rounds(CUT, CUT, CUT, reset, reset, reset)
    assert watch.kinds() == ["opened"]


def test_a_local_fault_opens_nothing_and_breaks_the_row() -> None:
    watch = Watch()
    watch.rounds(UP, LOCAL, LOCAL, LOCAL, LOCAL, CUT, CUT, LOCAL, CUT, CUT)
    assert watch.bodies == []


def test_a_local_fault_neither_ends_nor_changes_what_is_open() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT, LOCAL, VOID, LOCAL)
    assert watch.kinds() == ["opened"]
    assert watch.state.track.phase is Phase.DOWN
    watch.rounds(UP, UP)
    assert watch.kinds() == ["opened", "closed"]


def test_l6_a_long_gap_makes_suspicion_begin_again() -> None:
    watch = Watch()
    watch.rounds(UP, CUT, CUT)
    watch.round(CUT, after=3600)
    assert watch.bodies == []
    watch.rounds(CUT, CUT)
    (opened,) = watch.bodies
    assert isinstance(opened, DisruptionOpened)
    # Nobody looked in between, so it may have begun at any time since the last success.
    assert opened.started.after is not None
    assert opened.started.after.boottime_ns < 10_000_000_000


def test_a_success_before_a_gap_does_not_help_to_close_after_it() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT, UP)
    watch.round(UP, after=3600)
    assert watch.kinds() == ["opened"]
    watch.round(UP)
    assert watch.kinds() == ["opened", "closed"]


def test_a_restarted_watch_goes_on_with_the_open_disruption_even_after_a_reboot() -> None:
    watch = Watch()
    watch.rounds(UP, CUT, CUT, CUT)
    line = canonical(to_json(watch.state))
    watch.state = from_json(DisruptionsState, parse(line))
    assert canonical(to_json(watch.state)) == line
    watch.clock.pass_time(600)
    watch.clock.reboot()
    watch.rounds(CUT, UP, UP)
    assert watch.kinds() == ["opened", "closed"]
    closed = watch.bodies[-1]
    assert isinstance(closed, DisruptionClosed)
    assert closed.ended.before.boot_id == watch.clock.boot_id


def test_another_network_has_its_own_story() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT)
    assert watch.round(UP, network="cafe").back
    watch.round(UP, network="cafe")
    assert watch.kinds() == ["opened"]
    assert len(watch.state.open) == 1
    watch.rounds(UP, UP)
    assert watch.kinds() == ["opened", "closed"]


def test_suspicion_does_not_travel_to_another_network() -> None:
    watch = Watch()
    watch.rounds(UP, CUT, CUT)
    watch.rounds(CUT, network="tether")
    assert watch.bodies == []


def test_a_second_network_that_sees_the_same_confirms() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT)
    watch.rounds(CUT, CUT, CUT, network="tether")
    opened = watch.bodies[-1]
    assert isinstance(opened, DisruptionOpened)
    assert (opened.network, opened.grade) == ("tether", DisruptionGrade.CONFIRMED)
    assert "second-network.agrees" in opened.reasons
    assert len(watch.state.open) == 2


def test_a_network_that_cannot_be_told_is_the_one_before() -> None:
    watch = Watch()
    watch.round(UP)
    watch.rounds(CUT, CUT, CUT, network=None)
    (opened,) = watch.bodies
    assert isinstance(opened, DisruptionOpened)
    assert opened.network == "home"


def test_what_began_before_the_network_could_be_told_ends_with_it() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT, network=None)
    watch.rounds(UP, UP)
    assert watch.kinds() == ["opened", "closed"]


def test_through_a_proxy_nothing_is_more_than_observed() -> None:
    watch = Watch()
    proxied = Judgement(CUT.state, CUT.grade, (Method.BLACKOUT_THROUGH_PROXY,))
    watch.rounds(proxied, proxied, proxied)
    (opened,) = watch.bodies
    assert isinstance(opened, DisruptionOpened)
    assert opened.grade is DisruptionGrade.OBSERVED


def test_f1_flapping_becomes_one_disruption_with_segments() -> None:
    watch = Watch()
    watch.round(UP)
    began = watch.clock.boottime_ns
    for _ in range(5):
        watch.round(CUT, after=30)
        watch.rounds(CUT, CUT, UP, UP)
    assert watch.clock.boottime_ns - began < 20 * 60 * 1_000_000_000
    assert watch.kinds() == ["opened", "closed", "opened", *["changed"] * 7]
    # The first is an ordinary one; the second is the unstable one that keeps all further turns.
    assert len({body.disruption for body in watch.bodies}) == 2
    states = [body.state for body in watch.bodies[3:] if isinstance(body, DisruptionChanged)]
    assert states == [NetworkState.ONLINE, NetworkState.BEYOND_PROVIDER] * 3 + [NetworkState.ONLINE]
    assert any(reason.startswith("flapping=") for reason in watch.bodies[3].reasons)
    for _ in range(25):
        watch.round(UP)
    assert watch.kinds()[-1] == "closed"
    assert watch.state.open == ()


def test_a_hiccup_in_the_good_spell_of_an_unstable_one_is_no_segment() -> None:
    watch = Watch()
    for _ in range(2):
        watch.round(CUT, after=30)
        watch.rounds(CUT, CUT, UP, UP)
    assert watch.kinds() == ["opened", "closed", "opened", "changed"]
    watch.rounds(CUT, UP, UP)
    assert watch.kinds() == ["opened", "closed", "opened", "changed"]


def test_while_it_lasts_the_pauses_double_up_to_the_cap() -> None:
    watch = Watch()
    watch.rounds(CUT, CUT, CUT)
    pauses = [watch.next_s] + [watch.round(CUT).next_probe_s for _ in range(6)]
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


def test_undecided_rounds_are_asked_again_soon_and_then_ever_later() -> None:
    watch = Watch()
    assert [watch.round(VOID).next_probe_s for _ in range(7)] == [20, 40, 80, 160, 320, 600, 600]
    assert watch.round(UP).next_probe_s == 300


def test_chance_spreads_the_pauses_by_the_policys_jitter() -> None:
    watch = Watch()
    reading = watch.clock.read()
    moment = moment_of(reading)
    pauses = [
        advance(
            DisruptionsState(),
            UP,
            started=moment,
            ended=moment,
            network="home",
            reading=reading,
            policy=POLICY,
            chance=chance,
        ).next_probe_s
        for chance in (0.0, 0.5, 1.0)
    ]
    assert pauses == [225, 300, 375]
