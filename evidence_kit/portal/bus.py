"""The talk with the desktop's portal over the session's bus: where the bus is, and bytes in, bytes out.

Waits for nothing and asks the portal for nothing: that is for whoever talks. What comes in is only believed from the
bus itself and from whoever has the portal's name on it, and only as far as it has the shape that was asked for.
Source: the XDG Desktop Portal's interface Request; the D-Bus specification.
"""

import contextlib
import secrets
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Protocol

from jeepney import DBusAddress, MatchRule, MessageType, Properties, new_method_call
from jeepney.auth import BEGIN, Authenticator
from jeepney.bus import get_connectable_addresses
from jeepney.bus_messages import message_bus
from jeepney.low_level import HeaderFields, Message, MessageFlag, Parser

from evidence_kit import programs

APP: Final = "evidence-kit"
PORTAL: Final = "org.freedesktop.portal.Desktop"
ROOT: Final = "/org/freedesktop/portal/desktop"
REQUEST: Final = "org.freedesktop.portal.Request"
DECLINED: Final = 1
"""The code of an answer: the person, or the desktop in their name, said no. 0 is yes, all others are failures."""
# Nothing that is asked for here comes near this; a bus that sends more is not listened to.
CAP: Final = 256 * 1024
_BUS: Final = "org.freedesktop.DBus"

Fields = dict[HeaderFields, Any]
Then = Callable[[Any], None]
Answered = Callable[[int, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that is not answered yet: of whom, and what to do with the answer, or with an error."""

    whom: str
    then: Then
    otherwise: Then


class Nonsense(Exception):
    """The bus does not speak as a bus does: there is nothing more to be read from it."""


class PortalListener(Protocol):
    """Who wants something of the portal. `said_by` names the interfaces whose signals are to be heard."""

    said_by: tuple[str, ...]

    def received(self) -> None:
        """The portal is there: ask. Comes again when another portal took its place."""
        ...

    def turned_away(self) -> None:
        """Nobody on this bus has the portal's name."""
        ...

    def left_alone(self) -> None:
        """The portal that was asked is gone, and with it every answer that it owes."""
        ...

    def told(self, path: str, member: str, untrusted_body: Any) -> None:
        """A signal of the portal that is no answer to a request."""
        ...


class PortalClient:
    """One connection's talk. Feed what arrives to `hear`, send what `unsent` gives."""

    def __init__(self, guest: PortalListener) -> None:
        self._guest = guest
        self._authenticator: Authenticator | None = Authenticator()
        self._parser = Parser()
        self._serials = count(1)
        self._waiting: dict[int, _Asked] = {}
        self._requests: dict[str, Answered] = {}
        self._me = ""
        self._owner = ""
        self._out = bytearray(self._authenticator.data_to_send() or b"")

    def unsent(self) -> bytes:
        """What is to be sent now; it counts as sent."""
        out, self._out = bytes(self._out), bytearray()
        return out

    def hear(self, untrusted: bytes) -> None:
        """Take what arrived. Raises `Nonsense`."""
        try:
            if self._authenticator is not None:
                self._greet(self._authenticator, untrusted)
                return
            self._parser.add_data(untrusted)
            while (message := self._parser.get_next_message()) is not None:
                self._take(message)
        # What jeepney raises where bytes do not have the shape that they claim.
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, RecursionError) as fault:
            raise Nonsense from fault
        if self._parser.buf.bytes_buffered > CAP or self._parser.bytes_desired() > CAP:
            raise Nonsense

    # Asking

    def call(self, address: DBusAddress, member: str, sign: str | None = None, body: tuple[Any, ...] = ()) -> None:
        """Call without wanting to know what becomes of it."""
        message = new_method_call(address, member, sign, body)
        message.header.flags |= MessageFlag.no_reply_expected
        self._out += message.serialise(next(self._serials))

    def ask(self, message: Message, then: Then, otherwise: Then) -> None:
        """Call; `then` gets the answer's body, `otherwise` that of an error."""
        serial = next(self._serials)
        self._waiting[serial] = _Asked(message.header.fields[HeaderFields.destination], then, otherwise)
        self._out += message.serialise(serial)

    def ask_version(self, interface: str, then: Callable[[int], None], otherwise: Callable[[], None]) -> None:
        """The version of one of the portal's interfaces; `otherwise` where this portal does not have it."""

        def answered(untrusted_body: Any) -> None:
            kind, version = untrusted_body[0]
            if kind == "u" and version >= 1:
                then(version)
            else:
                otherwise()

        self.ask(Properties(of_portal(interface)).get("version"), answered, lambda _: otherwise())

    def request(self, then: Answered) -> str:
        """A token for a request whose answer comes as a signal; listened for before it can come."""
        made = token()
        self._requests[self.handle(made)] = then
        return made

    def handle(self, of_token: str) -> str:
        """The path of the request that has this token."""
        return f"{ROOT}/request/{self._me.lstrip(':').replace('.', '_')}/{of_token}"

    def forget_requests(self) -> None:
        """No answer is wanted any more."""
        self._requests.clear()

    def _greet(self, authenticator: Authenticator, untrusted: bytes) -> None:
        authenticator.feed(untrusted)
        if not authenticator.authenticated:
            return
        self._out += BEGIN
        self._authenticator = None
        self.ask(message_bus.Hello(), self._welcome, self._turned_away)

    def _welcome(self, untrusted_body: Any) -> None:
        self._me = str(untrusted_body[0])
        owners = MatchRule(type="signal", sender=_BUS, interface=_BUS, member="NameOwnerChanged")
        owners.add_arg_condition(0, PORTAL)
        heard = (REQUEST, *self._guest.said_by)
        said = [MatchRule(type="signal", sender=PORTAL, interface=name) for name in heard]
        for rule in (owners, *said):
            self.ask(message_bus.AddMatch(rule), nothing, nothing)
        # One that nobody can start may run all the same.
        self.ask(message_bus.StartServiceByName(PORTAL), self._started, self._started)

    def _started(self, _body: Any) -> None:
        self.ask(message_bus.GetNameOwner(PORTAL), self._owned, self._turned_away)

    def _turned_away(self, _body: Any) -> None:
        self._guest.turned_away()

    def _owned(self, untrusted_body: Any) -> None:
        if not self._owner:
            self._begin(str(untrusted_body[0]))

    def _begin(self, owner: str) -> None:
        """Ask the portal of now, from the start."""
        self._owner = owner
        # Newer portals remember what they allowed by a program's name; older ones do not know this call.
        registry = DBusAddress(ROOT, PORTAL, "org.freedesktop.host.portal.Registry")
        self.call(registry, "Register", "sa{sv}", (APP, {}))
        self._guest.received()

    # Hearing

    def _take(self, message: Message) -> None:
        fields: Fields = message.header.fields
        sender = fields.get(HeaderFields.sender, "")
        if message.header.message_type is MessageType.signal:
            if sender == _BUS:
                self._heard_bus(fields, message.body)
            elif sender == self._owner and self._owner:
                self._heard_portal(fields, message.body)
        elif message.header.message_type in (MessageType.method_return, MessageType.error):
            asked = self._waiting.get(fields.get(HeaderFields.reply_serial, 0))
            if asked is not None and sender == (_BUS if asked.whom == _BUS else self._owner):
                del self._waiting[fields[HeaderFields.reply_serial]]
                answered = message.header.message_type is MessageType.method_return
                (asked.then if answered else asked.otherwise)(message.body)

    def _heard_bus(self, fields: Fields, untrusted_body: Any) -> None:
        if fields.get(HeaderFields.member) != "NameOwnerChanged" or untrusted_body[0] != PORTAL:
            return
        self._owner = ""
        self._requests.clear()
        self._waiting = {serial: asked for serial, asked in self._waiting.items() if asked.whom == _BUS}
        self._guest.left_alone()
        owner = str(untrusted_body[2])
        if owner:
            self._begin(owner)

    def _heard_portal(self, fields: Fields, untrusted_body: Any) -> None:
        path, member = fields.get(HeaderFields.path, ""), fields.get(HeaderFields.member, "")
        if member == "Response" and path in self._requests:
            code, results = untrusted_body
            self._requests.pop(path)(code, results)
        else:
            self._guest.told(path, member, untrusted_body)


def of_portal(interface: str) -> DBusAddress:
    """Where one of the portal's interfaces is."""
    return DBusAddress(ROOT, PORTAL, interface)


def nothing(_body: Any) -> None:
    """What was asked for is told in another way, or not needed."""


def token() -> str:
    """A name for a request or session that nobody can guess."""
    return f"evidence_kit_{secrets.token_hex(8)}"


def text(untrusted: Any, *, kinds: str) -> str:
    """A variant's text; "" where it is of another kind."""
    match untrusted:
        case (str(kind), str(said)) if kind in tuple(kinds):
            return said
    return ""


# The bus


def session_bus(environment: Mapping[str, str]) -> str:
    """The address of the session's bus, "" where there is none; the socket in its usual place where none is named."""
    usual = environment.get("XDG_RUNTIME_DIR", "")
    return environment.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={usual}/bus" if usual else "")


class BusConnection:
    """A connection to the bus, made by a process that the portal may look at (`portal_door`).

    `line` is there once `near` can be read; `close` ends both. Raises `OSError` where no process can be started.
    """

    def __init__(self, address: str) -> None:
        self.near, far = socket.socketpair()
        try:
            command = [*programs.program("evidence_kit.portal.door"), address]
            self._process = subprocess.Popen(
                command, stdin=far.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            self.near.close()
            raise
        finally:
            far.close()
        self.line: socket.socket | None = None

    def open(self) -> socket.socket | None:
        """What was handed over, never waiting on what is sent or read; None where no bus took us."""
        with contextlib.suppress(OSError):
            _, handed, _, _ = socket.recv_fds(self.near, 1, 1, socket.MSG_CMSG_CLOEXEC)
            if handed:
                self.line = socket.socket(fileno=handed[0])
                self.line.setblocking(False)
        return self.line

    def close(self) -> None:
        """Nobody is at the door any more."""
        if self.line is not None:
            self.line.close()
        self.near.close()
        self._process.kill()
        self._process.wait()


def places(address: str) -> Iterator[str]:
    """The sockets of this computer in a bus's address; never one of a network, never a program to be started."""
    try:
        yield from get_connectable_addresses(address)
    except (RuntimeError, ValueError):
        return  # none that is a socket of this computer, or not an address at all
