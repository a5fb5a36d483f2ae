"""Hand a mail to a submission server (RFC 5321, RFC 6409), encrypted and authenticated or not at all, streaming.

The standard library speaks the grammar; here are the deadlines, the caps and the one dangerous moment. The server's
words are never kept, only its numbers.
"""

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import certifi

from evidence_kit.clock import Clock
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.armour import armour, armoured_size
from evidence_kit.sync.connect import Direct, Opener
from evidence_kit.sync.mail import dots_doubled, frame
from evidence_kit.sync.metering import Meter, Unmetered, passed
from evidence_kit.sync.route import MailRoute
from evidence_kit.sync.transport import HandingOver, Outcome, Parcel, Progressed, Unanswered

# What common mail programs say; a computer's real name would tell whose it is.
_OUR_NAME: Final = "[127.0.0.1]"
_REPLY_CAP: Final = 64 * 1024
_TOO_LARGE: Final = frozenset({"5.3.4", "5.2.3"})
_OUT_OF_DATE: Final = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that one step may take, from connecting to the answer to the final dot, and the whole exchange.

    RFC 5321 §4.5.3.2 asks for patience of minutes. Once `stall_s` has passed, less than `least_rate` bytes per second
    over the whole text counts as dead.
    """

    connect_s: float = 30
    reply_s: float = 120
    stall_s: float = 120
    accept_s: float = 600
    total_s: float = 6 * 3600
    least_rate: int = 100


class Mail:
    """A transport to the mailboxes of `route`, one connection for each mail."""

    def __init__(
        self,
        route: MailRoute,
        clock: Clock,
        opener: Opener | None = None,
        limits: Limits | None = None,
        meter: Meter | None = None,
    ) -> None:
        self._route = route
        self._clock = clock
        self._opener = opener or Direct()
        self._limits = limits or Limits()
        self._meter = meter or Unmetered()
        self._context = _context_for(route)

    def send(self, parcel: Parcel, handing_over: HandingOver, progressed: Progressed, /) -> Outcome:
        """Send the parcel as one PGP/MIME mail to all addresses or, where one is refused, to none.

        Raises `Unavailable` with "mail-unreachable", "proxy-unreachable", "mail-line-lost", "mail-too-slow",
        "mail-later", "mail-nonsense" or "tls-failed"; `Unanswered(what="mail-no-answer")`; `Refused` with
        "certificate-bad", "certificate-dates", "starttls-missing", "starttls-tampered", "auth-not-offered",
        "auth-refused", "sender-refused", "recipient-refused", "message-too-large", "mailbox-full" or "mail-refused".
        Whatever the meter raises comes before anything is sent.
        """
        route = self._route
        head, tail = frame(route.sender, route.to, parcel.message_id, self._clock.read())
        size = len(head) + armoured_size(parcel.size) + len(tail)
        self._meter.allow(size)
        with contextlib.closing(self._connected()) as talk:
            talk.announce(route.sender, route.to, size)
            talk.begin()
            talk.send_text(head)
            for block in armour(parcel.checked(progressed)):
                talk.send_text(block)
            talk.send_text(tail)
            talk.finish(handing_over)
            talk.leave()
        return DeliveryState.CLAIMED

    def _connected(self) -> "_Talk":
        route = self._route
        line = self._opener.open(route.host, route.port, self._limits.connect_s)
        talk = _Talk(line, self._clock, self._limits, self._meter)
        try:
            if route.implicit_tls:
                talk.encrypt(self._context, route.host)
            talk.greet()
            if not route.implicit_tls:
                talk.starttls_or_nothing(self._context, route.host)
            if route.user is not None:
                talk.log_in(route.user, route.password or "")
        except BaseException:
            talk.close()
            raise
        return talk


def _context_for(route: MailRoute) -> ssl.SSLContext:
    # Not the system's list: where a state had its own authority installed there, it would read along.
    try:
        return ssl.create_default_context(cafile=str(route.ca_file or certifi.where()))
    except OSError:  # missing, unreadable, or no certificates
        raise Refused(what="ca-file-bad") from None


class _Talk(smtplib.SMTP):
    """One conversation with a server that may be hostile: every reply is capped, every wait has an end."""

    def __init__(self, line: socket.socket, clock: Clock, limits: Limits, meter: Meter) -> None:
        super().__init__(local_hostname=_OUR_NAME)
        self.sock = line
        # The same connection once more: encrypting takes the first handle away, and the count is read at the end.
        self._counted: socket.socket | None = line.dup()
        self._meter = meter
        self._pushed = self._pulled = 0
        self._clock = clock
        self._limits = limits
        self._heard = bytearray()
        self._reply_s = limits.reply_s
        self._ends_ns = clock.awake_ns() + round(limits.total_s * _NS)
        self._text_since_ns = self._text_sent = self._size = 0

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """TLS with the certificate and the name checked; what was heard before counts for nothing."""
        line = self._line
        line.settimeout(self._wait_s(self._limits.connect_s))
        try:
            self.sock = context.wrap_socket(line, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            dates = error.verify_code in _OUT_OF_DATE
            raise Refused(what="certificate-dates" if dates else "certificate-bad", code=error.verify_code) from error
        except OSError as error:  # ssl.SSLError and TimeoutError are
            raise Unavailable(what="tls-failed", errno=error.errno) from error
        self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def greet(self) -> None:
        _expect(self.getreply(), 220)
        self._introduce()

    def starttls_or_nothing(self, context: ssl.SSLContext, host: str) -> None:
        """STARTTLS (RFC 3207). Who strikes it out of the greeting, or adds words in clear after it, learns nothing."""
        if not self.has_extn("starttls"):
            raise Refused(what="starttls-missing")
        code, _ = self.docmd("STARTTLS")
        if code != 220:
            raise Refused(what="starttls-missing", code=code)
        if self._heard:
            raise Refused(what="starttls-tampered")
        self.encrypt(context, host)
        self._introduce()

    def _introduce(self) -> None:
        _expect(self.ehlo(), 250)

    def log_in(self, user: str, password: str) -> None:
        """AUTH PLAIN (RFC 4616), else LOGIN, in UTF-8; tried once, since more wrong tries can lock an account."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            reply = self.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            reply = self.docmd("AUTH", "LOGIN")
            for answer in (user, password):
                if reply[0] == 334:
                    reply = self.docmd(_base64(answer))
        else:
            raise Refused(what="auth-not-offered")
        if 500 <= reply[0] < 600:
            raise Refused(what="auth-refused", code=reply[0])
        _expect(reply, 235)

    def announce(self, sender: str, to: tuple[str, ...], size: int) -> None:
        """Say from whom, to whom and how large, before a byte of it goes (RFC 1870)."""
        self._size = size
        told = self.esmtp_features.get("size", "").strip()
        limit = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
        if 0 < limit < size:
            raise Refused(what="message-too-large", size=size, limit=limit)
        options = [f"SIZE={size}"] if self.has_extn("size") else []
        _expect(self.mail(sender, options), 250, size=size, permanent="sender-refused")
        for address in to:
            code, words = self.rcpt(address)
            if code != 251:  # "user not local; will forward" (RFC 5321 §3.4)
                _expect((code, words), 250, size=size, permanent="recipient-refused")

    def begin(self) -> None:
        _expect(self.docmd("DATA"), 354, size=self._size)
        self._text_since_ns = self._clock.awake_ns()

    def send_text(self, lines: bytes) -> None:
        """Whole CRLF lines of the mail."""
        try:
            self._push(dots_doubled(lines), self._limits.stall_s)
        except Unavailable:
            self._heed_early_reply()
            raise
        self._text_sent += len(lines)
        gone_s = (self._clock.awake_ns() - self._text_since_ns) / _NS
        if gone_s > self._limits.stall_s and self._text_sent < gone_s * self._limits.least_rate:
            raise Unavailable(what="mail-too-slow")

    def finish(self, handing_over: HandingOver) -> None:
        """The dot. Without it a server throws the text away; after it only the answer tells who has the mail."""
        self._heed_early_reply()
        handing_over()
        self._reply_s = self._limits.accept_s
        try:
            self._push(b".\r\n", self._limits.stall_s)
            code, words = self.getreply()
        except Unavailable as error:
            raise Unanswered(what="mail-no-answer") from error
        if not 400 <= code < 600 and code != 250:
            raise Unanswered(what="mail-no-answer")
        _expect((code, words), 250, size=self._size)

    def leave(self) -> None:
        """Say goodbye; what becomes of that changes nothing."""
        self._reply_s = min(5.0, self._limits.reply_s)
        with contextlib.suppress(KitError):
            self.docmd("QUIT")

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Commands in capitals, as mail programs write them: small ones would tell the Python library, also before TLS.

        Python 3.12 and later also write `from:` and `to:` small.
        """
        if cmd in {"mail", "rcpt"}:
            keyword, address = args.split(":", 1)
            args = f"{keyword.upper()}:{address}"
        super().putcmd(cmd.upper() if cmd in {"ehlo", "mail", "rcpt"} else cmd, args)

    def send(self, s: object) -> None:
        """The library's own commands leave through here."""
        self._push(s.encode("ascii") if isinstance(s, str) else bytes(s), self._limits.reply_s)  # type: ignore[call-overload]

    def getreply(self) -> tuple[int, bytes]:
        """One reply (RFC 5321 §4.2), its lines joined by newlines; its size and its time are capped as a whole."""
        deadline_ns = min(self._clock.awake_ns() + round(self._reply_s * _NS), self._ends_ns)
        lines: list[bytes] = []
        for line in self._reply_lines(deadline_ns):
            lines.append(line)
            if not re.fullmatch(rb"[2-5][0-9]{2}([ -].*)?", line) or line[:3] != lines[0][:3]:
                break
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(told[4:] for told in lines)
        raise Unavailable(what="mail-nonsense")

    def _reply_lines(self, deadline_ns: int) -> Iterator[bytes]:
        taken = 0
        while taken <= _REPLY_CAP:
            line, newline, rest = bytes(self._heard).partition(b"\n")
            if newline:
                taken += len(line) + 1
                self._heard = bytearray(rest)
                yield line.rstrip(b"\r")
            elif len(line) > _REPLY_CAP:
                return
            else:
                self._heard += self._listen(deadline_ns)

    def _listen(self, deadline_ns: int) -> bytes:
        left_s = (deadline_ns - self._clock.awake_ns()) / _NS
        if left_s <= 0:
            raise Unavailable(what="mail-too-slow")
        try:
            self._line.settimeout(left_s)
            told = self._line.recv(4096)
        except TimeoutError as error:
            raise Unavailable(what="mail-too-slow") from error
        except OSError as error:
            raise Unavailable(what="mail-line-lost", errno=error.errno) from error
        if not told:
            raise Unavailable(what="mail-line-lost")
        self._pulled += len(told)
        return told

    def _push(self, content: bytes, patience_s: float) -> None:
        left = memoryview(content)
        try:
            while left:
                self._line.settimeout(self._wait_s(patience_s))
                gone = self._line.send(left)
                self._pushed += gone
                left = left[gone:]
        except TimeoutError as error:
            raise Unavailable(what="mail-too-slow") from error
        except OSError as error:
            raise Unavailable(what="mail-line-lost", errno=error.errno) from error

    def _heed_early_reply(self) -> None:
        """A server that speaks before the dot, or has hung up, does not want the mail: then nothing is uncertain."""
        if not self._heard:
            try:
                self._line.settimeout(0)
                told = self._line.recv(4096)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            except OSError as error:
                raise Unavailable(what="mail-line-lost", errno=error.errno) from error
            if not told:
                raise Unavailable(what="mail-line-lost")
            self._pulled += len(told)
            self._heard += told
        _expect(self.getreply(), None, size=self._size)

    def close(self) -> None:
        """Hang up and count what passed, as the kernel tells; where it does not, without what encryption adds."""
        super().close()
        counted, self._counted = self._counted, None
        if counted is not None:
            with contextlib.closing(counted):
                sent, received = passed(counted) or (self._pushed, self._pulled)
            self._meter.count(sent, received)

    def _wait_s(self, patience_s: float) -> float:
        left_s = (self._ends_ns - self._clock.awake_ns()) / _NS
        if left_s <= 0:
            raise Unavailable(what="mail-too-slow")
        return min(patience_s, left_s)

    @property
    def _line(self) -> socket.socket:
        if self.sock is None:
            raise Unavailable(what="mail-line-lost")
        return self.sock


def _expect(reply: tuple[int, bytes], wanted: int | None, *, size: int = 0, permanent: str = "mail-refused") -> None:
    """Nothing where the code is the wanted one; else the error that the code and its enhanced code (RFC 3463) mean."""
    code, words = reply
    if code == wanted:
        return
    match = re.match(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", words)
    enhanced = match.group().decode("ascii") if match else None
    if 400 <= code < 500:
        raise Unavailable(what="mail-later", code=code)
    if not 500 <= code < 600:
        raise Unavailable(what="mail-nonsense", code=code)
    if enhanced in _TOO_LARGE or (code in {523, 552} and enhanced is None):
        raise Refused(what="message-too-large", size=size)
    if enhanced == "5.2.2":
        raise Refused(what="mailbox-full", code=code)
    raise Refused(what=permanent, code=code)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
