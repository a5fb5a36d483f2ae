"""A little internet on one machine, for drills and tests: anchors, checks, resolvers, a site; each of them can fail.

It speaks real TCP, TLS, HTTP and DNS on loopback (or on the addresses it is given) under a throw-away authority, and
writes the targets file that points the watch at itself. Nothing in it is secret and nothing outlives it.
"""

import contextlib
import queue
import selectors
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from evidence_kit.clock import Clock, SystemClock
from evidence_kit.drill.certificate_authority import Authority, around
from evidence_kit.files import write_whole
from evidence_kit.model.judgement import WatchPolicy

LOOPBACK: Final = "127.0.0.1"
# On loopback like everything here, and by the rules no public site's address.
BOGON: Final = "127.66.66.66"
SITE: Final = "site.test"
NEUTRAL: Final = "neutral.test"
PACE: Final = WatchPolicy(
    interval_s=2.0,
    retry_s=(0.2,),
    confirm_rounds=3,
    confirm_span_s=0.3,
    recover_gap_s=0.2,
    backoff_first_s=0.4,
    backoff_cap_s=2.0,
)

_OPERATORS: Final = ("North", "East", "South")
_DOMESTIC: Final = "Home"
_WORKERS: Final = 16
_PATIENCE_S: Final = 5.0
_REQUEST_CAP: Final = 16 * 1024
_PORTAL_PAGE: Final = b"<html><title>Welcome</title>Please log in to use this network.</html>"


class Behaviour(StrEnum):
    """What a server does with a connection. UNANSWERED drops the first packet; SILENT accepts and says nothing."""

    UP = "up"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    SILENT = "silent"
    RESET = "reset"
    CLOSED = "closed"
    STRANGER = "stranger"
    EXPIRED = "expired"


class Page(StrEnum):
    """What a web server answers: its own page, or something in its place."""

    OWN = "own"
    REDIRECT = "redirect"
    LOGIN = "login"
    NETWORK_AUTHENTICATION = "511"
    FORBIDDEN = "403"


class Names(StrEnum):
    """What a resolver answers."""

    TRUE = "true"
    MISSING = "nxdomain"
    FAILING = "servfail"
    BOGUS = "bogon"
    EVERYTHING = "wildcard"
    INJECTED = "injected"
    NOTHING = "nothing"


class _Loop:
    """One thread that watches sockets; `call` runs something in it and waits, so that sockets have one owner."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._near, self._far = socket.socketpair()
        self._selector.register(self._near, selectors.EVENT_READ, self._run_calls)
        self._calls: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()
        self._cancel = True
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)
        self._thread.start()

    def call(self, action: Callable[[], None]) -> None:
        done: Future[None] = Future()
        self._calls.put((action, done))
        self._far.send(b"!")
        done.result(timeout=10)

    def watch(self, watched: socket.socket, ready: Callable[[], None]) -> None:
        self._selector.register(watched, selectors.EVENT_READ, ready)

    def forget(self, watched: socket.socket) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(watched)

    def close(self) -> None:
        self.call(self._stop)
        self._thread.join()
        self._selector.close()
        self._near.close()
        self._far.close()

    def _stop(self) -> None:
        self._cancel = False

    def _run_calls(self) -> None:
        self._near.recv(1)
        action, done = self._calls.get()
        try:
            action()
        except OSError as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    def _run(self) -> None:
        while self._cancel:
            for key, _ in self._selector.select():
                key.data()


def _listener(address: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if hasattr(socket, "SO_REUSEPORT"):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((address, port))
    return bound


class Server:
    """A TCP server on a port that stays its own, whatever it does at the moment."""

    def __init__(self, loop: _Loop, pool: ThreadPoolExecutor, address: str) -> None:
        self._loop = loop
        self._pool = pool
        # Bound and never listening: keeps the port, and refuses connections while nobody listens beside it.
        self._reserved = _listener(address, 0)
        self.address, self.port = self._reserved.getsockname()[:2]
        self.behaviour = Behaviour.REFUSED
        self.connections = 0
        self._listening: socket.socket | None = None
        self._held: list[socket.socket] = []
        self.behave(Behaviour.UP)

    def behave(self, behaviour: Behaviour) -> None:
        """From now on; connections that hang in the old behaviour are dropped."""
        self._loop.call(lambda: self._switch(behaviour))

    def _switch(self, behaviour: Behaviour) -> None:
        self._hang_up()
        self.behaviour = behaviour
        if behaviour is Behaviour.REFUSED:
            return
        self._listening = _listener(self.address, self.port)
        if behaviour is Behaviour.UNANSWERED:
            self._fill_queue(self._listening)
            return
        self._listening.listen(64)
        self._listening.setblocking(False)
        self._loop.watch(self._listening, self._accept)

    def _fill_queue(self, listening: socket.socket) -> None:
        # With its queue full and nobody accepting, Linux drops further SYN packets, as a shutdown does.
        listening.listen(0)
        self._held.append(socket.create_connection((self.address, self.port), timeout=_PATIENCE_S))

    def _hang_up(self) -> None:
        if self._listening is not None:
            self._loop.forget(self._listening)
            self._listening.close()
            self._listening = None
        while self._held:
            self._held.pop().close()

    def _accept(self) -> None:
        if self._listening is None:
            return
        with contextlib.suppress(OSError):
            connection, _ = self._listening.accept()
            self.connections += 1
            if self.behaviour is Behaviour.SILENT:
                self._held.append(connection)
            else:
                self._pool.submit(self._answer, connection)

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(_PATIENCE_S)
            self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        """Serve one connection; a server of no protocol just closes it."""

    def close(self) -> None:
        def stop() -> None:
            self._hang_up()
            self._reserved.close()

        self._loop.call(stop)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class WebServer(Server):
    """Plain HTTP: `page` decides what is answered; `status` and `body` are its own page."""

    def __init__(self, loop: _Loop, pool: ThreadPoolExecutor, address: str, status: int, body: bytes) -> None:
        self.page = Page.OWN
        self._status, self._body = status, body
        super().__init__(loop, pool, address)

    def answer(self, connection: socket.socket) -> None:
        if not _read_request(connection):
            return
        if self.behaviour is Behaviour.RESET:
            _reset(connection)
        elif self.behaviour is not Behaviour.CLOSED:
            connection.sendall(_page(self.page, self._status, self._body))


def _read_request(connection: socket.socket) -> bool:
    untrusted = b""
    while b"\r\n\r\n" not in untrusted:
        piece = connection.recv(4096)
        if not piece or len(untrusted) > _REQUEST_CAP:
            return False
        untrusted += piece
    return True


def _page(page: Page, status: int, body: bytes) -> bytes:
    extra = ""
    match page:
        case Page.REDIRECT:
            status, body, extra = 302, b"", "Location: http://login.portal.test/?mac=02:00:5e:10:00:01\r\n"
        case Page.LOGIN:
            status, body = 200, _PORTAL_PAGE
        case Page.NETWORK_AUTHENTICATION:
            status, body = 511, _PORTAL_PAGE
        case Page.FORBIDDEN:
            status, body = 403, b"<html>Blocked.</html>"
        case Page.OWN:
            pass
    head = f"HTTP/1.1 {status} Rehearsal\r\n{extra}Connection: close\r\n"
    if status != 204:
        head += f"Content-Type: text/html\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class TlsServer(Server):
    """TLS under the rehearsal's authority. `cut_names` are reset as soon as a ClientHello asks for one of them."""

    def __init__(self, loop: _Loop, pool: ThreadPoolExecutor, address: str, contexts: "_Contexts") -> None:
        self.cut_names: frozenset[str] = frozenset()
        self.page = Page.OWN
        self._contexts = contexts
        super().__init__(loop, pool, address)

    def answer(self, connection: socket.socket) -> None:
        hello = connection.recv(4096, socket.MSG_PEEK)
        if self.behaviour is Behaviour.CLOSED:
            connection.recv(len(hello))
            return
        if self.behaviour is Behaviour.RESET or any(name.encode() in hello for name in self.cut_names):
            _reset(connection)
            return
        with self._contexts.of(self.behaviour).wrap_socket(connection, server_side=True) as secured:
            if _read_request(secured):
                secured.sendall(_page(self.page, 200, b"<html><title>Rehearsal site</title>Here.</html>"))


class Resolver:
    """A DNS server over UDP that knows `names`; everything else does not exist."""

    def __init__(self, loop: _Loop, address: str, names: dict[str, str]) -> None:
        self._loop = loop
        self._names = names
        self.answering = Names.TRUE
        self.questions: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.setblocking(False)
        self.address, self.port = self._socket.getsockname()[:2]
        loop.call(lambda: loop.watch(self._socket, self._answer))

    def _answer(self) -> None:
        with contextlib.suppress(OSError, dns.exception.DNSException):
            untrusted, asker = self._socket.recvfrom(4096)
            question = dns.message.from_wire(untrusted)
            self.questions.append(question.question[0].name.to_text(omit_final_dot=True))
            for reply in self._replies(question):
                self._socket.sendto(reply.to_wire(), asker)

    def _replies(self, question: dns.message.Message) -> Iterable[dns.message.Message]:
        name = question.question[0].name.to_text(omit_final_dot=True)
        known = self._names.get(name)
        match self.answering:
            case Names.NOTHING:
                return
            case Names.BOGUS:
                yield _reply(question, BOGON)
            case Names.EVERYTHING:
                yield _reply(question, known or LOOPBACK)
            case Names.INJECTED:
                yield _reply(question, BOGON)
                yield _reply(question, known)
            case Names.FAILING:
                yield _reply(question, None, dns.rcode.SERVFAIL)
            case Names.MISSING:
                yield _reply(question, None, dns.rcode.NXDOMAIN)
            case Names.TRUE:
                yield _reply(question, known, dns.rcode.NOERROR if known else dns.rcode.NXDOMAIN)

    def close(self) -> None:
        def stop() -> None:
            self._loop.forget(self._socket)
            self._socket.close()

        self._loop.call(stop)


def _reply(
    question: dns.message.Message, address: str | None, rcode: dns.rcode.Rcode = dns.rcode.NOERROR
) -> dns.message.Message:
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.RA
    reply.set_rcode(rcode)
    asked = question.question[0]
    if address is not None and asked.rdtype == dns.rdatatype.A:
        reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", address))
    return reply


@dataclass(frozen=True, slots=True)
class _Contexts:
    up: ssl.SSLContext
    stranger: ssl.SSLContext
    expired: ssl.SSLContext

    def of(self, behaviour: Behaviour) -> ssl.SSLContext:
        return {Behaviour.STRANGER: self.stranger, Behaviour.EXPIRED: self.expired}.get(behaviour, self.up)


class FakeInternet:
    """The whole little internet; a context manager.

    `abroad` are three anchors of different operators, `home` is a domestic one, `checks` two connectivity checks,
    `system` and `independent` resolvers, `site` a web site over TLS, `plain_site` the same without, `gateway` the next
    hop. `address` and `home_address` are where to listen.
    """

    def __init__(self, *, address: str = LOOPBACK, home_address: str = LOOPBACK, clock: Clock | None = None) -> None:
        now = datetime.fromisoformat((clock or SystemClock()).read().wall_utc)
        begins, ends = around(now, before_days=900, days=1800)
        authority = Authority("Evidence Kit rehearsal authority", begins, ends)
        certified = [SITE, NEUTRAL, *(_anchor_name(operator) for operator in (*_OPERATORS, _DOMESTIC))]
        fresh = around(now, before_days=2, days=30)
        stale = around(now, before_days=800, days=30)
        contexts = _Contexts(
            up=authority.context(certified, begins=fresh[0], ends=fresh[1]),
            stranger=Authority("Somebody else", begins, ends).context(certified, begins=fresh[0], ends=fresh[1]),
            expired=authority.context(certified, begins=stale[0], ends=stale[1]),
        )
        self._ca_pem = authority.pem
        self._loop = _Loop()
        self._pool = ThreadPoolExecutor(_WORKERS, "rehearsal")
        names = dict.fromkeys(("check-one.test", "check-two.test", SITE, NEUTRAL), address)
        loop, pool = self._loop, self._pool
        self.abroad = tuple(TlsServer(loop, pool, address, contexts) for _ in _OPERATORS)
        self.home = TlsServer(loop, pool, home_address, contexts)
        self.site = TlsServer(loop, pool, address, contexts)
        self.plain_site = WebServer(loop, pool, address, 200, b"<html><title>Rehearsal site</title>Here.</html>")
        self.checks = (WebServer(loop, pool, address, 204, b""), WebServer(loop, pool, address, 200, b"Rehearsal OK\n"))
        self.gateway = Server(loop, pool, address)
        self.system = Resolver(loop, home_address, names)
        self.independent = (Resolver(loop, address, names), Resolver(loop, address, names))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for server in (*self._servers, self.home, self.gateway):
            server.close()
        for resolver in (self.system, *self.independent):
            resolver.close()
        self._pool.shutdown()
        self._loop.close()

    @property
    def _servers(self) -> tuple[Server, ...]:
        return (*self.abroad, self.site, self.plain_site, *self.checks)

    def restore(self) -> None:
        """Everything works."""
        self.cut_abroad(Behaviour.UP, Names.TRUE)
        for web in (*self.checks, self.plain_site, self.site):
            web.page = Page.OWN
        for resolver in (self.system, *self.independent):
            resolver.answering = Names.TRUE
        for server in (self.home, self.gateway):
            server.behave(Behaviour.UP)

    def cut_abroad(self, how: Behaviour = Behaviour.UNANSWERED, names: Names = Names.NOTHING) -> None:
        """The domestic anchor and the system's resolver go on; nothing else answers."""
        for server in self._servers:
            server.behave(how)
        for resolver in self.independent:
            resolver.answering = names

    def black_out(self, how: Behaviour = Behaviour.UNANSWERED) -> None:
        """The gateway is there, and nothing beyond it."""
        self.cut_abroad(how)
        self.home.behave(how)
        self.system.answering = Names.NOTHING

    def put_portal(self, page: Page = Page.REDIRECT) -> None:
        """A login page answers every plain web request; nothing else gets through."""
        for server in (*self.abroad, self.home, self.site):
            server.behave(Behaviour.UNANSWERED)
        for check in self.checks:
            check.page = page

    def write_targets(self, folder: Path, policy: WatchPolicy = PACE) -> Path:
        """Write `targets.toml` and the authority's certificate into `folder`; the path of the first."""
        write_whole(folder / "rehearsal-ca.pem", self._ca_pem)
        path = folder / "targets.toml"
        write_whole(path, self._targets(policy).encode())
        return path

    def _targets(self, policy: WatchPolicy) -> str:
        figures = "\n".join(f"{f.name} = {_toml(getattr(policy, f.name))}" for f in fields(policy))
        independent = "\n".join(
            f'[[dns.independent]]\noperator = "Independent {n}"\naddress = "{r.address}:{r.port}"\n'
            for n, r in enumerate(self.independent, 1)
        )
        anchors = "\n".join(
            f'[[anchor]]\noperator = "{operator}"\naddress = "{server.address}"\nport = {server.port}\n'
            f'server_name = "{_anchor_name(operator)}"\nregion = "{region}"\n'
            for operator, server, region in (
                *(
                    (operator, server, "international")
                    for operator, server in zip(_OPERATORS, self.abroad, strict=True)
                ),
                (_DOMESTIC, self.home, "domestic"),
            )
        )
        one, two = self.checks
        return (
            f"version = 1\n\n[policy]\n{figures}\n\n"
            "[timeouts]\nround_s = 10\ntarget_s = 10\ndns_s = 0.4\nduplicates_s = 0.05\ntcp_s = 0.5\ntls_s = 0.5\n"
            "http_s = 0.5\ngateway_s = 0.3\n\n"
            f'[link]\ncheck = false\ngateway = "{self.gateway.address}"\ngateway_ports = [{self.gateway.port}]\n\n'
            f'[dns]\nsystem = "{self.system.address}:{self.system.port}"\nwildcard_suffix = "test"\n\n{independent}\n'
            f'[tls]\nca_file = "rehearsal-ca.pem"\nneutral_name = "{NEUTRAL}"\n\n{anchors}\n'
            f'[[http_check]]\noperator = "One"\nurl = "http://check-one.test:{one.port}/generate_204"\n'
            "status = [204]\n\n"
            f'[[http_check]]\noperator = "Two"\nurl = "http://check-two.test:{two.port}/connect"\nstatus = [200]\n'
            'body = "Rehearsal OK"\n'
        )


def _anchor_name(operator: str) -> str:
    return f"{operator.lower()}.anchor.test"


def _toml(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
