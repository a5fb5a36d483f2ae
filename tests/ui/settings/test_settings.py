"""The settings' screen: its sections, what they say while the vault is locked, and the choices that hold at once."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from evidence_kit.machine.preferences import read_preferences
from evidence_kit.portal.global_shortcuts import ShortcutState
from tests.ui.conftest import PASSPHRASE
from tests.ui.whole.test_every_widget import _NAMED, is_cut, wanted, words_of
from ui import words
from ui.bridge import Bridge
from ui.integration.shortcut import GlobalShortcut
from ui.parts.text import Text
from ui.screens.settings.about import AboutSection
from ui.screens.settings.appearance import AppearanceSection
from ui.screens.settings.keys import KeysSection
from ui.screens.settings.locking import LockingSection
from ui.screens.settings.section import Section
from ui.screens.settings.vault import VaultSection
from ui.screens.settings.view import SettingsScreen
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]
SECTIONS = ("appearance", "locking", "keys", "network", "vault", "about")


def shown(screen: SettingsScreen, name: str, until: Until) -> Section:
    """A section, on show and with all its answers."""
    screen.go(name)
    bridge = screen._bridge
    until(lambda: not bridge.waiting())
    for _ in range(3):
        QApplication.processEvents()
    return screen.section(name)


def texts(widget: QWidget) -> str:
    """All words on show in a widget."""
    return "\n".join(label.text() for label in widget.findChildren(Text) if label.isVisibleTo(widget))


def visible(screen: SettingsScreen, until: Until) -> Iterator[tuple[str, QWidget]]:
    for name in SECTIONS:
        section = shown(screen, name, until)
        for widget in section.findChildren(QWidget):
            if widget.isVisibleTo(section):
                yield name, widget


def test_every_widget_of_every_section_has_a_name_plain_text_and_the_keyboard(
    screen: SettingsScreen, until: Until
) -> None:
    faults = []
    for name, widget in visible(screen, until):
        inner = widget.objectName().startswith("qt_") or isinstance(widget.parent(), _NAMED)
        if isinstance(widget, (*_NAMED, QProgressBar)) and not inner:
            if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())):
                faults.append(f"{name}: nameless {type(widget).__name__}")
            if widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                faults.append(f"{name}: mouse only {widget.accessibleName()}")
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            faults.append(f"{name}: rich {widget.text()[:40]}")
    assert faults == []


@pytest.mark.parametrize("language", ["en", "en_XA", "ar_XB"])
def test_no_words_of_any_section_are_cut_on_a_small_screen(
    unlocked: Bridge, qapp: QApplication, until: Until, language: str
) -> None:
    words.speak(language)
    qapp.setLayoutDirection(words.direction())
    window = Window(unlocked)
    window.resize(QSize(1024, 640))
    window.show()
    try:
        window.go("settings")
        screen = window.screen_of("settings")
        assert isinstance(screen, SettingsScreen)
        cut = [
            f"{name}: {words_of(widget)[:50]!r} has {widget.size().toTuple()} and wants {wanted(widget)}"
            for name, widget in visible(screen, until)
            if isinstance(widget, (QAbstractButton, QLabel)) and words_of(widget) and is_cut(widget, window)
        ]
        assert cut == []
        assert window.size() == QSize(1024, 640)
    finally:
        window.close()
        window.deleteLater()


# While locked


def test_a_locked_vault_still_has_its_settings_and_unlocking_comes_back_to_them(
    unlocked: Bridge, qtbot: QtBot, until: Until
) -> None:
    window = Window(unlocked)
    qtbot.addWidget(window)
    window.show()
    unlocked.lock()
    window.go("settings")
    screen = window.screen_of("settings")
    assert isinstance(screen, SettingsScreen)
    assert screen.isVisible()
    section = shown(screen, "vault", until)
    assert isinstance(section, VaultSection)
    for button in (section.backup, section.passphrase, section.sheet, section.checks.check, section.place.copy):
        assert not button.isEnabled()
    for button in (section.wipe, section.checks.machine, section.unlock):
        assert button.isEnabled()
        assert button.isVisible()
    section.unlock.click()
    assert not screen.isVisible()
    with qtbot.waitSignal(unlocked.unlocked, timeout=20_000):
        unlocked.unlock(bytearray(PASSPHRASE), lambda _: None)
    assert window.current() == "settings"
    assert screen.isVisible()
    assert section.backup.isEnabled()


def test_the_sections_are_gone_through_with_the_arrow_keys(screen: SettingsScreen, qtbot: QtBot) -> None:
    focused = QApplication.focusWidget()
    assert focused is screen.list
    qtbot.keyClick(focused, Qt.Key.Key_Down)
    assert screen.current() == "locking"
    assert screen.section("locking").isVisible()


# Appearance


def test_colours_are_chosen_and_kept(screen: SettingsScreen, until: Until, qtbot: QtBot) -> None:
    section = shown(screen, "appearance", until)
    assert isinstance(section, AppearanceSection)
    bridge = screen._bridge
    with qtbot.waitSignal(bridge.preferred):
        section.looks["dark"].click()
    assert read_preferences(bridge.desktop.places.settings).appearance == "dark"


def test_a_language_is_chosen_and_kept(screen: SettingsScreen, until: Until, qtbot: QtBot) -> None:
    section = shown(screen, "appearance", until)
    assert isinstance(section, AppearanceSection)
    with qtbot.waitSignal(screen._bridge.preferred):
        section.language.setCurrentIndex(section.language.findData("fr"))
        section.language.activated.emit(section.language.currentIndex())
    assert read_preferences(screen._bridge.desktop.places.settings).language == "fr"


def test_the_tray_is_a_choice_and_a_desktop_without_one_is_told_what_closing_does(bridge: Bridge, qtbot: QtBot) -> None:
    without, having = AppearanceSection(bridge, has_tray=False), AppearanceSection(bridge, has_tray=True)
    for section in (without, having):
        qtbot.addWidget(section)
        section.show()
    assert "This desktop has no tray" in texts(without)
    assert not without.tray.isVisible()
    assert having.tray.isVisible()
    having.tray.click()
    assert read_preferences(bridge.desktop.places.settings).to_tray is False


def test_scrolling_over_a_list_changes_nothing(screen: SettingsScreen, until: Until) -> None:
    section = shown(screen, "locking", until)
    assert isinstance(section, LockingSection)
    before = section.idle.currentIndex()
    middle = QPointF(section.idle.rect().center())
    turn = QWheelEvent(
        middle,
        section.idle.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(section.idle, turn)
    assert section.idle.currentIndex() == before
    assert not turn.isAccepted()


# Locking


def test_the_idle_time_is_chosen_and_never_is_warned_of(screen: SettingsScreen, until: Until) -> None:
    section = shown(screen, "locking", until)
    assert isinstance(section, LockingSection)
    assert section.idle.currentData() == 600
    assert section.warning.isHidden()
    for seconds in (60, 0):
        section.idle.setCurrentIndex(section.idle.findData(seconds))
        section.idle.activated.emit(section.idle.currentIndex())
        assert read_preferences(screen._bridge.desktop.places.settings).idle_lock_s == seconds
    assert section.warning.isVisible()


def test_a_time_that_is_not_offered_stays_as_it_is(bridge: Bridge, qtbot: QtBot) -> None:
    bridge.prefer(replace(bridge.desktop.places.preferences, idle_lock_s=90))
    section = LockingSection(bridge)
    qtbot.addWidget(section)
    assert section.idle.currentData() == 90


# Keys


def test_every_key_that_is_told_of_does_something_in_this_window(
    window: Window, screen: SettingsScreen, until: Until
) -> None:
    section = shown(screen, "keys", until)
    assert isinstance(section, KeysSection)
    window.screen_of("journal")
    real = {shortcut.key().toString() for shortcut in window.findChildren(QShortcut)}
    told = {QKeySequence(keys).toString() for keys, _ in section._known()}
    assert {keys for keys in told if keys.startswith("Ctrl") or keys == "/"} <= real
    assert {keys for keys in real if keys.startswith("Ctrl+Shift") or keys == "Ctrl+L"} <= told


def test_the_command_for_the_desktop_is_given_along_to_be_copied(screen: SettingsScreen, until: Until) -> None:
    section = shown(screen, "keys", until)
    assert isinstance(section, KeysSection)
    section.command.copy.click()
    copied = QApplication.clipboard().text()
    assert copied.startswith("evidence-kit --vault ")
    assert copied.endswith("capture screen --sealed")


class Asked(GlobalShortcut):
    """A key of a desktop that stands as a test says."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, "")
        self.now, self.name = ShortcutState.OFF, ""

    @property
    def state(self) -> ShortcutState:
        return self.now

    @property
    def trigger(self) -> str:
        return self.name

    def stand(self, state: ShortcutState, name: str = "") -> None:
        self.now, self.name = state, name
        self.changed.emit()


def test_the_key_from_any_program_is_off_until_it_is_ticked_and_the_choice_is_kept(
    bridge: Bridge, qtbot: QtBot
) -> None:
    section = KeysSection(bridge, GlobalShortcut(bridge, ""))
    qtbot.addWidget(section)
    section.show()
    assert not section.wanted.isChecked()
    assert not section.state.isVisible()
    section.wanted.click()
    assert read_preferences(bridge.desktop.places.settings).global_key
    assert "does not offer" in section.state.text(), "there is no bus here"
    section.wanted.click()
    assert not read_preferences(bridge.desktop.places.settings).global_key
    assert not section.state.isVisible()


def test_how_the_key_stands_is_told_in_words_of_its_own_and_the_command_stays(bridge: Bridge, qtbot: QtBot) -> None:
    key = Asked(bridge)
    section = KeysSection(bridge, key)
    qtbot.addWidget(section)
    section.show()
    told = set()
    for state in ShortcutState:
        key.stand(state, "Meta+E" if state is ShortcutState.WORKS else "")
        told.add(section.state.text())
        assert section.command.isVisible()
        assert ("Meta+E" in section.state.text()) == (state is ShortcutState.WORKS)
    assert len(told) == len(ShortcutState)


def test_a_desktop_that_says_no_takes_the_tick_away(bridge: Bridge, qtbot: QtBot) -> None:
    bridge.prefer(replace(bridge.desktop.places.preferences, global_key=True))
    key = Asked(bridge)
    section = KeysSection(bridge, key)
    qtbot.addWidget(section)
    assert section.wanted.isChecked()
    bridge.prefer(replace(bridge.desktop.places.preferences, global_key=False))
    key.stand(ShortcutState.DECLINED)
    assert not section.wanted.isChecked()
    assert "said no" in section.state.text()


# About


def test_versions_and_licences_are_those_of_what_is_installed(screen: SettingsScreen, until: Until) -> None:
    section = shown(screen, "about", until)
    assert isinstance(section, AboutSection)
    told = texts(section)
    assert "0.1.0" in told
    assert "4.19" in told
    assert "LICENSE" in section.licence.text()
    listed = [section.parts.item(row).text() for row in range(section.parts.count())]
    assert any(line.startswith("requests ") and "Apache-2.0" in line for line in listed)
    section.parts.setCurrentRow(next(row for row, line in enumerate(listed) if line.startswith("sqlcipher3 ")))
    assert "sqlcipher3" in section.where.text()


def test_no_widget_of_the_settings_is_an_orphan(screen: SettingsScreen, until: Until) -> None:
    """One that Python alone owns is deleted by whichever thread collects it, and that ends the program."""
    for name in SECTIONS:
        section = shown(screen, name, until)
        for attribute, value in vars(section).items():
            kept = value.values() if isinstance(value, dict) else [value]
            orphans = [one for one in kept if isinstance(one, QWidget) and one.parent() is None]
            assert orphans == [], f"{name}.{attribute}"
