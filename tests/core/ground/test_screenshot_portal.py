"""The desktop's portal takes the picture: asked of one on a private bus, believed only as far as it may be."""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.portal.client import CAP
from evidence_kit.portal.screenshot import is_wayland, screenshot_version, take_screenshot
from evidence_kit.system import Platform
from tests.fakes.portal import session_bus
from tests.fakes.screenshot_portal import ScreenshotPortal, says, screenshot_portal

pytestmark = pytest.mark.slow

PLACE = "file:///home/person/Pictures/Screenshot%20from%202026.png"


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    with session_bus(program) as address:
        yield {"DBUS_SESSION_BUS_ADDRESS": address, "WAYLAND_DISPLAY": "wayland-0"}


@pytest.fixture
def portal(environment: dict[str, str]) -> Iterator[ScreenshotPortal]:
    with screenshot_portal(environment["DBUS_SESSION_BUS_ADDRESS"], says(PLACE)) as made:
        yield made


def test_only_a_wayland_session_on_linux_is_asked_through_its_portal() -> None:
    assert is_wayland({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, Platform.LINUX)
    assert is_wayland({"XDG_SESSION_TYPE": "wayland"}, Platform.LINUX)
    assert not is_wayland({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, Platform.LINUX)
    assert not is_wayland({"WAYLAND_DISPLAY": "wayland-0"}, Platform.WINDOWS)


def test_the_portal_is_asked_once_without_a_dialog_and_says_where_the_picture_is(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    handed = take_screenshot(environment)
    assert (handed.untrusted_address, handed.version) == (PLACE, 2)
    assert [options["interactive"] for options in portal.asked] == [("b", False)]
    assert portal.closed == []


def test_who_asks_is_a_process_that_the_portal_may_look_at_and_that_is_gone_afterwards(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    """A real portal refuses whom it cannot look at, and processes of ours that hold secrets are closed."""
    take_screenshot(environment)
    ((*_, module, _address, _end),) = portal.askers
    assert module == "evidence_kit.portal.connector"
    assert not [one for one in psutil.Process().children() if "portal.connector" in " ".join(one.cmdline())]


def test_a_person_who_wants_to_choose_is_given_the_desktops_own_dialog(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    take_screenshot(environment, choose=True)
    assert [options["interactive"] for options in portal.asked] == [("b", True)]


def test_whether_pictures_are_offered_is_known_without_taking_one(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    assert screenshot_version(environment) == 2
    assert portal.asked == []


@pytest.mark.parametrize(
    ("code", "choose", "what"),
    [
        (1, False, "portal-declined"),
        (1, True, "portal-cancelled"),
        (2, False, "portal-failed"),
        (2, True, "portal-dialog-failed"),
        (77, False, "portal-failed"),
    ],
)
def test_each_no_of_the_desktop_has_its_own_error(
    environment: dict[str, str], portal: ScreenshotPortal, code: int, choose: bool, what: str
) -> None:
    portal.answer = lambda: (code, {"uri": ("s", PLACE)})
    with pytest.raises((Refused, Unavailable), match=f"^{what}$"):
        take_screenshot(environment, choose=choose)


def test_a_call_that_the_portal_refuses_has_failed(environment: dict[str, str], portal: ScreenshotPortal) -> None:
    portal.refuses = True
    with pytest.raises(Unavailable, match="portal-failed"):
        take_screenshot(environment)


@pytest.mark.parametrize("results", [{}, {"uri": ("u", 7)}, {"uri": ("s", "")}, {"uri": ("as", [PLACE])}])
def test_a_yes_without_an_address_has_failed(
    environment: dict[str, str], portal: ScreenshotPortal, results: dict[str, tuple[str, object]]
) -> None:
    portal.answer = lambda: (0, results)
    with pytest.raises(Unavailable, match="portal-failed"):
        take_screenshot(environment)


@pytest.mark.parametrize("version", [None, ("u", 0), ("s", "2")])
def test_a_portal_without_pictures_is_told_apart_from_none(
    environment: dict[str, str], portal: ScreenshotPortal, version: tuple[str, object] | None
) -> None:
    portal.version = version
    with pytest.raises(Unavailable, match="portal-without-screenshot"):
        take_screenshot(environment)


def test_a_bus_without_a_portal_has_none(environment: dict[str, str]) -> None:
    with pytest.raises(Unavailable, match="portal-missing"):
        take_screenshot(environment)


@pytest.mark.parametrize(
    "address", ["", "unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=9", "unixexec:path=/bin/true", "nonsense"]
)
def test_only_a_socket_of_this_computer_is_a_bus(address: str) -> None:
    with pytest.raises(Unavailable, match="portal-missing"):
        take_screenshot({"DBUS_SESSION_BUS_ADDRESS": address})


def test_a_desktop_that_never_answers_is_waited_for_no_longer_than_it_may_take(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    portal.answer = lambda: None
    with pytest.raises(Unavailable, match="portal-late") as late:
        take_screenshot(environment, patience_s=0.6)
    assert late.value.facts == {"seconds": 1}
    assert portal.taken_back.wait(20), "the question stayed open"


def test_waiting_ends_when_nobody_wants_the_picture_any_more_and_the_question_is_taken_back(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    portal.answer = lambda: None

    def keep_on() -> None:
        if portal.waiting.is_set():
            raise Refused(Code.CALLED_OFF)

    with pytest.raises(Refused, match="called-off"):
        take_screenshot(environment, keep_on=keep_on)
    assert portal.taken_back.wait(20)
    token = portal.asked[0]["handle_token"][1]
    assert [path.rpartition("/")[2] for path in portal.closed] == [token]


def test_a_portal_that_ends_while_it_is_asked_has_failed(environment: dict[str, str], portal: ScreenshotPortal) -> None:
    portal.answer = lambda: None
    gone = threading.Thread(target=lambda: portal.waiting.wait(20) and portal.leave())
    gone.start()
    with pytest.raises(Unavailable, match="portal-failed"):
        take_screenshot(environment)
    gone.join()


def test_a_stranger_on_the_bus_cannot_answer_for_the_portal(
    environment: dict[str, str], portal: ScreenshotPortal
) -> None:
    """Even one that knows the name of the request."""
    portal.answer = lambda: None
    address = environment["DBUS_SESSION_BUS_ADDRESS"]
    tried = threading.Event()

    def keep_on() -> None:
        if portal.waiting.is_set() and not tried.is_set():
            tried.set()
            # The names of connections are counted: the newest is who asks.
            for number in range(12):
                caller, token = f":1.{number}", portal.asked[0]["handle_token"][1]
                path = f"/org/freedesktop/portal/desktop/request/1_{number}/{token}"
                stranger.respond(caller, path, (0, {"uri": ("s", "file:///etc/passwd")}))

    with (
        screenshot_portal(address, lambda: None, "org.example.Stranger") as stranger,
        pytest.raises(Unavailable, match="portal-late"),
    ):
        take_screenshot(environment, patience_s=1.2, keep_on=keep_on)
    assert tried.is_set()


def test_an_answer_to_another_request_is_not_ours(environment: dict[str, str], portal: ScreenshotPortal) -> None:
    portal.answer = lambda: None
    tried = threading.Event()

    def keep_on() -> None:
        if portal.waiting.is_set() and not tried.is_set():
            tried.set()
            for number in range(12):
                path = f"/org/freedesktop/portal/desktop/request/1_{number}/another"
                portal.respond(f":1.{number}", path, (0, {"uri": ("s", PLACE)}))

    with pytest.raises(Unavailable, match="portal-late"):
        take_screenshot(environment, patience_s=1.2, keep_on=keep_on)
    assert tried.is_set()


def test_a_portal_that_says_too_much_is_not_listened_to(environment: dict[str, str], portal: ScreenshotPortal) -> None:
    portal.answer = says("file:///" + "x" * CAP * 2)
    with pytest.raises(Unavailable, match="portal-failed"):
        take_screenshot(environment)


@pytest.mark.parametrize("said", [b"", b"REJECTED EXTERNAL\r\n", b"x" * 10_000, b"OK 1\r\n" + b"\xff" * 64])
def test_a_bus_that_talks_nonsense_has_failed(tmp_path: Path, said: bytes) -> None:
    def answer() -> None:
        other, _ = listening.accept()
        with other:
            other.recv(4096)
            other.sendall(said[:6])
            other.sendall(said[6:])

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "bus"))
        listening.listen()
        bus = threading.Thread(target=answer)
        bus.start()
        with pytest.raises(Unavailable, match="portal-failed"):
            take_screenshot({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'bus'}"})
        bus.join()
