"""The network's section: what may happen by itself, the way out, and the bytes."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.events import HeldBecause, RoundJudged, WatchHeld
from evidence_kit.jobs.overview import Waiting
from evidence_kit.machine.preferences import NetworkUse, read_preferences
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.purpose import Purpose
from evidence_kit.watch.network import NetworkChoice, read_choice, write_choice
from evidence_kit.watch.traffic import count
from tests.ui.now.looks import UP
from ui.bridge import Bridge
from ui.screens.locked.model import meanwhile
from ui.screens.now.standing import standing
from ui.screens.now.waiting import waiting_words
from ui.screens.settings.model import TOR, proxy_of, proxy_words
from ui.screens.settings.network import NetworkSection
from ui.screens.settings.view import SettingsScreen
from ui.watching import Watching

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def section(bridge: Bridge, qtbot: QtBot, until: Until) -> NetworkSection:
    """Over a locked vault: the network's choices need no key."""
    made = NetworkSection(bridge)
    qtbot.addWidget(made)
    made.show()
    made.enter()
    until(lambda: not bridge.waiting())
    return made


@pytest.fixture
def told(section: NetworkSection) -> list[object]:
    """What the screen's notice would say."""
    heard: list[object] = []
    section.told.connect(lambda words, _kind: heard.append(words))
    section.failed.connect(heard.append)
    return heard


@pytest.fixture
def proxy() -> Iterator[int]:
    """A SOCKS 5 proxy that only greets; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(3, socket.MSG_WAITALL)
                line.sendall(b"\x05\x00")

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def settle(section: NetworkSection, until: Until) -> None:
    until(lambda: not section._bridge.waiting())


def test_quiet_and_normal_are_kept_and_what_is_ticked_counts_in_normal_alone(section: NetworkSection) -> None:
    assert section.quiet.isChecked()
    assert not section.checks.isEnabled()
    section.normal.click()
    assert read_preferences(section._bridge.desktop.places.settings).network == "normal"
    assert section.checks.isEnabled()
    assert section.sending.isEnabled()
    section.quiet.click()
    assert read_preferences(section._bridge.desktop.places.settings).network == "quiet"
    assert not section.sending.isEnabled()


def test_each_use_is_switched_off_by_itself(section: NetworkSection, folder: Path, until: Until) -> None:
    section.normal.click()
    section.checks.click()
    settle(section, until)
    assert read_choice(folder) == NetworkChoice(checks=False)
    section.sending.click()
    settle(section, until)
    assert read_choice(folder) == NetworkChoice(checks=False, sending=False)
    section.checks.click()
    settle(section, until)
    assert read_choice(folder) == NetworkChoice(sending=False)


def test_tor_is_one_click_away_and_then_everything_goes_through_it(
    section: NetworkSection, folder: Path, until: Until, told: list[object]
) -> None:
    assert section.way.now.text() == "Connections go out directly, without a proxy."
    assert not section.way.use_button.isEnabled()
    section.way.radios[TOR].click()
    section.way.use_button.click()
    assert section.progress.isVisible()
    assert not section.way.isEnabled()
    settle(section, until)
    assert read_choice(folder).proxy == TOR
    assert section.way.now.text() == "Everything goes through 127.0.0.1:9050, or not at all."
    assert told == ["The choice holds from now on."]
    assert not section.progress.isVisible()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("http://127.0.0.1:8080", "proxy-scheme"),
        ("proxy.example:9050", "proxy-address"),
        ("127.0.0.1", "proxy-address"),
        ("me:secret@127.0.0.1:9050", "proxy-password"),
    ],
)
def test_a_proxy_that_could_leak_is_refused_and_the_old_way_holds(
    section: NetworkSection, folder: Path, until: Until, told: list[object], typed: str, code: str
) -> None:
    section.way.radios["other"].click()
    section.way.typed.setText(typed)
    section.way.use_button.click()
    settle(section, until)
    assert [getattr(one, "code", one) for one in told] == [Code(code)]
    assert read_choice(folder).proxy is None
    assert section.way.now.text() == "Connections go out directly, without a proxy."
    section.normal.click()
    section.checks.click()
    settle(section, until)
    assert read_choice(folder) == NetworkChoice(checks=False), (
        "what was refused is not kept with the next choice either"
    )


def test_a_proxy_can_be_tried_before_it_is_used(
    section: NetworkSection, folder: Path, until: Until, told: list[object], proxy: int
) -> None:
    section.way.radios["other"].click()
    section.way.typed.setText(f"127.0.0.1:{proxy}")
    section.way.try_button.click()
    assert not section.way.try_button.isEnabled()
    settle(section, until)
    assert str(told[0]).startswith("A SOCKS 5 proxy answers there.")
    assert section.way.try_button.isEnabled()
    assert read_choice(folder).proxy is None, "trying chooses nothing"


def test_a_dead_proxy_is_told_when_tried(section: NetworkSection, until: Until, told: list[object]) -> None:
    section.way.radios["other"].click()
    section.way.typed.setText("127.0.0.1:9")
    section.way.try_button.click()
    settle(section, until)
    assert [getattr(one, "code", one) for one in told] == [Code.PROXY_UNREACHABLE]


def test_a_choice_that_cannot_be_read_is_told_and_any_way_mends_it(
    section: NetworkSection, folder: Path, until: Until, told: list[object]
) -> None:
    (folder / "network.json").write_bytes(b"{")
    section.enter()
    settle(section, until)
    assert [getattr(one, "code", one) for one in told] == [Code.NETWORK_CHOICE]
    assert "nothing leaves this computer" in section.way.now.text()
    assert section.way.use_button.isEnabled()
    section.way.use_button.click()
    settle(section, until)
    assert read_choice(folder) == NetworkChoice()
    assert not section.way.use_button.isEnabled()


def test_bytes_are_told_by_purpose_and_a_limit_is_kept(section: NetworkSection, folder: Path, until: Until) -> None:
    count(folder, SystemClock(), Purpose.CHECKS, 400_000, 1_100_000)
    count(folder, SystemClock(), Purpose.SENDING, 14_000_000, 9_000)
    section.enter()
    settle(section, until)
    today, total = section.used.rows[Purpose.CHECKS]
    assert (today.text(), total.text()) == ("1.5 MB", "1.5 MB")
    assert section.used.rows[Purpose.SENDING][0].text() == "14.0 MB"
    assert section.used.reached.isHidden()
    box = section.used.limits[Purpose.SENDING]
    assert box.currentData() is None
    box.setCurrentIndex(box.findData(10_000_000))
    box.activated.emit(box.currentIndex())
    settle(section, until)
    assert read_choice(folder).sending_cap == 10_000_000
    assert "limit for sending is used up" in section.used.reached.text()
    assert section.used.reached.isVisible()


def test_a_limit_that_is_not_offered_stays_as_it_is(section: NetworkSection, folder: Path, until: Until) -> None:
    write_choice(folder, NetworkChoice(checks_cap=3_000_000))
    section.enter()
    settle(section, until)
    assert section.used.limits[Purpose.CHECKS].currentData() == 3_000_000


def test_the_count_follows_what_happens(section: NetworkSection, folder: Path, until: Until) -> None:
    count(folder, SystemClock(), Purpose.CHECKS, 2_000_000, 0)
    section._bridge.happened.emit(UP)
    until(lambda: section.used.rows[Purpose.CHECKS][0].text() == "2.0 MB")


def test_a_held_watch_is_told_wherever_the_state_is_told(bridge: Bridge) -> None:
    for why, expected in (
        (HeldBecause.CHECKS_LIMIT, "limit for checks is used up"),
        (HeldBecause.CHECKS_OFF, "switched off"),
    ):
        told = standing(None, watching=True, fault=None, quiet=False, passed_s=0, held=why)
        assert expected in told.words
        assert told.watching
    desktop = bridge.desktop
    desktop.tell(UP)
    desktop.tell(WatchHeld(HeldBecause.CHECKS_OFF))
    assert (desktop.watch.last_round, desktop.watch.held) == (None, HeldBecause.CHECKS_OFF), (
        "an old look is not the state of now"
    )
    desktop.tell(UP)
    assert (desktop.watch.last_round, desktop.watch.held) == (UP, None)
    assert isinstance(UP, RoundJudged)
    assert meanwhile(desktop) == "Nothing is watched or sent at the moment."


def test_what_waits_is_told_truthfully_when_nothing_leaves_by_itself() -> None:
    waiting = Waiting(reports=2, size=14_000_000, states=((DeliveryState.WAITING, 2),), paused=0)
    (line,) = waiting_words(waiting, online=True, by_itself=False)
    assert "Nothing leaves by itself" in line


def test_a_watch_that_was_started_by_hand_goes_on_when_other_choices_change(
    bridge: Bridge, until: Until, folder: Path
) -> None:
    write_choice(folder, NetworkChoice(checks=False, sending=False))  # nothing of this goes anywhere
    watching = Watching(bridge)
    watching.follow()
    bridge.desktop.watch.start()
    until(lambda: bridge.desktop.watch.held == "checks-off")
    assert meanwhile(bridge.desktop).startswith("The connection is not looked at")
    bridge.prefer(replace(bridge.desktop.places.preferences, idle_lock_s=60))
    until(lambda: not bridge.waiting())
    assert bridge.desktop.watch.running
    bridge.prefer(replace(bridge.desktop.places.preferences, network=NetworkUse.NORMAL))
    bridge.prefer(replace(bridge.desktop.places.preferences, network=NetworkUse.QUIET))
    until(lambda: not bridge.desktop.watch.running)


def test_what_is_typed_becomes_a_proxy_with_its_scheme() -> None:
    assert proxy_of(" 127.0.0.1:1080 ") == "socks5h://127.0.0.1:1080"
    assert proxy_of("socks5h://[::1]:1080") == "socks5h://[::1]:1080"
    assert proxy_of("http://127.0.0.1:1") == "http://127.0.0.1:1"
    assert proxy_of("  ") is None
    assert proxy_words("socks5h://[::1]:1080") == "Everything goes through [::1]:1080, or not at all."


def test_the_section_is_one_of_the_screen(screen: SettingsScreen) -> None:
    screen.go("network")
    assert isinstance(screen.section("network"), NetworkSection)
