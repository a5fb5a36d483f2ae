"""Starting the window in the tray, and starting it twice: real programs on a desktop of their own."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.machine.preferences import NetworkUse, Preferences, write_preferences
from evidence_kit.vault.key_derivation import Kdf
from evidence_kit.vault.vault import Vault
from tests.fakes import desktop
from tests.fakes.desktop import Desktop
from tests.fakes.person import Person
from tests.fakes.product import PASSPHRASE, PATIENCE_S, surroundings
from tests.fakes.tray import tray_host

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or bool(desktop.missing()), reason=f"not installed (apt): {desktop.missing()}"
    ),
]

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with surroundings(tmp_path_factory.mktemp("around")) as around, desktop.desktop(around) as made:
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A vault that is set up, and its choices."""
    Vault.create(tmp_path / "vault", bytearray(PASSPHRASE), SystemClock(), kdf=Kdf(1024, 1, 1)).vault.close()
    write_preferences(tmp_path / "settings", Preferences(network=NetworkUse.QUIET, language="en"))
    return tmp_path


@pytest.fixture
def start(here: Desktop, place: Path) -> Iterator[Start]:
    """Start the window with more arguments; whatever still runs ends with the test."""
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context((place / "errors").open("w+b"))

        def begin(*more: str, vault: str = "vault") -> "subprocess.Popen[bytes]":
            command = [sys.executable, "-m", "ui", "--vault", str(place / vault)]
            command += ["--settings", str(place / "settings"), *more]
            process = subprocess.Popen(command, env=here.environment, stderr=errors)
            stack.callback(end, process)
            return process

        yield begin
        said = (place / "errors").read_text().splitlines()
        # What Qt says of its own conversation with screen readers.
        assert [line for line in said if not line.startswith("qt.accessibility.atspi: ")] == []


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
    assert process.wait(timeout=PATIENCE_S) == 0


def await_answer(runtime: Path) -> None:
    """Until the program that was started is at work, as another start of it would find out."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for path in runtime.glob("evidence-kit-*"):
            with contextlib.suppress(ConnectionError), socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(PATIENCE_S)
                asking.connect(str(path))
                asking.sendall(b"hidden\n")
                if asking.recv(16) == b"here\n":
                    return
    raise AssertionError("nobody answers")


def windows(here: Desktop) -> list[str]:
    """The product's windows that can be seen."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "^Evidence Kit$"]
    done = subprocess.run(search, env=here.environment, capture_output=True, check=False, text=True)
    return done.stdout.split()


def test_a_start_at_login_waits_for_the_tray_and_shows_no_window(here: Desktop, start: Start) -> None:
    start("--hidden")
    await_answer(Path(here.environment["XDG_RUNTIME_DIR"]))
    # The tray comes later than we do.
    with tray_host(here.environment["DBUS_SESSION_BUS_ADDRESS"]) as tray:
        assert tray.await_icon()
        assert windows(here) == []


def test_a_second_start_raises_the_first_out_of_the_tray_and_a_start_at_login_does_not(
    here: Desktop, start: Start
) -> None:
    with tray_host(here.environment["DBUS_SESSION_BUS_ADDRESS"]) as tray, Person(here) as me:
        first = start("--hidden")
        tray.await_icon()
        assert start("--hidden").wait(timeout=PATIENCE_S) == 0
        assert windows(here) == []
        assert start().wait(timeout=PATIENCE_S) == 0
        me.sees("Capture screen", "push button")
        assert len(windows(here)) == 1
        assert first.poll() is None


def test_a_second_start_raises_a_minimised_window(here: Desktop, start: Start) -> None:
    with Person(here) as me:
        start()
        me.sees("Capture screen", "push button")
        (window,) = windows(here)
        subprocess.run(["xdotool", "windowminimize", "--sync", window], env=here.environment, check=True, timeout=30)
        assert windows(here) == []
        assert start().wait(timeout=PATIENCE_S) == 0
        me.sees("Capture screen", "push button")
        assert windows(here) == [window]


def test_a_vault_that_has_a_window_already_is_not_opened_in_another(here: Desktop, start: Start, place: Path) -> None:
    shutil.copytree(place / "vault", place / "other")
    with tray_host(here.environment["DBUS_SESSION_BUS_ADDRESS"]) as tray, Person(here) as me:
        first = start("--hidden")
        tray.await_icon()
        second = start(vault="other")
        me.clicks("Journal", "check box")
        me.clicks("Open another vault…")
        me.fills("Directory:", str(place / "vault"))
        me.presses("Return")
        assert second.wait(timeout=PATIENCE_S) == 0
        # What is seen now is the first one's.
        me.sees("Capture screen", "push button")
        assert first.poll() is None


def test_a_start_at_login_with_nothing_set_up_ends_quietly(here: Desktop, start: Start, place: Path) -> None:
    write_preferences(place / "settings", Preferences())
    assert start("--hidden").wait(timeout=PATIENCE_S) == 0


def test_a_start_at_login_while_the_stick_is_out_stays_in_the_tray_and_comes_back_with_it(
    here: Desktop, start: Start, place: Path
) -> None:
    (place / "vault").rename(place / "out")
    with tray_host(here.environment["DBUS_SESSION_BUS_ADDRESS"]) as tray, Person(here) as me:
        start("--hidden")
        tray.await_icon()
        assert windows(here) == []
        start().wait(timeout=PATIENCE_S)
        me.sees("The vault is not there")
        me.sees(str(place / "vault"))
        me.clicks("Look again")
        me.sees("It is not there yet.")
        (place / "out").rename(place / "vault")
        me.sees("Capture screen", "push button")
