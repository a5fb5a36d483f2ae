"""Connect over TCP, straight or through the person's SOCKS proxy, and carry bytes under a deadline."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import socks

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.exchange import NetworkEvent, Operation, TcpConnect
from evidence_kit.model.failure import AnyFailure, Failure
from evidence_kit.probe.failure import failure_of
from evidence_kit.probe.trace import Trace

READ_SIZE: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Proxy:
    """A SOCKS5 proxy that resolves names itself (socks5h)."""

    address: str
    port: int
    username: str | None = None
    password: str | None = None


def read_proxy(untrusted_url: str) -> Proxy:
    """A proxy from `socks5h://[user:password@]address:port`.

    Raises `Refused` with "proxy-scheme" where names would be looked up beside the proxy, and "proxy-address" where the
    proxy itself is a name that would have to be looked up, or has no port.
    """
    try:
        parts = urlsplit(untrusted_url)
        port = parts.port
        address = "127.0.0.1" if parts.hostname == "localhost" else str(ipaddress.ip_address(parts.hostname or ""))
    except ValueError:
        raise Refused(Code.PROXY_ADDRESS) from None
    if parts.scheme != "socks5h":
        raise Refused(Code.PROXY_SCHEME, scheme=parts.scheme)
    if port is None:
        raise Refused(Code.PROXY_ADDRESS)
    username = None if parts.username is None else unquote(parts.username)
    return Proxy(address, port, username, None if parts.password is None else unquote(parts.password))


class Wire(Protocol):
    """Bytes to and from the other end; both raise what the socket raises, `TimeoutError` at the deadline."""

    def send(self, content: bytes, deadline: float) -> None: ...

    def receive(self, deadline: float) -> bytes:
        """Up to 16 KiB; empty at the end."""
        ...

    def close(self) -> None: ...


class TcpWire:
    """A connected socket under a deadline, counting and noting what passes."""

    def __init__(self, trace: Trace, connected: socket.socket, address: str, transaction: int) -> None:
        self._trace = trace
        self._socket = connected
        self.address = address
        self.transaction = transaction

    def send(self, content: bytes, deadline: float) -> None:
        t0 = self._trace.now()
        try:
            self._socket.settimeout(self._trace.left(deadline))
            self._socket.sendall(content)
        except OSError as error:
            self._note(Operation.WRITE, failure_of(error), 0, t0)
            raise
        self._trace.count(sent=len(content))
        self._note(Operation.WRITE, None, len(content), t0)

    def receive(self, deadline: float) -> bytes:
        t0 = self._trace.now()
        try:
            self._socket.settimeout(self._trace.left(deadline))
            content = self._socket.recv(READ_SIZE)
        except OSError as error:
            self._note(Operation.READ, failure_of(error), 0, t0)
            raise
        self._trace.count(received=len(content))
        self._note(Operation.READ, None if content else Failure.EOF, len(content), t0)
        return content

    def close(self) -> None:
        self._socket.close()

    def _note(self, operation: Operation, failure: AnyFailure | None, num_bytes: int, t0: float) -> None:
        event = NetworkEvent(operation, self.address, failure, num_bytes, t0, self._trace.now(), self.transaction)
        self._trace.event(event)

    def note_tls(self, operation: Operation, failure: AnyFailure | None) -> None:
        now = self._trace.now()
        self._trace.event(NetworkEvent(operation, self.address, failure, 0, now, now, self.transaction))


def endpoint_text(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def connect(
    trace: Trace, host: str, port: int, *, timeout_s: float, proxy: Proxy | None = None, transaction: int | None = None
) -> tuple[TcpConnect, TcpWire | None]:
    """One TCP connect; the caller closes the wire. `host` is an IP address, or any name where a proxy resolves it."""
    transaction = trace.number() if transaction is None else transaction
    t0 = trace.now()
    address = endpoint_text(host, port)
    wire: TcpWire | None = None
    failure: AnyFailure | None = None
    try:
        connected = _dial(host, port, trace.left(trace.deadline(timeout_s)), proxy)
        wire = TcpWire(trace, connected, address, transaction)
    except OSError as error:
        failure = failure_of(error)
    t = trace.now()
    trace.event(NetworkEvent(Operation.CONNECT, address, failure, 0, t0, t, transaction))
    return TcpConnect(host, port, failure, t0, t, transaction), wire


def _dial(host: str, port: int, timeout_s: float, proxy: Proxy | None) -> socket.socket:
    if proxy is None:
        # A name here would be looked up silently; ip_address refuses it (ValueError, a bug).
        version = ipaddress.ip_address(host).version
        dialling = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_STREAM)
    else:
        dialling = socks.socksocket(socket.AF_INET6 if ":" in proxy.address else socket.AF_INET, socket.SOCK_STREAM)
        dialling.set_proxy(socks.SOCKS5, proxy.address, proxy.port, True, proxy.username, proxy.password)
    dialling.settimeout(timeout_s)
    try:
        dialling.connect((host, port))
    except BaseException:
        dialling.close()
        raise
    return dialling
