"""Whether the person's desktop is light or dark, through its portal: bytes in, bytes out.

Source: the XDG Desktop Portal's interface Settings, `org.freedesktop.appearance` `color-scheme`: 1 dark, 2 light, and
anything else no preference.
"""

from typing import Any, Final

from jeepney import new_method_call

from evidence_kit.portal.client import OnReply, PortalClient, portal_address

_SETTINGS: Final = "org.freedesktop.portal.Settings"
_NAMESPACE: Final = "org.freedesktop.appearance"
_KEY: Final = "color-scheme"
_CHOICES: Final = {1: "dark", 2: "light"}


class ColorSchemeClient:
    """One connection's use of the portal: what arrives goes to `feed`, what `data_to_send` returns is sent.

    `choice` is "light", "dark", or "" while nothing was said.
    """

    interfaces: tuple[str, ...] = (_SETTINGS,)

    def __init__(self) -> None:
        self.choice = ""
        self._client = PortalClient(self)
        self.data_to_send = self._client.data_to_send
        self.feed = self._client.feed

    # As the client's listener

    def on_ready(self) -> None:
        """Ask; portals before version 2 know only the older question."""
        self._read("ReadOne", lambda _: self._read("Read", lambda _: None))

    def on_absent(self) -> None:
        """There is no portal: nothing is known."""

    def on_lost(self) -> None:
        """What was said last holds until another portal says something else."""

    def on_signal(self, _path: str, member: str, untrusted_body: Any) -> None:
        """A setting of the desktop changed, perhaps this one."""
        if member == "SettingChanged" and tuple(untrusted_body[:2]) == (_NAMESPACE, _KEY):
            self._learn(untrusted_body[2])

    def _read(self, member: str, on_error: OnReply) -> None:
        message = new_method_call(portal_address(_SETTINGS), member, "ss", (_NAMESPACE, _KEY))
        self._client.call(message, lambda untrusted_body: self._learn(untrusted_body[0]), on_error)

    def _learn(self, untrusted: Any) -> None:
        match untrusted:
            # The older answer is a variant in a variant.
            case ("v", ("u", int(number))) | ("u", int(number)):
                self.choice = _CHOICES.get(number, "")
