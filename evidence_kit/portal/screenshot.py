"""Have the desktop take a picture of the screen: the Screenshot call of its portal, for desktops under Wayland.

Waits for the desktop and perhaps for the person, but never without an end, and can be called off. What the portal
answers is the address of a file and nothing more; `capture.handed_over` looks at that.
Source: the XDG Desktop Portal's Screenshot interface (versions 1 and 2).
"""

import contextlib
import selectors
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jeepney import DBusAddress, new_method_call

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.portal.bus import BusConnection, session_bus, socket_addresses
from evidence_kit.portal.client import (
    DECLINED,
    PORTAL,
    REQUEST,
    PortalClient,
    ProtocolError,
    ignore,
    portal_address,
    text,
)
from evidence_kit.system import PLATFORM, Platform
from evidence_kit.system.deadline import Deadline

NOT_OFFERED: Final = frozenset({Code.PORTAL_MISSING, Code.PORTAL_WITHOUT_SCREENSHOT})
"""The errors that say that this desktop has no such way to its screen."""

# A program that is started by the bus first, and then asks what the desktop behind it can do.
_REACH_S: Final = 10.0
# A desktop that asks for permission waits for the person; long enough to read that and answer.
ANSWER_S: Final = 45.0
CHOOSING_S: Final = 300.0
_POLL_S: Final = 0.2
_PIECE: Final = 64 * 1024
_SCREENSHOT: Final = "org.freedesktop.portal.Screenshot"

KeepOn = Callable[[], object]
"""Asked every now and then; what it raises ends the waiting."""


@dataclass(frozen=True, slots=True)
class Screenshot:
    """Where the desktop says that its picture lies (a URI), and the version of its Screenshot interface."""

    untrusted_address: str
    version: int


def is_wayland(environment: Mapping[str, str], platform: Platform = PLATFORM) -> bool:
    """Whether this is a desktop that shows its windows to nobody but its own portal."""
    named = bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
    return platform is Platform.LINUX and named


def screenshot_version(environment: Mapping[str, str]) -> int:
    """The version of the portal's Screenshot interface; nothing is captured for it.

    Raises `Unavailable` with "portal-missing", "portal-without-screenshot", "portal-late" (`seconds`) or
    "portal-failed".
    """
    call = _ScreenshotCall(None)
    _run(call, session_bus(environment), _REACH_S, lambda: None)
    return call.version


def take_screenshot(
    environment: Mapping[str, str],
    *,
    choose: bool = False,
    keep_on: KeepOn = lambda: None,
    patience_s: float | None = None,
) -> Screenshot:
    """Have the desktop take a picture: of everything, or with `choose` of what the person picks in its own dialog.

    Raises as `screenshot_version` and as `keep_on`, `Refused` with "portal-declined". With `choose` `Refused` is
    "portal-cancelled" (the person closed the dialog), and a dialog that failed "portal-dialog-failed".
    """
    call = _ScreenshotCall(choose)
    _run(call, session_bus(environment), patience_s or (CHOOSING_S if choose else ANSWER_S), keep_on)
    return Screenshot(call.address, call.version)


class _ScreenshotCall:
    """One connection's use of the portal; with `choose` None it only asks whether there is a Screenshot interface."""

    interfaces: tuple[str, ...] = ()

    def __init__(self, choose: bool | None) -> None:
        self.client = PortalClient(self)
        self.over = False
        self.requested = False
        self.error: KitError | None = None
        self.version = 0
        self.address = ""
        self._choose = choose
        self._handle = ""

    def on_ready(self) -> None:
        self.client.query_version(_SCREENSHOT, self._on_version, self._on_missing)

    def on_absent(self) -> None:
        self._end(Unavailable(Code.PORTAL_MISSING))

    def on_lost(self) -> None:
        self._end(Unavailable(Code.PORTAL_FAILED))

    def on_signal(self, path: str, member: str, untrusted_body: Any) -> None:
        """Nothing but responses is of interest."""

    def withdraw(self) -> None:
        """Take back a question that is still open, so that no dialog stays behind."""
        if self._handle and not self.over:
            self.client.call_without_reply(DBusAddress(self._handle, PORTAL, REQUEST), "Close")

    def _on_missing(self) -> None:
        self._end(Unavailable(Code.PORTAL_WITHOUT_SCREENSHOT))

    def _on_version(self, version: int) -> None:
        self.version = version
        if self._choose is None:
            self.over = True
            return
        token = self.client.request(self._on_response)
        self._handle = self.client.handle(token)
        options = {"handle_token": ("s", token), "interactive": ("b", self._choose)}
        call = new_method_call(portal_address(_SCREENSHOT), "Screenshot", "sa{sv}", ("", options))
        self.client.call(call, ignore, lambda _: self._end(Unavailable(Code.PORTAL_FAILED)))
        self.requested = True

    def _on_response(self, code: int, untrusted: dict[str, Any]) -> None:
        address = text(untrusted.get("uri"), kinds="s")
        if code == DECLINED:
            self._end(Refused(Code.PORTAL_CANCELLED if self._choose else Code.PORTAL_DECLINED))
        elif code != 0 or not address:
            self._end(Unavailable(Code.PORTAL_DIALOG_FAILED if self._choose else Code.PORTAL_FAILED))
        else:
            self.address = address
            self.over = True

    def _end(self, error: KitError) -> None:
        if not self.over:
            self.over, self.error = True, error


def _run(call: _ScreenshotCall, address: str, patience_s: float, keep_on: KeepOn) -> None:
    if not any(socket_addresses(address)):
        raise Unavailable(Code.PORTAL_MISSING)
    try:
        connection = BusConnection(address)
    except OSError as error:
        raise Unavailable(Code.PORTAL_FAILED) from error
    with contextlib.closing(connection):
        connection.control.settimeout(_REACH_S)
        line = connection.accept()
        if line is None:
            raise Unavailable(Code.PORTAL_MISSING)
        try:
            _exchange(call, line, patience_s, keep_on)
        except (OSError, ProtocolError) as error:
            raise Unavailable(Code.PORTAL_FAILED) from error
        finally:
            call.withdraw()
            with contextlib.suppress(OSError):
                line.send(call.client.data_to_send())
    if call.error is not None:
        raise call.error


def _exchange(call: _ScreenshotCall, line: socket.socket, patience_s: float, keep_on: KeepOn) -> None:
    limit, waits_for_person, unsent = _REACH_S, False, b""
    deadline = Deadline(limit)
    with selectors.DefaultSelector() as selector:
        key = selector.register(line, selectors.EVENT_READ)
        while not call.over:
            keep_on()
            if call.requested and not waits_for_person:
                limit, waits_for_person = patience_s, True
                deadline = Deadline(limit)
            if deadline.is_over():
                raise Unavailable(Code.PORTAL_LATE, seconds=round(limit))
            unsent += call.client.data_to_send()
            selector.modify(line, selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0), key.data)
            for _, ready in selector.select(min(_POLL_S, deadline.left_s())):
                if ready & selectors.EVENT_WRITE:
                    unsent = unsent[line.send(unsent) :]
                if ready & selectors.EVENT_READ:
                    received = line.recv(_PIECE)
                    if not received:
                        raise ConnectionError
                    call.client.feed(received)
