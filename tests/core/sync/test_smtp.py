import base64
import datetime
import email
import email.policy
import hashlib
import io
import re
import socket
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.files import private_folder
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.connection import Direct, Socks
from evidence_kit.sync.network import Limits, Network, Opener
from evidence_kit.sync.smtp.mail import dots_doubled, frame
from evidence_kit.sync.transport import OutgoingMessage, Transport, Unanswered, new_message_id
from evidence_kit.sync.types import read_route
from tests.fakes.clock import FakeClock
from tests.fakes.mail import Authority, Reply, ScriptedServer, SocksProxy, Wire

CONTENT = bytes(range(256)) * 1000
PATIENT = Limits(connect_s=10, reply_s=10, stall_s=10, accept_s=10, total_s=30)
HASTY = replace(PATIENT, reply_s=0.1)
HASTY_AT_THE_END = replace(PATIENT, accept_s=0.1)
HASTY_WITH_TEXT = replace(PATIENT, stall_s=0.1)


def outgoing(content: bytes = CONTENT, **changed: object) -> OutgoingMessage:
    facts = {
        "name": "unused",
        "message_id": "<one@two.invalid>",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "content": io.BytesIO(content),
    }
    return OutgoingMessage(**{**facts, **changed})  # type: ignore[arg-type]  # changed by name


def mail(url: str, limits: Limits = PATIENT, opener: Opener | None = None) -> Transport:
    return read_route(url).transport(Network(SystemClock(), opener or Direct(), limits))


class Moments:
    """What the sender was told, in order."""

    def __init__(self) -> None:
        self.handed_over = 0
        self.done = 0

    def handing_over(self) -> None:
        self.handed_over += 1

    def progressed(self, done: int) -> None:
        self.done = done


def fault(url: str, what: OutgoingMessage | None = None, *, handed_over: int = 0, limits: Limits = PATIENT) -> KitError:
    moments = Moments()
    with pytest.raises(KitError) as error:
        mail(url, limits).send(what or outgoing(), moments.handing_over, moments.progressed)
    assert moments.handed_over == handed_over
    return error.value


def parts_of(text: bytes) -> tuple[EmailMessage, EmailMessage, EmailMessage]:
    """A mail as a mail program sees it: the whole, the version part, the encrypted part."""
    message = email.message_from_bytes(text, _class=EmailMessage, policy=email.policy.SMTP)
    version, encrypted = message.iter_parts()
    if not isinstance(version, EmailMessage) or not isinstance(encrypted, EmailMessage):
        raise TypeError("parts are messages")
    return message, version, encrypted


def bytes_of(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise TypeError("one part, one content")
    return content


def ciphertext_of(text: bytes) -> bytes:
    told = subprocess.run(
        ["gpg", "--batch", "--no-options", "--dearmor"],
        input=bytes_of(parts_of(text)[2]),
        capture_output=True,
        check=True,
    )
    return told.stdout


@pytest.mark.parametrize("implicit_tls", [False, True], ids=["starttls", "implicit"])
def test_a_real_server_gets_the_parcel_byte_for_byte(tmp_path: Path, implicit_tls: bool) -> None:
    inbox = Inbox(tmp_path)
    moments = Moments()
    with PostOffice(inbox, tmp_path / "ca.pem", implicit_tls=implicit_tls) as office:
        assert mail(office.url()).send(outgoing(), moments.handing_over, moments.progressed) is DeliveryState.CLAIMED
    (received,) = inbox.received()
    assert ciphertext_of(received.read_bytes()) == CONTENT
    assert (moments.handed_over, moments.done) == (1, len(CONTENT))


def test_any_mail_program_and_gpg_can_open_it(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    gpg = ["gpg", "--batch", "--no-options", "--pinentry-mode", "loopback", "--passphrase", "open"]
    with private_folder() as home:
        keys = ["--homedir", str(home), "--s2k-count", "1024"]
        locked = subprocess.run([*gpg, *keys, "-z0", "-c"], input=CONTENT, capture_output=True, check=True).stdout
        with PostOffice(inbox, tmp_path / "ca.pem") as office:
            mail(office.url()).send(outgoing(locked), lambda: None, lambda _done: None)
        (received,) = inbox.received()
        message, version, attached = parts_of(received.read_bytes())
        opened = subprocess.run([*gpg, *keys, "-d"], input=bytes_of(attached), capture_output=True, check=True).stdout
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
    assert opened == CONTENT
    assert message.get_content_type() == "multipart/encrypted"
    assert message.get_param("protocol") == "application/pgp-encrypted"
    assert version.get_content_type() == "application/pgp-encrypted"
    assert bytes_of(version) == b"Version: 1\r\n"
    assert attached.get_content_type() == "application/octet-stream"
    assert not message.defects
    assert not attached.defects


def test_headers_tell_nothing_and_are_the_same_but_for_identifiers() -> None:
    clock = FakeClock(utc_offset_s=12_600)
    heads = [frame("a@b.example", ["c@d.example"], new_message_id(), clock.read())[0] for _ in range(2)]
    identifiers = rb"[0-9a-f]{32}|<[0-9a-f]{32}@[0-9a-f]{16}\.invalid>"
    assert heads[0] != heads[1]
    assert re.sub(identifiers, b"", heads[0]) == re.sub(identifiers, b"", heads[1])
    message = email.message_from_bytes(heads[0])
    assert set(message.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}
    assert message["Subject"] == "Encrypted message"
    assert message["Date"] == "Wed, 18 Nov 2026 11:06:40 +0000"


def test_a_second_copy_has_the_same_frame_but_for_the_date() -> None:
    clock = FakeClock()
    first = frame("a@b.example", ["c@d.example"], "<x@y.invalid>", clock.read())
    assert frame("a@b.example", ["c@d.example"], "<x@y.invalid>", clock.read()) == first


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n"),
        (b"a.\r\n..b\r\n.c\r\n", b"a.\r\n...b\r\n..c\r\n"),
        (b"", b""),
    ],
)
def test_a_dot_at_the_start_of_a_line_can_never_end_the_mail(lines: bytes, sent: bytes) -> None:
    assert dots_doubled(lines) == sent


def test_no_line_is_wider_than_76_columns_or_ends_otherwise_than_in_crlf(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        many = ",".join(f"editor{number}@newsroom.example" for number in range(30))
        mail(server.url(f"&to={many}")).send(outgoing(), lambda: None, lambda _done: None)
        (text,) = server.texts
    assert max(len(line) for line in text.split(b"\r\n")) <= 76
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert b"\r" not in text.replace(b"\r\n", b"")
    assert sum(command.startswith(b"RCPT TO:<editor") for command in server.heard) == 30
    size = next(command for command in server.heard if command.startswith(b"MAIL"))
    assert size == b"MAIL FROM:<me@here.example> SIZE=%d" % len(text)


def test_the_computers_name_is_never_told(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        mail(server.url()).send(outgoing(), lambda: None, lambda _done: None)
        said = b"\n".join([*server.heard, *server.texts])
    assert server.heard[0] == b"EHLO [127.0.0.1]"
    assert socket.gethostname().encode() not in said
    assert b"python" not in said.lower()


def test_a_password_in_any_script_is_sent_once_in_utf_8(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        mail(server.url()).send(outgoing(), lambda: None, lambda _done: None)
    secret = base64.b64encode("\0me@here.example\0päss/".encode())
    assert [command for command in server.heard if command.startswith(b"AUTH")] == [b"AUTH PLAIN " + secret]


def test_auth_login_serves_where_plain_is_not_offered(authority: Authority) -> None:
    def login(wire: Wire) -> None:
        wire.say(b"334 VXNlcm5hbWU6\r\n")
        user = wire.line()
        wire.say(b"334 UGFzc3dvcmQ6\r\n")
        answers.extend((user, wire.line()))
        wire.say(b"535 no\r\n")

    answers: list[bytes] = []
    with ScriptedServer(authority, {"EHLO": b"250-mail\r\n250 AUTH LOGIN\r\n", "AUTH": login}).implicit() as server:
        assert fault(server.url()).code is Code.AUTH_REFUSED
    assert [base64.b64decode(answer).decode() for answer in answers] == ["me@here.example", "päss/"]


@pytest.mark.parametrize(
    ("replies", "branch", "what"),
    [
        ({"greeting": b"421 busy\r\n"}, Unavailable, "mail-later"),
        ({"greeting": b"554 not you\r\n"}, Refused, "mail-refused"),
        ({"greeting": b"SSH-2.0-OpenSSH\r\n"}, Unavailable, "mail-nonsense"),
        ({"greeting": b"999 what\r\n"}, Unavailable, "mail-nonsense"),
        ({"greeting": b"220-a\r\n250 b\r\n"}, Unavailable, "mail-nonsense"),
        ({"greeting": lambda wire: wire.socket.close()}, Unavailable, "mail-line-lost"),
        ({"EHLO": b"500 no\r\n"}, Refused, "mail-refused"),
        ({"EHLO": b"250 mail\r\n"}, Refused, "starttls-missing"),
        ({"STARTTLS": b"454 not now\r\n"}, Refused, "starttls-missing"),
        ({"STARTTLS": b"220 go\r\n250 and this in clear\r\n"}, Refused, "starttls-tampered"),
        ({"AUTH": b"535 5.7.8 wrong\r\n"}, Refused, "auth-refused"),
        ({"AUTH": b"454 later\r\n"}, Unavailable, "mail-later"),
        ({"MAIL": b"550 not you\r\n"}, Refused, "sender-refused"),
        ({"MAIL": b"452 4.3.1 full\r\n"}, Unavailable, "mail-later"),
        ({"MAIL": b"552 too big\r\n"}, Refused, "message-too-large"),
        ({"RCPT": b"550 5.1.1 nobody\r\n"}, Refused, "recipient-refused"),
        ({"RCPT": b"451 4.7.1 greylisted\r\n"}, Unavailable, "mail-later"),
        ({"RCPT": b"552 5.2.2 mailbox full\r\n"}, Refused, "mailbox-full"),
        ({"DATA": b"554 no\r\n"}, Refused, "mail-refused"),
        ({"DATA": b"451 wait\r\n"}, Unavailable, "mail-later"),
        ({"DATA": Wire.reset}, Unavailable, "mail-line-lost"),
    ],
)
def test_a_refusal_before_the_text_leaves_nothing_uncertain(
    authority: Authority, replies: dict[str, Reply], branch: type[KitError], what: str
) -> None:
    with ScriptedServer(authority, replies) as server:
        error = fault(server.url())
    assert (type(error), error.code.value) == (branch, what)
    assert server.texts == []


@pytest.mark.parametrize(
    ("reply", "branch", "what"),
    [
        (b"451 4.3.0 try later\r\n", Unavailable, "mail-later"),
        (b"421 closing\r\n", Unavailable, "mail-later"),
        (b"554 5.7.1 spam\r\n", Refused, "mail-refused"),
        (b"554 5.3.4 too big\r\n", Refused, "message-too-large"),
        (b"552 5.2.3 too big\r\n", Refused, "message-too-large"),
        (b"523 too big\r\n", Refused, "message-too-large"),
        (b"552-5.2.2 mailbox\r\n552 5.2.2 is full\r\n", Refused, "mailbox-full"),
    ],
)
def test_a_refusal_after_the_dot_is_certain(
    authority: Authority, reply: bytes, branch: type[KitError], what: str
) -> None:
    with ScriptedServer(authority, {"dot": reply}) as server:
        error = fault(server.url(), handed_over=1)
    assert (type(error), error.code.value) == (branch, what)
    assert "code" not in error.facts or error.facts["code"] == int(reply[:3])


@pytest.mark.parametrize(
    "reply",
    [Wire.reset, lambda wire: wire.socket.close(), lambda wire: wire.gone(3), b"rubbish\r\n", b"200 well\r\n"],
    ids=["reset", "closed", "silent", "rubbish", "other"],
)
def test_no_answer_after_the_dot_is_uncertain(authority: Authority, reply: Reply) -> None:
    with ScriptedServer(authority, {"dot": reply}) as server:
        error = fault(server.url(), handed_over=1, limits=HASTY_AT_THE_END)
    assert (type(error), error.code.value) == (Unanswered, "delivery-no-answer")
    assert len(server.texts) == 1


def test_a_trickle_after_the_dot_ends_at_the_deadline_and_is_uncertain(authority: Authority) -> None:
    with ScriptedServer(authority, {"dot": lambda wire: wire.drip(b"250-still\r\n")}) as server:
        assert type(fault(server.url(), handed_over=1, limits=HASTY_AT_THE_END)) is Unanswered


def test_where_the_state_cannot_be_written_down_the_dot_is_not_sent(authority: Authority) -> None:
    def no_room() -> None:
        raise Refused(Code.DISK_FULL)

    with ScriptedServer(authority, {}) as server, pytest.raises(Refused, match="disk-full"):
        mail(server.url()).send(outgoing(), no_room, lambda _done: None)
    assert (server.texts, server.unfinished) == ([], 1)


@pytest.mark.parametrize(
    "changed",
    [{"sha256": "0" * 64}, {"size": len(CONTENT) - 1}, {"size": len(CONTENT) + 1}],
    ids=["hash", "long", "short"],
)
def test_a_damaged_parcel_is_never_finished(authority: Authority, changed: dict[str, Any]) -> None:
    with ScriptedServer(authority, {}) as server:
        error = fault(server.url(), outgoing(**changed))
    assert (type(error), error.code.value) == (Broken, "parcel-damaged")
    assert (server.texts, server.unfinished) == ([], 1)


def test_stopping_in_the_middle_never_finishes_the_mail(authority: Authority) -> None:
    def stop(_done: int) -> None:
        raise Unavailable(Code.SENDING_STOPPED)

    with ScriptedServer(authority, {}) as server, pytest.raises(Unavailable, match="sending-stopped"):
        mail(server.url()).send(outgoing(), Moments().handing_over, stop)
    assert (server.texts, server.unfinished) == ([], 1)


def test_a_server_that_accepts_before_the_dot_is_not_believed(authority: Authority) -> None:
    def hasty(wire: Wire) -> None:
        wire.say(b"354 go\r\n250 kept already\r\n")
        finished.append(wire.text())

    finished: list[bytes | None] = []
    with ScriptedServer(authority, {"DATA": hasty}) as server:
        assert fault(server.url()).code is Code.MAIL_NONSENSE
    assert finished == [None]


def test_a_refusal_in_the_middle_of_the_text_is_heard(authority: Authority) -> None:
    def interrupt(wire: Wire) -> None:
        wire.say(b"354 go\r\n552 5.3.4 that is enough\r\n")
        wire.text()

    with ScriptedServer(authority, {"DATA": interrupt}) as server:
        assert fault(server.url()).code is Code.MESSAGE_TOO_LARGE


def test_a_mail_over_the_servers_limit_is_not_even_announced(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        error = fault(server.url(), outgoing(bytes(900_000)))
    assert error.code is Code.MESSAGE_TOO_LARGE
    assert error.facts["limit"] == 1_000_000
    assert not any(command.startswith(b"MAIL") for command in server.heard)


@pytest.mark.parametrize("told", [b"SIZE", b"SIZE 0", b"SIZE many", b"SIZE 99999999999999999999999"])
def test_a_limit_that_says_nothing_does_not_stop_a_mail(authority: Authority, told: bytes) -> None:
    with ScriptedServer(authority, {"EHLO": b"250-mail\r\n250-%s\r\n250 AUTH PLAIN\r\n" % told}).implicit() as server:
        mail(server.url()).send(outgoing(), lambda: None, lambda _done: None)
    assert len(server.texts) == 1


def test_one_refused_address_of_several_means_that_nobody_gets_it(authority: Authority) -> None:
    with ScriptedServer(authority, {"RCPT": b"550 nobody\r\n"}) as server:
        assert fault(server.url("&to=second@newsroom.example")).code is Code.RECIPIENT_REFUSED
    assert server.texts == []


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "DATA"])
@pytest.mark.parametrize("trickle", [b"250-x\r\n", b"2"], ids=["lines", "bytes"])
def test_a_server_that_trickles_cannot_hold_a_mail_for_ever(authority: Authority, step: str, trickle: bytes) -> None:
    with ScriptedServer(authority, {step: lambda wire: wire.drip(trickle)}).implicit() as server:
        assert fault(server.url(), limits=HASTY).code in {Code.MAIL_TOO_SLOW, Code.MAIL_NONSENSE}


def test_a_server_that_talks_without_end_is_cut_off(authority: Authority) -> None:
    def flood(wire: Wire) -> None:
        for _ in range(200):
            wire.say(b"250-x\r\n" * 4096)

    with ScriptedServer(authority, {"EHLO": flood}).implicit() as server:
        assert fault(server.url(), limits=Limits()).code is Code.MAIL_NONSENSE


def test_a_server_that_stops_reading_is_given_up(authority: Authority) -> None:
    def deaf(wire: Wire) -> None:
        wire.say(b"354 go\r\n")
        released.wait(3)

    released = threading.Event()
    with ScriptedServer(authority, {"DATA": deaf, "EHLO": b"250-mail\r\n250 AUTH PLAIN\r\n"}).implicit() as server:
        error = fault(server.url(), outgoing(bytes(20_000_000)), limits=HASTY_WITH_TEXT)
        released.set()
    assert error.code is Code.MAIL_TOO_SLOW


def test_a_server_that_reads_a_little_at_a_time_is_given_up_too(authority: Authority) -> None:
    def sip(wire: Wire) -> None:
        wire.say(b"354 go\r\n")
        while wire.socket.recv(1000):
            wire.gone(0)

    greedy = Limits(connect_s=2, reply_s=1, stall_s=0.05, accept_s=1, total_s=5, least_rate=10**12)
    with ScriptedServer(authority, {"DATA": sip, "EHLO": b"250-mail\r\n250 AUTH PLAIN\r\n"}).implicit() as server:
        assert fault(server.url(), outgoing(bytes(30_000_000)), limits=greedy).code is Code.MAIL_TOO_SLOW


def test_nobody_there_is_worth_another_try(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        url = server.url()
    assert fault(url).code is Code.SERVER_UNREACHABLE


def test_a_server_without_tls_on_the_tls_port_gets_nothing(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        assert fault(server.url().replace("smtp://", "smtps://")).code is Code.TLS_FAILED
    assert server.heard == []


def long_gone(ca: trustme.CA) -> trustme.LeafCert:
    return ca.issue_cert("127.0.0.1", not_after=datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC))


@pytest.mark.parametrize(
    ("issue", "what"),
    [
        (long_gone, "certificate-dates"),
        (lambda ca: ca.issue_cert("mail.example"), "certificate-bad"),
        (lambda _ca: trustme.CA().issue_cert("127.0.0.1"), "certificate-bad"),
    ],
    ids=["expired", "another name", "another authority"],
)
@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "implicit"])
def test_a_wrong_certificate_ends_it_before_the_password(
    authority: Authority, issue: Callable[[trustme.CA], trustme.LeafCert], what: str, implicit: bool
) -> None:
    server = ScriptedServer(authority, {}, context=authority.context(issue(authority.ca)))
    with server.implicit() if implicit else server:
        error = fault(server.url())
    assert (type(error), error.code.value) == (Refused, what)
    assert not any(command.startswith(b"AUTH") for command in server.heard)


def test_an_authority_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="ca-file-bad"):
        mail(f"smtps://a.example/?to=b@c.example&from=b@c.example&ca_file={tmp_path}/none.pem")


def test_with_a_proxy_the_name_goes_through_it_unresolved(authority: Authority) -> None:
    context = authority.context(authority.ca.issue_cert("mail.nowhere.example"))
    with ScriptedServer(authority, {}, context=context) as server, SocksProxy(server.port) as proxy:
        url = server.url(host="mail.nowhere.example")
        mail(url, opener=Socks(proxy.url)).send(outgoing(), lambda: None, lambda _done: None)
        assert proxy.asked == [("mail.nowhere.example", server.port)]
    assert len(server.texts) == 1


def test_without_its_proxy_nothing_is_sent(authority: Authority) -> None:
    with ScriptedServer(authority, {}) as server:
        with SocksProxy(server.port) as proxy:
            way = Socks(proxy.url)
        with pytest.raises(Unavailable, match="proxy-unreachable"):
            mail(server.url(), opener=way).send(outgoing(), lambda: None, lambda _done: None)
    assert server.connections == 0


def test_a_proxy_that_cannot_get_there_says_so(authority: Authority) -> None:
    with (
        ScriptedServer(authority, {}) as server,
        SocksProxy(server.port, refusal=4) as proxy,
        pytest.raises(Unavailable, match="server-unreachable"),
    ):
        mail(server.url(), opener=Socks(proxy.url)).send(outgoing(), lambda: None, lambda _done: None)
    assert server.connections == 0


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:9050", "http://127.0.0.1:8080", "socks5h://", "127.0.0.1:9050", "socks5h://a:b"]
)
def test_a_proxy_that_could_leak_names_is_refused(proxy: str) -> None:
    with pytest.raises(Refused, match="proxy-format"):
        Socks(proxy)


def test_the_direct_way_tells_an_unknown_name_apart_from_nothing() -> None:
    with pytest.raises(Unavailable, match="server-unreachable"):
        Direct().open("127.0.0.1", 1, 1)
