"""One connection to a server that may be hostile: every wait has an end, and what passes is counted."""

import contextlib
import socket
import ssl
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused, Unavailable
from evidence_kit.sync.metering import passed
from evidence_kit.sync.network import Network

_OUT_OF_DATE: Final = frozenset({9, 10})  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_PIECE: Final = 4096
_NS: Final = 1_000_000_000


class Line:
    """Bytes both ways over `connection`. Raises `Unavailable` with "mail-line-lost" or "mail-too-slow"."""

    def __init__(self, connection: socket.socket, network: Network) -> None:
        self._connection = connection
        # The same connection once more: encrypting takes the first handle away, and the count is read at the end.
        self._counted: socket.socket | None = connection.dup()
        self._network = network
        self._sent = self._received = 0
        self._ends_ns = network.clock.awake_ns() + round(network.limits.total_s * _NS)

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """TLS with the certificate and the name checked.

        Raises `Refused` with "certificate-bad" or "certificate-dates", `Unavailable(Code.TLS_FAILED)`.
        """
        self._connection.settimeout(self._wait_s(self._network.limits.connect_s))
        try:
            self._connection = context.wrap_socket(self._connection, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            dates = error.verify_code in _OUT_OF_DATE
            raise Refused(Code.CERTIFICATE_DATES if dates else Code.CERTIFICATE_BAD, code=error.verify_code) from error
        except OSError as error:  # ssl.SSLError and TimeoutError are
            raise Unavailable(Code.TLS_FAILED, errno=error.errno) from error

    def send(self, content: bytes, patience_s: float) -> None:
        """All of it; each piece may take so long."""
        left = memoryview(content)
        try:
            while left:
                self._connection.settimeout(self._wait_s(patience_s))
                gone = self._connection.send(left)
                self._sent += gone
                left = left[gone:]
        except TimeoutError as error:
            raise Unavailable(Code.MAIL_TOO_SLOW) from error
        except OSError as error:
            raise Unavailable(Code.MAIL_LINE_LOST, errno=error.errno) from error

    def deadline_ns(self, patience_s: float) -> int:
        """The moment after which an answer comes too late."""
        return min(self._network.clock.awake_ns() + round(patience_s * _NS), self._ends_ns)

    def receive(self, deadline_ns: int) -> bytes:
        """The next bytes, at least one."""
        left_s = (deadline_ns - self._network.clock.awake_ns()) / _NS
        if left_s <= 0:
            raise Unavailable(Code.MAIL_TOO_SLOW)
        try:
            self._connection.settimeout(left_s)
            return self._taken(self._connection.recv(_PIECE))
        except TimeoutError as error:
            raise Unavailable(Code.MAIL_TOO_SLOW) from error
        except OSError as error:
            raise Unavailable(Code.MAIL_LINE_LOST, errno=error.errno) from error

    def receive_now(self) -> bytes:
        """What lies there already; empty where nothing does."""
        try:
            self._connection.settimeout(0)
            return self._taken(self._connection.recv(_PIECE))
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise Unavailable(Code.MAIL_LINE_LOST, errno=error.errno) from error

    def _taken(self, received: bytes) -> bytes:
        if not received:
            raise Unavailable(Code.MAIL_LINE_LOST)
        self._received += len(received)
        return received

    def close(self) -> None:
        """Hang up and count what passed, as the kernel tells; where it does not, without what encryption adds."""
        self._connection.close()
        counted, self._counted = self._counted, None
        if counted is not None:
            with contextlib.closing(counted):
                sent, received = passed(counted) or (self._sent, self._received)
            self._network.meter.count(sent, received)

    def _wait_s(self, patience_s: float) -> float:
        left_s = (self._ends_ns - self._network.clock.awake_ns()) / _NS
        if left_s <= 0:
            raise Unavailable(Code.MAIL_TOO_SLOW)
        return min(patience_s, left_s)
