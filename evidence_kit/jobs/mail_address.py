"""Put a mail destination's address together from what a person knows about their mail account."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from evidence_kit.errors import Refused
from evidence_kit.sync.route import check_url


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A submission server and an account on it. Without `implicit_tls` STARTTLS is demanded.

    `ca_file` has the authorities to trust in place of the public ones: some organisations have their own.
    """

    server: str
    port: int
    implicit_tls: bool
    user: str
    password: str = field(repr=False)
    sender: str
    to: str
    ca_file: Path | None = None


def mail_url(account: MailAccount) -> str:
    """The destination's address (`sync.route.read_route`).

    Raises as `check_url`, and `Refused` with "mail-server" (no name of one) or "no-such-file" (the authorities).
    """
    host = f"[{account.server}]" if ":" in account.server else account.server.strip()
    who = f"{quote(account.user, safe='')}:{quote(account.password, safe='')}@" if account.user else ""
    options = {"to": account.to.strip(), "from": account.sender.strip()}
    if account.ca_file is not None:
        if not account.ca_file.is_file():
            raise Refused(what="no-such-file", name=account.ca_file.name)
        options["ca_file"] = str(account.ca_file)
    query = urlencode(options, quote_via=quote)
    scheme = "smtps" if account.implicit_tls else "smtp"
    url = f"{scheme}://{who}{host}:{account.port}/?{query}"
    try:
        check_url(url)
    except Refused as refused:
        if refused.what != "destination-format":
            raise
        # All else is quoted: only the server can spoil the form of the address.
        raise Refused(what="mail-server", server=account.server) from None
    return url


def without_password(url: str) -> str:
    """A destination's address as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.split(':', 1)[0]}:***@{host}"))
