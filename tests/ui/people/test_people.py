"""Recipients and destinations: shown with their fingerprints, added after a comparison, handed on as one file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_kit.jobs.lists import MakeList
from evidence_kit.jobs.look import ListDeliveries
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, Destination, Recipient
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync.folder.route import FolderRoute
from tests.fakes.code_picture import code_picture
from ui.bridge import Bridge
from ui.parts.button import Button
from ui.parts.text import Text
from ui.screens.people.dialogs import AddRecipientDialog, DestinationDialog, ListDialog
from ui.screens.people.model import destination_row, recipient_row
from ui.screens.people.view import PeopleScreen
from ui.screens.reports.receivers import receivers_of
from ui.words import grouped

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def screen(unlocked: Bridge, qtbot: QtBot, until: Until) -> PeopleScreen:
    made = PeopleScreen(unlocked)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.enter()
    until(lambda: "News desk, USB stick" in told(made))
    return made


@pytest.fixture(scope="module")
def other_key() -> tuple[bytes, str]:
    with Keyring() as keyring:
        key = keyring.generate("Lawyer")
        return key.certificate, key.fingerprint


def told(screen: PeopleScreen) -> str:
    return "\n".join(one.text() for one in screen.findChildren(Text))


def answer(screen: PeopleScreen, until: Until, command: object) -> object:
    got: list[object] = []
    screen._bridge.submit(command, got.append)
    until(lambda: bool(got))
    return got[0]


def test_a_recipient_is_shown_with_fingerprint_words_and_how_it_was_confirmed(
    screen: PeopleScreen, qtbot: QtBot
) -> None:
    assert "Fingerprint compared by you on" in told(screen)
    (words,) = [one for one in screen.findChildren(Text) if one.text().startswith("In words: ")]
    assert not words.isVisible()
    (show,) = [one for one in screen.findChildren(Button) if one.text() == "Show the fingerprint in words"]
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert words.isVisible()
    assert len(words.text().split()) == 2 + 16


def test_a_recipient_is_added_only_after_the_whole_fingerprint_was_compared(
    screen: PeopleScreen, qtbot: QtBot, until: Until, other_key: tuple[bytes, str]
) -> None:
    certificate, fingerprint = other_key
    dialog = AddRecipientDialog(screen._bridge, screen)
    screen._run(dialog, "added")
    dialog.page.look(certificate)
    until(dialog.page.has_key)
    qtbot.keyClicks(dialog.page.typed, fingerprint[:39])
    assert not dialog.ok.isEnabled()
    qtbot.keyClicks(dialog.page.typed, fingerprint[39])
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    until(lambda: "added" in screen.notice.words())
    until(lambda: "Lawyer" in told(screen))


def test_a_fingerprint_from_a_code_in_a_picture_is_not_said_to_be_typed(
    screen: PeopleScreen, qtbot: QtBot, until: Until, other_key: tuple[bytes, str], tmp_path: Path
) -> None:
    certificate, fingerprint = other_key
    (tmp_path / "card.png").write_bytes(code_picture(f"OPENPGP4FPR:{fingerprint}"))
    dialog = AddRecipientDialog(screen._bridge, screen)
    screen._run(dialog, "added")
    dialog.page.look_at_picture(tmp_path / "card.png")
    until(lambda: dialog.page.waiting.isVisible())
    dialog.page.look(certificate)
    until(dialog.page.has_key)
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    until(lambda: "with a code in a picture" in told(screen))  # the name stands in the dialog already


def test_a_stick_becomes_a_destination(screen: PeopleScreen, qtbot: QtBot, until: Until, tmp_path: Path) -> None:
    dialog = DestinationDialog(screen._bridge, screen._recipients, screen)
    screen._run(dialog, "added")
    qtbot.keyClicks(dialog.name, "Second stick")
    form = dialog.destination.choose("folder")
    qtbot.keyClicks(form.widget("path"), "relative")
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert dialog.notice.isVisible()
    form.set_value("path", str(tmp_path))
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    until(lambda: "Second stick" in told(screen))


def test_a_mailbox_becomes_a_destination_and_its_password_is_never_shown(
    screen: PeopleScreen, qtbot: QtBot, until: Until
) -> None:
    dialog = DestinationDialog(screen._bridge, screen._recipients, screen)
    screen._run(dialog, "added")
    form = dialog.destination.choose("mail")
    for field, text in (
        (dialog.name, "Desk"),
        (form.widget("to"), "desk@news.example"),
        (form.widget("from"), "me@mail.example"),
        (form.widget("server"), "smtp.mail.example"),
        (form.widget("user"), "me"),
        (form.widget("password"), "secret-word"),
    ):
        qtbot.keyClicks(field, text)
    form.set_value("encryption", "smtp")
    assert form.value("port") == "587"
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    until(lambda: "smtp.mail.example:587" in told(screen))
    assert "secret-word" not in told(screen)
    until(lambda: len(screen._bridge.desktop.watch.sender().routes or {}) == 2)


def test_without_a_recipient_no_destination_is_added(screen: PeopleScreen, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = DestinationDialog(screen._bridge, screen._recipients, screen)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.destination.choose("folder").set_value("path", str(tmp_path))
    for box, _ in dialog.chosen:
        box.setChecked(False)
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert "Choose at least one recipient" in dialog.notice.words()


def test_a_test_letter_waits_under_deliveries(screen: PeopleScreen, until: Until) -> None:
    screen.send_test("News desk, USB stick")
    until(lambda: "waits under Deliveries" in screen.notice.words())
    assert len(answer(screen, until, ListDeliveries())) == 2


def test_an_organisations_list_is_taken_with_one_fingerprint(
    screen: PeopleScreen, qtbot: QtBot, until: Until, tmp_path: Path
) -> None:
    content = answer(screen, until, MakeList("Coalition"))
    assert isinstance(content, bytes)
    screen.save_list(content, tmp_path / "list.asc")
    until(lambda: "The list is written" in screen.notice.words())
    dialog = ListDialog(screen._bridge, screen)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.look(tmp_path / "list.asc")
    until(lambda: len(dialog.boxes) == 1)
    assert not dialog.boxes[0][0].isEnabled(), "it is here already"
    qtbot.keyClicks(dialog.typed, "0" * 40)
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    until(lambda: dialog.notice.isVisible())
    assert dialog.isVisible()


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [(-2, "bad", "has expired"), (1, "warn", "expires in"), (20, "warn", "expires in"), (90, "", "Valid until")],
)
def test_a_key_that_ends_soon_is_told_a_month_ahead(dressed: None, days: int, tone: str, words: str) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    ends = (now + timedelta(days=days, hours=1)).isoformat()
    recipient = Recipient("A" * 40, ("Desk",), b"", ConfirmedBy(Confirmation.TYPED), now.isoformat(), ends)
    row = recipient_row(recipient, now.isoformat())
    assert row.tone == tone
    assert words in row.warning


SIGNER = "0123456789ABCDEF0123456789ABCDEF01234567"


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (ConfirmedBy(Confirmation.TYPED), "Fingerprint compared by you on 2026-11-23"),
        (ConfirmedBy(Confirmation.SCANNED), "with a code in a picture"),
        (ConfirmedBy(Confirmation.SIGNED_LIST, SIGNER), f"from a list signed by {grouped(SIGNER)}"),
    ],
)
def test_a_recipient_is_said_to_be_confirmed_as_it_was_wherever_they_are_shown(
    dressed: None, by: ConfirmedBy, words: str
) -> None:
    now = "2026-11-23T12:00:00+00:00"
    recipient = Recipient("A" * 40, ("Desk",), b"", by, now, None)
    (receiver,) = receivers_of(Destination("d", "Desk", "folder:/x", ("A" * 40,)), [recipient], now)
    for told in (recipient_row(recipient, now).confirmed, receiver.confirmed):
        assert words in told
        assert ("compared by you" in told) == (by.how is not Confirmation.SIGNED_LIST)


def test_a_folder_is_shown_by_its_path_as_other_programs_show_it() -> None:
    path = Path("/media/My stick 100%/ä reports#1")
    shown = destination_row(Destination("1", "Stick", FolderRoute(path).url(), ()), ())
    assert shown.where == f"Folder or stick: {path}"


def test_a_mailbox_is_shown_by_whom_and_through_which_server_without_the_password() -> None:
    url = "smtps://me%40mail.example:hidden-word@mail.example/?to=desk%2Btips@news.example,b@c.example"
    shown = destination_row(Destination("1", "Desk", url, ()), ())
    assert shown.where == "Mail to desk+tips@news.example, b@c.example, through mail.example:465"


@pytest.mark.parametrize("url", ["later://what-is:secret@mail.example/", "", "smtps://:"])
def test_an_address_that_cannot_be_read_is_said_to_be_one_and_not_shown(url: str) -> None:
    assert destination_row(Destination("1", "Desk", url, ()), ()).where == "An address that this version cannot read"
