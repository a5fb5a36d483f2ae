"""What a delivery takes of the network: asked for beforehand, counted afterwards, by the kernel's own numbers."""

import socket
import struct
from typing import Final, Protocol

# Linux, struct tcp_info (linux/tcp.h): bytes of payload received (since 4.1), and sent, repeated ones too (since 4.19).
_RECEIVED: Final = 128
_SENT: Final = 200
_U64: Final = struct.Struct("=Q")
_INFO_SIZE: Final = _SENT + _U64.size


class Meter(Protocol):
    """Who counts, and who may say that it is enough for today."""

    def allow(self, size: int, /) -> None:
        """May so many bytes leave now? Raises `KitError` where they may not."""
        ...

    def count(self, sent: int, received: int, /) -> None: ...


class Unmetered:
    """Counts nothing and allows everything."""

    def allow(self, _size: int, /) -> None: ...

    def count(self, _sent: int, _received: int, /) -> None: ...


def passed(line: socket.socket) -> tuple[int, int] | None:
    """Payload bytes (sent, received) of a TCP connection until now, encryption and all; None where nobody knows."""
    option = getattr(socket, "TCP_INFO", None)
    if option is None:
        return None
    try:
        told = line.getsockopt(socket.IPPROTO_TCP, option, _INFO_SIZE)
    except OSError:
        return None
    if len(told) < _INFO_SIZE:
        return None
    (received,), (sent,) = _U64.unpack_from(told, _RECEIVED), _U64.unpack_from(told, _SENT)
    return sent, received
