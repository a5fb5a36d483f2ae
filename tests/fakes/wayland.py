"""A desktop under Wayland of its own, without a screen: sway, and the real portal with its real taker of pictures.

Every process is started here and ends with the context, the bus can start none. The compositor refuses to run as root,
so it alone is given to nobody then.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from jeepney import DBusAddress, MatchRule, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.fakes.portal import session_bus
from tests.fakes.product import PATIENCE_S, Surroundings

NEEDED = ("sway", "grim", "pipewire", "dbus-daemon", "setpriv", "gsettings")
# Started by the session's bus, so in no PATH.
_PORTAL = Path("/usr/libexec/xdg-desktop-portal")
_TAKER = Path("/usr/libexec/xdg-desktop-portal-wlr")
_GTK = Path("/usr/libexec/xdg-desktop-portal-gtk")
_PERMISSIONS = Path("/usr/libexec/xdg-permission-store")
# Whom the portal has ask the person; without anybody for that it offers no pictures at all (1.16).
_ASKER = Path("/usr/share/xdg-desktop-portal/portals/gtk.portal")
NOBODY = 65534
SCREEN = (1366, 768)
# Where this portal's taker of pictures puts each of them, whoever asks.
PICTURE = Path("/tmp/out.png")
_STORE = "org.freedesktop.impl.portal.PermissionStore"
_SETTINGS = """
output * resolution {width}x{height}
default_border none
xwayland disable
exec sh -c 'echo "$WAYLAND_DISPLAY" > "$XDG_RUNTIME_DIR/ready"'
"""


def missing() -> list[str]:
    """The programs without which there can be no such desktop here."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    return absent + [str(place) for place in (_PORTAL, _TAKER, _GTK, _PERMISSIONS, _ASKER) if not place.exists()]


@contextlib.contextmanager
def wayland(
    around: Surroundings, *, takes_pictures: bool = True, has_settings: bool = False
) -> Iterator[dict[str, str]]:
    """The environment of a program on such a desktop, whose portal may take pictures, or has nothing to do it with.

    With `has_settings` the portal tells the person's settings instead, as GNOME's; `choose_colours` makes them.
    """
    kind, taker = ("gnome", "gtk") if has_settings else ("sway", "wlr") if takes_pictures else ("another", "none")
    with contextlib.ExitStack() as stack:
        environment = _clean(around.environment()) | {"XDG_CURRENT_DESKTOP": kind, "XDG_SESSION_TYPE": "wayland"}
        # A short way for sockets, and one that whoever runs the compositor may go.
        seat = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ek-seat-")))
        environment["WAYLAND_DISPLAY"] = str(seat / stack.enter_context(_compositor(seat, environment)))
        bus = shutil.which("dbus-daemon")
        assert bus is not None
        address = environment["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(session_bus(bus))
        preferred = Path(environment["HOME"]) / ".config" / "xdg-desktop-portal" / "portals.conf"
        preferred.parent.mkdir(parents=True)
        preferred.write_text(f"[preferred]\ndefault={taker}\n")
        if has_settings:
            environment["GSETTINGS_BACKEND"] = "keyfile"
            stack.enter_context(_running([str(_GTK)], environment))
            _until_owned(address, "org.freedesktop.impl.portal.desktop.gtk")
        elif takes_pictures:
            stack.enter_context(_running(["pipewire"], environment))
            _until_answering(around.runtime / "pipewire-0")
            stack.enter_context(_running([str(_PERMISSIONS)], environment))
            _until_owned(address, _STORE)
            _permit(address)
            stack.enter_context(_running([str(_TAKER)], environment))
            _until_owned(address, "org.freedesktop.impl.portal.desktop.wlr")
        stack.enter_context(_running([str(_PORTAL)], environment))
        _until_owned(address, "org.freedesktop.portal.Desktop")
        yield environment


def choose_colours(environment: dict[str, str], scheme: str) -> None:
    """As the person does in the desktop's settings; `scheme` is "prefer-dark" or "prefer-light"."""
    command = ["gsettings", "set", "org.gnome.desktop.interface", "color-scheme", scheme]
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE_S)


def _permit(address: str) -> None:
    """The person said yes once, and the desktop remembers: there is nobody here who could be asked."""
    store = DBusAddress("/org/freedesktop/impl/portal/PermissionStore", _STORE, _STORE)
    with open_dbus_connection(address) as bus:
        for app in ("", "evidence-kit"):
            body = ("screenshot", True, "screenshot", app, ["yes"])
            bus.send_and_get_reply(new_method_call(store, "SetPermission", "sbssas", body), timeout=PATIENCE_S)


def _clean(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in {"DISPLAY", "QT_QPA_PLATFORM"}}


@contextlib.contextmanager
def _compositor(seat: Path, environment: dict[str, str]) -> Iterator[str]:
    """The name of its socket in `seat`."""
    (seat / "settings").write_text(_SETTINGS.format(width=SCREEN[0], height=SCREEN[1]))
    os.mkfifo(seat / "ready", 0o600)
    dropped: list[str] = []
    if os.geteuid() == 0:
        dropped = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        for path in (seat, seat / "settings", seat / "ready"):
            os.chown(path, NOBODY, NOBODY)
    own = environment | {
        "XDG_RUNTIME_DIR": str(seat),
        "HOME": str(seat),
        "WLR_BACKENDS": "headless",
        "WLR_LIBINPUT_NO_DEVICES": "1",
        "WLR_RENDERER": "pixman",
    }
    with (
        _running([*dropped, "sway", "--config", str(seat / "settings")], own),
        _ends_late(seat / "ready"),
        (seat / "ready").open() as ready,
    ):
        name = ready.readline().strip()
        assert name, "the compositor did not start"
        yield name


@contextlib.contextmanager
def _ends_late(fifo: Path) -> Iterator[None]:
    """Whoever waits for a word in a pipe waits no longer than is good."""

    def give_up() -> None:
        with contextlib.suppress(OSError):
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))

    late = threading.Timer(PATIENCE_S, give_up)
    late.start()
    try:
        yield
    finally:
        late.cancel()
        late.join()


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """A process with all that it starts, in a session of its own."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
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
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _until_answering(place: Path) -> None:
    ends, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while time.monotonic() < ends:
        with socket.socket(socket.AF_UNIX) as tried, contextlib.suppress(OSError):
            tried.connect(str(place))
            return
        pause.wait(0.02)
    raise AssertionError(f"nobody answers at {place.name}")


def _until_owned(address: str, name: str) -> None:
    rule = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
    rule.add_arg_condition(0, name)
    with open_dbus_connection(address) as bus, bus.filter(rule) as changes:
        bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=PATIENCE_S)
        if not bus.send_and_get_reply(message_bus.NameHasOwner(name), timeout=PATIENCE_S).body[0]:
            bus.recv_until_filtered(changes, timeout=PATIENCE_S)


def main() -> None:
    """`python -m tests.fakes.wayland COMMAND…`: run a command on such a desktop, to look at it."""
    from tests.fakes.product import surroundings

    with (
        tempfile.TemporaryDirectory() as place,
        surroundings(Path(place) / "around") as around,
        wayland(around) as environment,
    ):
        subprocess.run(sys.argv[1:], env=environment, check=True)


if __name__ == "__main__":
    main()
