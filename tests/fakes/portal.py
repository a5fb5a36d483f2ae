"""A desktop's portal on a private session bus, as far as global keys and colours go; says what a test wants.

It lives on the widgets' loop, so nothing of it waits and no thread is needed.
"""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any

from jeepney import DBusAddress, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.low_level import HeaderFields
from PySide6.QtCore import QObject, QSocketNotifier

NAME = "org.freedesktop.portal.Desktop"
NOTIFICATIONS = "org.freedesktop.Notifications"
ROOT = "/org/freedesktop/portal/desktop"
KEYS = "org.freedesktop.portal.GlobalShortcuts"
Variant = tuple[str, Any]


# The system's own list of what a bus can start would bring the portal of the machine that tests run on.
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextlib.contextmanager
def session_bus(program: str) -> Iterator[str]:
    """A bus of its own on which nothing can be started; its address."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
        settings.write(_BUS)
        settings.flush()
        command = [program, f"--config-file={settings.name}", "--nofork", "--nopidfile", "--print-address"]
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()
            daemon.wait()
            daemon.stdout.close()


class Portal(QObject):
    """Answers as the real one; what the attributes say is what it answers. `asked` has every call's member and body."""

    def __init__(self, address: str, name: str = NAME) -> None:
        super().__init__()
        self.version: Variant = ("u", 1)
        self.created: tuple[int, dict[str, Variant]] | None = None
        self.bound: tuple[int, dict[str, Variant]] | None = (0, listed("Ctrl+Alt+Shift+E"))
        self.refuses: set[str] = set()
        self.asked: list[tuple[str, Any]] = []
        self.session = ""
        self.scheme: Variant = ("u", 0)
        self._caller = ""
        self._bus = open_dbus_connection(address)
        self._bus.send_and_get_reply(message_bus.RequestName(name))
        self._notifier = QSocketNotifier(self._bus.sock.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def members(self) -> list[str]:
        return [member for member, _ in self.asked]

    def leave(self) -> None:
        """End, as a program that crashed."""
        self._notifier.setEnabled(False)
        self._bus.close()

    def press(self, key: str = "capture-screen", session: str | None = None) -> None:
        body = (self.session if session is None else session, key, 1, {})
        self.signal(ROOT, KEYS, "Activated", "osta{sv}", body)

    def change(self, trigger: str) -> None:
        self.signal(ROOT, KEYS, "ShortcutsChanged", "oa(sa{sv})", (self.session, listed(trigger)["shortcuts"][1]))

    def colour(self, scheme: Variant, space: str = "org.freedesktop.appearance") -> None:
        """As when the person switches the desktop to dark or light."""
        self.scheme = scheme
        body = (space, "color-scheme", scheme)
        self.signal(ROOT, "org.freedesktop.portal.Settings", "SettingChanged", "ssv", body)

    def close_session(self) -> None:
        self.signal(self.session, "org.freedesktop.portal.Session", "Closed", "a{sv}", ({},))

    def signal(self, path: str, interface: str, member: str, sign: str, body: tuple[Any, ...]) -> None:
        """Say something to whoever asked."""
        message = new_signal(DBusAddress(path, interface=interface), member, sign, body)
        message.header.fields[HeaderFields.destination] = self._caller
        self._bus.send(message)

    def respond(self, token: str, code: int, results: dict[str, Variant]) -> None:
        path = f"{ROOT}/request/{self._caller.lstrip(':').replace('.', '_')}/{token}"
        self.signal(path, "org.freedesktop.portal.Request", "Response", "ua{sv}", (code, results))

    def _read(self) -> None:
        with contextlib.suppress(TimeoutError, ConnectionError):
            while True:
                message = self._bus.receive(timeout=0)
                if message.header.message_type is MessageType.method_call:
                    self._answer(message)

    def _answer(self, message: Message) -> None:
        member, body = message.header.fields[HeaderFields.member], message.body
        self._caller = message.header.fields[HeaderFields.sender]
        self.asked.append((member, body))
        if member in self.refuses:
            self._bus.send(new_error(message, "org.freedesktop.portal.Error.NotAllowed", "s", ("no",)))
        elif member == "Get":
            self._bus.send(new_method_return(message, "v", (self.version,)))
        elif member == "ReadOne":
            self._bus.send(new_method_return(message, "v", (self.scheme,)))
        elif member == "Read":
            self._bus.send(new_method_return(message, "v", (("v", self.scheme),)))
        elif member == "CreateSession":
            self._create(message, body[0])
        elif member == "BindShortcuts":
            self._return_handle(message)
            if self.bound is not None:
                self.respond(body[3]["handle_token"][1], *self.bound)

    def _create(self, message: Message, options: dict[str, Variant]) -> None:
        self._return_handle(message)
        token = options["session_handle_token"][1]
        self.session = f"{ROOT}/session/{self._caller.lstrip(':').replace('.', '_')}/{token}"
        created = self.created or (0, {"session_handle": ("s", self.session)})
        self.respond(options["handle_token"][1], *created)

    def _return_handle(self, message: Message) -> None:
        self._bus.send(new_method_return(message, "o", (f"{ROOT}/request/x",)))


def listed(trigger: str, key: str = "capture-screen") -> dict[str, Variant]:
    """What a portal says of one key that it bound."""
    facts = {"description": ("s", "Capture the screen"), "trigger_description": ("s", trigger)}
    return {"shortcuts": ("a(sa{sv})", [(key, facts)])}
