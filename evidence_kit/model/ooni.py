"""A measurement as OONI writes it: one line of JSON in its data formats, scrubbed of this machine's addresses.

Specification: https://github.com/ooni/spec/tree/master/data-formats (df-000, 001, 002, 005, 006, 007, 008).
"""

import base64
import ipaddress
import json
import platform
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evidence_kit import VERSION
from evidence_kit.model.disruption import Moment
from evidence_kit.model.exchange import (
    DnsAnswer,
    DnsQuery,
    HttpTransaction,
    NetworkEvent,
    RecordType,
    TcpConnect,
    TlsHandshake,
)
from evidence_kit.model.failure import AnyFailure, UnknownFailure
from evidence_kit.model.judgement import Judgement, TargetVerdict
from evidence_kit.model.measurement import AnchorSeen, Interface, Measurement, Observation, Round, leads_elsewhere
from evidence_kit.model.scrub import own_pattern, scrub_addresses, scrub_own
from evidence_kit.system import platform_name

ROUND_TEST: Final = "connectivity_ladder"
TARGET_TEST: Final = "target_reachability"
TEST_VERSION: Final = "0.1.0"


def to_ooni(measurement: Measurement, verdict: TargetVerdict) -> bytes:
    """One OONI measurement (df-000) of a target as one line of JSON, scrubbed of this machine's addresses."""
    own = measurement.own
    handshakes = [h for a in measurement.addresses for h in (a.tls, a.leaf, a.neutral) if h is not None]
    beside = _beside(measurement.observations)
    queries = (*measurement.system_dns, *measurement.independent_dns, *beside.queries)
    connects = (*(address.tcp for address in measurement.addresses), *beside.connects)
    first_failure = next((request.failure for request in measurement.requests), None)
    keys: dict[str, Any] = {
        "agent": "agent",
        "client_resolver": None,
        "retries": None,
        "socksproxy": None,
        "network_events": [_event(event) for event in measurement.events],
        "queries": [_query(query) for query in queries],
        "x_dns_duplicate_responses": [_query(query) for query in measurement.duplicate_dns],
        # The newest transaction first, as Web Connectivity has it.
        "requests": [_transaction(request) for request in reversed((*measurement.requests, *beside.requests))],
        "tcp_connect": [_connect(connect) for connect in connects],
        "tls_handshakes": [_handshake(handshake) for handshake in (*handshakes, *beside.handshakes)],
        "control": {},
        "control_failure": str(UnknownFailure("no test helper is asked")),
        "dns_experiment_failure": _first_failure(measurement.system_dns),
        "dns_consistency": verdict.dns_consistency,
        "http_experiment_failure": _failure(first_failure),
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
    own = (*seen.link.own, *((seen.gateway.address,) if leads_elsewhere(seen.gateway.address) else ()))
    connects = [anchor.tcp for anchor in seen.anchors]
    connects += [check.tcp for check in seen.http_checks if check.tcp is not None]
    handshakes = [h for anchor in seen.anchors for h in (anchor.tls, anchor.leaf) if h is not None]
    beside = _beside(seen.observations)
    queries = (*seen.system_dns, *seen.independent_dns, *seen.wildcard_dns, *beside.queries)
    requests = (*(check.transaction for check in seen.http_checks), *beside.requests)
    keys: dict[str, Any] = {
        "queries": [_query(query) for query in queries],
        "x_dns_duplicate_responses": [_query(query) for query in seen.duplicate_dns],
        "tcp_connect": [_connect(connect) for connect in (*connects, *beside.connects)],
        "tls_handshakes": [_handshake(handshake) for handshake in (*handshakes, *beside.handshakes)],
        "requests": [_transaction(request) for request in reversed(requests)],
        "x_state": judgement.state.value,
        "x_grade": judgement.grade.value,
        "x_methods": list(judgement.methods),
        "x_reasons": list(judgement.reasons),
        "x_network": seen.network,
        "x_link": {
            "checked": seen.link.checked,
            "interfaces": [_interface(interface) for interface in seen.link.interfaces],
            "route_v4": _failure(seen.link.route_v4),
            "route_v6": _failure(seen.link.route_v6),
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
        keys["x_proxy_failure"] = _failure(seen.proxy.failure)
    return _envelope(ROUND_TEST, None, seen.started, seen.runtime_s, keys, own)


@dataclass(frozen=True, slots=True)
class _Beside:
    """The parts of all observations together."""

    queries: tuple[DnsQuery, ...]
    connects: tuple[TcpConnect, ...]
    handshakes: tuple[TlsHandshake, ...]
    requests: tuple[HttpTransaction, ...]


def _beside(observations: Sequence[Observation]) -> _Beside:
    return _Beside(
        tuple(query for one in observations for query in one.queries),
        tuple(connect for one in observations for connect in one.connects),
        tuple(handshake for one in observations for handshake in one.handshakes),
        tuple(request for one in observations for request in one.requests),
    )


def _observation(one: Observation) -> dict[str, Any]:
    return {"probe": one.probe, "what": one.what, "failure": _failure(one.failure), "facts": dict(one.facts)}


def _how(record: Measurement | Round) -> dict[str, Any]:
    return {
        "x_proxied": record.proxied,
        "x_observations": [_observation(one) for one in record.observations],
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
    scrubbed = scrub_own(record, own_pattern(own))
    return json.dumps(scrubbed, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _platform() -> str:
    return platform_name()


def _architecture() -> str:
    machine = platform.machine().lower()
    return {"x86_64": "amd64", "aarch64": "arm64", "i686": "386"}.get(machine, machine)


def _first_failure(queries: Sequence[DnsQuery]) -> str | None:
    if any(query.failure is None for query in queries):
        return None
    return _failure(queries[0].failure) if queries else None


def _failure(failure: AnyFailure | None) -> str | None:
    return None if failure is None else str(failure)


def _query(query: DnsQuery) -> dict[str, Any]:
    json_query: dict[str, Any] = {
        "answers": [_answer(answer) for answer in query.answers] or None,
        "engine": query.engine,
        "failure": _failure(query.failure),
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


def _answer(answer: DnsAnswer) -> dict[str, Any]:
    place = {RecordType.A: "ipv4", RecordType.AAAA: "ipv6"}.get(answer.type, "hostname")
    return {"answer_type": answer.type, place: answer.value, "ttl": answer.ttl}


def _connect(connect: TcpConnect) -> dict[str, Any]:
    status = {"failure": _failure(connect.failure), "success": connect.failure is None}
    return {"ip": connect.ip, "port": connect.port, "status": status, **_times(connect)}


def _handshake(handshake: TlsHandshake) -> dict[str, Any]:
    json_handshake: dict[str, Any] = {
        "network": "tcp",
        "address": handshake.address,
        "cipher_suite": handshake.cipher_suite,
        "failure": _failure(handshake.failure),
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
    asked = [(name, scrub_addresses(value)) for name, value in transaction.request_headers if name.lower() != "host"]
    host = [(name, value) for name, value in transaction.request_headers if name.lower() == "host"]
    got = [(name, scrub_addresses(value)) for name, value in transaction.response_headers]
    body = scrub_addresses(transaction.body.decode("latin-1")).encode("latin-1")
    return {
        "network": "tcp",
        "address": transaction.address,
        "alpn": "http/1.1",
        "failure": _failure(transaction.failure),
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
        "failure": _failure(event.failure),
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
        "failure": _failure(anchor.failure),
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
