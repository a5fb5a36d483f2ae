"""Rounds and measurements made by hand, one fact at a time."""

from evidence_kit.model.disruption import Moment
from evidence_kit.model.exchange import (
    DnsAnswer,
    DnsQuery,
    Engine,
    HttpTransaction,
    RecordType,
    TcpConnect,
    TlsHandshake,
)
from evidence_kit.model.failure import AnyFailure, Failure, read_failure
from evidence_kit.model.measurement import (
    AddressSeen,
    AnchorSeen,
    Disturbance,
    Expected,
    GatewaySeen,
    GatewaySign,
    HttpCheckSeen,
    Interface,
    InterfaceKind,
    LinkSeen,
    Measurement,
    NamedBy,
    Round,
)

BOOT = "11111111-2222-3333-4444-555555555555"
WHEN = Moment("2026-11-23T14:02:10.123Z", 5_000_000_000, BOOT)
WIRED = Interface("eth0", InterfaceKind.ETHERNET, True, True, ("192.168.1.7",))


def why(failure: str | None) -> AnyFailure | None:
    return None if failure is None else read_failure(failure)


def tcp(ip: str = "1.1.1.1", failure: str | None = None, port: int = 443, transaction: int = 1) -> TcpConnect:
    return TcpConnect(ip, port, why(failure), 0.0, 0.1, transaction)


def tls(failure: str | None = None, *, code: int | None = None, reason: str | None = None) -> TlsHandshake:
    return TlsHandshake("1.1.1.1:443", "a.test", why(failure), 0.1, 0.2, 1, openssl_reason=reason, verify_code=code)


def alive(operator: str = "A", *, domestic: bool = False) -> AnchorSeen:
    return AnchorSeen(operator, domestic, tcp(), tls())


def dead(
    operator: str, failure: str = "generic_timeout_error", *, domestic: bool = False, ip: str = "1.1.1.1"
) -> AnchorSeen:
    return AnchorSeen(operator, domestic, tcp(ip, failure))


def cut(operator: str, failure: str, *, code: int | None = None) -> AnchorSeen:
    """TCP went through, TLS did not."""
    return AnchorSeen(operator, False, tcp(), tls(failure, code=code))


ALL_DEAD = (dead("A"), dead("B"), dead("C"))


def check(
    status: int | None,
    *,
    operator: str = "One",
    body: bytes = b"",
    failure: str | None = None,
    expected: Expected | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> HttpCheckSeen:
    failure = failure or ("generic_timeout_error" if status is None else None)
    transaction = HttpTransaction("http://one.test/", "1.1.1.1:80", (), why(failure), 0, 1, 2, status, headers, body)
    return HttpCheckSeen(operator, expected or Expected((204,)), tcp(), transaction)


def query(*addresses: str, failure: str | None = None, resolver: str = "", transaction: int = 7) -> DnsQuery:
    answers = tuple(DnsAnswer(RecordType.AAAA if ":" in address else RecordType.A, address) for address in addresses)
    return DnsQuery(Engine.UDP, resolver, "site.test", RecordType.A, answers, why(failure), 0.0, 0.1, transaction)


def timed_out(resolver: str = "") -> DnsQuery:
    return query(failure="generic_timeout_error", resolver=resolver)


def seen(
    *anchors: AnchorSeen,
    interfaces: tuple[Interface, ...] = (WIRED,),
    routed: bool = True,
    gateway: bool | None = True,
    checks: tuple[HttpCheckSeen, ...] = (),
    system: tuple[DnsQuery, ...] = (),
    independent: tuple[DnsQuery, ...] = (),
    wildcard: tuple[DnsQuery, ...] = (),
    duplicates: tuple[DnsQuery, ...] = (),
    proxy: TcpConnect | None = None,
    disturbed: tuple[str, ...] = (),
) -> Round:
    route = None if routed else Failure.NETWORK_UNREACHABLE
    return Round(
        started=WHEN,
        ended=WHEN,
        runtime_s=1.0,
        network="home",
        link=LinkSeen(True, interfaces, route, Failure.NETWORK_UNREACHABLE, ("02:00:5e:10:00:01",)),
        gateway=GatewaySeen("192.168.1.1", gateway, GatewaySign.NEIGHBOUR),
        anchors=anchors,
        http_checks=checks,
        system_dns=system,
        independent_dns=independent,
        wildcard_dns=wildcard,
        duplicate_dns=duplicates,
        proxied=proxy is not None,
        proxy=proxy,
        disturbed=tuple(map(Disturbance, disturbed)),
    )


def address(
    ip: str = "93.184.216.34",
    named_by: tuple[str, ...] = ("system", "independent"),
    *,
    connected: str | None = None,
    shaken: TlsHandshake | None = None,
    neutral: TlsHandshake | None = None,
    transaction: int = 1,
) -> AddressSeen:
    return AddressSeen(
        ip, tuple(map(NamedBy, named_by)), tcp(ip, connected, transaction=transaction), shaken, None, neutral
    )


def page(
    status: int | None = 200, *, scheme: str = "https", failure: str | None = None, transaction: int = 1
) -> HttpTransaction:
    return HttpTransaction(f"{scheme}://site.test/", "x", (), why(failure), 0, 1, transaction, status)


def measured(
    *addresses: AddressSeen,
    anchors: tuple[AnchorSeen, ...] = (AnchorSeen("A", False, tcp(), tls()),),
    system: tuple[DnsQuery, ...] = (),
    independent: tuple[DnsQuery, ...] = (),
    duplicates: tuple[DnsQuery, ...] = (),
    requests: tuple[HttpTransaction, ...] = (),
) -> Measurement:
    return Measurement(
        "https://site.test/", WHEN, WHEN, 1.0, anchors, system, independent, duplicates, addresses, requests
    )
