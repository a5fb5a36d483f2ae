"""One TLS handshake, step by step over memory buffers, so that every byte and the way it breaks are seen.

No session is ever resumed: a resumed session would link two networks to one person.
"""

import contextlib
import hashlib
import ssl
from pathlib import Path
from typing import Final

import certifi

from evidence_kit.model.exchange import Operation, TlsHandshake
from evidence_kit.probe.failure import failure_of
from evidence_kit.probe.tcp import READ_SIZE, TcpWire
from evidence_kit.probe.trace import Trace

_ALPN: Final = ["http/1.1"]


def verifying_context(ca_file: Path | None) -> ssl.SSLContext:
    """Chain and name are checked against `ca_file`, or certifi's bundle.

    Python's own strictness (from 3.13) is off: a sloppy but valid chain must not look like interference.
    """
    context = ssl.create_default_context(cafile=str(ca_file) if ca_file else certifi.where())
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(_ALPN)
    return context


def recording_context() -> ssl.SSLContext:
    """Takes any certificate; only to record it, nothing is ever sent on such a connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(_ALPN)
    return context


def ca_bundle_sha256(ca_file: Path | None) -> str:
    """Lower-case hex SHA-256 of the bundle that `verifying_context` uses."""
    return hashlib.sha256((ca_file or Path(certifi.where())).read_bytes()).hexdigest()


class TlsWire:
    """TLS over a `TcpWire`."""

    def __init__(self, wire: TcpWire, context: ssl.SSLContext, server_name: str) -> None:
        self._wire = wire
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self.hello_length = 0

    @property
    def session(self) -> ssl.SSLObject:
        return self._tls

    def handshake(self, deadline: float) -> None:
        """Raises what the socket or `ssl` raises; an end of the stream is `ssl.SSLEOFError`."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush(deadline)
                self._fill(deadline)
            except ssl.SSLError:
                # The alert that says why goes out where it still can.
                with contextlib.suppress(OSError):
                    self._flush(deadline)
                raise
            else:
                self._flush(deadline)
                return

    def send(self, content: bytes, deadline: float) -> None:
        self._tls.write(content)
        self._flush(deadline)

    def receive(self, deadline: float) -> bytes:
        while True:
            try:
                return self._tls.read(READ_SIZE)
            except ssl.SSLWantReadError:
                self._flush(deadline)
                self._fill(deadline)
            except ssl.SSLZeroReturnError:
                return b""

    def close(self) -> None:
        self._wire.close()

    def _flush(self, deadline: float) -> None:
        if pending := self._outgoing.read():
            self._wire.send(pending, deadline)
            self.hello_length = self.hello_length or len(pending)

    def _fill(self, deadline: float) -> None:
        if content := self._wire.receive(deadline):
            self._incoming.write(content)
        else:
            self._incoming.write_eof()


def handshake(
    trace: Trace, wire: TcpWire, server_name: str, context: ssl.SSLContext, *, timeout_s: float
) -> tuple[TlsHandshake, TlsWire | None]:
    """One handshake over a connected wire; the TLS wire comes back only where it succeeded."""
    t0 = trace.now()
    unverified = context.verify_mode is ssl.CERT_NONE
    tls = TlsWire(wire, context, server_name)
    failure = reason = code = None
    wire.note_tls(Operation.TLS_START, None)
    try:
        tls.handshake(trace.deadline(timeout_s))
    except OSError as error:  # ssl.SSLError is one
        failure = failure_of(error)
        reason = error.reason if isinstance(error, ssl.SSLError) else None
        code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else None
    wire.note_tls(Operation.TLS_DONE, failure)
    leaf = tls.session.getpeercert(True) if failure is None else None
    cipher = tls.session.cipher() if failure is None else None
    return TlsHandshake(
        address=wire.address,
        server_name=server_name,
        failure=failure,
        t0=t0,
        t=trace.now(),
        transaction=wire.transaction,
        unverified=unverified,
        certificates=(leaf,) if leaf else (),
        cipher_suite=cipher[0] if cipher else "",
        negotiated_protocol=(tls.session.selected_alpn_protocol() or "") if failure is None else "",
        tls_version=(tls.session.version() or "") if failure is None else "",
        openssl_reason=reason,
        verify_code=code,
        client_hello_len=tls.hello_length,
    ), (tls if failure is None else None)
