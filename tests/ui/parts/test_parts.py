"""Buttons, drop-down boxes and the form for a destination, as keyboard and screen reader meet them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from evidence_kit.errors import Refused
from evidence_kit.jobs.destination_types import destination_forms
from ui.parts.button import Button
from ui.parts.destination import DestinationForms
from ui.parts.drop_down import DropDown
from ui.parts.link import LinkButton
from ui.parts.new_passphrase import NewPassphrase
from ui.words import speak


def heard(widget: QWidget) -> str:
    """What a screen reader says of it."""
    face = QAccessible.queryAccessibleInterface(widget)
    return f"{face.text(QAccessible.Text.Name)} {face.text(QAccessible.Text.Description)}"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_a_button_that_has_the_keyboard_as_the_space_bar_does(
    dressed: None, qtbot: QtBot, key: Qt.Key
) -> None:
    pressed: list[bool] = []
    button = Button("Send", lambda: pressed.append(True))
    qtbot.addWidget(button)
    qtbot.keyClick(button, key)
    assert pressed == [True]


def test_a_button_with_other_words_is_heard_by_those(dressed: None, qtbot: QtBot) -> None:
    button, named = Button("Cancel"), Button("7 d")
    for one in (button, named):
        qtbot.addWidget(one)
    named.setAccessibleName("The last 7 days")
    button.setText("Close")
    named.setText("8 d")
    assert "Close" in heard(button)
    assert "The last 7 days" in heard(named)


def test_a_drop_down_box_is_heard_by_its_name_and_by_what_is_chosen(dressed: None, qtbot: QtBot) -> None:
    frame = QWidget()
    box = DropDown("Language")
    box.addItem("English")
    QVBoxLayout(frame).addWidget(box)
    qtbot.addWidget(frame)
    assert "Language" in heard(box)
    box.setEditable(True)
    field = box.lineEdit()
    assert field is not None
    assert "Language" in heard(field)


def test_the_six_words_that_are_offered_are_heard_themselves(dressed: None, qtbot: QtBot) -> None:
    part = NewPassphrase()
    qtbot.addWidget(part)
    words = part.offered.text()
    assert len(words.split()) == 6
    assert words in heard(part.offered)


def test_a_server_with_an_authority_of_its_own_is_trusted_by_its_file(
    dressed: None, qtbot: QtBot, tmp_path: Path
) -> None:
    forms = DestinationForms()
    qtbot.addWidget(forms)
    forms.show()
    mail = forms.choose("mail")
    authority = tmp_path / "our authority.pem"
    for field, words in zip(mail.lines(), ("desk@news.example", "me@mail.example", "127.0.0.1", "", "x"), strict=True):
        qtbot.keyClicks(field, words)
    assert not mail.widget("ca_file").isVisible()
    (link,) = mail.findChildren(LinkButton)
    link.click()
    assert mail.widget("ca_file").isVisible()
    mail.set_value("ca_file", str(authority))
    with pytest.raises(Refused, match="no-such-file"):
        mail.url()
    authority.touch()
    assert mail.url().endswith("ca_file=" + str(authority).replace("/", "%2F").replace(" ", "%20"))


def test_a_low_form_leaves_no_gap_where_a_high_one_would_be(dressed: None, qtbot: QtBot) -> None:
    forms = DestinationForms()
    qtbot.addWidget(forms)
    forms.show()
    high = forms.heightForWidth(600)
    folder = forms.choose("folder")
    qtbot.waitUntil(lambda: forms.heightForWidth(600) < high - 150)
    assert forms.heightForWidth(600) < folder.heightForWidth(600) + 100


@pytest.mark.parametrize("language", ["en", "fr", "en_XA", "ar_XB"])
def test_no_form_is_wider_than_the_dialog_that_it_stands_in(dressed: None, qtbot: QtBot, language: str) -> None:
    speak(language)
    forms = DestinationForms()
    qtbot.addWidget(forms)
    for form in destination_forms():
        forms.choose(form.type)
        assert forms.minimumSizeHint().width() < 600


def test_another_address_begins_with_the_one_that_is_there_but_for_the_password(dressed: None, qtbot: QtBot) -> None:
    url = "smtp://me:hidden-word@mail.example:2525/?to=desk%40news.example&from=me%40mail.example"
    forms = DestinationForms()
    qtbot.addWidget(forms)
    forms.show_address(url)
    mail = forms.chosen
    assert [field.text() for field in mail.lines()] == [
        "desk@news.example",
        "me@mail.example",
        "mail.example",
        "me",
        "",
    ]
    assert (mail.value("encryption"), mail.value("port")) == ("smtp", "2525")
    assert mail.complaint() == "This is still empty: Password of your mail account."
    mail.set_value("password", "hidden-word")
    assert (mail.complaint(), mail.url()) == ("", url)


def test_a_user_name_of_ones_own_stays_when_the_address_changes(dressed: None, qtbot: QtBot) -> None:
    forms = DestinationForms()
    qtbot.addWidget(forms)
    mail = forms.choose("mail")
    qtbot.keyClicks(mail.widget("from"), "me@mail")
    assert mail.value("user") == "me@mail"
    mail.set_value("user", "account-7")
    qtbot.keyClicks(mail.widget("from"), ".example")
    assert mail.value("user") == "account-7"


def test_the_usual_port_follows_the_encryption_and_one_that_was_written_stays(dressed: None, qtbot: QtBot) -> None:
    forms = DestinationForms()
    qtbot.addWidget(forms)
    mail = forms.choose("mail")
    assert mail.value("port") == "465"
    mail.set_value("encryption", "smtp")
    assert mail.value("port") == "587"
    mail.set_value("port", "2525")
    mail.set_value("encryption", "smtps")
    assert mail.value("port") == "2525"
