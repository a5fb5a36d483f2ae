"""Put a mail destination's address together from what a person knows about their mail account."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from evidence_kit.sync import check_url


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A submission server and an account on it. Without `implicit_tls` STARTTLS is demanded."""

    server: str
    port: int
    implicit_tls: bool
    user: str
    password: str = field(repr=False)
    sender: str
    to: str


def mail_url(account: MailAccount) -> str:
    """The destination's address (`sync.route.read_route`). Raises as `check_url`."""
    host = f"[{account.server}]" if ":" in account.server else account.server.strip()
    who = f"{quote(account.user, safe='')}:{quote(account.password, safe='')}@" if account.user else ""
    query = urlencode({"to": account.to.strip(), "from": account.sender.strip()})
    scheme = "smtps" if account.implicit_tls else "smtp"
    url = f"{scheme}://{who}{host}:{account.port}/?{query}"
    check_url(url)
    return url


def without_password(url: str) -> str:
    """A destination's address as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.split(':', 1)[0]}:***@{host}"))
