"""A desktop of its own: an X server, a session bus with the accessibility service on it, and a window manager.

Nothing of it is shared with the machine's own desktop, and all of it ends with the context.
"""

import contextlib
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.fakes.product import PATIENCE_S, Surroundings

NEEDED = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "xsetroot")
SCREEN = (1366, 768)
# Started by the session bus, so in no PATH; where it lies has moved once.
_LAUNCHERS = (Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher"))
_SERVICE = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
_STATUS = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")


@dataclass(frozen=True, slots=True)
class Desktop:
    """`environment` is for programs on it; `accessibility` is the address of the bus that screen readers listen on."""

    environment: dict[str, str]
    accessibility: str


def missing() -> list[str]:
    """The programs (apt) without which there can be no desktop here."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    return absent if any(place.exists() for place in _LAUNCHERS) else [*absent, "at-spi2-core"]


@contextlib.contextmanager
def desktop(around: Surroundings) -> Iterator[Desktop]:
    """A desktop for a person whose surroundings these are."""
    width, height = SCREEN
    with contextlib.ExitStack() as stack:
        near, far = os.pipe()
        screen = ["Xvfb", "-displayfd", str(far), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        stack.enter_context(_running([*screen, "-noreset"], around.environment(), pass_fds=[far]))
        os.close(far)
        display = f":{_first_line(near)}"
        environment = around.environment() | {"DISPLAY": display}
        near, far = os.pipe()
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={far}"]
        stack.enter_context(_running(bus, environment, pass_fds=[far]))
        os.close(far)
        environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(near)
        stack.enter_context(_running(["openbox", "--sm-disable"], environment))
        # A picture of one single colour would rightly be doubted.
        subprocess.run(["xsetroot", "-mod", "16", "16"], env=environment, check=True, timeout=PATIENCE_S)
        accessibility = _switch_accessibility_on(environment["DBUS_SESSION_BUS_ADDRESS"])
        yield Desktop(environment, accessibility)


def _switch_accessibility_on(bus: str) -> str:
    """As a screen reader does when it starts; the address of the bus for it."""
    with open_dbus_connection(bus) as connection:
        connection.send_and_get_reply(Properties(_STATUS).set("IsEnabled", "b", True), timeout=PATIENCE_S)
        answer = connection.send_and_get_reply(new_method_call(_SERVICE, "GetAddress"), timeout=PATIENCE_S)
        return str(answer.body[0])


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], pass_fds: tuple[int, ...] | list[int] = ()
) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, pass_fds=pass_fds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_line(near: int) -> str:
    said = b""
    with os.fdopen(near, "rb", buffering=0) as pipe:
        while not said.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], PATIENCE_S)
            more = pipe.read(4096) if ready else b""
            assert more, "it did not start"
            said += more
    return said.decode().strip()
