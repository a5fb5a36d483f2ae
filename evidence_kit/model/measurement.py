"""What one probe run saw, in the parts of OONI's data formats, and its export as an OONI measurement.

Times inside a measurement (`t0`, `t`, `runtime_s`) are float seconds since its start: these bytes become exhibits,
not canonical entries. `failure` is an OONI failure string (df-007), None for success. Specification:
https://github.com/ooni/spec/tree/master/data-formats (df-000, 001, 002, 005, 006, 007, 008).
"""

import base64
import ipaddress
import json
import platform
import re
import ssl
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence_kit import VERSION
from evidence_kit.model.disruption import DisruptionGrade, Moment, NetworkState

Headers = tuple[tuple[str, str], ...]

ROUND_TEST: Final = "connectivity_ladder"
TARGET_TEST: Final = "target_reachability"
TEST_VERSION: Final = "0.1.0"
SCRUBBED: Final = "[scrubbed]"


@dataclass(frozen=True, slots=True)
class Answer:
    """One record of a DNS answer: `type` is "A", "AAAA" or "CNAME", `value` an address or a name."""

    type: str
    value: str
    ttl: int | None = None


@dataclass(frozen=True, slots=True)
class DnsQuery:
    """df-002. `engine` is "getaddrinfo" (then `resolver` is "", `query_type` "ANY") or "udp" (then address:port)."""

    engine: str
    resolver: str
    hostname: str
    query_type: str
    answers: tuple[Answer, ...]
    failure: str | None
    t0: float
    t: float
    transaction: int
    rcode: int | None = None
    getaddrinfo_error: int | None = None
    raw_response: bytes | None = None
    tags: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(answer.value for answer in self.answers if answer.type in {"A", "AAAA"})


@dataclass(frozen=True, slots=True)
class TcpConnect:
    """df-005. `ip` is a name where a proxy resolved it."""

    ip: str
    port: int
    failure: str | None
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
    failure: str | None
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
    failure: str | None
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
    """df-008: `operation` is "connect", "read", "write", "tls_handshake_start" or "tls_handshake_done"."""

    operation: str
    address: str
    failure: str | None
    num_bytes: int
    t0: float
    t: float
    transaction: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step not made: `reason` is "proxy", "no-link", "no-address", "no-route", "deadline" or "not-needed"."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface: `kind` is "ethernet", "wifi", "mobile", "tunnel", "loopback", "virtual" or "other".

    `carrier` is None where the system does not tell.
    """

    name: str
    kind: str
    up: bool
    carrier: bool | None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """The link layer, read without sending anything. `checked` is False where the targets say to take it as given.

    `route_v4` and `route_v6` are failures of looking up a route to a public address; `hardware` are MAC addresses,
    kept only so that the export can scrub them.
    """

    checked: bool
    interfaces: tuple[Interface, ...] = ()
    route_v4: str | None = None
    route_v6: str | None = None
    hardware: tuple[str, ...] = ()

    @property
    def linked(self) -> tuple[Interface, ...]:
        """The interfaces that lead out of this machine and have a carrier (or do not tell)."""
        inner = {"loopback", "tunnel", "virtual"}
        return tuple(i for i in self.interfaces if i.up and i.carrier is not False and i.kind not in inner)

    @property
    def addressed(self) -> bool:
        """Whether a linked interface has an address that is more than self-assigned."""
        own = (ipaddress.ip_address(address) for interface in self.linked for address in interface.addresses)
        return any(not (address.is_link_local or address.is_loopback) for address in own)

    @property
    def routed(self) -> bool:
        return self.route_v4 is None or self.route_v6 is None

    @property
    def own(self) -> tuple[str, ...]:
        """What would name this machine in an export: its addresses (loopback aside) and hardware addresses."""
        addresses = (address for interface in self.interfaces for address in interface.addresses)
        return (*(address for address in addresses if _foreign(address)), *self.hardware)


@dataclass(frozen=True, slots=True)
class GatewaySeen:
    """The next hop. `alive` None: cannot be told.

    `how` is "tcp", "neighbour", "none" (there is no gateway, as on a point-to-point link) or "not-asked".
    """

    address: str | None
    alive: bool | None
    how: str
    connects: tuple[TcpConnect, ...] = ()


@dataclass(frozen=True, slots=True)
class AnchorSeen:
    """One try at an anchor. `tls` is None where TCP failed; `leaf` is a second handshake to record the certificate."""

    operator: str
    domestic: bool
    tcp: TcpConnect
    tls: TlsHandshake | None = None
    leaf: TlsHandshake | None = None

    @property
    def authenticated(self) -> bool:
        return self.tls is not None and self.tls.failure is None and not self.tls.unverified

    @property
    def failure(self) -> str | None:
        return self.tls.failure if self.tls is not None else self.tcp.failure


@dataclass(frozen=True, slots=True)
class Expected:
    """What an operating system's own connectivity check answers: any of `statuses`, and body and header where not None.

    `body` must be at the start of the answer's; `header` is a (name, value) pair.
    """

    statuses: tuple[int, ...]
    body: str | None = None
    header: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class HttpCheckSeen:
    """One plain-HTTP connectivity check and what was expected of it."""

    operator: str
    expected: Expected
    tcp: TcpConnect | None
    transaction: HttpTransaction


@dataclass(frozen=True, slots=True)
class Round:
    """Everything one round of the watch saw. `network` is the network's salted hash, None where it cannot be told.

    `disturbed` tells what happened to the machine meanwhile ("suspended", "wall-step", "zone", "network-changed"):
    such a round says nothing. `proxy` is the try at the person's proxy. `ca_bundle` is the hex SHA-256 of the
    authorities that were trusted. Bytes are payload of TCP and UDP, without what the system's own resolver sends.
    """

    started: Moment
    ended: Moment
    runtime_s: float
    network: str | None
    link: LinkSeen
    gateway: GatewaySeen
    anchors: tuple[AnchorSeen, ...] = ()
    http_checks: tuple[HttpCheckSeen, ...] = ()
    system_dns: tuple[DnsQuery, ...] = ()
    independent_dns: tuple[DnsQuery, ...] = ()
    wildcard_dns: tuple[DnsQuery, ...] = ()
    duplicate_dns: tuple[DnsQuery, ...] = ()
    proxied: bool = False
    proxy: TcpConnect | None = None
    skipped: tuple[Skipped, ...] = ()
    disturbed: tuple[str, ...] = ()
    ca_bundle: str = ""
    bytes_sent: int = 0
    bytes_received: int = 0


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """One address of a target: who named it ("system", "independent", "literal", "proxy"), and how far one came.

    `neutral` is the handshake at the same address with a harmless name, made only after `tls` was cut.
    """

    ip: str
    named_by: tuple[str, ...]
    tcp: TcpConnect
    tls: TlsHandshake | None = None
    leaf: TlsHandshake | None = None
    neutral: TlsHandshake | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One target, measured from DNS to HTTP; `anchors` are the control: was the rest of the world there just then?"""

    url: str
    started: Moment
    ended: Moment
    runtime_s: float
    anchors: tuple[AnchorSeen, ...]
    system_dns: tuple[DnsQuery, ...]
    independent_dns: tuple[DnsQuery, ...]
    duplicate_dns: tuple[DnsQuery, ...]
    addresses: tuple[AddressSeen, ...]
    requests: tuple[HttpTransaction, ...]
    events: tuple[NetworkEvent, ...] = ()
    own: tuple[str, ...] = ()
    proxied: bool = False
    skipped: tuple[Skipped, ...] = ()
    ca_bundle: str = ""
    bytes_sent: int = 0
    bytes_received: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one round means. `methods` are stable codes of how it is cut ("blackout.total"), `reasons` stable codes with
    numbers ("anchors.authenticated=0/6"). Never who or why."""

    state: NetworkState
    grade: DisruptionGrade
    methods: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """What one target measurement means: `code` is ours ("tls.sni", "accessible"), the rest are OONI's keys.

    `grade` is None where nothing is claimed.
    """

    code: str
    grade: DisruptionGrade | None
    blocking: str | bool | None
    accessible: bool | None
    dns_consistency: str | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """How often to look and how long to wait before believing; seconds unless said otherwise.

    A disruption opens after `confirm_rounds` failed rounds over at least `confirm_span_s`, asked for after `retry_s`,
    and closes at the second success, `recover_gap_s` after the first. `jitter` is a fraction of each pause.
    """

    interval_s: float = 300.0
    retry_s: tuple[float, ...] = (20.0, 30.0)
    confirm_rounds: int = 3
    confirm_span_s: float = 60.0
    recover_gap_s: float = 30.0
    backoff_first_s: float = 30.0
    backoff_cap_s: float = 600.0
    jitter: float = 0.25
    flap_transitions: int = 4
    flap_window_s: float = 1800.0


def to_ooni(measurement: Measurement, verdict: TargetVerdict) -> bytes:
    """One OONI measurement (df-000) of a target as one line of JSON, scrubbed of this machine's addresses."""
    own = measurement.own
    handshakes = [h for a in measurement.addresses for h in (a.tls, a.leaf, a.neutral) if h is not None]
    first_failure = next((request.failure for request in measurement.requests), None)
    keys: dict[str, Any] = {
        "agent": "agent",
        "client_resolver": None,
        "retries": None,
        "socksproxy": None,
        "network_events": [_event(event) for event in measurement.events],
        "queries": [_query(query) for query in (*measurement.system_dns, *measurement.independent_dns)],
        "x_dns_duplicate_responses": [_query(query) for query in measurement.duplicate_dns],
        # The newest transaction first, as Web Connectivity has it.
        "requests": [_transaction(request) for request in reversed(measurement.requests)],
        "tcp_connect": [_connect(address.tcp) for address in measurement.addresses],
        "tls_handshakes": [_handshake(handshake) for handshake in handshakes],
        "control": {},
        "control_failure": "unknown_failure: no test helper is asked",
        "dns_experiment_failure": _first_failure(measurement.system_dns),
        "dns_consistency": verdict.dns_consistency,
        "http_experiment_failure": first_failure,
        "body_proportion": 0,
        "body_length_match": None,
        "headers_match": None,
        "status_code_match": None,
        "title_match": None,
        "blocking": verdict.blocking,
        "accessible": verdict.accessible,
        "x_verdict": {
            "code": verdict.code,
            "grade": None if verdict.grade is None else verdict.grade.value,
            "reasons": list(verdict.reasons),
        },
        "x_control": {"kind": "anchors", "anchors": [_anchor(anchor) for anchor in measurement.anchors]},
        "x_address_sources": {address.ip: list(address.named_by) for address in measurement.addresses},
        **_how(measurement),
    }
    return _envelope(TARGET_TEST, measurement.url, measurement.started, measurement.runtime_s, keys, own)


def round_to_ooni(seen: Round, judgement: Judgement) -> bytes:
    """One round of the watch in the same envelope and parts; what OONI has no field for is under `x_`."""
    own = (*seen.link.own, *((seen.gateway.address,) if _foreign(seen.gateway.address) else ()))
    connects = [anchor.tcp for anchor in seen.anchors]
    connects += [check.tcp for check in seen.http_checks if check.tcp is not None]
    handshakes = [h for anchor in seen.anchors for h in (anchor.tls, anchor.leaf) if h is not None]
    queries = (*seen.system_dns, *seen.independent_dns, *seen.wildcard_dns)
    keys: dict[str, Any] = {
        "queries": [_query(query) for query in queries],
        "x_dns_duplicate_responses": [_query(query) for query in seen.duplicate_dns],
        "tcp_connect": [_connect(connect) for connect in connects],
        "tls_handshakes": [_handshake(handshake) for handshake in handshakes],
        "requests": [_transaction(check.transaction) for check in reversed(seen.http_checks)],
        "x_state": judgement.state.value,
        "x_grade": judgement.grade.value,
        "x_methods": list(judgement.methods),
        "x_reasons": list(judgement.reasons),
        "x_network": seen.network,
        "x_link": {
            "checked": seen.link.checked,
            "interfaces": [_interface(interface) for interface in seen.link.interfaces],
            "route_v4": seen.link.route_v4,
            "route_v6": seen.link.route_v6,
        },
        "x_gateway": {
            "present": seen.gateway.address is not None,
            "alive": seen.gateway.alive,
            "how": seen.gateway.how,
        },
        "x_anchors": [_anchor(anchor) for anchor in seen.anchors],
        "x_http_checks": [
            {
                "operator": check.operator,
                "transaction_id": check.transaction.transaction,
                "expected_statuses": list(check.expected.statuses),
                "expected_body": check.expected.body,
                "expected_header": None if check.expected.header is None else ": ".join(check.expected.header),
            }
            for check in seen.http_checks
        ],
        "x_disturbed": list(seen.disturbed),
        **_how(seen),
    }
    if seen.proxy is not None:
        keys["x_proxy_failure"] = seen.proxy.failure
    return _envelope(ROUND_TEST, None, seen.started, seen.runtime_s, keys, own)


def _how(record: Measurement | Round) -> dict[str, Any]:
    return {
        "x_proxied": record.proxied,
        "x_skipped": [{"step": skipped.step, "reason": skipped.reason} for skipped in record.skipped],
        "x_bytes_sent": record.bytes_sent,
        "x_bytes_received": record.bytes_received,
        "x_openssl": ssl.OPENSSL_VERSION,
        "x_ca_bundle_sha256": record.ca_bundle,
    }


def _envelope(
    test: str, target: str | None, started: Moment, runtime_s: float, keys: dict[str, Any], own: Iterable[str]
) -> bytes:
    moment = started.wall_utc[:19].replace("T", " ")
    extensions = {
        "dnst": "queries",
        "httpt": "requests",
        "netevents": "network_events",
        "tcpconnect": "tcp_connect",
        "tlshandshake": "tls_handshakes",
    }
    record = {
        "annotations": {"platform": _platform(), "architecture": _architecture()},
        "data_format_version": "0.2.0",
        "extensions": {name: 0 for name, key in extensions.items() if key in keys},
        "input": target,
        "measurement_start_time": moment,
        "test_start_time": moment,
        "test_runtime": round(runtime_s, 6),
        "probe_asn": "AS0",
        "probe_network_name": "",
        "probe_cc": "ZZ",
        "probe_ip": "127.0.0.1",
        "resolver_asn": "AS0",
        "resolver_ip": "127.0.0.2",
        "resolver_network_name": "",
        "software_name": "evidence-kit",
        "software_version": VERSION,
        "test_helpers": {},
        "test_name": test,
        "test_version": TEST_VERSION,
        "test_keys": keys,
    }
    scrubbed = _scrub_own(record, _own_pattern(own))
    return json.dumps(scrubbed, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _platform() -> str:
    return {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)


def _architecture() -> str:
    machine = platform.machine().lower()
    return {"x86_64": "amd64", "aarch64": "arm64", "i686": "386"}.get(machine, machine)


def _first_failure(queries: Sequence[DnsQuery]) -> str | None:
    if any(query.failure is None for query in queries):
        return None
    return queries[0].failure if queries else None


def _query(query: DnsQuery) -> dict[str, Any]:
    json_query: dict[str, Any] = {
        "answers": [_answer(answer) for answer in query.answers] or None,
        "engine": query.engine,
        "failure": query.failure,
        "hostname": query.hostname,
        "query_type": query.query_type,
        "resolver_hostname": None,
        "resolver_port": None,
        "resolver_address": query.resolver,
        **_times(query),
    }
    if query.getaddrinfo_error is not None:
        json_query["getaddrinfo_error"] = query.getaddrinfo_error
    if query.rcode is not None:
        json_query["rcode"] = query.rcode
    if query.raw_response is not None:
        json_query["raw_response"] = base64.b64encode(query.raw_response).decode("ascii")
    return json_query


def _answer(answer: Answer) -> dict[str, Any]:
    place = {"A": "ipv4", "AAAA": "ipv6"}.get(answer.type, "hostname")
    return {"answer_type": answer.type, place: answer.value, "ttl": answer.ttl}


def _connect(connect: TcpConnect) -> dict[str, Any]:
    status = {"failure": connect.failure, "success": connect.failure is None}
    return {"ip": connect.ip, "port": connect.port, "status": status, **_times(connect)}


def _handshake(handshake: TlsHandshake) -> dict[str, Any]:
    json_handshake: dict[str, Any] = {
        "network": "tcp",
        "address": handshake.address,
        "cipher_suite": handshake.cipher_suite,
        "failure": handshake.failure,
        "negotiated_protocol": handshake.negotiated_protocol,
        "no_tls_verify": handshake.unverified,
        "peer_certificates": [_binary(certificate) for certificate in handshake.certificates],
        "server_name": handshake.server_name,
        "tls_version": handshake.tls_version,
        "x_client_hello_len": handshake.client_hello_len,
        **_times(handshake),
    }
    if handshake.openssl_reason is not None:
        json_handshake["x_openssl_reason"] = handshake.openssl_reason
    if handshake.verify_code is not None:
        json_handshake["x_verify_code"] = handshake.verify_code
    return json_handshake


def _transaction(transaction: HttpTransaction) -> dict[str, Any]:
    asked = [(name, _scrub_addresses(value)) for name, value in transaction.request_headers if name.lower() != "host"]
    host = [(name, value) for name, value in transaction.request_headers if name.lower() == "host"]
    got = [(name, _scrub_addresses(value)) for name, value in transaction.response_headers]
    body = _scrub_addresses(transaction.body.decode("latin-1")).encode("latin-1")
    return {
        "network": "tcp",
        "address": transaction.address,
        "alpn": "http/1.1",
        "failure": transaction.failure,
        "request": {
            "url": transaction.url,
            "method": "GET",
            "body": "",
            "body_is_truncated": False,
            **_headers([*host, *asked]),
            "tor": {"exit_ip": None, "exit_name": None, "is_tor": False},
            "x_transport": "tcp",
        },
        "response": {
            "code": transaction.status or 0,
            "body": _text_or_binary(body),
            "body_is_truncated": transaction.body_is_truncated,
            **_headers(got),
        },
        **_times(transaction),
    }


def _headers(headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    first: dict[str, str] = {}
    for name, value in headers:
        first.setdefault(name, value)
    return {"headers": first, "headers_list": [[name, value] for name, value in headers]}


def _event(event: NetworkEvent) -> dict[str, Any]:
    return {
        "address": event.address,
        "failure": event.failure,
        "num_bytes": event.num_bytes,
        "operation": event.operation,
        "proto": "tcp",
        "t0": round(event.t0, 6),
        "t": round(event.t, 6),
        "tags": [],
        "transaction_id": event.transaction,
    }


def _anchor(anchor: AnchorSeen) -> dict[str, Any]:
    return {
        "operator": anchor.operator,
        "domestic": anchor.domestic,
        "transaction_id": anchor.tcp.transaction,
        "authenticated": anchor.authenticated,
        "failure": anchor.failure,
    }


def _interface(interface: Interface) -> dict[str, Any]:
    kinds = sorted({_address_kind(address) for address in interface.addresses})
    return {"kind": interface.kind, "up": interface.up, "carrier": interface.carrier, "address_kinds": kinds}


def _address_kind(text: str) -> str:
    address = ipaddress.ip_address(text)
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    return f"{'private' if address.is_private else 'global'}-v{address.version}"


def _times(record: DnsQuery | TcpConnect | TlsHandshake | HttpTransaction) -> dict[str, Any]:
    return {
        "t0": round(record.t0, 6),
        "t": round(record.t, 6),
        "tags": list(record.tags),
        "transaction_id": record.transaction,
    }


def _binary(content: bytes) -> dict[str, str]:
    return {"format": "base64", "data": base64.b64encode(content).decode("ascii")}


def _text_or_binary(content: bytes) -> str | dict[str, str]:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _binary(content)


_MAC: Final = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}(?:[:-]|%3[Aa])){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_IPV4: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:(?::|%3[Aa])\d{1,5})?(?!\d|\.\d)")
_IPV6: Final = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![0-9A-Za-z:])")


def _scrub_addresses(text: str) -> str:
    """`text` with every IP address, endpoint and MAC address replaced, as OONI does for headers and bodies."""
    text = _MAC.sub(SCRUBBED, text)
    text = _IPV4.sub(SCRUBBED, text)
    return _IPV6.sub(lambda found: SCRUBBED if _is_ipv6(found[0]) else found[0], text)


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def scrub_failure(text: str) -> str:
    """The text of an unexpected failure without addresses (df-007 `unknown_failure`)."""
    return _scrub_addresses(text)


def _foreign(address: str | None) -> bool:
    return address is not None and not ipaddress.ip_address(address).is_loopback


def _own_pattern(own: Iterable[str]) -> re.Pattern[str] | None:
    forms: set[str] = set()
    for name in own:
        forms.add(name)
        if _MAC.fullmatch(name):
            digits = re.sub(r"[^0-9A-Fa-f]", "", name)
            forms |= {digits, ":".join(re.findall("..", digits)), "-".join(re.findall("..", digits))}
    if not forms:
        return None
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<![\w.:])(?:{'|'.join(map(re.escape, longest_first))})(?![\w]|\.\d)", re.IGNORECASE)


def _scrub_own(value: Any, pattern: re.Pattern[str] | None) -> Any:
    if pattern is None:
        return value
    if isinstance(value, str):
        return pattern.sub(SCRUBBED, value)
    if isinstance(value, list):
        return [_scrub_own(inner, pattern) for inner in value]
    if isinstance(value, dict):
        return {pattern.sub(SCRUBBED, name): _scrub_own(inner, pattern) for name, inner in value.items()}
    return value
