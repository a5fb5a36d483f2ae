"""The conversation with a submission server (RFC 5321): who sends, to whom, the text, and the one dangerous moment.

The standard library speaks the grammar; here are the caps and what an answer means. The server's words are never kept,
only its numbers.
"""

import base64
import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import KitError, Refused, Unavailable
from evidence_kit.sync.network import Network
from evidence_kit.sync.smtp.line import Line
from evidence_kit.sync.smtp.mail import dots_doubled
from evidence_kit.sync.transport import HandingOver, Unanswered

# What common mail programs say; a computer's real name would tell whose it is.
_OUR_NAME: Final = "[127.0.0.1]"
_REPLY_CAP: Final = 64 * 1024
_TOO_LARGE: Final = frozenset({"5.3.4", "5.2.3"})
_NS: Final = 1_000_000_000


class Conversation(smtplib.SMTP):
    """One conversation over `line`, whose server may be hostile: every reply is capped, every wait has an end."""

    def __init__(self, line: Line, network: Network) -> None:
        super().__init__(local_hostname=_OUR_NAME)
        self._line = line
        self._clock = network.clock
        self._limits = network.limits
        self._heard = bytearray()
        self._reply_s = network.limits.reply_s
        self._text_since_ns = self._text_sent = self._size = 0

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """TLS as `Line.encrypt`; what was heard before counts for nothing."""
        self._line.encrypt(context, host)
        self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def greet(self) -> None:
        _expect(self.getreply(), 220)
        self._introduce()

    def starttls_or_nothing(self, context: ssl.SSLContext, host: str) -> None:
        """STARTTLS (RFC 3207). Who strikes it out of the greeting, or adds words in clear after it, learns nothing."""
        if not self.has_extn("starttls"):
            raise Refused(Code.STARTTLS_MISSING)
        code, _ = self.docmd("STARTTLS")
        if code != 220:
            raise Refused(Code.STARTTLS_MISSING, code=code)
        if self._heard:
            raise Refused(Code.STARTTLS_TAMPERED)
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
            raise Refused(Code.AUTH_NOT_OFFERED)
        if 500 <= reply[0] < 600:
            raise Refused(Code.AUTH_REFUSED, code=reply[0])
        _expect(reply, 235)

    def announce(self, sender: str, to: tuple[str, ...], size: int) -> None:
        """Say from whom, to whom and how large, before a byte of it goes (RFC 1870)."""
        self._size = size
        told = self.esmtp_features.get("size", "").strip()
        limit = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
        if 0 < limit < size:
            raise Refused(Code.MESSAGE_TOO_LARGE, size=size, limit=limit)
        options = [f"SIZE={size}"] if self.has_extn("size") else []
        _expect(self.mail(sender, options), 250, size=size, permanent=Code.SENDER_REFUSED)
        for address in to:
            code, words = self.rcpt(address)
            if code != 251:  # "user not local; will forward" (RFC 5321 §3.4)
                _expect((code, words), 250, size=size, permanent=Code.RECIPIENT_REFUSED)

    def begin(self) -> None:
        _expect(self.docmd("DATA"), 354, size=self._size)
        self._text_since_ns = self._clock.awake_ns()

    def send_text(self, lines: bytes) -> None:
        """Whole CRLF lines of the mail."""
        try:
            self._line.send(dots_doubled(lines), self._limits.stall_s)
        except Unavailable:
            self._heed_early_reply()
            raise
        self._text_sent += len(lines)
        gone_s = (self._clock.awake_ns() - self._text_since_ns) / _NS
        if gone_s > self._limits.stall_s and self._text_sent < gone_s * self._limits.least_rate:
            raise Unavailable(Code.MAIL_TOO_SLOW)

    def finish(self, handing_over: HandingOver) -> None:
        """The dot. Without it a server throws the text away; after it only the answer tells who has the mail."""
        self._heed_early_reply()
        handing_over()
        self._reply_s = self._limits.accept_s
        try:
            self._line.send(b".\r\n", self._limits.stall_s)
            code, words = self.getreply()
        except Unavailable as error:
            raise Unanswered(Code.DELIVERY_NO_ANSWER) from error
        if not 400 <= code < 600 and code != 250:
            raise Unanswered(Code.DELIVERY_NO_ANSWER)
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
        self._line.send(s.encode("ascii") if isinstance(s, str) else bytes(s), self._limits.reply_s)  # type: ignore[call-overload]

    def getreply(self) -> tuple[int, bytes]:
        """One reply (RFC 5321 §4.2), its lines joined by newlines; its size and its time are capped as a whole."""
        deadline_ns = self._line.deadline_ns(self._reply_s)
        lines: list[bytes] = []
        for line in self._reply_lines(deadline_ns):
            lines.append(line)
            if not re.fullmatch(rb"[2-5][0-9]{2}([ -].*)?", line) or line[:3] != lines[0][:3]:
                break
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(told[4:] for told in lines)
        raise Unavailable(Code.MAIL_NONSENSE)

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
                self._heard += self._line.receive(deadline_ns)

    def _heed_early_reply(self) -> None:
        """A server that speaks before the dot, or has hung up, does not want the mail: then nothing is uncertain."""
        if not self._heard:
            self._heard += self._line.receive_now()
        if self._heard:
            _expect(self.getreply(), None, size=self._size)


def _expect(
    reply: tuple[int, bytes], wanted: int | None, *, size: int = 0, permanent: Code = Code.MAIL_REFUSED
) -> None:
    """Nothing where the code is the wanted one; else the error that the code and its enhanced code (RFC 3463) mean."""
    code, words = reply
    if code == wanted:
        return
    match = re.match(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", words)
    enhanced = match.group().decode("ascii") if match else None
    if 400 <= code < 500:
        raise Unavailable(Code.MAIL_LATER, code=code)
    if not 500 <= code < 600:
        raise Unavailable(Code.MAIL_NONSENSE, code=code)
    if enhanced in _TOO_LARGE or (code in {523, 552} and enhanced is None):
        raise Refused(Code.MESSAGE_TOO_LARGE, size=size)
    if enhanced == "5.2.2":
        raise Refused(Code.MAILBOX_FULL, code=code)
    raise Refused(permanent, code=code)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
