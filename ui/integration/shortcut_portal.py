"""What the desktop's portal is asked about one key that works in any program, and what it says.

Neither sockets nor widgets: bytes in, bytes out.
Source: the XDG Desktop Portal's GlobalShortcuts interface (version 1) and Session.
"""

import unicodedata
from enum import Enum
from typing import Any, Final

from jeepney import DBusAddress, new_method_call

from evidence_kit.portal.bus import APP, DECLINED, PORTAL, ROOT, PortalClient, nothing, of_portal, text, token

KEY: Final = "capture-screen"
PREFERRED: Final = "CTRL+ALT+SHIFT+e"
_LONGEST: Final = 60
_KEYS: Final = "org.freedesktop.portal.GlobalShortcuts"
_SESSION: Final = "org.freedesktop.portal.Session"


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


class Portal:
    """One connection's talk. Feed what arrives to `hear`, send what `unsent` gives.

    `state` says how the key stands, `trigger` what the desktop calls it. `description` is what the desktop shows the
    person about it.
    """

    said_by: tuple[str, ...] = (_KEYS, _SESSION)

    def __init__(self, description: str) -> None:
        self.state = State.ASKING
        self.trigger = ""
        self._description = description
        self._presses = 0
        self._session = ""
        self._talk = PortalClient(self)
        self.unsent = self._talk.unsent

    def hear(self, untrusted: bytes) -> int:
        """Take what arrived; how often the key was pressed by that. Raises `Nonsense`."""
        self._presses = 0
        self._talk.hear(untrusted)
        return self._presses

    def leave(self) -> None:
        """Give the key back."""
        if self._session:
            self._talk.call(DBusAddress(self._session, PORTAL, _SESSION), "Close")
            self._session = ""

    def tell(self, title: str, words: str) -> None:
        """Have the desktop show a notification that it does not keep."""
        name = "org.freedesktop.Notifications"
        self._talk.call(
            DBusAddress("/org/freedesktop/Notifications", name, name),
            "Notify",
            "susssasa{sv}i",
            (APP, 0, APP, title, words, [], {"transient": ("b", True)}, -1),
        )

    # As the talk's guest

    def received(self) -> None:
        """Ask for the key, from the start."""
        self.state = State.ASKING
        self._talk.ask_version(_KEYS, self._versioned, self.turned_away)

    def turned_away(self) -> None:
        self.state = State.NOT_OFFERED

    def left_alone(self) -> None:
        self._session = self.trigger = ""
        self.state = State.LOST

    def told(self, path: str, member: str, untrusted_body: Any) -> None:
        """What the portal says of keys and sessions, ours or not."""
        match member:
            case "Closed" if self._session and path == self._session:
                self._session = self.trigger = ""
                self.state = State.FAILED
            case "Activated" if self._is_ours(untrusted_body) and untrusted_body[1] == KEY:
                self._presses += 1
            case "ShortcutsChanged" if self._is_ours(untrusted_body):
                self._learn(untrusted_body[1])

    # The key

    def _versioned(self, _version: int) -> None:
        options = {"handle_token": ("s", self._talk.request(self._created)), "session_handle_token": ("s", token())}
        self._talk.ask(new_method_call(of_portal(_KEYS), "CreateSession", "a{sv}", (options,)), nothing, self._failed)

    def _created(self, code: int, untrusted: dict[str, Any]) -> None:
        session = text(untrusted.get("session_handle"), kinds="so")
        if code != 0 or not session.startswith(f"{ROOT}/session/"):
            self.state = State.DECLINED if code == DECLINED else State.FAILED
            return
        request = {"description": ("s", self._description), "preferred_trigger": ("s", PREFERRED)}
        body = (session, [(KEY, request)], "", {"handle_token": ("s", self._talk.request(self._bound))})
        bind = new_method_call(of_portal(_KEYS), "BindShortcuts", "oa(sa{sv})sa{sv}", body)
        self._talk.ask(bind, nothing, self._failed)
        self._session = session

    def _bound(self, code: int, untrusted: dict[str, Any]) -> None:
        if code != 0:
            self.state = State.DECLINED if code == DECLINED else State.FAILED
            return
        kind, listed = untrusted.get("shortcuts", ("a(sa{sv})", []))
        self._learn(listed if kind == "a(sa{sv})" else [])

    def _learn(self, untrusted_listed: Any) -> None:
        """What the desktop says of the keys of this session."""
        ours: dict[str, Any] = next((facts for name, facts in untrusted_listed if name == KEY), {})
        self.trigger = cleaned(text(ours.get("trigger_description"), kinds="s"))
        self.state = State.WORKS if self.trigger else State.NO_KEY

    def _is_ours(self, untrusted_body: Any) -> bool:
        return bool(self._session) and untrusted_body[0] == self._session

    def _failed(self, _body: Any) -> None:
        self._talk.forget_requests()
        self.state = State.FAILED


def cleaned(untrusted: str) -> str:
    """On one line, no longer than a name of a key can be, nothing in it that is not seen or turns the line around."""
    seen = "".join(sign for sign in untrusted[: 4 * _LONGEST] if unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split())[:_LONGEST]
