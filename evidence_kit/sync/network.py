"""What a transport may use to reach another computer: a way out, patience, and who counts the bytes."""

import socket
from dataclasses import dataclass, field
from typing import Protocol

from evidence_kit.clock import Clock
from evidence_kit.sync.metering import Meter, Unmetered


class Opener(Protocol):
    """A way out of this machine."""

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        """A connected TCP socket. Raises `Unavailable` with "server-unreachable" or "proxy-unreachable"."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that one step may take, from connecting to the answer to the last byte, and the whole exchange.

    RFC 5321 §4.5.3.2 asks for patience of minutes. Once `stall_s` has passed, less than `least_rate` bytes per second
    over the whole content counts as dead.
    """

    connect_s: float = 30
    reply_s: float = 120
    stall_s: float = 120
    accept_s: float = 600
    total_s: float = 6 * 3600
    least_rate: int = 100


@dataclass(frozen=True, slots=True)
class Network:
    """The one way out that transports share; a transport that opens connections beside it would leak."""

    clock: Clock
    opener: Opener
    limits: Limits = field(default_factory=Limits)
    meter: Meter = field(default_factory=Unmetered)
