"""What a look tells the window, over looks that follow each other, with the real judge and the real machine."""

from dataclasses import replace
from datetime import datetime, timedelta

from evidence_kit.clock.reading import wall_text
from evidence_kit.detect.disruptions import DisruptionsState, advance
from evidence_kit.detect.ladder import judge
from evidence_kit.events import RoundJudged
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import Interval, Moment, NetworkState
from evidence_kit.model.judgement import Phase, WatchPolicy
from evidence_kit.model.measurement import AnchorSeen
from evidence_kit.watch.round_event import round_judged
from tests.core.detect.rounds import ALL_DEAD, BOOT, alive, seen

POLICY = WatchPolicy()
UP = (alive("A"), alive("B"))


class Watch:
    """The watch's memory from look to look, on a clock that is moved by hand."""

    def __init__(self) -> None:
        self.state = DisruptionsState()
        self.last: RoundJudged | None = None
        self.now_s = 0

    def look(self, *anchors: AnchorSeen, after_s: int) -> RoundJudged:
        self.now_s += after_s
        started, ended = self._moment(self.now_s), self._moment(self.now_s + 2)
        round_ = replace(seen(*anchors), started=started, ended=ended)
        judgement = judge(round_)
        reading = ClockReading(ended.wall_utc, 0, ended.boottime_ns, BOOT)
        step = advance(
            self.state, judgement, started=started, ended=ended, network="home", reading=reading, policy=POLICY
        )
        self.state = step.state
        self.last = round_judged(self.last, round_, judgement, step, POLICY)
        return self.last

    @staticmethod
    def _moment(second: int) -> Moment:
        wall = datetime.fromisoformat("2026-11-23T14:00:00.000Z") + timedelta(seconds=second)
        return Moment(wall_text(int(wall.timestamp()) * 1_000_000_000), (1000 + second) * 1_000_000_000, BOOT)


def walls(interval: Interval | None) -> tuple[str | None, str]:
    assert interval is not None
    return interval.after and interval.after.wall_utc, interval.before.wall_utc


def blackout() -> Watch:
    watch = Watch()
    watch.look(*UP, after_s=0)
    for pause in (100, 30, 40):
        watch.look(*ALL_DEAD, after_s=pause)
    return watch


def test_a_state_lasts_from_the_first_look_that_saw_it() -> None:
    watch = Watch()
    first = watch.look(*UP, after_s=0)
    assert (first.state, walls(first.since)) == (NetworkState.ONLINE, (None, "2026-11-23T14:00:00.000Z"))
    assert watch.look(*UP, after_s=300).since == first.since
    failed = watch.look(*ALL_DEAD, after_s=300)
    assert (failed.phase, failed.disruption) == (Phase.SUSPECT, None)
    assert walls(failed.since) == ("2026-11-23T14:05:02.000Z", "2026-11-23T14:10:00.000Z")


def test_an_open_disruption_is_told_with_its_interval_and_its_length_by_the_steady_clock() -> None:
    told = blackout().last
    assert told is not None
    assert told.disruption
    assert walls(told.began) == ("2026-11-23T14:00:02.000Z", "2026-11-23T14:01:40.000Z")
    assert told.lasting_s == 72
    assert told.phase is Phase.DOWN


def test_a_moment_of_connection_does_not_make_an_open_disruption_younger() -> None:
    watch = blackout()
    good = watch.look(*UP, after_s=60)
    assert (good.state, good.phase) == (NetworkState.ONLINE, Phase.RECOVERING)
    told = watch.look(*ALL_DEAD, after_s=20)
    assert told.disruption == good.disruption
    assert walls(told.began) == ("2026-11-23T14:00:02.000Z", "2026-11-23T14:01:40.000Z")
    assert told.lasting_s == 152


def test_a_connection_that_comes_and_goes_is_called_unstable() -> None:
    watch = blackout()
    for _ in range(3):
        for _ in range(2):
            told = watch.look(*UP, after_s=40)
        for _ in range(3):
            told = watch.look(*ALL_DEAD, after_s=31)
    assert told.disruption
    assert told.unstable
