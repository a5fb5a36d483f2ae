"""The key from any program: asked of a portal on a private bus, believed only as far as it may be."""

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_kit.codes import Code
from evidence_kit.errors import Unavailable
from evidence_kit.machine.preferences import read_preferences
from evidence_kit.portal.bus import session_bus as named_bus
from evidence_kit.portal.client import CAP, ProtocolError
from evidence_kit.portal.global_shortcuts import PREFERRED, GlobalShortcutsClient, ShortcutState, cleaned
from tests.fakes.portal import KEYS, NOTIFICATIONS, ROOT, Portal, listed, session_bus
from tests.ui.running.test_tray import Shown
from ui.bridge import Bridge
from ui.hotkey_capture import HotkeyCapture
from ui.integration.shortcut import GlobalShortcut
from ui.shell import Shell
from ui.tray import Tray
from ui.window import Window

pytestmark = pytest.mark.slow

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def key(bridge: Bridge, address: str) -> Iterator[GlobalShortcut]:
    made = GlobalShortcut(bridge, address)
    yield made
    made.close()


def want(key: GlobalShortcut, *, on: bool = True) -> None:
    """As the person does in the settings."""
    bridge = key._bridge
    bridge.prefer(replace(bridge.desktop.places.preferences, global_key=on))


def working(key: GlobalShortcut, until: Until) -> None:
    want(key)
    until(lambda: key.state is ShortcutState.WORKS)


# Asking


def test_nothing_is_asked_of_the_desktop_before_the_person_wants_it(
    key: GlobalShortcut, portal: Portal, until: Until
) -> None:
    key.follow()
    assert key.state is ShortcutState.OFF
    working(key, until)
    assert portal.members() == ["Register", "Get", "CreateSession", "BindShortcuts"]


def test_one_key_is_bound_with_a_proposal_and_the_desktops_name_for_it_is_known(
    key: GlobalShortcut, portal: Portal, until: Until
) -> None:
    working(key, until)
    assert key.trigger == "Ctrl+Alt+Shift+E"
    assert portal.asked[0] == ("Register", ("evidence-kit", {}))
    session, requests, window, _ = portal.asked[-1][1]
    assert (session, window) == (portal.session, "")
    assert requests == [
        ("capture-screen", {"description": ("s", "Capture the screen"), "preferred_trigger": ("s", PREFERRED)})
    ]


def test_a_desktop_that_does_not_know_programs_by_name_still_gives_the_key(
    key: GlobalShortcut, portal: Portal, until: Until
) -> None:
    portal.refuses = {"Register"}
    working(key, until)


def test_a_question_that_is_open_is_told_as_such(key: GlobalShortcut, portal: Portal, until: Until) -> None:
    portal.bound = None
    want(key)
    until(lambda: "BindShortcuts" in portal.members())
    assert key.state is ShortcutState.ASKING
    portal.respond(portal.asked[-1][1][3]["handle_token"][1], 0, listed("Meta+E"))
    until(lambda: key.state is ShortcutState.WORKS)
    assert key.trigger == "Meta+E"


def test_a_person_who_says_no_is_not_asked_again_by_itself(
    key: GlobalShortcut, portal: Portal, until: Until, bridge: Bridge
) -> None:
    portal.bound = (1, {})
    want(key)
    until(lambda: key.state is ShortcutState.DECLINED)
    assert not read_preferences(bridge.desktop.places.settings).global_key
    bridge.prefer(replace(bridge.desktop.places.preferences, idle_lock_s=60))
    assert key.state is ShortcutState.DECLINED
    portal.bound = (0, listed("F9"))
    working(key, until)


@pytest.mark.parametrize("bound", [(0, {}), (0, listed("")), (0, listed("F9", key="another"))])
def test_a_desktop_that_names_no_key_is_not_said_to_work(
    key: GlobalShortcut, portal: Portal, until: Until, bound: tuple[int, dict[str, Any]]
) -> None:
    portal.bound = bound
    want(key)
    until(lambda: key.state is ShortcutState.NO_KEY)
    portal.change("F10")
    until(lambda: key.state is ShortcutState.WORKS)
    assert key.trigger == "F10"


@pytest.mark.parametrize("member", ["CreateSession", "BindShortcuts"])
def test_a_portal_that_refuses_the_call_is_told_and_the_choice_stays(
    key: GlobalShortcut, portal: Portal, until: Until, bridge: Bridge, member: str
) -> None:
    portal.refuses = {member}
    want(key)
    until(lambda: key.state is ShortcutState.FAILED)
    assert bridge.desktop.places.preferences.global_key


def test_what_could_not_be_done_is_told(key: GlobalShortcut, portal: Portal, until: Until) -> None:
    portal.bound = (2, {})
    want(key)
    until(lambda: key.state is ShortcutState.FAILED)


def test_a_desktop_without_a_portal_does_not_offer_it(key: GlobalShortcut, until: Until) -> None:
    want(key)
    until(lambda: key.state is ShortcutState.NOT_OFFERED)


@pytest.mark.parametrize("version", [("u", 0), ("s", "1")])
def test_a_portal_without_such_keys_does_not_offer_it(
    key: GlobalShortcut, portal: Portal, until: Until, version: tuple[str, Any]
) -> None:
    portal.version = version
    want(key)
    until(lambda: key.state is ShortcutState.NOT_OFFERED)


def test_a_portal_that_does_not_know_the_interface_does_not_offer_it(
    key: GlobalShortcut, portal: Portal, until: Until
) -> None:
    portal.refuses = {"Get"}
    want(key)
    until(lambda: key.state is ShortcutState.NOT_OFFERED)


@pytest.mark.parametrize(
    "address", ["", "nonsense", "tcp:host=127.0.0.1,port=1", "unix:path=/nowhere/bus", "unix:path=" + 200 * "x"]
)
def test_no_bus_of_this_computer_is_no_key_and_no_connection(bridge: Bridge, address: str, until: Until) -> None:
    key = GlobalShortcut(bridge, address)
    want(key)
    until(lambda: key.state is ShortcutState.NOT_OFFERED)
    assert key._connection is None
    key.close()


def test_a_bus_in_the_network_is_never_spoken_to(bridge: Bridge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        key = GlobalShortcut(bridge, f"tcp:host=127.0.0.1,port={listening.getsockname()[1]}")
        want(key)
        assert key.state is ShortcutState.NOT_OFFERED and key._connection is None
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_the_sessions_bus_is_found_where_it_is_named_and_else_in_its_usual_place() -> None:
    assert named_bus({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/a", "XDG_RUNTIME_DIR": "/run/user/1"}) == "unix:path=/a"
    assert named_bus({"XDG_RUNTIME_DIR": "/run/user/1"}) == "unix:path=/run/user/1/bus"
    assert named_bus({}) == ""


# Pressing


def test_a_press_captures_with_the_vault_locked_and_says_nothing_of_it(
    bridge: Bridge, key: GlobalShortcut, portal: Portal, until: Until, qtbot: QtBot
) -> None:
    window, icon = Window(bridge), Shown()
    qtbot.addWidget(window)
    tray = Tray(bridge, window, lambda: None, icon)
    key.pressed.connect(tray.capture.trigger)
    working(key, until)
    portal.press()
    until(lambda: bool(icon.said))
    assert icon.said[0] == ("Evidence Kit", "Done.")
    # The test's screen is one single colour, and that is doubted.
    assert icon.said[1:] == [("Evidence Kit", "Something needs your attention.")]
    assert bridge.desktop.session.sealed() == 1
    assert not bridge.desktop.session.unlocked


def test_without_a_tray_the_desktop_is_asked_to_say_that_it_is_done(
    bridge: Bridge, key: GlobalShortcut, portal: Portal, address: str, until: Until, qtbot: QtBot
) -> None:
    window, screen = Window(bridge), Portal(address, NOTIFICATIONS)
    qtbot.addWidget(window)
    hotkey_capture = HotkeyCapture(bridge, window, key)
    key.pressed.connect(hotkey_capture.capture)
    working(key, until)
    portal.press()
    until(lambda: len(screen.asked) == 2)
    assert screen.asked[1][1][4] == "Something needs your attention.", "the test's screen is one single colour"
    _, (_, _, _, title, words, _, hints, _) = screen.asked[0]
    assert (title, words) == ("Evidence Kit", "Done.")
    assert hints == {"transient": ("b", True)}, "the desktop is not to keep it"
    assert bridge.desktop.session.sealed() == 1
    screen.leave()


def test_a_capture_that_fails_is_not_kept_quiet(bridge: Bridge, qtbot: QtBot) -> None:
    window, icon = Window(bridge), Shown()
    qtbot.addWidget(window)
    tray = Tray(bridge, window, lambda: None, icon)
    with qtbot.waitSignal(bridge.failed):
        tray._capturing.failed.emit(Unavailable(Code.PORTAL_MISSING))
    assert icon.said == [("Evidence Kit", "Something needs your attention.")]


def test_only_the_portal_itself_is_believed_and_only_about_this_session_and_key(
    key: GlobalShortcut, portal: Portal, address: str, until: Until
) -> None:
    pressed: list[bool] = []
    key.pressed.connect(lambda: pressed.append(True))
    working(key, until)
    stranger = Portal(address, "org.example.Stranger")
    stranger._caller, stranger.session = portal._caller, portal.session
    stranger.press()
    stranger.change("Ctrl+C")
    portal.press(key="another")
    portal.press(session=f"{ROOT}/session/another")
    portal.change("F11")
    until(lambda: key.trigger == "F11")
    assert pressed == []
    portal.press()
    until(lambda: pressed == [True])
    stranger.leave()


# Ending


def test_who_does_not_want_the_key_any_more_gives_it_back(key: GlobalShortcut, portal: Portal, until: Until) -> None:
    working(key, until)
    want(key, on=False)
    assert key.state is ShortcutState.OFF
    until(lambda: portal.members()[-1] == "Close")


def test_a_portal_that_ends_is_told_and_asked_again_when_it_is_back(
    key: GlobalShortcut, portal: Portal, address: str, until: Until
) -> None:
    pressed: list[bool] = []
    key.pressed.connect(lambda: pressed.append(True))
    working(key, until)
    portal.leave()
    until(lambda: key.state is ShortcutState.LOST)
    assert key.trigger == ""
    again = Portal(address)
    until(lambda: key.state is ShortcutState.WORKS)
    again.press()
    until(lambda: pressed == [True])
    again.leave()


def test_a_session_that_the_desktop_ends_is_told(key: GlobalShortcut, portal: Portal, until: Until) -> None:
    working(key, until)
    portal.close_session()
    until(lambda: key.state is ShortcutState.FAILED)


def test_a_bus_that_ends_is_told(bridge: Bridge, until: Until, qapp: object) -> None:
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    with session_bus(program) as address:
        portal, key = Portal(address), GlobalShortcut(bridge, address)
        working(key, until)
        portal.leave()
    until(lambda: key.state is ShortcutState.LOST)
    key.notify("Done.")
    key.close()


# Garbage


@pytest.mark.parametrize(
    "created",
    [
        (0, {}),
        (0, {"session_handle": ("u", 7)}),
        (0, {"session_handle": ("s", "/elsewhere")}),
        (0, {"session_handle": ("s", f"{ROOT}/session/no path")}),
        (7, {"session_handle": ("s", f"{ROOT}/session/a")}),
    ],
)
def test_a_session_that_is_none_is_not_used(
    key: GlobalShortcut, portal: Portal, until: Until, created: tuple[int, dict[str, Any]]
) -> None:
    portal.created = created
    want(key)
    until(lambda: key.state is ShortcutState.FAILED)
    assert "BindShortcuts" not in portal.members()


@pytest.mark.parametrize(
    "shortcuts",
    [("s", "capture-screen"), ("a(ss)", [("capture-screen", "F9")]), ("a{sv}", {"capture-screen": ("u", 1)})],
)
def test_a_list_of_another_shape_names_no_key(
    key: GlobalShortcut, portal: Portal, until: Until, shortcuts: tuple[str, Any]
) -> None:
    portal.bound = (0, {"shortcuts": shortcuts})
    want(key)
    until(lambda: key.state is ShortcutState.NO_KEY)


@pytest.mark.parametrize(
    ("member", "sign", "body"),
    [
        ("Activated", "u", (1,)),
        ("ShortcutsChanged", "s", ("x",)),
        ("ShortcutsChanged", "ou", (ROOT, 1)),
        ("New", "", ()),
    ],
)
def test_signals_of_another_shape_press_nothing_and_break_nothing(
    key: GlobalShortcut, portal: Portal, until: Until, member: str, sign: str, body: tuple[Any, ...]
) -> None:
    pressed: list[bool] = []
    key.pressed.connect(lambda: pressed.append(True))
    working(key, until)
    portal.signal(ROOT, KEYS, member, sign, body)
    portal.change("F12")
    until(lambda: key.trigger == "F12" or key.state is ShortcutState.FAILED)
    assert pressed == []


def test_a_portal_that_says_too_much_is_not_listened_to(key: GlobalShortcut, portal: Portal, until: Until) -> None:
    working(key, until)
    portal.signal(ROOT, KEYS, "Activated", "osta{sv}", (portal.session, "x" * CAP * 2, 1, {}))
    until(lambda: key.state is ShortcutState.FAILED)


@pytest.mark.parametrize("said", [b"REJECTED EXTERNAL\r\n", b"OK 1\r\nmore", b"x" * 10_000])
def test_a_bus_that_does_not_take_us_is_nonsense(said: bytes) -> None:
    with pytest.raises(ProtocolError):
        GlobalShortcutsClient("a key").feed(said)


@pytest.mark.parametrize("said", [b"\0" * 64, b"l\x02\0\x01" + b"\xff" * 60, bytes(range(64, 128))])
def test_bytes_that_are_no_message_are_nonsense(said: bytes) -> None:
    client = GlobalShortcutsClient("a key")
    client.feed(b"OK 1\r\n")
    with pytest.raises(ProtocolError):
        client.feed(said)


def test_the_desktops_name_for_the_key_is_one_short_line_of_what_can_be_seen() -> None:
    assert cleaned("Ctrl\n+\tAlt") == "Ctrl + Alt"
    assert cleaned("Press \u202e<E>\x1b[0m") == "Press \ufffd<E>\ufffd[0m"
    assert 50 < len(cleaned("E" * 1_000_000).encode()) <= 60


def test_a_socket_that_takes_little_at_a_time_gets_everything(
    bridge: Bridge, qtbot: QtBot, until: Until, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "bus"))
        listening.listen()
        key = GlobalShortcut(bridge, f"unix:path={tmp_path / 'bus'}")
        want(key)
        other, _ = listening.accept()
        with other:
            assert key._connection is not None
            with qtbot.waitSignal(key._connection.connected):
                pass
            key._connection.send(b"y" * 3_000_000)
            came = bytearray()
            other.setblocking(False)

            def all_came() -> bool:
                try:
                    came.extend(other.recv(100_000))
                except BlockingIOError:
                    return False
                return came.endswith(b"y") and came.count(b"y") == 3_000_000

            until(all_came)
        key.close()


def test_the_program_asks_at_its_start_captures_at_a_press_and_gives_the_key_back_at_its_end(
    bridge: Bridge, key: GlobalShortcut, portal: Portal, until: Until, qapp: QApplication
) -> None:
    bridge.desktop.places.prefer(replace(bridge.desktop.places.preferences, global_key=True))
    shell = Shell(bridge, qapp)
    until(lambda: key.state is ShortcutState.WORKS)
    portal.press()
    until(lambda: bridge.desktop.session.sealed() == 1)
    until(lambda: not bridge.waiting())
    shell.hide()
    assert key.state is ShortcutState.OFF
    until(lambda: portal.members()[-1] == "Close")
    shiboken6.delete(shell.window)
    shiboken6.delete(shell)
