"""The station against the rehearsal's internet: real probes, a real intake, a sender that says when it was asked."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.drill.fake_internet import PACE, FakeInternet
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.events import Event, KeepingHeld, KeepingResumed, RoundJudged, SendingHeld, StateChanged
from evidence_kit.jobs.look import ListDisruptions, ListEntries
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.disruptions import DisruptionClosed, DisruptionOpened, MeasurementTaken
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.disruption import NetworkState
from evidence_kit.probe.targets import load_targets
from evidence_kit.vault.intake import Intake
from evidence_kit.watch.memory import open_disruption, recall
from evidence_kit.watch.station import Station
from tests.core.kits import open_kit

pytestmark = pytest.mark.slow

PATIENCE_S = 30


@dataclass
class AskedSender:
    """Takes the sender's place; `asked` holds whether each round came with a returned connection."""

    asked: "queue.SimpleQueue[bool]" = field(default_factory=queue.SimpleQueue)

    def run_once(self, now_online: bool = True) -> list[object]:
        self.asked.put(now_online)
        return []

    def due_in(self) -> float | None:
        return None

    def stop(self) -> None: ...

    def write_down(self) -> SendingHeld | None:
        return None


@dataclass
class Watching:
    """A station at work in a thread, and what it told."""

    station: Station
    sender: AskedSender
    told: "queue.SimpleQueue[Event]"
    heard: list[Event] = field(default_factory=list)

    def until(self, wanted: Callable[[Event], bool]) -> Event:
        while True:
            self.heard.append(event := self.told.get(timeout=PATIENCE_S))
            if wanted(event):
                return event

    def expect(self, state: NetworkState) -> None:
        self.until(lambda event: isinstance(event, StateChanged) and event.state == state)

    def expect_look(self, *, disruption: bool) -> RoundJudged:
        event = self.until(lambda event: isinstance(event, RoundJudged) and bool(event.disruption) == disruption)
        assert isinstance(event, RoundJudged)
        return event


class MovingDisk(Intake):
    """The real intake on a disk that has room or has none, as `fault` says."""

    fault: KitError | None = None

    def seal(self, body: Body, reading: ClockReading) -> str:
        if self.fault is not None:
            raise self.fault
        return super().seal(body, reading)


@contextmanager
def watching(
    folder: Path, targets: Path, intake: Intake | None = None, sender: AskedSender | None = None
) -> Iterator[Watching]:
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    sender = sender or AskedSender()
    station = Station(folder, load_targets(targets), SystemClock(), sender=sender, tell=told.put, intake=intake)
    with station:
        thread = threading.Thread(target=station.watch, args=(None,))
        thread.start()
        try:
            yield Watching(station, sender, told)
        finally:
            station.stop()
            thread.join(PATIENCE_S)


@pytest.fixture
def internet() -> Iterator[FakeInternet]:
    with FakeInternet() as internet:
        yield internet


@pytest.fixture
def targets(internet: FakeInternet, tmp_path: Path) -> Path:
    return internet.write_targets(tmp_path)


def wait_for_disruption(folder: Path, *, open: bool) -> None:
    """Until the station's memory has (or no longer has) an open disruption."""
    waiting = threading.Event()
    for _ in range(PATIENCE_S * 20):
        if (recall(folder).disruptions.track.disruption is not None) == open:
            return
        waiting.wait(0.05)
    raise AssertionError("the station did not come that far")


def test_a_blackout_is_recorded_while_locked_with_its_measurements_and_ends(
    folder: Path, internet: FakeInternet, targets: Path
) -> None:
    with watching(folder, targets) as watch:
        watch.expect(NetworkState.ONLINE)
        assert watch.sender.asked.get(timeout=PATIENCE_S) is True
        internet.black_out()
        watch.expect(NetworkState.BEYOND_PROVIDER)
        wait_for_disruption(folder, open=True)
        internet.restore()
        watch.expect(NetworkState.ONLINE)
        while not watch.sender.asked.get(timeout=PATIENCE_S):
            pass
        wait_for_disruption(folder, open=False)
    with open_kit(folder) as kit:
        (disruption,) = kit.run(ListDisruptions())
        entries = {entry.id: entry for entry in kit.run(ListEntries())}
    assert disruption.ended is not None
    assert disruption.started.after is not None
    measured = [entries[one].body for one in disruption.entries]
    states = [body.state for body in measured if isinstance(body, MeasurementTaken)]
    assert states.count(NetworkState.BEYOND_PROVIDER) >= 3, "the rounds before it was believed belong to it too"
    assert states[-1] is NetworkState.ONLINE
    assert all(entry.intake is not None for entry in entries.values() if entry.kind != "vault-created")


def test_a_disruption_that_was_open_goes_on_after_a_restart(
    folder: Path, internet: FakeInternet, targets: Path
) -> None:
    with watching(folder, targets) as watch:
        watch.expect(NetworkState.ONLINE)
        internet.black_out()
        wait_for_disruption(folder, open=True)
    before = open_disruption(folder, SystemClock().read())
    with watching(folder, targets) as watch:
        watch.expect(NetworkState.BEYOND_PROVIDER)
        internet.restore()
        watch.expect(NetworkState.ONLINE)
        wait_for_disruption(folder, open=False)
    with open_kit(folder) as kit:
        (disruption,) = kit.run(ListDisruptions())
    assert disruption.id == before
    assert disruption.ended is not None


def test_only_one_station_watches_a_vault(folder: Path, targets: Path) -> None:
    with watching(folder, targets), pytest.raises(Refused, match="station-running"), watching(folder, targets):
        pass


def test_a_short_blip_is_kept_as_a_measurement_and_opens_nothing(
    folder: Path, internet: FakeInternet, targets: Path, tmp_path: Path
) -> None:
    patient = tmp_path / "patient"
    patient.mkdir()
    path = internet.write_targets(patient, policy=replace(PACE, confirm_rounds=50, interval_s=0.3))
    with watching(folder, path) as watch:
        watch.expect(NetworkState.ONLINE)
        internet.black_out()
        watch.expect(NetworkState.BEYOND_PROVIDER)
        internet.restore()
        watch.expect(NetworkState.ONLINE)
    with open_kit(folder) as kit:
        assert kit.run(ListDisruptions()) == ()
        bodies = [entry.body for entry in kit.run(ListEntries())]
    states = [body.state for body in bodies if isinstance(body, MeasurementTaken)]
    assert NetworkState.BEYOND_PROVIDER in states


def test_a_damaged_memory_is_begun_anew_rather_than_stopping_the_watch(folder: Path, targets: Path) -> None:
    (folder / "station.json").write_bytes(b"{broken")
    with watching(folder, targets) as watch:
        watch.expect(NetworkState.ONLINE)
    assert open_disruption(folder, SystemClock().read()) is None


@pytest.mark.parametrize(
    "fault",
    [Refused(Code.DISK_FULL), Refused(Code.READ_ONLY), Unavailable(Code.DISK_ERROR, errno=5)],
    ids=["full", "read-only", "faulty"],
)
def test_a_disruption_that_came_and_went_while_the_disk_took_nothing_is_kept_with_its_own_times(
    fault: KitError, folder: Path, internet: FakeInternet, targets: Path
) -> None:
    disk = MovingDisk(folder)
    with watching(folder, targets, disk) as watch:
        watch.expect_look(disruption=False)
        disk.fault = fault
        internet.black_out()
        held = watch.until(lambda event: isinstance(event, KeepingHeld))
        watch.expect_look(disruption=True)
        assert recall(folder).disruptions.track.disruption is None, "a restart would forget that it was never sealed"
        internet.restore()
        watch.expect_look(disruption=False)
        # Sending goes on as well: once at the beginning, once at the return.
        for _ in range(2):
            while not watch.sender.asked.get(timeout=PATIENCE_S):
                pass
        room = SystemClock().read()
        disk.fault = None
        assert watch.until(lambda event: isinstance(event, KeepingResumed)) == KeepingResumed(lost=0)
    assert isinstance(held, KeepingHeld)
    assert held.reason is fault.code
    told = [event for event in watch.heard if isinstance(event, KeepingHeld)]
    assert len(told) == len(set(told)), "said again although nothing was new"
    with open_kit(folder) as kit:
        entries = [entry for entry in kit.run(ListEntries()) if entry.intake is not None]
        (disruption,) = kit.run(ListDisruptions())
    assert disruption.ended is not None
    for kinds in ((MeasurementTaken,), (DisruptionOpened, DisruptionClosed)):
        seen = [entry.intake.clock for entry in entries if entry.intake and isinstance(entry.body, kinds)]
        assert len(seen) >= 2
        assert seen == sorted(seen, key=lambda clock: clock.boottime_ns), "not in the order in which it was seen"
    waited = [entry.body for entry in entries if entry.intake and entry.intake.clock.boottime_ns < room.boottime_ns]
    assert {DisruptionOpened, DisruptionClosed} <= {type(body) for body in waited}
    links = [(entry.intake.previous, entry.intake.item) for entry in entries if entry.intake is not None]
    assert [previous for previous, _ in links[1:]] == [item for _, item in links[:-1]]


def test_between_two_looks_room_is_found_within_seconds(folder: Path, internet: FakeInternet, tmp_path: Path) -> None:
    (seldom := tmp_path / "seldom").mkdir()
    targets = internet.write_targets(seldom, policy=replace(PACE, interval_s=3600))
    disk = MovingDisk(folder)
    disk.fault = Refused(Code.DISK_FULL)
    with watching(folder, targets, disk) as watch:
        watch.until(lambda event: isinstance(event, KeepingHeld))
        disk.fault = None
        watch.until(lambda event: isinstance(event, KeepingResumed))
    assert sum(isinstance(event, RoundJudged) for event in watch.heard) == 1


def test_what_became_of_deliveries_is_written_down_while_there_is_no_connection(
    folder: Path, internet: FakeInternet, targets: Path
) -> None:
    tried: queue.SimpleQueue[None] = queue.SimpleQueue()
    room = threading.Event()

    class HeldSender(AskedSender):
        def write_down(self) -> SendingHeld | None:
            tried.put(None)
            return None if room.is_set() else SendingHeld(Code.DISK_FULL, 1)

    seldom = internet.write_targets(folder, policy=replace(PACE, retry_s=(3600.0,)))
    internet.black_out()
    with watching(folder, seldom, sender=HeldSender()) as watch:
        watch.expect(NetworkState.BEYOND_PROVIDER)
        # One look in an hour, and yet a try within seconds.
        for _ in range(2):
            tried.get(timeout=PATIENCE_S)
        room.set()


def test_a_watch_that_ends_with_things_unsealed_says_how_many(
    folder: Path, internet: FakeInternet, targets: Path
) -> None:
    disk = MovingDisk(folder)
    disk.fault = Refused(Code.DISK_FULL)
    with pytest.raises(Refused, match="not-written-down") as refusal, watching(folder, targets, disk) as watch:
        watch.expect_look(disruption=False)
        internet.black_out()
        watch.expect_look(disruption=True)
    held = [event for event in watch.heard if isinstance(event, KeepingHeld)]
    while not watch.told.empty():
        held += [event] if isinstance(event := watch.told.get(), KeepingHeld) else []
    assert refusal.value.facts == {"why": Code.DISK_FULL, "entries": held[-1].waiting, "outcomes": 0}
    assert held[-1].waiting >= 3
    # Nothing was kept, and nothing says that it was: the next watch notices the same blackout as new.
    with watching(folder, targets) as watch:
        watch.expect_look(disruption=True)
    with open_kit(folder) as kit:
        assert len(kit.run(ListDisruptions())) == 1


def test_what_is_no_fault_of_the_disk_still_ends_the_watch(folder: Path, targets: Path) -> None:
    disk = MovingDisk(folder)
    disk.fault = Broken(Code.EXHIBIT_MISSING)
    told: list[Event] = []
    station = Station(folder, load_targets(targets), SystemClock(), sender=AskedSender(), tell=told.append, intake=disk)
    with pytest.raises(Broken, match="exhibit-missing"), station:
        station.watch(PATIENCE_S)
    assert told == []


@pytest.mark.parametrize(
    "fault", [Refused(Code.FOLDER_MISSING), Refused(Code.DISK_FULL)], ids=lambda one: one.code.value
)
def test_a_watch_says_what_it_could_not_note_of_deliveries(fault: Refused, folder: Path, targets: Path) -> None:
    class HeldSender(AskedSender):
        def write_down(self) -> SendingHeld:
            return SendingHeld(Code.READ_ONLY, 2)

    disk = MovingDisk(folder)
    with pytest.raises(Refused, match="not-written-down") as lost:
        station = Station(
            folder, load_targets(targets), SystemClock(), sender=HeldSender(), tell=lambda _: None, intake=disk
        )
        with station:
            station.watch(0)
    assert lost.value.facts == {"why": Code.READ_ONLY, "entries": 0, "outcomes": 2}
    disk.fault = fault
    with pytest.raises(Refused, match="not-written-down") as lost:
        station = Station(
            folder, load_targets(targets), SystemClock(), sender=HeldSender(), tell=lambda _: None, intake=disk
        )
        with station:
            station.watch(0)
    assert lost.value.facts == {"why": fault.code, "entries": 1, "outcomes": 2}
