"""Servers on loopback that can fail in every way that a network makes them fail: plain TCP, HTTP and TLS.

One thread watches their sockets, a pool answers.
"""

import contextlib
import queue
import selectors
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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


class WebAnswer(StrEnum):
    """What a web server answers: its own page, or something in its place."""

    OWN = "own"
    REDIRECT = "redirect"
    LOGIN = "login"
    NETWORK_AUTHENTICATION = "511"
    FORBIDDEN = "403"


@dataclass(frozen=True, slots=True)
class Contexts:
    up: ssl.SSLContext
    stranger: ssl.SSLContext
    expired: ssl.SSLContext

    def of(self, behaviour: Behaviour) -> ssl.SSLContext:
        return {Behaviour.STRANGER: self.stranger, Behaviour.EXPIRED: self.expired}.get(behaviour, self.up)


class ServerLoop:
    """One thread that watches sockets; `call` runs something in it and waits, so that sockets have one owner."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._near, self._far = socket.socketpair()
        self._selector.register(self._near, selectors.EVENT_READ, self._run_calls)
        self._calls: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()
        self._running = True
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
        self._running = False

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
        while self._running:
            for key, _ in self._selector.select():
                key.data()


class ServerPool(ThreadPoolExecutor):
    """The threads on which connections are answered."""

    def __init__(self) -> None:
        super().__init__(_WORKERS, "rehearsal")


def _listener(address: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if hasattr(socket, "SO_REUSEPORT"):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind((address, port))
    return bound


class Server:
    """A TCP server on a port that stays its own, whatever it does at the moment."""

    def __init__(self, loop: ServerLoop, pool: ServerPool, address: str) -> None:
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

    def __init__(self, loop: ServerLoop, pool: ServerPool, address: str, status: int, body: bytes) -> None:
        self.page = WebAnswer.OWN
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


def _page(page: WebAnswer, status: int, body: bytes) -> bytes:
    extra = ""
    match page:
        case WebAnswer.REDIRECT:
            status, body, extra = 302, b"", "Location: http://login.portal.test/?mac=02:00:5e:10:00:01\r\n"
        case WebAnswer.LOGIN:
            status, body = 200, _PORTAL_PAGE
        case WebAnswer.NETWORK_AUTHENTICATION:
            status, body = 511, _PORTAL_PAGE
        case WebAnswer.FORBIDDEN:
            status, body = 403, b"<html>Blocked.</html>"
        case WebAnswer.OWN:
            pass
    head = f"HTTP/1.1 {status} Rehearsal\r\n{extra}Connection: close\r\n"
    if status != 204:
        head += f"Content-Type: text/html\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class TlsServer(Server):
    """TLS under the rehearsal's authority. `cut_names` are reset as soon as a ClientHello asks for one of them."""

    def __init__(self, loop: ServerLoop, pool: ServerPool, address: str, contexts: Contexts) -> None:
        self.cut_names: frozenset[str] = frozenset()
        self.page = WebAnswer.OWN
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
