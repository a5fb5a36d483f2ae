"""The address of a mailbox behind a submission server. Nothing here opens anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.destination_form import ShownAddress
from evidence_kit.sync.network import Network
from evidence_kit.sync.transport import Transport
from evidence_kit.words.marked import marked

PORTS: Final = {"smtp": 587, "smtps": 465}

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]+(?:%[0-9A-Za-z]+)?")
_ADDRESS_CAP: Final = 254
_HIDDEN: Final = "***"


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

    @property
    def scheme(self) -> str:
        """That of its address."""
        return "smtps" if self.implicit_tls else "smtp"

    def url(self) -> str:
        return self._url(self.password)

    def url_shown(self) -> str:
        return self._url(None if self.password is None else _HIDDEN)

    def _url(self, password: str | None) -> str:
        return mail_url(
            scheme=self.scheme,
            host=self.host,
            port=str(self.port),
            user=self.user,
            password=password,
            sender=self.sender,
            to=",".join(self.to),
            ca_file=self.ca_file,
        )

    def shown(self) -> ShownAddress:
        """To whom, and through which server; that is what a person can compare with what their provider wrote."""
        return ShownAddress(
            marked("Mail to {to}, through {server}"),
            {"to": ", ".join(self.to), "server": _server(self.host, self.port)},
        )

    def values(self) -> Mapping[str, str]:
        return {
            "to": ", ".join(self.to),
            "from": self.sender,
            "server": self.host,
            "port": str(self.port),
            "encryption": self.scheme,
            "user": self.user or "",
            "password": self.password or "",
            "ca_file": str(self.ca_file or ""),
        }

    def transport(self, network: Network) -> Transport:
        from evidence_kit.sync.smtp.transport import MailTransport

        return MailTransport(self, network)


def mail_url(
    *,
    scheme: str,
    host: str,
    port: str,
    user: str | None,
    password: str | None,
    sender: str,
    to: str,
    ca_file: Path | None,
) -> str:
    """Put an address together; whether it is a right one, `read` says."""
    secret = "" if password is None else f":{quote(password, safe='*')}"
    who = "" if user is None else f"{quote(user, safe='')}{secret}@"
    options = {"to": to, "from": sender} | ({} if ca_file is None else {"ca_file": str(ca_file)})
    return f"{scheme}://{who}{_server(host, port)}/?{urlencode(options, quote_via=quote)}"


def read(untrusted_url: str) -> MailRoute:
    """`smtps://user:password@host:port/?to=a@b&from=c@d&ca_file=/path` or `smtp://…`, percent-encoded.

    `to` may be given again or hold several addresses between commas; `from` may be left out where the user's name is an
    address. Raises `Refused` with "destination-format", "destination-option", "folder-not-absolute",
    "mail-recipient-missing", "mail-sender-missing" or "mail-address".
    """
    parts, host, port = _server_of(untrusted_url)
    options = _options(parts.query)
    user, password = _given(parts.username), _given(parts.password)
    sender, to = _addresses(options, user)
    authority = _only("ca_file", options)
    if authority is not None and not Path(authority).is_absolute():
        raise Refused(Code.FOLDER_NOT_ABSOLUTE, path=authority)
    return MailRoute(
        host=host,
        port=port or PORTS[parts.scheme],
        implicit_tls=parts.scheme == "smtps",
        sender=sender,
        to=to,
        user=user,
        password=password,
        ca_file=Path(authority) if authority else None,
    )


def _server(host: str, port: int | str) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _server_of(untrusted_url: str) -> tuple[SplitResult, str, int | None]:
    try:
        parts = urlsplit(untrusted_url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        raise Refused(Code.DESTINATION_FORMAT) from None
    if not _HOST.fullmatch(host) or port == 0 or parts.path not in {"", "/"} or parts.fragment:
        raise Refused(Code.DESTINATION_FORMAT)
    return parts, host, port


def _addresses(options: Mapping[str, list[str]], user: str | None) -> tuple[str, tuple[str, ...]]:
    """From whom and to whom."""
    to = tuple(address.strip() for several in options["to"] for address in several.split(",") if address.strip())
    if not to:
        raise Refused(Code.MAIL_RECIPIENT_MISSING)
    sender = _only("from", options) or (user if user and "@" in user else None)
    if sender is None:
        raise Refused(Code.MAIL_SENDER_MISSING)
    for address in (sender, *to):
        if len(address) > _ADDRESS_CAP or not _ADDRESS.fullmatch(address):
            raise Refused(Code.MAIL_ADDRESS, address=address)
    return sender, to


def _options(untrusted_query: str) -> dict[str, list[str]]:
    # urllib's own reader would turn the plus sign of desk+tips@… into a space.
    options: dict[str, list[str]] = {"to": [], "from": [], "ca_file": []}
    for pair in filter(None, untrusted_query.split("&")):
        name, _, value = pair.partition("=")
        if name not in options:
            raise Refused(Code.DESTINATION_OPTION, option=name[:40])
        options[name].append(unquote(value))
    return options


def _only(name: str, options: Mapping[str, list[str]]) -> str | None:
    match options[name]:
        case []:
            return None
        case [value]:
            return value
        case _:
            raise Refused(Code.DESTINATION_OPTION, option=name)


def _given(untrusted_text: str | None) -> str | None:
    text = unquote(untrusted_text) if untrusted_text else None
    if text and "\0" in text:  # ends a field of AUTH PLAIN
        raise Refused(Code.DESTINATION_FORMAT)
    return text
