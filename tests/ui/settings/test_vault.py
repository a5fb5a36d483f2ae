"""The vault's section: backup, ways in, check and the end; every act with the real vault."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.app.vaults import restore_vault
from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused
from evidence_kit.jobs.keep import WriteNote
from evidence_kit.jobs.passphrase import code_groups
from evidence_kit.vault.vault import Vault
from tests.ui.conftest import PASSPHRASE
from tests.ui.settings.test_settings import shown, texts
from ui.bridge import Bridge
from ui.screens.first_run.view import FirstRunScreen
from ui.screens.settings.secrets import NewPassphraseSheet, NewRecoverySheet
from ui.screens.settings.vault import VaultSection
from ui.screens.settings.view import SettingsScreen
from ui.screens.settings.wipe import WipeSheet
from ui.window import Window

pytestmark = pytest.mark.slow
Until = Callable[[Callable[[], bool]], None]
OWN = PASSPHRASE.decode()


@pytest.fixture
def section(screen: SettingsScreen, until: Until) -> VaultSection:
    made = shown(screen, "vault", until)
    assert isinstance(made, VaultSection)
    return made


def opened(window: Window, kind: type) -> object:
    """The dialog of a kind that is open."""
    (found,) = (one for one in window.findChildren(kind) if one.isVisible())
    return found


def opens(folder: Path, secret: str) -> bool:
    """Whether a secret opens the vault in `folder`, which nobody has open."""
    try:
        Vault.open(folder, bytearray(secret, "utf-8"), SystemClock()).close()
    except Refused as refusal:
        assert refusal.code is Code.WRONG_PASSPHRASE
        return False
    return True


def end(window: Window, until: Until) -> None:
    """Lock, and wait until the vault's process is gone."""
    window.bridge.lock()
    until(lambda: not window.bridge.waiting())


def test_place_size_and_fingerprint_are_told(window: Window, section: VaultSection, folder: Path, until: Until) -> None:
    assert str(folder) in texts(section)
    assert "on the disk" in section.place.weight.text()
    grouped = section.place.fingerprint.text()
    assert [len(group) for group in grouped.split()] == [4] * 10
    section.place.copy.click()
    assert QApplication.clipboard().text() == grouped.replace(" ", "")
    assert window.told() == "The fingerprint is copied."


def test_a_backup_is_made_and_restores(window: Window, section: VaultSection, tmp_path: Path, until: Until) -> None:
    window.bridge.submit(WriteNote("kept in the backup"), lambda _: None)
    section.back_up_to(tmp_path / "copy")
    assert section.progress.isVisible()
    assert not section.backup.isEnabled()
    until(lambda: "The backup is in" in window.told())
    assert not section.progress.isVisible()
    restore_vault(tmp_path / "copy", tmp_path / "restored")
    with Vault.open(tmp_path / "restored", bytearray(PASSPHRASE), SystemClock()) as vault:
        assert vault.size == 2
    before = (tmp_path / "copy").read_bytes()
    section.back_up_to(tmp_path / "copy")
    until(lambda: "already" in window.told())
    assert (tmp_path / "copy").read_bytes() == before
    assert section.backup.isEnabled()


def test_a_backup_can_be_stopped_and_leaves_no_file(
    window: Window, section: VaultSection, tmp_path: Path, until: Until
) -> None:
    section.back_up_to(tmp_path / "copy")
    section.progress._stop.click()
    until(lambda: not section.progress.isVisible())
    # The copy may have come to its end before the stop did; then it is whole, and said so.
    assert (tmp_path / "copy").exists() == ("The backup is in" in window.told())
    assert not list(tmp_path.glob(".*.part"))


def test_a_sound_vault_is_said_to_hold(window: Window, section: VaultSection, until: Until) -> None:
    section.checks.check.click()
    until(lambda: "The vault holds" in window.told())
    until(lambda: "Checked and right" in texts(section))
    section.checks.check.click()
    until(lambda: not section.progress.isVisible() and "Checked and right" in texts(section))
    assert texts(section).count("Checked and right") == 1, "what an earlier check said goes"


def test_a_damaged_vault_is_told_in_words(
    window: Window, section: VaultSection, folder: Path, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "seen.txt").write_bytes(b"what was seen")
    window.bridge.capture(lambda capturing: capturing.file(tmp_path / "seen.txt"), lambda _: None)
    until(lambda: any((folder / "exhibits").glob("*")) and not window.bridge.waiting())
    (exhibit,) = (folder / "exhibits").iterdir()
    content = bytearray(exhibit.read_bytes())
    content[-1] ^= 1
    exhibit.write_bytes(content)
    section.checks.check.click()
    until(lambda: "does not hold" in window.told())
    until(lambda: "Does not hold" in texts(section))


def test_the_computer_is_examined_without_the_vault(window: Window, section: VaultSection, until: Until) -> None:
    end(window, until)
    window.go("settings")
    screen = window.screen_of("settings")
    assert isinstance(screen, SettingsScreen)
    locked = shown(screen, "vault", until)
    assert isinstance(locked, VaultSection)
    locked.checks.machine.click()
    until(lambda: not locked.progress.isVisible())
    until(lambda: "Checked and right" in texts(locked))


# The ways in


def test_the_passphrase_is_changed_by_whoever_knows_the_present_one(
    window: Window, section: VaultSection, folder: Path, qtbot: QtBot, until: Until
) -> None:
    section.passphrase.click()
    sheet = opened(window, NewPassphraseSheet)
    assert isinstance(sheet, NewPassphraseSheet)
    new = sheet.new.offered.text()
    qtbot.keyClicks(sheet.new.first.line, new)
    sheet.button.click()
    assert "of now first" in sheet.notice.words()
    qtbot.keyClicks(sheet.present.line, "not the passphrase")
    sheet.button.click()
    until(lambda: "does not open this vault" in sheet.notice.words())
    assert sheet.isVisible()
    sheet.present.line.clear()
    qtbot.keyClicks(sheet.present.line, OWN)
    qtbot.keyClick(sheet.present.line, Qt.Key.Key_Return)
    until(lambda: "The passphrase is changed" in window.told())
    assert not [one for one in window.findChildren(NewPassphraseSheet) if one.isVisible()]
    end(window, until)
    assert opens(folder, new)
    assert not opens(folder, OWN)


def test_locking_closes_the_dialog_and_changes_nothing(
    window: Window, section: VaultSection, folder: Path, qtbot: QtBot, until: Until
) -> None:
    section.passphrase.click()
    sheet = opened(window, NewPassphraseSheet)
    assert isinstance(sheet, NewPassphraseSheet)
    qtbot.keyClicks(sheet.present.line, OWN)
    end(window, until)
    until(lambda: not [one for one in window.findChildren(NewPassphraseSheet) if one.isVisible()])
    assert opens(folder, OWN)


def test_a_new_recovery_sheet_holds_only_once_it_is_on_paper(
    window: Window, section: VaultSection, folder: Path, qtbot: QtBot, until: Until
) -> None:
    section.sheet.click()
    sheet = opened(window, NewRecoverySheet)
    assert isinstance(sheet, NewRecoverySheet)
    qtbot.keyClicks(sheet.present.line, OWN)
    sheet.button.click()
    until(lambda: sheet.page is not None)
    assert sheet.present.line.text() == ""
    code, page = sheet._code, sheet.page
    assert page is not None
    for field in page.fields:
        field.setText("9999")
    sheet.button.click()
    assert "not the groups on the sheet" in sheet.notice.words()
    groups = code_groups(code)
    for field, at in zip(page.fields, page._asked, strict=True):
        field.setText(groups[at])
    qtbot.keyClick(page.fields[0], Qt.Key.Key_Return)
    until(lambda: "The new recovery sheet holds" in window.told())
    end(window, until)
    assert opens(folder, code)
    assert opens(folder, OWN)


def test_a_sheet_that_was_shown_and_left_opens_nothing(
    window: Window, section: VaultSection, folder: Path, qtbot: QtBot, until: Until
) -> None:
    section.sheet.click()
    sheet = opened(window, NewRecoverySheet)
    assert isinstance(sheet, NewRecoverySheet)
    qtbot.keyClicks(sheet.present.line, OWN)
    sheet.button.click()
    until(lambda: sheet.page is not None)
    code = sheet._code
    sheet.close()
    end(window, until)
    assert not opens(folder, code)


# The end


def test_only_the_whole_word_wipes_and_then_the_first_run_pages_come(
    window: Window, section: VaultSection, folder: Path, qtbot: QtBot, until: Until
) -> None:
    section.wipe.click()
    sheet = opened(window, WipeSheet)
    assert isinstance(sheet, WipeSheet)
    for wrong in ("", "wipe", "WIP", "YES"):
        sheet.typed.setText(wrong)
        assert not sheet.button.isEnabled()
        qtbot.keyClick(sheet.typed, Qt.Key.Key_Return)
    assert folder.exists()
    sheet.typed.setText("WIPE")
    qtbot.keyClick(sheet.typed, Qt.Key.Key_Return)
    assert sheet.progress.isVisible()
    until(lambda: window.current() == "set-up")
    assert not folder.exists()
    assert not window.bridge.desktop.session.unlocked
    pages = window.screen_of("set-up")
    assert isinstance(pages, FirstRunScreen)
    assert pages.isVisible()
    assert "settings" not in window.names()
    until(lambda: not [one for one in window.findChildren(WipeSheet) if one.isVisible()])


def test_locking_while_it_is_wiped_does_not_leave_the_window_with_a_vault_that_is_gone(
    window: Window, section: VaultSection, folder: Path, until: Until
) -> None:
    window.bridge.wipe()
    window.bridge.lock()
    until(lambda: window.current() == "set-up")
    assert not folder.exists()


def test_a_vault_that_is_gone_already_is_told(bridge: Bridge, folder: Path, qtbot: QtBot) -> None:
    (folder / "vault.header").unlink()
    failed: list[KitError] = []
    bridge.failed.connect(failed.append)
    with qtbot.waitSignal(bridge.failed, timeout=20_000):
        bridge.wipe()
    assert [error.code.value for error in failed] == ["no-vault"]
