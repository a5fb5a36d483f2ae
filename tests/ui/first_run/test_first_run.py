"""The first-run pages: from the first start to a vault with a recipient, by keyboard, and nothing sent before."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.app.desktop import Desktop
from evidence_kit.jobs.look import ListDestinations, ListRecipients
from evidence_kit.jobs.passphrase import code_groups
from evidence_kit.machine.places import Place, Places
from evidence_kit.machine.preferences import NetworkUse, Preferences, read_preferences, write_preferences
from evidence_kit.model.delivery import Confirmation, ConfirmedBy, Destination, Recipient
from evidence_kit.seal.pgp import Keyring
from evidence_kit.words.languages import spoken_languages
from tests.fakes.code_picture import code_picture
from ui.bridge import Bridge
from ui.panels.elsewhere import PlacesForVault
from ui.panels.fingerprint import Compared, compared
from ui.panels.recipient import RecipientPage
from ui.panels.recovery_code import asked_groups, typed_back
from ui.panels.recovery_page import SheetPage
from ui.parts.text import Text
from ui.screens.first_run.destination import DestinationPage
from ui.screens.first_run.model import FirstRunStep, steps_for, with_destination
from ui.screens.first_run.pages import LanguagePage
from ui.screens.first_run.passphrase import PassphrasePage
from ui.screens.first_run.view import FirstRunScreen
from ui.window import Window
from ui.words import grouped

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


def enter(qtbot: QtBot) -> None:
    """Press Enter wherever the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None, "every page sets the focus"
    qtbot.keyClick(focused, Qt.Key.Key_Return)


def armoured(key: bytes) -> str:
    """RFC 4880 §6.2, with the checksum that gpg asks for."""
    checksum = 0xB704CE
    for byte in key:
        checksum ^= byte << 16
        for _ in range(8):
            checksum = checksum << 1 ^ (0x1864CFB if checksum & 0x800000 else 0)
    sum_line = base64.b64encode(checksum.to_bytes(3, "big")).decode()
    body = base64.encodebytes(key).decode()
    begin, end = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
    return f"{begin}\n\n{body}={sum_line}\n{end}\n"


def type_here(qtbot: QtBot, words: str) -> None:
    qtbot.keyClicks(QApplication.focusWidget(), words)


def test_a_person_comes_through_with_the_keyboard_alone(
    first: Window, pages: FirstRunScreen, qtbot: QtBot, until: Until, recipient_key: bytes
) -> None:
    bridge = first.bridge
    assert pages.step is FirstRunStep.LANGUAGE
    enter(qtbot)
    assert pages.step is FirstRunStep.PROTECTION
    enter(qtbot)
    page = pages.page
    assert isinstance(page, PassphrasePage)
    type_here(qtbot, page.passphrase.offered.text())
    enter(qtbot)
    until(lambda: pages.step is FirstRunStep.SHEET)
    assert bridge.desktop.session.unlocked
    sheet = pages.page
    assert isinstance(sheet, SheetPage)
    groups = code_groups(page.created.recovery_code)
    for field, at in zip(sheet.fields, sheet._asked, strict=True):
        qtbot.keyClicks(field, groups[at].lower())
    enter(qtbot)
    assert pages.step is FirstRunStep.NETWORK
    assert read_preferences(bridge.desktop.places.settings).network == ""
    assert not bridge.desktop.watch.running
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    enter(qtbot)
    assert read_preferences(bridge.desktop.places.settings).network == "quiet"
    _give_key(pages, until, recipient_key)
    enter(qtbot)
    until(lambda: pages.step is FirstRunStep.DESTINATION)
    assert pages.counter.text() == "7 of 8"
    page = pages.page
    assert isinstance(page, DestinationPage)
    assert page.next_words() == "Later"
    type_here(qtbot, "desk@news.example")
    assert page.next_words() == "Add this destination"
    enter(qtbot)
    assert first.told() == "This is still empty: Your mail address."
    form = page.destination.chosen
    assert form.widget("from").hasFocus()
    for field, words in zip(form.lines()[1:], ("me@mail.example", "smtp.mail.example", "", "secret-word"), strict=True):
        qtbot.keyClicks(field, words)
    assert form.value("user") == "me@mail.example", "the user name is mostly the address"
    enter(qtbot)
    until(lambda: pages.step is FirstRunStep.READY)
    assert form.value("password") == ""
    enter(qtbot)
    until(lambda: first.current() == "now")
    assert first.findChild(FirstRunScreen) is None or not first.findChild(FirstRunScreen).isVisible()
    found: list[tuple[Recipient, ...]] = []
    bridge.submit(ListRecipients(), found.append)
    until(lambda: bool(found))
    assert [one.confirmed_by for one in found[0]] == [ConfirmedBy(Confirmation.TYPED)]
    places: list[tuple[Destination, ...]] = []
    bridge.submit(ListDestinations(), places.append)
    until(lambda: bool(places))
    (destination,) = places[0]
    assert (destination.name, destination.recipients) == ("News desk", (found[0][0].fingerprint,))
    assert destination.url.startswith("smtps://me%40mail.example:secret-word@smtp.mail.example:465/")


def test_whom_and_where_can_both_be_left_for_later(fresh: Bridge, qtbot: QtBot) -> None:
    page = DestinationPage(fresh, [_recipient("News desk <desk@news.example>")])
    qtbot.addWidget(page)
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    assert page.destination.chosen.value("to") == "desk@news.example", "their own key says it"
    assert page.next_words() == "Later"
    page.go_on()
    assert done == [True]
    assert FirstRunStep.DESTINATION not in steps_for(has_vault=False)


def _recipient(name: str) -> Recipient:
    return Recipient("A" * 40, (name,), b"", ConfirmedBy(Confirmation.TYPED), "2026-01-01T00:00:00Z", None)


def _give_key(pages: FirstRunScreen, until: Until, key: bytes) -> None:
    page = pages.page
    assert isinstance(page, RecipientPage)
    with Keyring() as keyring:
        fingerprint = keyring.load_certificate(key)
    page.look(key)
    until(lambda: page.typed.isVisible())
    page.typed.setText("0" * 40)
    assert not pages.next.isEnabled()
    page.typed.setText(fingerprint.lower())
    assert pages.next.isEnabled()


def test_a_pasted_key_is_read_and_later_leaves_it_out(
    first: Window, pages: FirstRunScreen, qtbot: QtBot, until: Until, recipient_key: bytes
) -> None:
    page = RecipientPage(first.bridge)
    qtbot.addWidget(page)
    page.show()
    assert page.next_words() == "Later"
    page.pasted.setPlainText(armoured(recipient_key))
    until(lambda: page.typed.isVisible())
    assert "News desk" in page.names.text()
    assert page.next_words() == "Add this recipient"


def test_a_picture_of_a_code_gives_the_fingerprint_before_or_after_the_key(
    pages: FirstRunScreen, fresh: Bridge, qtbot: QtBot, until: Until, recipient_key: bytes, tmp_path: Path
) -> None:
    with Keyring() as keyring:
        fingerprint = keyring.load_certificate(recipient_key)
    card, other = tmp_path / "card.png", tmp_path / "other.jpg"
    card.write_bytes(code_picture(f"OPENPGP4FPR:{fingerprint}"))
    other.write_bytes(code_picture(f"OPENPGP4FPR:{fingerprint[::-1]}", format="JPEG"))
    before, after = RecipientPage(fresh), RecipientPage(fresh)
    for page in (before, after):
        qtbot.addWidget(page)
        page.show()
    before.look_at_picture(card)
    until(lambda: grouped(fingerprint) in before.waiting.text())
    assert before.waiting.isVisible()
    assert before.next_words() == "Later"
    before.look(recipient_key)
    until(before.has_key)
    assert before.may_go_on()
    after.look(recipient_key)
    until(after.has_key)
    assert not after.may_go_on()
    after.look_at_picture(other)
    until(lambda: "Not the same" in after.verdict.text())
    assert not after.may_go_on()
    after.look_at_picture(card)
    until(after.may_go_on)


def test_a_key_in_a_picture_still_wants_its_fingerprint(
    pages: FirstRunScreen, fresh: Bridge, qtbot: QtBot, until: Until, recipient_key: bytes, tmp_path: Path
) -> None:
    page = RecipientPage(fresh)
    qtbot.addWidget(page)
    picture = tmp_path / "key.png"
    picture.write_bytes(code_picture(recipient_key))
    page.look_at_picture(picture)
    until(page.has_key)
    assert page.typed.text() == ""
    assert not page.may_go_on()


def test_rubbish_in_place_of_a_key_is_refused_in_words(
    fresh: Bridge, qtbot: QtBot, until: Until, tmp_path: Path
) -> None:
    page = RecipientPage(fresh)
    qtbot.addWidget(page)
    failed: list[object] = []
    page.failed.connect(failed.append)
    page.look(tmp_path / "not-there.asc")
    until(lambda: bool(failed))
    assert page.may_go_on()


def test_two_different_passphrases_make_no_vault(first: Window, pages: FirstRunScreen, qtbot: QtBot) -> None:
    pages.next.click()
    pages.next.click()
    page = pages.page
    assert isinstance(page, PassphrasePage)
    qtbot.keyClicks(page.passphrase.first.line, "a sentence of my own")
    qtbot.keyClicks(page.passphrase.again.line, "a sentence of my owm")
    pages.next.click()
    assert "not the same" in first.told()
    assert not first.bridge.desktop.places.has_vault()
    page.passphrase.first.shown.setChecked(True)
    assert page.passphrase.complaint() == "", "what is shown need not be typed twice"


def test_only_set_up_and_what_needs_no_vault_is_offered_before(first: Window) -> None:
    assert "now" not in first.names()
    assert first.current() == "set-up"


def test_wrong_groups_do_not_pass(pages: FirstRunScreen, fresh: Bridge, qtbot: QtBot) -> None:
    page = SheetPage(fresh, "0000-1111-2222-3333-4444-5555-6666-7777-8888")
    qtbot.addWidget(page)
    done: list[bool] = []
    page.done.connect(lambda: done.append(True))
    for field in page.fields:
        field.setText("9999")
    page.go_on()
    assert done == []
    for field, at in zip(page.fields, page._asked, strict=True):
        field.setText(str(at) * 4)
    page.go_on()
    assert done == [True]


def test_another_language_is_wanted_at_once(pages: FirstRunScreen, fresh: Bridge, qtbot: QtBot) -> None:
    page = pages.page
    with qtbot.waitSignal(fresh.preferred):
        page.choice.setCurrentIndex(page.choice.findData("fr"))  # type: ignore[attr-defined]
        page.choice.activated.emit(page.choice.currentIndex())  # type: ignore[attr-defined]
    assert fresh.desktop.places.preferences.language == "fr"


def test_the_vault_may_be_made_in_another_folder_and_back_again(
    first: Window, pages: FirstRunScreen, fresh: Bridge, tmp_path: Path, qtbot: QtBot
) -> None:
    usual = fresh.desktop.places.folder
    page = pages.page
    assert isinstance(page, LanguagePage)
    assert not page.place.computer.isVisible()
    assert not page.place.beside.isVisible(), "this is not the portable program"
    (tmp_path / "stick").mkdir()
    with qtbot.waitSignal(fresh.moved):
        page.place.keep_in(tmp_path / "stick")
    assert fresh.desktop.places.folder == tmp_path / "stick" / "evidence-kit-vault"
    again = Window(fresh)
    qtbot.addWidget(again)
    again.show()
    place = again.findChild(PlacesForVault)
    assert place is not None
    assert place.computer.isVisible()
    with qtbot.waitSignal(fresh.moved):
        place.computer.click()
    assert fresh.desktop.places.folder == usual


def test_a_person_with_a_vault_opens_its_folder_and_makes_none(
    first: Window, pages: FirstRunScreen, fresh: Bridge, folder: Path, qtbot: QtBot
) -> None:
    page = pages.page
    assert isinstance(page, LanguagePage)
    with qtbot.waitSignal(fresh.stayed):
        page.place.open(folder / "exhibits")
    assert "no vault in this folder" in first.told()
    assert page.place.isEnabled()
    assert not pages.progress.isVisible()
    with qtbot.waitSignal(fresh.moved):
        page.place.open(folder)
    again = Window(fresh)
    qtbot.addWidget(again)
    screen = again.findChild(FirstRunScreen)
    assert screen is not None
    seen = []
    for _ in range(4):
        seen.append(screen.step)
        screen.next.click()
    assert FirstRunStep.PASSPHRASE not in seen
    assert FirstRunStep.NETWORK in seen
    assert fresh.desktop.places.is_set_up
    assert fresh.desktop.places.folder == folder


def test_the_portable_program_offers_its_stick_or_says_why_not(tmp_path: Path, dressed: None, qtbot: QtBot) -> None:
    stick = tmp_path / "stick"
    places = Places(
        Place(tmp_path / "none" / "vault", tmp_path / "settings"),
        Place(stick / "evidence-kit-data" / "vault", stick / "evidence-kit-data" / "settings"),
    )
    bridge = Bridge(Desktop(places.computer.vault, places.computer.settings, places=places))
    page = LanguagePage(bridge)
    qtbot.addWidget(page)
    page.show()
    assert page.place.beside.isVisible()
    assert not page.place.beside.isEnabled(), "there is no such folder, so it cannot be written to"
    assert any("cannot be beside" in text.text() for text in page.findChildren(Text))
    stick.mkdir()
    page = LanguagePage(bridge)
    qtbot.addWidget(page)
    assert not any("cannot be beside" in text.text() for text in page.findChildren(Text))
    with qtbot.waitSignal(bridge.moved):
        page.place.beside.click()
    assert bridge.desktop.places.folder == stick / "evidence-kit-data" / "vault"
    assert (stick / "evidence-kit-data" / "settings" / "window.json").exists()
    page = LanguagePage(bridge)
    qtbot.addWidget(page)
    page.show()
    assert not page.place.beside.isVisible()
    assert page.place.computer.isVisible()
    bridge.close()


def test_a_vault_that_is_there_already_is_not_made_again(bridge: Bridge, settings: Path, qtbot: QtBot) -> None:
    write_preferences(settings, Preferences())
    bridge.prefer(replace(bridge.desktop.places.preferences, network=NetworkUse.NOT_CHOSEN))
    window = Window(bridge)
    qtbot.addWidget(window)
    screen = window.findChild(FirstRunScreen)
    assert screen is not None
    for _ in range(4):
        assert screen.step not in {FirstRunStep.PASSPHRASE, FirstRunStep.SHEET, FirstRunStep.RECIPIENT}
        screen.next.click()
    assert bridge.desktop.places.is_set_up
    assert window.current() == "now"


def test_steps_and_groups_and_fingerprints() -> None:
    assert with_destination(steps_for(has_vault=False)) == tuple(FirstRunStep)
    assert FirstRunStep.PASSPHRASE not in steps_for(has_vault=True)
    groups = tuple("0123456789AB"[at] * 4 for at in range(9))
    assert all(len(set(asked_groups(groups))) == 2 for _ in range(20))
    assert typed_back(("2222", " 5555"), groups, (2, 5))
    assert not typed_back(("2222", ""), groups, (2, 5))
    fingerprint = "849333F2F639E25206E87A3EE12A602E1A246411"
    assert compared("", fingerprint) is Compared.EMPTY
    assert compared("8493 33f2", fingerprint) is Compared.BEGUN
    assert compared("0x" + fingerprint.lower(), fingerprint) is Compared.SAME
    assert compared(fingerprint[-8:], fingerprint) is Compared.OTHER


def test_languages_for_tests_are_not_offered(tmp_path: Path) -> None:
    for name in ("fr", "en_XA", "ar_XB"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES" / "evidence-kit.mo").touch()
    (tmp_path / "de.po").touch()
    assert spoken_languages(tmp_path) == ["en", "fr"]
