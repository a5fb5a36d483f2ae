"""One keyboard shortcut that works in any program, through the desktop's portal: bytes in, bytes out.

Source: the XDG Desktop Portal's GlobalShortcuts interface (version 1) and Session.
"""

from enum import Enum
from typing import Any, Final

from jeepney import DBusAddress, new_method_call

from evidence_kit.plain_text import plain_line
from evidence_kit.portal.client import APP, DECLINED, PORTAL, ROOT, PortalClient, ignore, portal_address, text, token

KEY: Final = "capture-screen"
PREFERRED: Final = "CTRL+ALT+SHIFT+e"
_LONGEST: Final = 60
_KEYS: Final = "org.freedesktop.portal.GlobalShortcuts"
_SESSION: Final = "org.freedesktop.portal.Session"


class ShortcutState(Enum):
    """How the key stands. `NO_KEY`: the desktop knows the request but named no key for it; `LOST`: the portal is gone.

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


class GlobalShortcutsClient:
    """One connection's use of the portal. Give what arrives to `feed`, send what `data_to_send` returns.

    `state` says how the key stands, `trigger` what the desktop calls it. `description` is what the desktop shows the
    person about it.
    """

    interfaces: tuple[str, ...] = (_KEYS, _SESSION)

    def __init__(self, description: str) -> None:
        self.state = ShortcutState.ASKING
        self.trigger = ""
        self._description = description
        self._presses = 0
        self._session = ""
        self._client = PortalClient(self)
        self.data_to_send = self._client.data_to_send

    def feed(self, untrusted: bytes) -> int:
        """Take what arrived; how often the key was pressed by that. Raises `ProtocolError`."""
        self._presses = 0
        self._client.feed(untrusted)
        return self._presses

    def release(self) -> None:
        """Give the key back."""
        if self._session:
            self._client.call_without_reply(DBusAddress(self._session, PORTAL, _SESSION), "Close")
            self._session = ""

    def notify(self, title: str, words: str) -> None:
        """Have the desktop show a notification that it does not keep."""
        name = "org.freedesktop.Notifications"
        self._client.call_without_reply(
            DBusAddress("/org/freedesktop/Notifications", name, name),
            "Notify",
            "susssasa{sv}i",
            (APP, 0, APP, title, words, [], {"transient": ("b", True)}, -1),
        )

    # As the client's listener

    def on_ready(self) -> None:
        """Ask for the key, from the start."""
        self.state = ShortcutState.ASKING
        self._client.query_version(_KEYS, self._on_version, self.on_absent)

    def on_absent(self) -> None:
        self.state = ShortcutState.NOT_OFFERED

    def on_lost(self) -> None:
        self._session = self.trigger = ""
        self.state = ShortcutState.LOST

    def on_signal(self, path: str, member: str, untrusted_body: Any) -> None:
        """What the portal says of keys and sessions, ours or not."""
        match member:
            case "Closed" if self._session and path == self._session:
                self._session = self.trigger = ""
                self.state = ShortcutState.FAILED
            case "Activated" if self._is_ours(untrusted_body) and untrusted_body[1] == KEY:
                self._presses += 1
            case "ShortcutsChanged" if self._is_ours(untrusted_body):
                self._learn(untrusted_body[1])

    # The key

    def _on_version(self, _version: int) -> None:
        options = {
            "handle_token": ("s", self._client.request(self._on_session)),
            "session_handle_token": ("s", token()),
        }
        self._client.call(
            new_method_call(portal_address(_KEYS), "CreateSession", "a{sv}", (options,)), ignore, self._on_error
        )

    def _on_session(self, code: int, untrusted: dict[str, Any]) -> None:
        session = text(untrusted.get("session_handle"), kinds="so")
        if code != 0 or not session.startswith(f"{ROOT}/session/"):
            self.state = ShortcutState.DECLINED if code == DECLINED else ShortcutState.FAILED
            return
        request = {"description": ("s", self._description), "preferred_trigger": ("s", PREFERRED)}
        body = (session, [(KEY, request)], "", {"handle_token": ("s", self._client.request(self._on_bound))})
        bind = new_method_call(portal_address(_KEYS), "BindShortcuts", "oa(sa{sv})sa{sv}", body)
        self._client.call(bind, ignore, self._on_error)
        self._session = session

    def _on_bound(self, code: int, untrusted: dict[str, Any]) -> None:
        if code != 0:
            self.state = ShortcutState.DECLINED if code == DECLINED else ShortcutState.FAILED
            return
        kind, listed = untrusted.get("shortcuts", ("a(sa{sv})", []))
        self._learn(listed if kind == "a(sa{sv})" else [])

    def _learn(self, untrusted_listed: Any) -> None:
        """What the desktop says of the keys of this session."""
        ours: dict[str, Any] = next((facts for name, facts in untrusted_listed if name == KEY), {})
        self.trigger = cleaned(text(ours.get("trigger_description"), kinds="s"))
        self.state = ShortcutState.WORKS if self.trigger else ShortcutState.NO_KEY

    def _is_ours(self, untrusted_body: Any) -> bool:
        return bool(self._session) and untrusted_body[0] == self._session

    def _on_error(self, _body: Any) -> None:
        self._client.forget_requests()
        self.state = ShortcutState.FAILED


def cleaned(untrusted: str) -> str:
    """On one line, no longer than a name of a key can be, nothing in it that is not seen or turns the line around."""
    return plain_line(untrusted, _LONGEST)
