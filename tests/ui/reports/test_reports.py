"""The reports' list and the assistant, over a real vault: chosen, looked over, sealed; drafts that survive the lock."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.drafts import ListReports
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.look import ListDeliveries
from evidence_kit.jobs.people import AddDestination, AddRecipient
from evidence_kit.model.entry import Entry
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync.folder.route import FolderRoute
from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.screens.reports.leaving_page import ReportView
from ui.screens.reports.steps import AssistantStep
from ui.screens.reports.view import ReportsScreen
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def note(unlocked: Bridge) -> Entry:
    """Something to report."""
    return unlocked.desktop.session.submit(WriteNote("Nothing loads since noon.")).result(20)


@pytest.fixture
def desk(unlocked: Bridge, recipient_key: bytes, tmp_path: Path) -> str:
    """A destination whose recipient is confirmed."""
    with Keyring() as keyring:
        fingerprint = keyring.load_certificate(recipient_key)
    unlocked.desktop.session.submit(AddRecipient(recipient_key, fingerprint)).result(20)
    (tmp_path / "stick").mkdir()
    made = unlocked.desktop.session.submit(
        AddDestination("News desk", FolderRoute(tmp_path / "stick").url(), (fingerprint,))
    )
    return made.result(20).id


@pytest.fixture
def screen(unlocked: Bridge, qtbot: QtBot, until: Until) -> ReportsScreen:
    made = ReportsScreen(unlocked)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    made.activateWindow()
    made.enter()
    until(lambda: not unlocked.waiting() and made.isActiveWindow())
    return made


def settled(screen: ReportsScreen, until: Until, step: AssistantStep) -> None:
    until(lambda: screen.assistant.isVisible() and screen.assistant.step is step and screen.assistant.page.ready)


def begun(screen: ReportsScreen, until: Until, step: AssistantStep = AssistantStep.DISRUPTION) -> None:
    """A new report, led to `step` with everything ticked."""
    screen.begin()
    settled(screen, until, AssistantStep.DISRUPTION)
    while screen.assistant.step is not step:
        if screen.assistant.step is AssistantStep.EXHIBITS:
            screen.assistant.exhibits.choose_all()
        for tick in screen.assistant.recipients.ticks.values():
            tick.setChecked(True)
        following = AssistantStep(screen.assistant.step.value + 1)
        screen.assistant.go_on()
        settled(screen, until, following)


def test_where_there_is_no_report_it_says_what_one_is(screen: ReportsScreen) -> None:
    assert screen.list.empty.isVisible()
    assert not screen.list.table.isVisible()
    assert not screen.list.details.isVisible()


def test_from_nothing_to_a_sealed_report_with_the_keyboard_alone(
    note: Entry, desk: str, screen: ReportsScreen, qtbot: QtBot, until: Until
) -> None:
    def press(key: Qt.Key) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)

    screen.new.setFocus()
    press(Qt.Key.Key_Space)
    settled(screen, until, AssistantStep.DISRUPTION)
    press(Qt.Key.Key_Return)
    settled(screen, until, AssistantStep.EXHIBITS)
    assert screen.assistant.exhibits.rows.chosen() == ()
    press(Qt.Key.Key_Space)
    assert screen.assistant.exhibits.rows.chosen() == (note.id,)
    press(Qt.Key.Key_Return)
    settled(screen, until, AssistantStep.WORDS)
    QTest.keyClicks(screen.assistant.words.words, "We saw it.")
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    settled(screen, until, AssistantStep.RECIPIENTS)
    assert not screen.assistant.recipients.ticks[desk].isChecked()
    press(Qt.Key.Key_Space)
    screen.assistant.next.setFocus()
    press(Qt.Key.Key_Return)
    settled(screen, until, AssistantStep.LEAVING)
    assert "We saw it." in screen.assistant.leaving.words.text()
    screen.assistant.next.setFocus()
    press(Qt.Key.Key_Return)
    until(screen.done_deliveries.isVisible)
    ((delivery, name),) = screen.assistant._bridge.desktop.session.submit(ListDeliveries()).result(20)
    assert name == "News desk"
    (sent,) = screen.assistant._bridge.desktop.session.submit(ListReports()).result(20).sent
    assert (sent.entries, sent.id, sent.text) == ((note.id,), delivery.report, "We saw it.")


def test_going_on_with_nothing_chosen_says_so_at_the_page_itself(
    note: Entry, screen: ReportsScreen, until: Until
) -> None:
    begun(screen, until, AssistantStep.EXHIBITS)
    screen.assistant.go_on()
    assert screen.assistant.step is AssistantStep.EXHIBITS
    assert "Tick at least one entry" in screen.assistant.exhibits.notice.words()


def test_nothing_can_be_chosen_before_the_entries_are_there(note: Entry, screen: ReportsScreen, until: Until) -> None:
    begun(screen, until, AssistantStep.DISRUPTION)
    screen.assistant.go_on()
    assert screen.assistant.step is AssistantStep.EXHIBITS
    assert not screen.assistant.exhibits.all.isEnabled()
    settled(screen, until, AssistantStep.EXHIBITS)
    assert screen.assistant.exhibits.all.isEnabled()


def test_without_anybody_to_send_to_it_leads_to_the_recipients(
    note: Entry, screen: ReportsScreen, unlocked: Bridge, qtbot: QtBot, until: Until
) -> None:
    begun(screen, until, AssistantStep.RECIPIENTS)
    assert screen.assistant.recipients.empty.isVisible()
    with qtbot.waitSignal(unlocked.place_wanted) as asked:
        QTest.mouseClick(screen.assistant.recipients.add, Qt.MouseButton.LeftButton)
    assert asked.args == ["people"]


def test_words_typed_a_moment_before_the_lock_come_back(
    note: Entry, window: Window, qtbot: QtBot, until: Until
) -> None:
    window.go("reports")
    screen = window.screen_of("reports")
    assert isinstance(screen, ReportsScreen)
    begun(screen, until, AssistantStep.WORDS)
    QTest.keyClicks(screen.assistant.words.words, "Typed just now")
    window.bridge.lock()
    until(lambda: not window.bridge.waiting())
    with qtbot.waitSignal(window.bridge.unlocked, timeout=20_000):
        window.bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
    window.go("reports")
    again = window.screen_of("reports")
    assert isinstance(again, ReportsScreen)
    assert again is not screen
    until(again.list.go_on.isVisible)
    again.list.resume()
    settled(again, until, AssistantStep.WORDS)
    assert again.assistant.words.words.toPlainText() == "Typed just now"
    assert again.assistant.draft().entries == (note.id,)


def test_a_report_that_was_only_looked_at_leaves_no_draft(note: Entry, screen: ReportsScreen, until: Until) -> None:
    begun(screen, until)
    screen.assistant.leave()
    until(lambda: not screen.assistant._bridge.waiting())
    assert screen.list.rows.rows == []


def test_a_discarded_draft_can_be_brought_back(note: Entry, screen: ReportsScreen, until: Until) -> None:
    begun(screen, until, AssistantStep.EXHIBITS)
    screen.assistant.leave()
    until(screen.list.discard_button.isVisible)
    screen.list.discard()
    until(screen.list.undo.isVisible)
    until(lambda: screen.list.rows.rows == [])
    screen.list.undo.click()
    until(lambda: len(screen.list.rows.rows) == 1)
    assert not screen.list.undo_row.isVisible()


def test_an_expired_key_is_told_where_the_recipients_are_and_nothing_is_lost(
    note: Entry, desk: str, screen: ReportsScreen, until: Until
) -> None:
    begun(screen, until, AssistantStep.LEAVING)
    screen.assistant.sealing.failed.emit(Refused(Code.CERTIFICATE_EXPIRED, fingerprint="A" * 40))
    settled(screen, until, AssistantStep.RECIPIENTS)
    assert "expired" in screen.assistant.recipients.notice.words()
    assert screen.assistant.draft().entries == (note.id,)


def test_the_report_speaks_the_windows_language_until_another_is_chosen(
    note: Entry, desk: str, screen: ReportsScreen, until: Until
) -> None:
    begun(screen, until, AssistantStep.RECIPIENTS)
    box = screen.assistant.recipients.language
    assert (box.currentData(), screen.assistant.draft().language) == ("en", "en")
    box.setCurrentIndex(box.findData("fr"))
    box.activated.emit(box.currentIndex())
    screen.assistant.recipients.ticks[desk].setChecked(True)
    screen.assistant.go_on()
    settled(screen, until, AssistantStep.LEAVING)
    assert screen.assistant.loader.leaving.choice.language == "fr"
    assert '<html lang="fr"' in screen.assistant.loader.leaving.page


def test_a_new_version_begins_with_what_the_old_one_held_and_names_it(
    note: Entry, desk: str, screen: ReportsScreen, until: Until
) -> None:
    begun(screen, until, AssistantStep.LEAVING)
    screen.assistant.seal()
    until(screen.done_back.isVisible)
    screen.show_list()
    until(screen.list.version.isVisible)
    screen.list.begin_version()
    settled(screen, until, AssistantStep.DISRUPTION)
    draft = screen.assistant.draft()
    (sent,) = screen.assistant._bridge.desktop.session.submit(ListReports()).result(20).sent
    assert (draft.replaces, draft.entries, draft.destinations) == (sent.id, (note.id,), (desk,))
    assert f"new version of the report {sent.id[-8:]}" in draft.text


def test_the_reading_view_fetches_nothing_and_leads_nowhere(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")
    view = ReportView()
    qtbot.addWidget(view)
    view.setHtml(f'<a href="https://news.example/">x</a><img src="{(tmp_path / "picture.png").as_uri()}">')
    kind = QTextDocument.ResourceType.ImageResource
    assert view.document().resource(kind, QUrl.fromLocalFile(str(tmp_path / "picture.png"))) is None
    assert not view.openLinks()
    assert not view.openExternalLinks()
