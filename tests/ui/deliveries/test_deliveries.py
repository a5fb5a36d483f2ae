"""What is on its way: told in words, paused, carried out by hand, sent, and receipted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.events import WorkProgressed
from evidence_kit.machine.preferences import NetworkUse
from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartError
from evidence_kit.vault.outbox import Outbox
from evidence_kit.watch.network import NetworkChoice, write_choice
from ui import words
from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.text import Text
from ui.screens.deliveries.model import rows
from ui.screens.deliveries.view import DeliveriesScreen, DeliveryCard

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def screen(unlocked: Bridge, qtbot: QtBot, until: Until) -> Iterator[DeliveriesScreen]:
    """The screen with the one delivery that waits for its stick."""
    made = DeliveriesScreen(unlocked)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.enter()
    until(lambda: len(made.cards) == 1)
    yield made


def card(screen: DeliveriesScreen) -> DeliveryCard:
    (only,) = screen.cards.values()
    return only


def press(screen: DeliveriesScreen, text: str, qtbot: QtBot) -> None:
    (button,) = [one for one in card(screen).findChildren(Button) if one.text() == text]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def told(screen: DeliveriesScreen) -> str:
    return "\n".join(one.text() for one in card(screen).findChildren(Text))


def test_a_delivery_tells_its_state_and_its_parts_in_words(screen: DeliveriesScreen) -> None:
    assert "Waits to be sent" in told(screen)
    assert "to News desk, USB stick" in told(screen)
    assert "Short notice" in told(screen)
    assert "Whole report" in told(screen)


def test_a_paused_delivery_goes_on_when_told_and_then_arrives_on_the_stick(
    screen: DeliveriesScreen, qtbot: QtBot, until: Until
) -> None:
    press(screen, "Pause", qtbot)
    until(lambda: "Paused by you" in told(screen))
    press(screen, "Go on", qtbot)
    until(lambda: "Delivered and read back" in told(screen))


def test_the_keyboard_stays_with_a_delivery_that_is_told_anew(
    screen: DeliveriesScreen, qtbot: QtBot, until: Until
) -> None:
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    before = card(screen)
    (pause,) = [one for one in before.findChildren(Button) if one.text() == "Pause"]
    pause.setFocus()
    screen.enter()
    until(lambda: not screen._bridge.waiting())
    assert card(screen) is before, "nothing changed, so nothing is made anew"
    qtbot.keyClick(pause, Qt.Key.Key_Return)
    until(lambda: card(screen) is not before)
    (resume,) = [one for one in card(screen).findChildren(Button) if one.text() == "Go on"]
    assert resume.hasFocus()


def test_sending_now_tries_what_is_due(screen: DeliveriesScreen, qtbot: QtBot, until: Until) -> None:
    qtbot.mouseClick(screen.send, Qt.MouseButton.LeftButton)
    until(lambda: "Delivered and read back" in told(screen))
    assert screen.send.isEnabled()


def test_the_ciphertext_is_saved_and_never_over_another_file(
    screen: DeliveriesScreen, until: Until, tmp_path: Path
) -> None:
    (stick := tmp_path / "hand").mkdir()
    delivery = card(screen).row.id
    screen.save_to(delivery, stick)
    until(lambda: screen.notice.words().startswith("Saved: "))
    assert sorted(path.name for path in stick.iterdir()) == [f"{delivery}-notice.pgp", f"{delivery}.pgp"]
    assert all(b"What we saw" not in path.read_bytes() for path in stick.iterdir())
    screen.save_to(delivery, stick)
    until(lambda: "A file of that name is there already" in screen.notice.words())


def leave_without_answer(screen: DeliveriesScreen, folder: Path, *roles: str) -> None:
    """As a connection leaves it that broke after the last byte."""
    outbox, now = Outbox(folder), SystemClock().read()
    for role in roles:
        for state in (DeliveryState.SENDING, DeliveryState.UNCERTAIN):
            outbox.move(card(screen).row.id, role, state, at=now)
    screen.enter()


def test_of_two_mails_the_one_without_an_answer_is_settled(
    screen: DeliveriesScreen, folder: Path, qtbot: QtBot, until: Until
) -> None:
    leave_without_answer(screen, folder, "notice")
    until(lambda: "no answer came" in told(screen))
    press(screen, "The recipient says it arrived", qtbot)
    until(lambda: "no answer came" not in told(screen))
    notice, report = card(screen).row.parts
    assert notice.state == "the server says it has it"
    assert report.state == "waits to be sent"


def test_where_both_mails_had_no_answer_each_is_asked_about(
    screen: DeliveriesScreen, folder: Path, qtbot: QtBot, until: Until
) -> None:
    leave_without_answer(screen, folder, "notice", "report")
    until(lambda: card(screen).row.apart)
    buttons = [one for one in card(screen).findChildren(Button) if one.text() == "The recipient says it arrived"]
    (of_the_report,) = [one for one in buttons if "Whole report" in one.accessibleName()]
    assert len(buttons) == 2
    qtbot.mouseClick(of_the_report, Qt.MouseButton.LeftButton)
    until(lambda: not card(screen).row.apart)
    notice, report = card(screen).row.parts
    assert notice.uncertain
    assert report.state == "the server says it has it"
    press(screen, "Send again", qtbot)
    until(lambda: card(screen).row.parts[0].state == "delivered and read back")
    assert card(screen).row.parts[1].state == "the server says it has it"


def test_a_receipt_that_is_none_is_refused_in_words(screen: DeliveriesScreen, until: Until, tmp_path: Path) -> None:
    (tmp_path / "no-receipt").write_bytes(b"hello")
    screen.bring(tmp_path / "no-receipt")
    until(lambda: screen.notice.isVisible() and screen.notice.words() != "")
    assert "evidence-kit" not in screen.notice.words()
    screen.bring(tmp_path / "nowhere")
    until(lambda: "nowhere" in screen.notice.words())


def test_bytes_on_their_way_move_the_bar_of_their_part(screen: DeliveriesScreen, until: Until) -> None:
    delivery = card(screen).row.id
    screen._bridge.happened.emit(WorkProgressed(f"send/{delivery}/report", 500, 1000))
    (bar,) = [one for one in card(screen).findChildren(QProgressBar) if one.isVisible()]
    assert bar.value() == 500
    assert "500" in bar.accessibleDescription()


def test_why_it_waits_is_said_with_the_time_of_the_next_try(dressed: None) -> None:
    part = Part(
        "report",
        "0" * 32,
        "0" * 64,
        10,
        "<x>",
        error=PartError(Code.SERVER_UNREACHABLE),
        retry_utc="2026-11-23T14:05:00.000Z",
    )
    delivery = Delivery("0" * 16, "r", "d", "2026-11-23T14:00:00.000Z", (part,))
    (row,) = rows([(delivery, "desk")])
    assert words.reason(Code.SERVER_UNREACHABLE, {}) in row.parts[0].why
    assert "Next try at" in row.parts[0].why


@pytest.mark.parametrize("state", list(DeliveryState))
def test_every_state_has_words(dressed: None, state: DeliveryState) -> None:
    part = Part("report", "0" * 32, "0" * 64, 10, "<x>", state=state)
    (row,) = rows([(Delivery("0" * 16, "r", "d", "2026-11-23T14:00:00.000Z", (part,)), None)])
    assert row.state
    assert row.parts[0].state
    assert "removed" in row.destination


def test_where_nothing_leaves_by_itself_it_is_said(screen: DeliveriesScreen, folder: Path) -> None:
    assert screen.rests.isVisible(), "the quiet choice, and no watch"
    bridge = screen._bridge
    bridge.prefer(replace(bridge.desktop.places.preferences, network=NetworkUse.NORMAL))
    screen.enter()
    assert not screen.rests.isVisible()
    write_choice(folder, NetworkChoice(sending=False))
    screen.enter()
    assert screen.rests.isVisible()
