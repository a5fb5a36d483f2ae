"""The talk with the desktop's portal about one key that works in any program: bytes in, bytes out.

Neither sockets nor widgets. What comes in is only believed from the bus itself and from whoever has the portal's name
on it, and only as far as it has the shape that was asked for.
Source: the XDG Desktop Portal's GlobalShortcuts interface (version 1), Request and Session; the D-Bus specification.
"""

import secrets
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any, Final

from jeepney import DBusAddress, MatchRule, MessageType, Properties, new_method_call
from jeepney.auth import BEGIN, Authenticator
from jeepney.bus_messages import message_bus
from jeepney.low_level import HeaderFields, Message, MessageFlag, Parser

APP: Final = "evidence-kit"
KEY: Final = "capture-screen"
PREFERRED: Final = "CTRL+ALT+SHIFT+e"
# Nothing that is asked for here comes near this; a bus that sends more is not listened to.
CAP: Final = 256 * 1024
_LONGEST: Final = 60
_BUS: Final = "org.freedesktop.DBus"
_PORTAL: Final = "org.freedesktop.portal.Desktop"
_ROOT: Final = "/org/freedesktop/portal/desktop"
_KEYS: Final = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST: Final = "org.freedesktop.portal.Request"
_SESSION: Final = "org.freedesktop.portal.Session"
_DECLINED: Final = 1

Fields = dict[HeaderFields, Any]
_Then = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that is not answered yet: of whom, and what to do with the answer, or with an error."""

    whom: str
    then: _Then
    otherwise: _Then


class State(Enum):
    """How the key stands. `NO_KEY`: the desktop knows the wish but named no key for it; `LOST`: the portal is gone.

    `DECLINED`: the person, or the desktop in their name, said no; `FAILED`: it could not be done.
    """

    OFF = "off"
    ASKING = "asking"
    WORKS = "works"
    NO_KEY = "no-key"
    NOT_OFFERED = "not-offered"
    DECLINED = "declined"
    FAILED = "failed"
    LOST = "lost"


class Nonsense(Exception):
    """The bus does not speak as a bus does: there is nothing more to be read from it."""


class Portal:
    """One connection's talk. Feed what arrives to `hear`, send what `unsent` gives.

    `state` says how the key stands, `trigger` what the desktop calls it. `description` is what the desktop shows the
    person about it.
    """

    def __init__(self, description: str) -> None:
        self.state = State.ASKING
        self.trigger = ""
        self._description = description
        self._presses = 0
        self._authenticator: Authenticator | None = Authenticator()
        self._parser = Parser()
        self._serials = count(1)
        self._waiting: dict[int, _Asked] = {}
        self._requests: dict[str, Callable[[int, dict[str, Any]], None]] = {}
        self._me = ""
        self._owner = ""
        self._session = ""
        self._out = bytearray(self._authenticator.data_to_send() or b"")

    def unsent(self) -> bytes:
        """What is to be sent now; it counts as sent."""
        out, self._out = bytes(self._out), bytearray()
        return out

    def hear(self, untrusted: bytes) -> int:
        """Take what arrived; how often the key was pressed by that. Raises `Nonsense`."""
        self._presses = 0
        try:
            if self._authenticator is not None:
                self._greet(self._authenticator, untrusted)
                return 0
            self._parser.add_data(untrusted)
            while (message := self._parser.get_next_message()) is not None:
                self._take(message)
        # What jeepney raises where bytes do not have the shape that they claim.
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, RecursionError) as fault:
            raise Nonsense from fault
        if self._parser.buf.bytes_buffered > CAP or self._parser.bytes_desired() > CAP:
            raise Nonsense
        return self._presses

    def leave(self) -> None:
        """Give the key back."""
        if self._session:
            self._call(DBusAddress(self._session, _PORTAL, _SESSION), "Close")
            self._session = ""

    def tell(self, title: str, words: str) -> None:
        """Have the desktop show a notification that it does not keep."""
        name = "org.freedesktop.Notifications"
        self._call(
            DBusAddress("/org/freedesktop/Notifications", name, name),
            "Notify",
            "susssasa{sv}i",
            (APP, 0, APP, title, words, [], {"transient": ("b", True)}, -1),
        )

    # Asking

    def _greet(self, authenticator: Authenticator, untrusted: bytes) -> None:
        authenticator.feed(untrusted)
        if not authenticator.authenticated:
            return
        self._out += BEGIN
        self._authenticator = None
        self._ask(message_bus.Hello(), self._welcome, self._not_offered)

    def _welcome(self, untrusted_body: Any) -> None:
        self._me = str(untrusted_body[0])
        owners = MatchRule(type="signal", sender=_BUS, interface=_BUS, member="NameOwnerChanged")
        owners.add_arg_condition(0, _PORTAL)
        said = [MatchRule(type="signal", sender=_PORTAL, interface=name) for name in (_KEYS, _REQUEST, _SESSION)]
        for rule in (owners, *said):
            self._ask(message_bus.AddMatch(rule), _nothing, _nothing)
        # One that nobody can start may run all the same.
        self._ask(message_bus.StartServiceByName(_PORTAL), self._started, self._started)

    def _started(self, _body: Any) -> None:
        self._ask(message_bus.GetNameOwner(_PORTAL), self._owned, self._not_offered)

    def _owned(self, untrusted_body: Any) -> None:
        if not self._owner:
            self._begin(str(untrusted_body[0]))

    def _begin(self, owner: str) -> None:
        """Ask the portal of now, from the start."""
        self._owner = owner
        # Newer portals give keys to programs alone whose name they know; older ones do not know this call.
        registry = DBusAddress(_ROOT, _PORTAL, "org.freedesktop.host.portal.Registry")
        self._call(registry, "Register", "sa{sv}", (APP, {}))
        self._ask(Properties(self._keys()).get("version"), self._versioned, self._not_offered)

    @staticmethod
    def _keys() -> DBusAddress:
        return DBusAddress(_ROOT, _PORTAL, _KEYS)

    def _versioned(self, untrusted_body: Any) -> None:
        kind, version = untrusted_body[0]
        if kind != "u" or version < 1:
            self.state = State.NOT_OFFERED
            return
        options = {"handle_token": ("s", self._request(self._created)), "session_handle_token": ("s", _token())}
        self._ask(new_method_call(self._keys(), "CreateSession", "a{sv}", (options,)), _nothing, self._failed)

    def _created(self, code: int, untrusted: dict[str, Any]) -> None:
        session = _text(untrusted.get("session_handle"), kinds="so")
        if code != 0 or not session.startswith(f"{_ROOT}/session/"):
            self.state = State.DECLINED if code == _DECLINED else State.FAILED
            return
        wish = {"description": ("s", self._description), "preferred_trigger": ("s", PREFERRED)}
        body = (session, [(KEY, wish)], "", {"handle_token": ("s", self._request(self._bound))})
        self._ask(new_method_call(self._keys(), "BindShortcuts", "oa(sa{sv})sa{sv}", body), _nothing, self._failed)
        self._session = session

    def _bound(self, code: int, untrusted: dict[str, Any]) -> None:
        if code != 0:
            self.state = State.DECLINED if code == _DECLINED else State.FAILED
            return
        kind, listed = untrusted.get("shortcuts", ("a(sa{sv})", []))
        self._learn(listed if kind == "a(sa{sv})" else [])

    def _learn(self, untrusted_listed: Any) -> None:
        """What the desktop says of the keys of this session."""
        ours: dict[str, Any] = next((facts for name, facts in untrusted_listed if name == KEY), {})
        self.trigger = cleaned(_text(ours.get("trigger_description"), kinds="s"))
        self.state = State.WORKS if self.trigger else State.NO_KEY

    def _request(self, then: Callable[[int, dict[str, Any]], None]) -> str:
        """A token for a request whose answer comes as a signal; listened for before it can come."""
        token = _token()
        self._requests[f"{_ROOT}/request/{self._me.lstrip(':').replace('.', '_')}/{token}"] = then
        return token

    def _call(self, address: DBusAddress, member: str, sign: str | None = None, body: tuple[Any, ...] = ()) -> None:
        """Call without wanting to know what becomes of it."""
        message = new_method_call(address, member, sign, body)
        message.header.flags |= MessageFlag.no_reply_expected
        self._out += message.serialise(next(self._serials))

    def _ask(self, message: Message, then: _Then, otherwise: _Then) -> None:
        serial = next(self._serials)
        self._waiting[serial] = _Asked(message.header.fields[HeaderFields.destination], then, otherwise)
        self._out += message.serialise(serial)

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
        if fields.get(HeaderFields.member) != "NameOwnerChanged" or untrusted_body[0] != _PORTAL:
            return
        self._forget()
        owner = str(untrusted_body[2])
        if owner:
            self.state = State.ASKING
            self._begin(owner)
        else:
            self.state = State.LOST

    def _forget(self) -> None:
        """The portal that was asked is gone, and with it the session and every answer that it owes."""
        self._owner = self._session = self.trigger = ""
        self._requests.clear()
        self._waiting = {serial: asked for serial, asked in self._waiting.items() if asked.whom == _BUS}

    def _heard_portal(self, fields: Fields, untrusted_body: Any) -> None:
        path, member = fields.get(HeaderFields.path, ""), fields.get(HeaderFields.member, "")
        match fields.get(HeaderFields.interface, ""), member:
            case (_, "Response") if path in self._requests:
                code, results = untrusted_body
                self._requests.pop(path)(code, results)
            case (_, "Closed") if self._session and path == self._session:
                self._session = self.trigger = ""
                self.state = State.FAILED
            case (_, "Activated") if self._is_ours(untrusted_body) and untrusted_body[1] == KEY:
                self._presses += 1
            case (_, "ShortcutsChanged") if self._is_ours(untrusted_body):
                self._learn(untrusted_body[1])

    def _is_ours(self, untrusted_body: Any) -> bool:
        return bool(self._session) and untrusted_body[0] == self._session

    # What became of it

    def _not_offered(self, _body: Any) -> None:
        self.state = State.NOT_OFFERED

    def _failed(self, _body: Any) -> None:
        self._requests.clear()
        self.state = State.FAILED


def _nothing(_body: Any) -> None:
    """What was asked for is told in another way, or not needed."""


def _token() -> str:
    return f"evidence_kit_{secrets.token_hex(8)}"


def _text(untrusted: Any, *, kinds: str) -> str:
    """A variant's text; "" where it is of another kind."""
    match untrusted:
        case (str(kind), str(text)) if kind in tuple(kinds):
            return text
    return ""


def cleaned(untrusted: str) -> str:
    """On one line, no longer than a name of a key can be, nothing in it that is not seen or turns the line around."""
    seen = "".join(sign for sign in untrusted[: 4 * _LONGEST] if unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split())[:_LONGEST]
