"""The station against the rehearsal's internet: real probes, a real intake, a sender that says when it was asked."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from evidence_kit.app.commands.look import ListDisruptions, ListEntries
from evidence_kit.app.rehearsal import PACE, Rehearsal
from evidence_kit.app.station import Station, open_disruption, recall
from evidence_kit.clock import SystemClock
from evidence_kit.errors import Refused
from evidence_kit.events import Event, StateChanged
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.entry import MeasurementTaken
from evidence_kit.probe.targets import load_targets
from tests.core.app.conftest import open_kit

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

    def write_down(self) -> None: ...


@dataclass
class Watching:
    """A station at work in a thread, and what it told."""

    station: Station
    sender: AskedSender
    told: "queue.SimpleQueue[str]"

    def expect(self, state: NetworkState) -> None:
        while self.told.get(timeout=PATIENCE_S) != state:
            pass


@contextmanager
def watching(folder: Path, targets: Path) -> Iterator[Watching]:
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    sender = AskedSender()

    def tell(event: Event) -> None:
        if isinstance(event, StateChanged):
            told.put(event.state)

    station = Station(folder, load_targets(targets), SystemClock(), sender=sender, tell=tell)
    with station:
        thread = threading.Thread(target=station.watch, args=(None,))
        thread.start()
        try:
            yield Watching(station, sender, told)
        finally:
            station.stop()
            thread.join(PATIENCE_S)


@pytest.fixture
def internet() -> Iterator[Rehearsal]:
    with Rehearsal() as internet:
        yield internet


@pytest.fixture
def targets(internet: Rehearsal, tmp_path: Path) -> Path:
    return internet.write_targets(tmp_path)


def wait_for_disruption(folder: Path, *, open: bool) -> None:
    """Until the station's memory has (or no longer has) an open disruption."""
    waiting = threading.Event()
    for _ in range(PATIENCE_S * 20):
        if (recall(folder).episodes.track.disruption is not None) == open:
            return
        waiting.wait(0.05)
    raise AssertionError("the station did not come that far")


def test_a_blackout_is_recorded_while_locked_with_its_measurements_and_ends(
    folder: Path, internet: Rehearsal, targets: Path
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
        (episode,) = kit.run(ListDisruptions())
        entries = {entry.id: entry for entry in kit.run(ListEntries())}
    assert episode.ended is not None
    assert episode.started.after is not None
    measured = [entries[one].body for one in episode.entries]
    states = [body.state for body in measured if isinstance(body, MeasurementTaken)]
    assert states.count(NetworkState.BEYOND_PROVIDER) >= 3, "the rounds before it was believed belong to it too"
    assert states[-1] is NetworkState.ONLINE
    assert all(entry.intake is not None for entry in entries.values() if entry.kind != "vault-created")


def test_a_disruption_that_was_open_goes_on_after_a_restart(folder: Path, internet: Rehearsal, targets: Path) -> None:
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
        (episode,) = kit.run(ListDisruptions())
    assert episode.id == before
    assert episode.ended is not None


def test_only_one_station_watches_a_vault(folder: Path, targets: Path) -> None:
    with watching(folder, targets), pytest.raises(Refused, match="station-running"), watching(folder, targets):
        pass


def test_a_short_blip_is_kept_as_a_measurement_and_opens_nothing(
    folder: Path, internet: Rehearsal, targets: Path, tmp_path: Path
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
