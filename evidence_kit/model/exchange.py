"""What was asked and answered on the network, one exchange at a time: DNS, TCP, TLS, HTTP, as OONI parts them.

Times (`t0`, `t`) are float seconds since the measurement's start. `failure` is None for success.
Specification: https://github.com/ooni/spec/tree/master/data-formats (df-001, 002, 005, 006, 007, 008).
"""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.model.failure import AnyFailure

Headers = tuple[tuple[str, str], ...]


class RecordType(StrEnum):
    """What is asked of DNS, and what it answers; ANY is what getaddrinfo asks (df-002)."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    ANY = "ANY"


class Engine(StrEnum):
    """Who asked for a name (df-002)."""

    GETADDRINFO = "getaddrinfo"
    UDP = "udp"


class Operation(StrEnum):
    """What happened on a connection (df-008)."""

    CONNECT = "connect"
    READ = "read"
    WRITE = "write"
    TLS_START = "tls_handshake_start"
    TLS_DONE = "tls_handshake_done"


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One record of a DNS answer: `value` is an address or, of a CNAME, a name."""

    type: RecordType
    value: str
    ttl: int | None = None


@dataclass(frozen=True, slots=True)
class DnsQuery:
    """df-002. `resolver` is address:port; with getaddrinfo it is "", and `query_type` ANY."""

    engine: Engine
    resolver: str
    hostname: str
    query_type: RecordType
    answers: tuple[DnsAnswer, ...]
    failure: AnyFailure | None
    t0: float
    t: float
    transaction: int
    rcode: int | None = None
    getaddrinfo_error: int | None = None
    raw_response: bytes | None = None
    tags: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(answer.value for answer in self.answers if answer.type in {RecordType.A, RecordType.AAAA})


@dataclass(frozen=True, slots=True)
class TcpConnect:
    """df-005. `ip` is a name where a proxy resolved it."""

    ip: str
    port: int
    failure: AnyFailure | None
    t0: float
    t: float
    transaction: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TlsHandshake:
    """df-006. `certificates` are DER, the leaf alone before Python 3.13. `unverified` marks a handshake that was made
    only to record a certificate, or without looking at it; `verify_code` is OpenSSL's number."""

    address: str
    server_name: str
    failure: AnyFailure | None
    t0: float
    t: float
    transaction: int
    unverified: bool = False
    certificates: tuple[bytes, ...] = ()
    cipher_suite: str = ""
    negotiated_protocol: str = ""
    tls_version: str = ""
    openssl_reason: str | None = None
    verify_code: int | None = None
    client_hello_len: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpTransaction:
    """df-001, one request without following redirects. `status` is None where no answer came."""

    url: str
    address: str
    request_headers: Headers
    failure: AnyFailure | None
    t0: float
    t: float
    transaction: int
    status: int | None = None
    response_headers: Headers = ()
    body: bytes = b""
    body_is_truncated: bool = False
    tags: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first response header of that name, whatever its case."""
        return next((value for key, value in self.response_headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class NetworkEvent:
    """df-008: one thing that happened on a connection."""

    operation: Operation
    address: str
    failure: AnyFailure | None
    num_bytes: int
    t0: float
    t: float
    transaction: int
