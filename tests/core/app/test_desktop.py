"""The window's process without its widgets: a new network choice holds at once, and wiping leaves nothing at work."""

import queue
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.app.desktop import Desktop
from evidence_kit.drill.fake_internet import PACE, FakeInternet
from evidence_kit.errors import Refused
from evidence_kit.events import Event, HeldBecause, RoundJudged, WatchHeld
from evidence_kit.jobs.kit import Absorb
from evidence_kit.jobs.look import ListEntries
from evidence_kit.machine.preferences import NetworkUse, Preferences, read_preferences, write_preferences
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.entry import LockedAtSealing, Origin
from evidence_kit.model.purpose import Purpose
from evidence_kit.watch.network import NetworkChoice
from tests.core.kits import PASSPHRASE

pytestmark = pytest.mark.slow

PATIENCE_S = 30


@pytest.fixture
def internet() -> Iterator[FakeInternet]:
    with FakeInternet() as made:
        yield made


@pytest.fixture
def desktop(internet: FakeInternet, folder: Path, tmp_path: Path) -> Iterator[Desktop]:
    write_preferences(tmp_path / "settings", Preferences(network=NetworkUse.NORMAL, language="fr"))
    targets = internet.write_targets(tmp_path, policy=replace(PACE, interval_s=60))
    with Desktop(folder, tmp_path / "settings", targets=targets) as made:
        yield made


class Heard:
    """What the watch told, to be waited for."""

    def __init__(self, desktop: Desktop) -> None:
        self._told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        desktop.listen(self._told.put)

    def next(self, wanted: type[Event]) -> Event:
        while not isinstance(told := self._told.get(timeout=PATIENCE_S), wanted):
            pass
        return told


def test_a_new_choice_holds_for_the_watch_that_runs(desktop: Desktop, internet: FakeInternet) -> None:
    heard = Heard(desktop)
    desktop.watch.start()
    first = heard.next(RoundJudged)
    assert isinstance(first, RoundJudged)
    assert first.state == "online"
    assert desktop.network.traffic().of(Purpose.CHECKS).today > 0
    desktop.network.choose(NetworkChoice(proxy="socks5h://127.0.0.1:9"))
    told = heard.next(RoundJudged)
    assert isinstance(told, RoundJudged)
    assert told.state != "online", "nothing goes beside a proxy, not even a dead one"
    desktop.network.choose(NetworkChoice(checks=False))
    assert heard.next(WatchHeld) == WatchHeld(HeldBecause.CHECKS_OFF)
    assert (desktop.watch.running, desktop.watch.held, desktop.watch.last_round) == (True, HeldBecause.CHECKS_OFF, None)


def test_a_choice_that_is_refused_leaves_everything_as_it_was(desktop: Desktop) -> None:
    heard = Heard(desktop)
    desktop.watch.start()
    heard.next(RoundJudged)
    with pytest.raises(Refused, match="proxy-scheme"):
        desktop.network.choose(NetworkChoice(proxy="http://127.0.0.1:9"))
    assert desktop.watch.running
    assert desktop.network.choice() == NetworkChoice()


def test_without_a_watch_a_new_choice_starts_none(desktop: Desktop) -> None:
    desktop.network.choose(NetworkChoice(sending=False))
    assert not desktop.watch.running
    assert not desktop.watch.sends_by_itself
    (desktop.places.folder / "network.json").write_bytes(b"{")
    assert not desktop.watch.sends_by_itself


def test_wiping_ends_the_watch_and_leaves_no_file_and_no_network(desktop: Desktop, tmp_path: Path) -> None:
    desktop.session.unlock(bytearray(PASSPHRASE))
    heard = Heard(desktop)
    desktop.watch.start()
    heard.next(RoundJudged)
    desktop.wipe()
    assert not desktop.places.folder.exists()
    assert not desktop.session.unlocked
    assert not desktop.watch.running
    assert not desktop.places.is_set_up
    kept = read_preferences(desktop.places.settings)
    assert (kept.network, kept.language) == ("", "fr"), (
        "what was chosen for the window stays, the network is asked anew"
    )
    with pytest.raises(Refused, match="no-vault"):
        desktop.wipe()


def test_the_size_on_the_disk_is_that_of_all_files(desktop: Desktop, tmp_path: Path) -> None:
    before = desktop.places.size_on_disk()
    shutil.copytree(desktop.places.folder / "intake", desktop.places.folder / "exhibits" / "more")
    (desktop.places.folder / "exhibits" / "more" / "file").write_bytes(bytes(12_345))
    assert desktop.places.size_on_disk() == before + 12_345


def test_a_capture_says_whether_the_window_had_the_vault_unlocked(desktop: Desktop) -> None:
    desktop.capture(lambda capturing: capturing.note("before", None))
    desktop.session.unlock(bytearray(PASSPHRASE))
    desktop.capture(lambda capturing: capturing.note("during", None))
    desktop.session.lock()
    desktop.capture(lambda capturing: capturing.note("after", None))
    desktop.session.unlock(bytearray(PASSPHRASE))
    desktop.session.submit(Absorb()).result(PATIENCE_S)
    said = {
        entry.body.text: (entry.origin, entry.locked)
        for entry in desktop.session.submit(ListEntries()).result(PATIENCE_S)
        if isinstance(entry.body, NoteWritten)
    }
    assert said == {
        "before": (Origin.INTAKE, LockedAtSealing.YES),
        "during": (Origin.INTAKE, LockedAtSealing.NO),
        "after": (Origin.INTAKE, LockedAtSealing.YES),
    }
