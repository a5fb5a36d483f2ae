"""Every byte is counted by purpose, and a day's limit holds; for the watch, for sending, and across processes."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.drill.fake_internet import PACE, FakeInternet
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.events import Event, HeldBecause, RoundJudged, WatchHeld
from evidence_kit.model.purpose import Purpose
from evidence_kit.probe.targets import load_targets
from evidence_kit.watch.network import NetworkChoice, write_choice
from evidence_kit.watch.station import Station
from evidence_kit.watch.traffic import SendingMeter, count, read_traffic
from tests.core.watch.test_station import AskedSender
from tests.fakes.clock import FakeClock

DAY_S = 86_400
PATIENCE_S = 30


def test_a_new_day_counts_anew_and_the_sum_goes_on(tmp_path: Path) -> None:
    clock = FakeClock()
    count(tmp_path, clock, Purpose.CHECKS, 100, 900)
    count(tmp_path, clock, Purpose.CHECKS, 1, 2)
    count(tmp_path, clock, Purpose.SENDING, 5000, 70)
    told = read_traffic(tmp_path, clock)
    assert (told.of(Purpose.CHECKS).today, told.of(Purpose.SENDING).sent_today) == (1003, 5000)
    clock.pass_time(DAY_S)
    told = read_traffic(tmp_path, clock)
    assert (told.of(Purpose.CHECKS).today, told.of(Purpose.CHECKS).total) == (0, 1003)
    count(tmp_path, clock, Purpose.CHECKS, 10, 0)
    told = read_traffic(tmp_path, clock)
    assert (told.of(Purpose.CHECKS).today, told.of(Purpose.CHECKS).total) == (10, 1013)
    assert (told.since, told.day) == ("2026-11-18", "2026-11-19")


def test_the_day_is_the_one_on_the_wall_here(tmp_path: Path) -> None:
    clock = FakeClock(utc_offset_s=14 * 3600)  # 01:06 on the next day, in Kiritimati
    assert read_traffic(tmp_path, clock).day == "2026-11-19"


def test_what_several_count_at_once_is_counted_whole(tmp_path: Path) -> None:
    clock = SystemClock()

    def work() -> None:
        for _ in range(20):
            count(tmp_path, clock, Purpose.TESTS, 1, 2)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_traffic(tmp_path, clock).of(Purpose.TESTS).total == 240


@pytest.mark.parametrize("content", [b"", b"{", b'{"day":"x","since":"x","spent":[],"v":2}', b"[]"])
def test_a_count_that_cannot_be_read_begins_anew_and_says_since_when(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "traffic.json").write_bytes(content)
    told = read_traffic(tmp_path, FakeClock())
    assert (told.since, told.of(Purpose.CHECKS).total) == ("2026-11-18", 0)


def test_a_limit_for_sending_holds_for_the_day_and_says_what_never_fits(tmp_path: Path) -> None:
    clock = FakeClock()
    meter = SendingMeter(tmp_path, clock)
    meter.allow(10**12)
    write_choice(tmp_path, NetworkChoice(sending_cap=1000))
    meter.allow(1000)
    with pytest.raises(Refused, match="over-daily-limit"):
        meter.allow(1001)
    meter.count(300, 100)
    meter.allow(600)
    with pytest.raises(Unavailable, match="daily-limit"):
        meter.allow(601)
    clock.pass_time(DAY_S)
    meter.allow(601)


def test_a_count_that_cannot_be_kept_does_not_make_a_sent_mail_look_unsent(tmp_path: Path) -> None:
    (tmp_path / "traffic.lock").mkdir()
    SendingMeter(tmp_path, FakeClock()).count(1, 1)
    with pytest.raises(FileNotFoundError):
        (tmp_path / "traffic.json").read_bytes()


@pytest.fixture
def internet() -> Iterator[FakeInternet]:
    with FakeInternet() as made:
        yield made


@pytest.fixture
def targets(internet: FakeInternet, tmp_path: Path) -> Path:
    return internet.write_targets(tmp_path, policy=replace(PACE, interval_s=0.2))


class Watch:
    """A station at work in a thread; `told` are its looks and its holds."""

    def __init__(self, folder: Path, targets: Path) -> None:
        self.told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.sender = AskedSender()
        self.station = Station(folder, load_targets(targets), SystemClock(), sender=self.sender, tell=self._tell)
        self._thread = threading.Thread(target=self.station.watch, args=(None,))

    def _tell(self, event: Event) -> None:
        if isinstance(event, (RoundJudged, WatchHeld)):
            self.told.put(event)

    def next(self, wanted: type[Event]) -> Event:
        while not isinstance(told := self.told.get(timeout=PATIENCE_S), wanted):
            pass
        return told

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.station.stop()
        self._thread.join(PATIENCE_S)
        self.station.close()


@pytest.mark.slow
def test_looks_are_counted_and_stop_at_the_limit_until_it_is_raised(folder: Path, targets: Path) -> None:
    write_choice(folder, NetworkChoice(checks_cap=1))
    with Watch(folder, targets) as watch:
        watch.next(RoundJudged)
        assert watch.next(WatchHeld) == WatchHeld(HeldBecause.CHECKS_LIMIT)
        spent = read_traffic(folder, SystemClock()).of(Purpose.CHECKS)
        assert spent.sent_today > 200
        assert spent.received_today > 200
        write_choice(folder, NetworkChoice(checks_cap=None))
        watch.station.nudge()
        watch.next(RoundJudged)


@pytest.mark.slow
def test_without_checks_nothing_is_looked_at_and_what_waits_is_tried_all_the_same(folder: Path, targets: Path) -> None:
    write_choice(folder, NetworkChoice(checks=False))
    with Watch(folder, targets) as watch:
        assert watch.next(WatchHeld) == WatchHeld(HeldBecause.CHECKS_OFF)
        assert watch.sender.asked.get(timeout=PATIENCE_S) is True
        assert watch.sender.asked.get(timeout=PATIENCE_S) is False, "later rounds go by the clock"
        assert read_traffic(folder, SystemClock()).of(Purpose.CHECKS).total == 0
        write_choice(folder, NetworkChoice(checks=True))
        watch.station.nudge()
        watch.next(RoundJudged)


@pytest.mark.slow
def test_without_sending_it_looks_and_sends_nothing(folder: Path, targets: Path) -> None:
    write_choice(folder, NetworkChoice(sending=False))
    with Watch(folder, targets) as watch:
        for _ in range(3):
            watch.next(RoundJudged)
        assert watch.sender.asked.empty()
        write_choice(folder, NetworkChoice(sending=True, checks=False))
        watch.station.nudge()
        assert watch.sender.asked.get(timeout=PATIENCE_S) is True


@pytest.mark.slow
def test_a_watch_whose_vault_was_wiped_does_not_look_past_the_proxy_that_went_with_it(
    folder: Path, targets: Path
) -> None:
    write_choice(folder, NetworkChoice(proxy="socks5h://127.0.0.1:9"))
    station = Station(folder, load_targets(targets), SystemClock(), sender=AskedSender(), tell=lambda _: None)
    for name in ("vault.header", "network.json"):
        (folder / name).unlink()
    with station, pytest.raises(Refused, match="no-vault"):
        station.watch(None)
