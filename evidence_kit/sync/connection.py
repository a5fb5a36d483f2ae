"""Open a connection, straight or through the person's proxy; with a proxy set, through it or not at all."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

import socks

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable

# Keeps what is sent but not yet on the wire small, so that progress is real and a slow line does not look dead.
_UNSENT: Final = 64 * 1024


class Direct:
    """The system's own resolver and routes. A resolver that hangs is bounded by the system's limits only."""

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        try:
            return _tuned(socket.create_connection((host, port), timeout_s))
        except OSError as error:
            raise Unavailable(Code.SERVER_UNREACHABLE, errno=error.errno) from error


class Socks:
    """SOCKS 5 with names resolved by the proxy (RFC 1928), as Tor wants it.

    `proxy` is `socks5h://[user:password@]host:port`. Raises `Refused(Code.PROXY_FORMAT)` for anything else, since
    every other kind could ask DNS beside the proxy.
    """

    def __init__(self, proxy: str) -> None:
        try:
            parts = urlsplit(proxy)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise Refused(Code.PROXY_FORMAT) from None
        if parts.scheme != "socks5h" or not host or not port or parts.path not in {"", "/"}:
            raise Refused(Code.PROXY_FORMAT)
        self._host, self._port = host, port
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        with _proxy_errors():
            return _tuned(
                socks.create_connection(
                    (host, port),
                    timeout=timeout_s,
                    proxy_type=socks.SOCKS5,
                    proxy_addr=self._host,
                    proxy_port=self._port,
                    proxy_rdns=True,
                    proxy_username=self._user,
                    proxy_password=self._password,
                )
            )


@contextlib.contextmanager
def _proxy_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # socks.ProxyError is one
        # The proxy's own answer lies inside: then it is the far side that is out of reach.
        answered = isinstance(getattr(error, "socket_err", None), socks.SOCKS5Error)
        raise Unavailable(Code.SERVER_UNREACHABLE if answered else Code.PROXY_UNREACHABLE, errno=error.errno) from error


def _tuned(connection: socket.socket) -> socket.socket:
    # The last lines and the dot are two writes; held back for each other they cost a round of waiting.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
    return connection
