"""The Now screen over a real vault; the watch sees the rehearsal's internet."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from evidence_kit.drill.fake_internet import FakeInternet
from evidence_kit.events import EntrySealed
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.keeper import IntakeKeeper
from evidence_kit.machine.preferences import NetworkUse, Preferences
from tests.ui.conftest import PASSPHRASE
from tests.ui.now.looks import DOWN, UP
from ui.bridge import Bridge
from ui.screens.now.standing import standing
from ui.screens.now.state import StateCard
from ui.screens.now.view import NowScreen

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def card(dressed: None, qtbot: QtBot) -> StateCard:
    made = StateCard()
    qtbot.addWidget(made)
    made.show()
    return made


def show(bridge: Bridge, qtbot: QtBot) -> NowScreen:
    screen = NowScreen(bridge)
    qtbot.addWidget(screen)
    screen.resize(1000, 700)
    # As the window does at its start: first entered, then shown.
    screen.enter()
    screen.show()
    return screen


def rows(screen: NowScreen) -> list[str]:
    model = screen.latest.rows.model()
    return [str(model.index(at, 0).data()) for at in range(model.rowCount())]


def test_layers_are_told_by_word_and_the_reasons_wait_behind_a_click(card: StateCard, qtbot: QtBot) -> None:
    card.show_standing(standing(DOWN, watching=True, fault=None, quiet=False, passed_s=0), "")
    assert card.layers.words() == (
        "Wi-Fi: works; Router: works; Names: fails; Abroad: fails; In your country: not known"
    )
    assert not card.reasons.isVisible()
    qtbot.keyClick(card.why, Qt.Key.Key_Space)
    assert card.reasons.isVisible()
    assert "Nothing answers, neither abroad nor at home." in card.reasons.seen.text()
    assert "0 of 6" in card.reasons.seen.text()
    card.show_standing(standing(UP, watching=True, fault=None, quiet=False, passed_s=0), "")
    assert card.words.text() == "Connected"
    assert "fails" not in card.layers.words()


def test_while_locked_the_state_and_the_captures_stay_and_the_lists_ask_to_unlock(bridge: Bridge, qtbot: QtBot) -> None:
    screen = show(bridge, qtbot)
    assert screen.locked.isVisible()
    assert not screen.latest.isVisible()
    assert not screen.waiting.isVisible()
    assert all(button.isVisible() and button.isEnabled() for button in screen.captures)
    assert screen.state.words.text() == "Not watching"
    with qtbot.waitSignal(bridge.unlock_wanted):
        qtbot.mouseClick(screen.unlock, Qt.MouseButton.LeftButton)


def test_the_first_day_is_friendly_and_the_first_note_appears_by_itself(
    unlocked: Bridge, qtbot: QtBot, until: Until
) -> None:
    screen = show(unlocked, qtbot)
    until(lambda: not unlocked.waiting())
    assert screen.latest.empty.isVisible()
    assert screen.strip.told.text() == "No disruption was noted in the last 24 hours."
    with qtbot.waitSignal(unlocked.happened, check_params_cb=lambda event: isinstance(event, EntrySealed)):
        unlocked.submit(WriteNote("All is quiet here"), lambda _: None)
    until(lambda: len(rows(screen)) == 1)
    assert rows(screen)[0].endswith("Note: All is quiet here")
    assert not screen.latest.empty.isVisible()
    with qtbot.waitSignal(unlocked.entry_wanted) as wanted:
        at = screen.latest.rows.visualRect(screen.latest.rows.model().index(0, 0)).center()
        qtbot.mouseClick(screen.latest.rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at))
    assert wanted.args == [1]


def test_a_preference_for_quiet_is_named(bridge: Bridge, qtbot: QtBot) -> None:
    screen = show(bridge, qtbot)
    assert "You chose quiet" in screen.state.lines.text()
    bridge.prefer(Preferences(network=NetworkUse.NORMAL))
    assert "You chose quiet" not in screen.state.lines.text()


def test_what_another_program_seals_enters_the_journal_by_itself(unlocked: Bridge, qtbot: QtBot, until: Until) -> None:
    screen = show(unlocked, qtbot)
    until(lambda: not unlocked.waiting())
    with IntakeKeeper(unlocked.desktop.places.folder, unlocked.desktop.clock) as elsewhere:
        elsewhere.note("Written from a terminal", None)
    for timer in unlocked.findChildren(QTimer):
        if not timer.isSingleShot():
            timer.setInterval(1)  # in place of some seconds
    until(lambda: any("Written from a terminal" in row for row in rows(screen)))


# With a watch


@pytest.fixture
def internet() -> Iterator[FakeInternet]:
    with FakeInternet() as internet:
        yield internet


@pytest.fixture
def rehearsed(folder: Path, settings: Path, dressed: None, internet: FakeInternet, tmp_path: Path) -> Iterator[Bridge]:
    """Over a locked vault, with the rehearsal's internet to look at."""
    made = Bridge(Desktop(folder, settings, targets=internet.write_targets(tmp_path)))
    yield made
    made.close()


def test_a_blackout_from_the_first_look_to_its_end(
    rehearsed: Bridge, internet: FakeInternet, qtbot: QtBot, until: Until
) -> None:
    with qtbot.waitSignal(rehearsed.unlocked, timeout=20_000):
        rehearsed.unlock(bytearray(PASSPHRASE), lambda _: None)
    screen = show(rehearsed, qtbot)
    qtbot.mouseClick(screen.state.start, Qt.MouseButton.LeftButton)
    until(lambda: screen.state.words.text() == "Connected")
    assert not screen.state.start.isVisible()
    internet.black_out()
    qtbot.mouseClick(screen.state.again, Qt.MouseButton.LeftButton)
    assert not screen.state.again.isEnabled()
    until(lambda: screen.state.words.text() == "No connection beyond the provider")
    assert screen.state.again.isEnabled()
    assert "Abroad: fails" in screen.state.layers.words()
    # What the watch sealed enters the journal by itself, and the screen shows it.
    until(lambda: any("Disruption began" in row for row in rows(screen)))
    until(lambda: "1 disruption in the last 24 hours" in screen.strip.line.accessibleDescription())
    assert [one.look for one in screen.strip.line.stretches()] == ["cut"]
    internet.restore()
    until(lambda: any("The disruption ended" in row for row in rows(screen)))
    assert screen.state.words.text() == "Connected"


def test_a_screen_made_later_shows_the_last_look_at_once_and_watching_can_be_stopped(
    rehearsed: Bridge, qtbot: QtBot, until: Until
) -> None:
    rehearsed.desktop.watch.start()
    until(lambda: rehearsed.desktop.watch.last_round is not None)
    screen = show(rehearsed, qtbot)
    assert screen.state.words.text() == "Connected"
    qtbot.mouseClick(screen.state.stop, Qt.MouseButton.LeftButton)
    until(lambda: screen.state.words.text() == "Not watching")
    assert "When last looked at" in screen.state.lines.text()


def test_another_program_that_watches_is_named(
    rehearsed: Bridge, folder: Path, settings: Path, internet: FakeInternet, tmp_path: Path, qtbot: QtBot, until: Until
) -> None:
    with Desktop(folder, settings, targets=internet.write_targets(tmp_path)) as other:
        other.watch.start()
        screen = show(rehearsed, qtbot)
        qtbot.mouseClick(screen.state.start, Qt.MouseButton.LeftButton)
        until(lambda: screen.state.words.text() == "Another program is watching")
    qtbot.mouseClick(screen.state.start, Qt.MouseButton.LeftButton)
    until(lambda: screen.state.words.text() == "Connected")
