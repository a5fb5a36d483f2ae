"""The locked page and what comes right after an unlock."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.jobs.keeper import IntakeKeeper
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.vault.vault import Vault
from tests.ui.conftest import PASSPHRASE
from ui.bridge import Bridge
from ui.parts.secret import Secret, caps_lock_seen
from ui.screens.locked.after import FindingsDialog, NewPassphraseDialog
from ui.screens.locked.view import LockedScreen
from ui.window import Window

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def screen(bridge: Bridge, qtbot: QtBot) -> LockedScreen:
    made = LockedScreen(bridge)
    qtbot.addWidget(made)
    made.show()
    made.enter()
    return made


def test_it_tells_truthfully_what_goes_on(screen: LockedScreen) -> None:
    assert screen.meanwhile.text() == "Nothing is watched or sent at the moment."


def test_what_is_sealed_meanwhile_is_counted(screen: LockedScreen, folder: Path, until: Until) -> None:
    with IntakeKeeper(folder, SystemClock()) as keeper:
        keeper.note("seen", None)
        keeper.note("and heard", None)
    screen.enter()
    until(lambda: screen.sealed.text().startswith("2 records"))


def test_the_secret_is_hidden_until_wanted_and_forgotten_when_the_page_goes(screen: LockedScreen, qtbot: QtBot) -> None:
    qtbot.keyClicks(screen.secret, "harbour")
    assert screen.secret.echoMode() is QLineEdit.EchoMode.Password
    screen.field.shown.setChecked(True)
    assert screen.secret.echoMode() is QLineEdit.EchoMode.Normal
    screen.hide()
    assert screen.secret.text() == ""
    assert screen.secret.echoMode() is QLineEdit.EchoMode.Password


def test_caps_lock_is_told_by_a_capital_without_shift(qtbot: QtBot, dressed: None) -> None:
    field = Secret("Passphrase")
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClick(field.line, "A", Qt.KeyboardModifier.NoModifier)
    assert caps_lock_seen("A", shift=False) is True
    assert caps_lock_seen("A", shift=True) is False
    assert caps_lock_seen("a", shift=True) is True
    assert caps_lock_seen("7", shift=False) is None
    assert caps_lock_seen("م", shift=False) is None


def test_a_cut_journal_is_explained_and_may_be_opened_all_the_same(screen: LockedScreen) -> None:
    assert screen.accept.isHidden() or not screen.accept.isVisible()
    screen._failed(Broken(Code.JOURNAL_CUT, found=3, expected=9))
    assert screen.accept.isVisible()
    assert "9" in screen.notice.words()
    screen.enter()
    assert not screen.accept.isVisible()
    assert not screen.accept.isChecked()


def test_locking_during_an_unlock_locks(bridge: Bridge, screen: LockedScreen, until: Until, qtbot: QtBot) -> None:
    bridge.locked.connect(screen.enter)
    qtbot.keyClicks(screen.secret, PASSPHRASE.decode())
    screen.unlock()
    assert not screen.button.isEnabled()
    bridge.lock()
    assert screen.button.isEnabled()
    until(lambda: not bridge._requests)
    assert not bridge.desktop.session.unlocked


@pytest.fixture
def code(folder: Path) -> str:
    """A recovery code of the vault in `folder`."""
    with Vault.open(folder, bytearray(PASSPHRASE), SystemClock()) as vault:
        return vault.replace_recovery_code()


@pytest.mark.slow
def test_after_the_recovery_code_a_new_passphrase_is_offered(
    code: str, bridge: Bridge, qtbot: QtBot, until: Until
) -> None:
    window = Window(bridge)
    qtbot.addWidget(window)
    window.show()
    bridge.unlock_wanted.emit()
    screen = window.findChild(LockedScreen)
    assert screen is not None
    screen.secret.setText(code)
    screen.unlock()
    until(
        lambda: any(isinstance(one, NewPassphraseDialog) and one.isVisible() for one in QApplication.topLevelWidgets())
    )
    dialog = window.findChild(NewPassphraseDialog)
    assert dialog is not None
    new = dialog.passphrase.offered.text()
    qtbot.keyClicks(dialog.passphrase.first.line, new)
    qtbot.keyClick(dialog.passphrase.first.line, Qt.Key.Key_Return)
    until(lambda: not dialog.isVisible())
    bridge.lock()
    with qtbot.waitSignal(bridge.unlocked, timeout=20_000):
        bridge.unlock(bytearray(new, "utf-8"), lambda _: None)


def test_findings_are_listed_in_words(qtbot: QtBot, dressed: None) -> None:
    dialog = FindingsDialog((Finding(FindingCode.HEADER_COPY_DAMAGED, Verdict.NOTE, "vault.header", (("copy", "A"),)),))
    qtbot.addWidget(dialog)
    assert "damaged" in dialog.found.item(0).text()


@pytest.mark.slow
def test_locking_closes_every_dialog(window: Window, qtbot: QtBot) -> None:
    dialog = FindingsDialog((Finding(FindingCode.INTAKE_KEY_CHANGED, Verdict.BROKEN),), window)
    dialog.open()
    assert dialog.isVisible()
    window.bridge.lock()
    assert not dialog.isVisible()
