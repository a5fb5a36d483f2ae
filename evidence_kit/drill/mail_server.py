"""A real mail server on loopback, with TLS and a password, for rehearsals: it writes what it accepts as .eml files.

For drills and tests alone: it listens on 127.0.0.1, trusts nobody's mail and forwards nothing.
"""

import asyncio
import contextlib
import datetime
import logging
import secrets
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from evidence_kit.drill.certificate_authority import Authority
from evidence_kit.files import write_whole

_HOST: Final = "127.0.0.1"
_USER: Final = "rehearsal@kit.invalid"
_GOODBYE_S: Final = 5.0
_ACCEPTED: Final = "250 2.0.0 kept"
# A rehearsal may run under a clock that is years off.
_VALID: Final = (datetime.datetime(1970, 1, 2), datetime.datetime(2199, 12, 31))  # noqa: DTZ001 - x509 takes naive UTC


class Inbox:
    """What the server does with a mail: keep it, on the disk before it says so. Tests override single steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        return self.keep(envelope)

    def keep(self, envelope: Envelope) -> str:
        """Write the mail under the next number; the reply to the final dot."""
        content = envelope.original_content
        if content is None:
            return "451 4.3.0 nothing came"
        write_whole(self.folder / f"{self._last() + 1:08d}.eml", content, replace=False)
        return _ACCEPTED

    def received(self) -> list[Path]:
        """The mails accepted so far, oldest first; by number, since a stick's file system tells times too roughly."""
        return sorted(self.folder.glob("*.eml"))

    def _last(self) -> int:
        return max((int(path.stem) for path in self.received()), default=0)


class PostOffice:
    """The server, from entering the context to leaving it. `ca_file` receives the certificate to trust.

    `implicit_tls` is smtps://, else STARTTLS. `size_limit` in bytes is announced and enforced; None for none.
    """

    def __init__(
        self,
        inbox: Inbox,
        ca_file: Path,
        *,
        implicit_tls: bool = False,
        size_limit: int | None = 32 << 20,
        port: int = 0,
        password: str | None = None,
    ) -> None:
        self.inbox = inbox
        self._ca_file = ca_file
        self._implicit_tls = implicit_tls
        self._size_limit = size_limit
        self._port = port
        self._password = password or secrets.token_urlsafe(12)
        self._loop = asyncio.new_event_loop()
        self._counters: set[_Counter] = set()
        self._empty = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rehearsal-mail")

    def __enter__(self) -> Self:
        # It writes what it hears, and advice to its own authors, to standard error.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        authority = Authority("Rehearsal authority", *_VALID)
        write_whole(self._ca_file, authority.pem)
        self._context = context = authority.context(["localhost"], [_HOST])
        self._server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: _Counter(self), _HOST, self._port, ssl=context if self._implicit_tls else None
            )
        )
        self._port = self._server.sockets[0].getsockname()[1]
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._close())
        self._loop.close()

    def url(self, to: str = "desk@newsroom.invalid") -> str:
        """The address of a destination here, with the password and the certificate to trust."""
        scheme = "smtps" if self._implicit_tls else "smtp"
        who = f"{quote(_USER, safe='')}:{quote(self._password, safe='')}"
        return f"{scheme}://{who}@{_HOST}:{self._port}/?to={quote(to)}&ca_file={quote(str(self._ca_file))}"

    def serve(self, counter: "_Counter") -> None:
        """A connection began; it is cut at the latest when the office closes."""
        self._counters.add(counter)

    def leave(self, counter: "_Counter") -> None:
        """A connection is over, with all that is below it."""
        self._counters.discard(counter)
        if not self._counters:
            self._empty.set()

    def options(self) -> dict[str, Any]:
        """How aiosmtpd is set up."""
        return {
            "loop": self._loop,
            "hostname": "mail.kit.invalid",
            "ident": "ready",
            "data_size_limit": self._size_limit,
            "tls_context": None if self._implicit_tls else self._context,
            "require_starttls": not self._implicit_tls,
            "auth_require_tls": not self._implicit_tls,  # aiosmtpd does not see a TLS that was there from the start
            "authenticator": self._authenticate,
        }

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: object
    ) -> AuthResult:
        right = (
            isinstance(given, LoginPassword)
            and given.login == _USER.encode()
            and secrets.compare_digest(given.password, self._password.encode())
        )
        return AuthResult(success=right, handled=False)

    async def _close(self) -> None:
        self._server.close()
        self._empty.clear()
        for counter in self._counters:
            # Python 3.11.2 cannot abort a TLS transport that is closed already.
            if isinstance(counter.transport, asyncio.Transport) and not counter.transport.is_closing():
                counter.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._counters:
            # One that is saying goodbye has a socket below it until the other side has closed too.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), _GOODBYE_S)
        await self._server.wait_closed()
        await self._loop.shutdown_default_executor()


class _Counter(SMTP):
    """One connection at the office's counter."""

    def __init__(self, office: PostOffice) -> None:
        super().__init__(office.inbox, **office.options())
        self._office = office

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._office.serve(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._office.leave(self)
