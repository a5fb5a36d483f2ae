"""Read a destination's address; nothing here opens anything."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from evidence_kit.errors import Refused

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]+(?:%[0-9A-Za-z]+)?")
_PORTS: Final = {"smtp": 587, "smtps": 465}
_ADDRESS_CAP: Final = 254
_URL_CAP: Final = 4096


@dataclass(frozen=True, slots=True)
class FolderRoute:
    """A folder that is there: on this disk, a stick or a share."""

    path: Path


@dataclass(frozen=True, slots=True)
class MailRoute:
    """A mailbox behind a submission server. Without `implicit_tls` STARTTLS is demanded; nothing goes in clear.

    `ca_file` replaces the public authorities by one's own.
    """

    host: str
    port: int
    implicit_tls: bool
    sender: str
    to: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None


def check_url(untrusted_url: str) -> None:
    """Raise what `read_route` raises, so that a typing error shows when the destination is added."""
    read_route(untrusted_url)


def folder_url(path: Path) -> str:
    """The address of a folder, whatever characters its name has."""
    return f"folder:{quote(str(path))}"


def read_route(untrusted_url: str) -> FolderRoute | MailRoute:
    """`folder:/path`, `smtps://user:password@host:port/?to=a@b&from=c@d&ca_file=/path` or `smtp://…`, percent-encoded.

    `to` may be given again or hold several addresses between commas; `from` may be left out where the user's name is an
    address. Raises `Refused` with "destination-format", "destination-scheme", "destination-option",
    "folder-not-absolute", "mail-recipient-missing", "mail-sender-missing" or "mail-address". No fact ever
    holds the password.
    """
    if len(untrusted_url) > _URL_CAP or any(
        ord(character) < 32 or ord(character) == 127 for character in untrusted_url
    ):
        raise Refused(what="destination-format")
    scheme, colon, rest = untrusted_url.partition(":")
    if not colon:
        raise Refused(what="destination-format")
    match scheme.lower():
        case "folder":
            return _folder(rest)
        case "smtp" | "smtps" as known:
            return _mail(known, untrusted_url)
        case _:
            raise Refused(what="destination-scheme")


def _folder(untrusted_path: str) -> FolderRoute:
    name = unquote(untrusted_path)
    if "\0" in name:
        raise Refused(what="destination-format")
    path = Path("/" + name.lstrip("/") if name.startswith("//") else name)
    if not path.is_absolute():
        raise Refused(what="folder-not-absolute", path=name)
    return FolderRoute(path)


def _mail(scheme: str, untrusted_url: str) -> MailRoute:
    try:
        parts = urlsplit(untrusted_url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        raise Refused(what="destination-format") from None
    if not _HOST.fullmatch(host) or port == 0 or parts.path not in {"", "/"} or parts.fragment:
        raise Refused(what="destination-format")
    options = _options(parts.query)
    user, password = _given(parts.username), _given(parts.password)
    to = tuple(address.strip() for several in options["to"] for address in several.split(",") if address.strip())
    if not to:
        raise Refused(what="mail-recipient-missing")
    sender = _only("from", options) or (user if user and "@" in user else None)
    if sender is None:
        raise Refused(what="mail-sender-missing")
    for address in (sender, *to):
        if len(address) > _ADDRESS_CAP or not _ADDRESS.fullmatch(address):
            raise Refused(what="mail-address", address=address)
    authority = _only("ca_file", options)
    if authority is not None and not Path(authority).is_absolute():
        raise Refused(what="folder-not-absolute", path=authority)
    return MailRoute(
        host=host,
        port=port or _PORTS[scheme],
        implicit_tls=scheme == "smtps",
        sender=sender,
        to=to,
        user=user,
        password=password,
        ca_file=Path(authority) if authority else None,
    )


def _options(untrusted_query: str) -> dict[str, list[str]]:
    # urllib's own reader would turn the plus sign of desk+tips@… into a space.
    options: dict[str, list[str]] = {"to": [], "from": [], "ca_file": []}
    for pair in filter(None, untrusted_query.split("&")):
        name, _, value = pair.partition("=")
        if name not in options:
            raise Refused(what="destination-option", option=name[:40])
        options[name].append(unquote(value))
    return options


def _only(name: str, options: dict[str, list[str]]) -> str | None:
    match options[name]:
        case []:
            return None
        case [value]:
            return value
        case _:
            raise Refused(what="destination-option", option=name)


def _given(untrusted_text: str | None) -> str | None:
    text = unquote(untrusted_text) if untrusted_text else None
    if text and "\0" in text:  # ends a field of AUTH PLAIN
        raise Refused(what="destination-format")
    return text
