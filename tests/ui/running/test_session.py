"""The desktop's own signals lock the vault: sleep, session lock, screen lock; over a private D-Bus."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from pytestqt.qtbot import QtBot

from ui.bridge import Bridge
from ui.integration.session import SessionLock, session_path


@pytest.fixture
def bus() -> Iterator[QDBusConnection]:
    """A bus of its own: both the system's and the session's for the test."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    daemon = subprocess.Popen(
        [program, "--session", "--nofork", "--nopidfile", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    yield QDBusConnection.connectToBus(address, "private")
    QDBusConnection.disconnectFromBus("private")
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "interface", "member", "arguments"),
    [
        ("/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", [True]),
        (session_path(""), "org.freedesktop.login1.Session", "Lock", []),
        ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", [True]),
    ],
)
def test_the_desktop_locks_the_vault_with_itself(
    unlocked: Bridge, bus: QDBusConnection, qtbot: QtBot, path: str, interface: str, member: str, arguments: list[bool]
) -> None:
    session = SessionLock(unlocked)
    session.listen(bus, bus)
    assert session.heard
    with qtbot.waitSignal(unlocked.locked, timeout=20_000):
        signal = QDBusMessage.createSignal(path or "/org/freedesktop/login1/session/_31", interface, member)
        signal.setArguments(arguments)
        bus.send(signal)
    assert not unlocked.desktop.session.unlocked


@pytest.mark.slow
def test_waking_up_and_a_screen_that_opens_lock_nothing(
    unlocked: Bridge,
) -> None:
    session = SessionLock(unlocked)
    session.sleeping(False)
    session.darkened(False)
    assert unlocked.desktop.session.unlocked
    session.sleeping(True)
    assert not unlocked.desktop.session.unlocked


def test_a_session_is_named_as_logind_names_it() -> None:
    assert session_path("3") == "/org/freedesktop/login1/session/_33"
    assert session_path("c1") == "/org/freedesktop/login1/session/c1"
    assert session_path("") == ""
