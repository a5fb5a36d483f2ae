"""The desktop's light or dark: asked of a portal on a private bus, followed in what is shown, remembered."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.machine.preferences import Appearance, NetworkUse, read_preferences
from tests.fakes.portal import Portal
from ui import theme
from ui.bridge import Bridge
from ui.integration.color_scheme import DesktopColorScheme
from ui.parts.timeline import Timeline
from ui.shell import Shell
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def folder(used: Path, tmp_path: Path) -> Path:
    """A vault with something in it on every screen."""
    shutil.copytree(used, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def scheme(bridge: Bridge, address: str) -> Iterator[DesktopColorScheme]:
    made = DesktopColorScheme(bridge, address)
    yield made
    made.close()


@pytest.fixture
def plain() -> Iterator[None]:
    yield
    theme.heard_from_desktop("")


@pytest.mark.parametrize(("said", "choice"), [(1, "dark"), (2, "light")])
@pytest.mark.parametrize("refuses", [set(), {"ReadOne"}])
def test_the_desktop_is_asked_also_where_its_portal_is_an_older_one(
    scheme: DesktopColorScheme, portal: Portal, until: Until, said: int, choice: str, refuses: set[str]
) -> None:
    portal.scheme, portal.refuses = ("u", said), refuses
    scheme.open()
    until(lambda: scheme.choice == choice)
    asked = dict(portal.asked)
    assert asked["Read" if refuses else "ReadOne"] == ("org.freedesktop.appearance", "color-scheme")


def test_a_switch_is_heard_and_no_preference_is_none(scheme: DesktopColorScheme, portal: Portal, until: Until) -> None:
    scheme.open()
    until(lambda: "ReadOne" in portal.members())
    portal.colour(("u", 1))
    until(lambda: scheme.choice == "dark")
    portal.colour(("u", 0))
    until(lambda: scheme.choice == "")


@pytest.mark.parametrize("rubbish", [("s", "dark"), ("u", 7), ("v", ("v", ("u", 1))), ("a{sv}", {})])
def test_what_is_no_answer_is_not_taken_for_one(
    scheme: DesktopColorScheme, portal: Portal, until: Until, rubbish: tuple[str, Any]
) -> None:
    portal.scheme = rubbish
    scheme.open()
    until(lambda: "ReadOne" in portal.members())
    portal.colour(("u", 1), space="org.gnome.desktop.interface")
    portal.colour(rubbish)
    portal.colour(("u", 2))
    heard = []
    scheme.changed.connect(lambda: heard.append(scheme.choice))
    until(lambda: bool(heard))
    assert heard == ["light"]


def test_where_the_portal_refuses_or_goes_what_was_said_last_stays(
    scheme: DesktopColorScheme, portal: Portal, until: Until, address: str
) -> None:
    portal.scheme = ("u", 1)
    scheme.open()
    until(lambda: scheme.choice == "dark")
    portal.leave()
    another = Portal(address)
    another.refuses = {"ReadOne", "Read"}
    until(lambda: "Read" in another.members())
    assert scheme.choice == "dark"
    another.leave()


def test_without_a_bus_nothing_is_said(bridge: Bridge) -> None:
    scheme = DesktopColorScheme(bridge, "")
    scheme.open()
    assert (scheme.choice, scheme._connection) == ("", None)


# What is shown


@pytest.fixture
def shell(
    bridge: Bridge, qapp: QApplication, address: str, plain: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    bridge.prefer(replace(bridge.desktop.places.preferences, appearance=Appearance.SYSTEM, network=NetworkUse.QUIET))
    made = Shell(bridge, qapp)
    made.show()
    yield made
    made.hide()
    shiboken6.delete(made.window)
    shiboken6.delete(made)


def test_the_window_follows_the_desktop_loses_nothing_and_begins_so_the_next_time(
    portal: Portal, shell: Shell, bridge: Bridge, until: Until
) -> None:
    window = shell.window
    until(lambda: "ReadOne" in portal.members())
    assert theme.shade() == "light"
    portal.colour(("u", 1))
    until(lambda: theme.shade() == "dark")
    assert shell.window is window, "what is being typed there stays"
    assert read_preferences(bridge.desktop.places.settings).desktop_was == "dark"
    bridge.prefer(replace(bridge.desktop.places.preferences, appearance=Appearance.LIGHT))
    assert theme.shade() == "light"
    portal.colour(("u", 1))
    bridge.prefer(replace(bridge.desktop.places.preferences, appearance=Appearance.SYSTEM))
    assert theme.shade() == "dark", "as the desktop was when it was heard last"


PLACES = ("now", "journal", "deliveries", "guide")


@pytest.mark.parametrize("place", PLACES)
def test_a_screen_that_turned_dark_is_as_one_that_was_made_dark(
    unlocked: Bridge, qapp: QApplication, qtbot: QtBot, until: Until, place: str
) -> None:
    def shown() -> Window:
        window = Window(unlocked)
        qtbot.addWidget(window)
        window.resize(1100, 700)
        for timeline in window.findChildren(Timeline):
            timeline.hide()  # it moves with the time
        window.show()
        window.go(place)
        until(lambda: not unlocked.waiting())
        return window

    def come_to_look_alike(one: Window, other: Window) -> bool:
        """Pictures are taken now and then: a list that is painted all the time does not rest, and loads only then."""
        for _ in range(40):
            qtbot.wait(300)
            if one.grab().toImage() == other.grab().toImage():
                return True
        return False

    turned = shown()
    assert come_to_look_alike(turned, shown())
    theme.apply(qapp, Appearance.DARK)
    assert come_to_look_alike(turned, shown())
