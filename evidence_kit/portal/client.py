"""The client's side of the protocol between a program and the desktop's portal: bytes in, bytes out.

Does no input or output and asks the portal for nothing by itself: that is for its listener. What comes in is only
believed from the bus itself and from whoever has the portal's name on it, and only as far as it has the shape that was
asked for.
Source: the XDG Desktop Portal's interface Request; the D-Bus specification.
"""

import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Protocol

from jeepney import DBusAddress, MatchRule, MessageType, Properties, new_method_call
from jeepney.auth import BEGIN, Authenticator
from jeepney.bus_messages import message_bus
from jeepney.low_level import HeaderFields, Message, MessageFlag, Parser

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
OnReply = Callable[[Any], None]
OnResponse = Callable[[int, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _PendingCall:
    """A call that is not answered yet: the name that it went to, and what to do with the reply, or with an error."""

    destination: str
    on_reply: OnReply
    on_error: OnReply


class ProtocolError(Exception):
    """The other end does not speak D-Bus: there is nothing more to be read from it."""


class PortalListener(Protocol):
    """Who uses the portal. `interfaces` names those whose signals are to be received."""

    interfaces: tuple[str, ...]

    def on_ready(self) -> None:
        """The portal is there: calls can be made. Comes again when another portal took its place."""
        ...

    def on_absent(self) -> None:
        """Nobody on this bus has the portal's name."""
        ...

    def on_lost(self) -> None:
        """The portal that was called is gone, and with it every reply that it owes."""
        ...

    def on_signal(self, path: str, member: str, untrusted_body: Any) -> None:
        """A signal of the portal that is no response to a request."""
        ...


class PortalClient:
    """The protocol of one connection. Give what arrives to `feed`, send what `data_to_send` returns."""

    def __init__(self, listener: PortalListener) -> None:
        self._listener = listener
        self._authenticator: Authenticator | None = Authenticator()
        self._parser = Parser()
        self._serials = count(1)
        self._pending: dict[int, _PendingCall] = {}
        self._requests: dict[str, OnResponse] = {}
        self._me = ""
        self._owner = ""
        self._out = bytearray(self._authenticator.data_to_send() or b"")

    def data_to_send(self) -> bytes:
        """What is to be sent now; it counts as sent."""
        out, self._out = bytes(self._out), bytearray()
        return out

    def feed(self, untrusted: bytes) -> None:
        """Take what arrived. Raises `ProtocolError`."""
        try:
            if self._authenticator is not None:
                self._greet(self._authenticator, untrusted)
                return
            self._parser.add_data(untrusted)
            while (message := self._parser.get_next_message()) is not None:
                self._take(message)
        # What jeepney raises where bytes do not have the shape that they claim.
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, RecursionError) as fault:
            raise ProtocolError from fault
        if self._parser.buf.bytes_buffered > CAP or self._parser.bytes_desired() > CAP:
            raise ProtocolError

    # Calls

    def call_without_reply(
        self, address: DBusAddress, member: str, signature: str | None = None, body: tuple[Any, ...] = ()
    ) -> None:
        """Call without wanting to know what becomes of it."""
        message = new_method_call(address, member, signature, body)
        message.header.flags |= MessageFlag.no_reply_expected
        self._out += message.serialise(next(self._serials))

    def call(self, message: Message, on_reply: OnReply, on_error: OnReply) -> None:
        """Call; `on_reply` gets the body of the reply, `on_error` that of an error."""
        serial = next(self._serials)
        self._pending[serial] = _PendingCall(message.header.fields[HeaderFields.destination], on_reply, on_error)
        self._out += message.serialise(serial)

    def query_version(self, interface: str, on_version: Callable[[int], None], on_missing: Callable[[], None]) -> None:
        """The version of one of the portal's interfaces; `on_missing` where this portal does not have it."""

        def replied(untrusted_body: Any) -> None:
            kind, version = untrusted_body[0]
            if kind == "u" and version >= 1:
                on_version(version)
            else:
                on_missing()

        self.call(Properties(portal_address(interface)).get("version"), replied, lambda _: on_missing())

    def request(self, on_response: OnResponse) -> str:
        """A token for a request whose response comes as a signal; expected before it can come."""
        made = token()
        self._requests[self.handle(made)] = on_response
        return made

    def handle(self, of_token: str) -> str:
        """The path of the request that has this token."""
        return f"{ROOT}/request/{self._me.lstrip(':').replace('.', '_')}/{of_token}"

    def forget_requests(self) -> None:
        """No response is wanted any more."""
        self._requests.clear()

    def _greet(self, authenticator: Authenticator, untrusted: bytes) -> None:
        authenticator.feed(untrusted)
        if not authenticator.authenticated:
            return
        self._out += BEGIN
        self._authenticator = None
        self.call(message_bus.Hello(), self._greeted, self._absent)

    def _greeted(self, untrusted_body: Any) -> None:
        self._me = str(untrusted_body[0])
        owners = MatchRule(type="signal", sender=_BUS, interface=_BUS, member="NameOwnerChanged")
        owners.add_arg_condition(0, PORTAL)
        interfaces = (REQUEST, *self._listener.interfaces)
        signals = [MatchRule(type="signal", sender=PORTAL, interface=name) for name in interfaces]
        for rule in (owners, *signals):
            self.call(message_bus.AddMatch(rule), ignore, ignore)
        # One that nobody can start may run all the same.
        self.call(message_bus.StartServiceByName(PORTAL), self._started, self._started)

    def _started(self, _body: Any) -> None:
        self.call(message_bus.GetNameOwner(PORTAL), self._owned, self._absent)

    def _absent(self, _body: Any) -> None:
        self._listener.on_absent()

    def _owned(self, untrusted_body: Any) -> None:
        if not self._owner:
            self._begin(str(untrusted_body[0]))

    def _begin(self, owner: str) -> None:
        """Ask the portal of now, from the start."""
        self._owner = owner
        # Newer portals remember what they allowed by a program's name; older ones do not know this call.
        registry = DBusAddress(ROOT, PORTAL, "org.freedesktop.host.portal.Registry")
        self.call_without_reply(registry, "Register", "sa{sv}", (APP, {}))
        self._listener.on_ready()

    # What arrives

    def _take(self, message: Message) -> None:
        fields: Fields = message.header.fields
        sender = fields.get(HeaderFields.sender, "")
        if message.header.message_type is MessageType.signal:
            if sender == _BUS:
                self._bus_signal(fields, message.body)
            elif sender == self._owner and self._owner:
                self._portal_signal(fields, message.body)
        elif message.header.message_type in (MessageType.method_return, MessageType.error):
            call = self._pending.get(fields.get(HeaderFields.reply_serial, 0))
            if call is not None and sender == (_BUS if call.destination == _BUS else self._owner):
                del self._pending[fields[HeaderFields.reply_serial]]
                replied = message.header.message_type is MessageType.method_return
                (call.on_reply if replied else call.on_error)(message.body)

    def _bus_signal(self, fields: Fields, untrusted_body: Any) -> None:
        if fields.get(HeaderFields.member) != "NameOwnerChanged" or untrusted_body[0] != PORTAL:
            return
        self._owner = ""
        self._requests.clear()
        self._pending = {serial: call for serial, call in self._pending.items() if call.destination == _BUS}
        self._listener.on_lost()
        owner = str(untrusted_body[2])
        if owner:
            self._begin(owner)

    def _portal_signal(self, fields: Fields, untrusted_body: Any) -> None:
        path, member = fields.get(HeaderFields.path, ""), fields.get(HeaderFields.member, "")
        if member == "Response" and path in self._requests:
            code, results = untrusted_body
            self._requests.pop(path)(code, results)
        else:
            self._listener.on_signal(path, member, untrusted_body)


def portal_address(interface: str) -> DBusAddress:
    """Where one of the portal's interfaces is."""
    return DBusAddress(ROOT, PORTAL, interface)


def ignore(_body: Any) -> None:
    """For replies that say nothing new: the result comes as a signal, or is not needed."""


def token() -> str:
    """A name for a request or session that nobody can guess."""
    return f"evidence_kit_{secrets.token_hex(8)}"


def text(untrusted: Any, *, kinds: str) -> str:
    """A variant's text; "" where it is of another kind."""
    match untrusted:
        case (str(kind), str(said)) if kind in tuple(kinds):
            return said
    return ""
