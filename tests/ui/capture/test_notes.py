"""Notes and testimony: what is written is kept, with what the witness agreed to, and is never lost by a lock."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_kit.model.bodies.statements import Impact, NoteWritten, WitnessHeard
from tests.ui.capture.conftest import Ways
from tests.ui.conftest import PASSPHRASE
from ui.capture.notes import NoteSheet

pytestmark = pytest.mark.slow


def opened(ways: Ways) -> NoteSheet:
    ways.actions.note()
    sheet = ways.sheet(NoteSheet)
    assert isinstance(sheet, NoteSheet)
    return sheet


def test_a_note_is_kept_with_its_pseudonym(ways: Ways, qtbot: QtBot) -> None:
    sheet = opened(ways)
    assert not sheet.keep.isEnabled()
    qtbot.keyClicks(sheet.text, "Power is on.")
    qtbot.keyClicks(sheet.pseudonym, "M.")
    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    ways.until(lambda: bool(ways.told.kept))
    assert ways.told.kept == ["The note is kept. What was captured lies in the vault."]
    assert NoteWritten("Power is on.", "M.") in ways.bodies()


def test_testimony_keeps_what_the_witness_agreed_to_and_what_it_did_to_people(ways: Ways, qtbot: QtBot) -> None:
    sheet = opened(ways)
    assert not sheet.consent.isVisible()
    sheet.testimony.click()
    assert sheet.consent.isVisible() and sheet.impacts.isVisible()
    qtbot.keyClicks(sheet.text, "No insulin came.")
    sheet.consent.ticks["share"].click()
    qtbot.keyClicks(sheet.consent.terms, "no town")
    qtbot.keyClicks(sheet.impacts.words["health"], "no insulin")
    sheet.impacts.ticks["money"].click()
    qtbot.mouseClick(sheet.keep, Qt.MouseButton.LeftButton)
    ways.until(lambda: bool(ways.told.kept))
    impacts = (Impact("health", "no insulin"), Impact("money", ""))
    assert WitnessHeard("No insulin came.", None, ("share",), "no town", impacts) in ways.bodies()


def test_testimony_taken_while_locked_enters_the_journal_at_the_unlock(sealed: Ways, qtbot: QtBot) -> None:
    sheet = opened(sealed)
    sheet.testimony.click()
    sheet.text.setPlainText("They came at night.")
    sheet.take()
    sealed.until(lambda: bool(sealed.told.kept))
    assert "at the next unlock" in sealed.told.kept[0]
    with qtbot.waitSignal(sealed.bridge.unlocked, timeout=20_000):
        sealed.bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
    assert WitnessHeard("They came at night.", None, (), "", ()) in sealed.bodies()


def test_a_lock_keeps_what_was_being_written(ways: Ways, qtbot: QtBot) -> None:
    opened(ways).text.setPlainText("half a sen")
    ways.bridge.lock()
    ways.until(lambda: len(list((ways.bridge.desktop.places.folder / "intake").glob("000000*"))) == 1)
    with qtbot.waitSignal(ways.bridge.unlocked, timeout=20_000):
        ways.bridge.unlock(bytearray(PASSPHRASE), lambda _: None)
    assert NoteWritten("half a sen") in ways.bodies()


def test_what_is_written_is_thrown_away_only_when_asked_twice(sealed: Ways, qtbot: QtBot) -> None:
    sheet = opened(sealed)
    sheet.text.setPlainText("x")
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    assert "is not kept yet" in sheet.notice.words()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert not sealed.bridge.waiting()


def test_a_text_that_is_too_long_stays_on_the_sheet(sealed: Ways) -> None:
    sheet = opened(sealed)
    sheet.text.setPlainText("x" * 70_000)
    sheet.take()
    sealed.until(sheet.keep.isEnabled)
    assert "too long" in sheet.notice.words()
    assert len(sheet.written()) == 70_000
