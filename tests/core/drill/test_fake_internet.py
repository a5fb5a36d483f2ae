"""The little internet of drills and tests fails as it is told to, and its mail server is not easier than a real one."""

import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dns.exception
import dns.message
import dns.query
import pytest
from aiosmtpd.smtp import Envelope

from evidence_kit.drill.fake_internet import SITE, FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.drill.resolver import FakeResolver
from evidence_kit.drill.servers import Behaviour


@pytest.fixture
def internet() -> Iterator[FakeInternet]:
    with FakeInternet() as internet:
        yield internet


def answers(resolver: FakeResolver) -> bool:
    try:
        reply = dns.query.udp(dns.message.make_query(SITE, "A"), resolver.address, timeout=0.5, port=resolver.port)
    except dns.exception.Timeout:
        return False
    return bool(reply.answer)


def page_of(internet: FakeInternet) -> bytes:
    check = internet.checks[1]
    with urllib.request.urlopen(f"http://{check.address}:{check.port}/", timeout=5) as reply:
        return bytes(reply.read())


def test_what_is_cut_is_silent_and_what_is_restored_is_as_it_was(internet: FakeInternet) -> None:
    internet.cut_abroad(Behaviour.REFUSED)
    assert [answers(resolver) for resolver in (internet.system, *internet.independent)] == [True, False, False]
    with pytest.raises(urllib.error.URLError):
        page_of(internet)
    internet.restore()
    assert [answers(resolver) for resolver in (internet.system, *internet.independent)] == [True, True, True]
    internet.put_portal()
    with pytest.raises(urllib.error.HTTPError, match="302"):
        urllib.request.build_opener(NoRedirect).open(
            f"http://{internet.checks[1].address}:{internet.checks[1].port}/", timeout=5
        )
    internet.restore()
    assert page_of(internet) == b"Rehearsal OK\n"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def test_the_mail_server_takes_no_mail_without_tls_and_the_right_password(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    inbox = Inbox(tmp_path / "inbox")
    with PostOffice(inbox, tmp_path / "ca.pem") as office:
        parts = urlsplit(office.url())
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=10) as client:
            client.ehlo()
            assert client.mail("a@b.invalid")[0] == 530
            client.starttls(context=ssl.create_default_context(cafile=tmp_path / "ca.pem"))
            client.ehlo()
            assert client.mail("a@b.invalid")[0] == 530
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login(user, password + "x")
            client.login(user, password)
            client.sendmail("a@b.invalid", "c@d.invalid", b"Subject: kept\r\n\r\nwhole\r\n")
    (mail,) = inbox.received()
    assert b"whole" in mail.read_bytes()


def test_mails_come_in_their_order_where_the_file_system_knows_times_only_roughly(tmp_path: Path) -> None:
    """FAT's are two seconds apart; of two mails in one of those the drill once took the second for the first."""
    inbox = Inbox(tmp_path)
    for number in range(12):
        envelope = Envelope()
        envelope.original_content = b"mail %d" % number
        inbox.keep(envelope)
    for path in inbox.received():
        os.utime(path, (0, 0))
    assert [path.read_bytes() for path in Inbox(tmp_path).received()] == [b"mail %d" % number for number in range(12)]
