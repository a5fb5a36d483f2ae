"""Judge one target by what its measurement holds, and never claim blocking without a control that worked just then.

Our codes keep the difference between "the name was cut" and "the site may be down"; OONI's keys are filled as far as
they go (ts-017): "dns", "tcp_ip", Blocking.HTTP_FAILURE, False, or null.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from evidence_kit.model.disruption import DisruptionGrade
from evidence_kit.model.exchange import DnsQuery
from evidence_kit.model.failure import AnyFailure, Failure
from evidence_kit.model.judgement import Blocking, Consistency, Reason, TargetOutcome, TargetVerdict
from evidence_kit.model.measurement import AddressSeen, Measurement, NamedBy

_CUT: Final = {Failure.CONNECTION_RESET, Failure.EOF, Failure.TIMEOUT, Failure.TIMED_OUT}
_DNS_CODES: Final[dict[AnyFailure | None, TargetOutcome]] = {
    Failure.DNS_NXDOMAIN: TargetOutcome.DNS_NXDOMAIN,
    Failure.DNS_SERVFAIL: TargetOutcome.DNS_SERVFAIL,
    Failure.DNS_REFUSED: TargetOutcome.DNS_REFUSED,
    Failure.DNS_NO_ANSWER: TargetOutcome.DNS_NO_ANSWER,
    Failure.TIMEOUT: TargetOutcome.DNS_TIMEOUT,
}
_BOGONS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "::1/128", "::ffff:0:0/96", "::/96", "100::/64", "2001:10::/28", "2001:db8::/32"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)


def is_bogon(address: str) -> bool:
    """Whether no public site can have `address`, also as the IPv4 inside a 6to4 (2002::/16) or Teredo address."""
    parsed = ipaddress.ip_address(address)
    if any(parsed.version == network.version and parsed in network for network in _BOGONS):
        return True
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        return inner is not None and is_bogon(str(inner))
    return False


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rules below ask for."""

    world: bool
    answered: tuple[DnsQuery, ...]
    failed: tuple[DnsQuery, ...]
    agreeing: int
    injected: bool
    bogons: tuple[str, ...]
    valid: tuple[AddressSeen, ...]


def classify(measurement: Measurement) -> TargetVerdict:
    """The first rule that fits, from the page down to the name (detection reference, table 1.10).

    Without one authenticated anchor nothing is said but "unknown": when everything is gone, a site is not blocked.
    """
    facts = _facts(measurement)
    reasons = tuple(_numbers(measurement, facts))
    consistency = _consistency(measurement, facts)
    page = measurement.requests[0] if measurement.requests else None
    # A verified certificate proves the site even where no anchor answered; but the person's own way must lead there.
    own_way = {seen.tcp.transaction for seen in facts.valid if seen.named_by != (NamedBy.INDEPENDENT,)}
    if page is not None and page.failure is None and page.transaction in own_way:
        return TargetVerdict(TargetOutcome.ACCESSIBLE, None, False, True, consistency, reasons)
    if not facts.world:
        return TargetVerdict(TargetOutcome.NO_CONTROL, None, None, None, consistency, reasons)
    for rule in _RULES:
        found = rule(measurement, facts)
        if found is not None:
            code, grade, blocking, accessible = found
            return TargetVerdict(code, grade, blocking, accessible, consistency, reasons)
    return TargetVerdict(TargetOutcome.UNREACHABLE, DisruptionGrade.OBSERVED, None, None, consistency, reasons)


_Found = tuple[TargetOutcome, DisruptionGrade | None, Blocking | Literal[False] | None, bool | None]


def _facts(measurement: Measurement) -> _Facts:
    answered = tuple(query for query in measurement.system_dns if query.addresses)
    # A name without IPv6 is no fault where it has IPv4.
    failed = () if answered else tuple(query for query in measurement.system_dns if query.failure is not None)
    independent = [query for query in measurement.independent_dns if query.addresses]
    return _Facts(
        world=any(anchor.authenticated and not anchor.domestic for anchor in measurement.anchors),
        answered=answered,
        failed=failed,
        agreeing=_agreeing(independent),
        injected=_injected(measurement),
        bogons=tuple(a for query in answered for a in query.addresses if is_bogon(a)),
        valid=tuple(seen for seen in measurement.addresses if seen.tls is not None and seen.tls.failure is None),
    )


def _agreeing(queries: Iterable[DnsQuery]) -> int:
    """How many independent resolvers share an answer with another one, or with themselves where they are alone."""
    by_resolver: dict[str, set[str]] = {}
    for query in queries:
        by_resolver.setdefault(query.resolver, set()).update(query.addresses)
    return max((sum(bool(a & b) for b in by_resolver.values()) for a in by_resolver.values()), default=0)


def _injected(measurement: Measurement) -> bool:
    """Two different answers to one question, the first of which does not prove itself by TLS."""
    valid = {seen.ip for seen in measurement.addresses if seen.tls is not None and seen.tls.failure is None}
    first = {q.transaction: q for q in (*measurement.system_dns, *measurement.independent_dns)}
    for late in measurement.duplicate_dns:
        early = first.get(late.transaction)
        if early is None or not late.addresses or set(late.addresses) == set(early.addresses):
            continue
        if not valid & set(early.addresses):
            return True
    return False


def _consistency(measurement: Measurement, facts: _Facts) -> Consistency | None:
    if not measurement.system_dns or not measurement.independent_dns:
        return None
    if facts.failed:
        return Consistency.INCONSISTENT if facts.agreeing else None
    mine = {address for query in facts.answered for address in query.addresses}
    theirs = {address for query in measurement.independent_dns for address in query.addresses}
    if mine & theirs or any(seen.ip in mine for seen in facts.valid):
        return Consistency.CONSISTENT
    return Consistency.INCONSISTENT if theirs else None


def _injected_name(_measurement: Measurement, facts: _Facts) -> _Found | None:
    """Somebody else answered first."""
    return (TargetOutcome.DNS_INJECTED, DisruptionGrade.CONFIRMED, Blocking.DNS, False) if facts.injected else None


def _failed_name(_measurement: Measurement, facts: _Facts) -> _Found | None:
    """The name leads nowhere, and two independent resolvers agree that it should."""
    if not facts.failed or facts.agreeing < 2:
        return None
    code = _DNS_CODES.get(facts.failed[0].failure, TargetOutcome.DNS_FAILURE)
    proven = any(NamedBy.INDEPENDENT in seen.named_by for seen in facts.valid)
    return code, DisruptionGrade.PROBABLE if proven else DisruptionGrade.OBSERVED, Blocking.DNS, False


def _bogon_name(measurement: Measurement, facts: _Facts) -> _Found | None:
    """The name leads to addresses that no public site can have, and to nothing else."""
    if not facts.bogons or not facts.agreeing or any(NamedBy.SYSTEM in seen.named_by for seen in facts.valid):
        return None
    # The independent answer may be a bogon, too: some sites really are set up so.
    theirs = {address for query in measurement.independent_dns for address in query.addresses}
    if len(facts.bogons) != sum(len(query.addresses) for query in facts.answered) or theirs & set(facts.bogons):
        return None
    grade = DisruptionGrade.PROBABLE if facts.valid else DisruptionGrade.OBSERVED
    return TargetOutcome.DNS_SPOOFED, grade, Blocking.DNS, False


def _strange_name(measurement: Measurement, facts: _Facts) -> _Found | None:
    """The name leads to somebody else's certificate. A different answer that proves itself is a content network."""
    if not facts.valid or any(NamedBy.SYSTEM in seen.named_by for seen in facts.valid):
        return None
    named = [seen for seen in measurement.addresses if NamedBy.SYSTEM in seen.named_by]
    is_shared = any(NamedBy.INDEPENDENT in seen.named_by for seen in named)
    is_strange = any(seen.tls is not None and seen.tls.verify_code is not None for seen in named)
    if is_shared or not is_strange:
        return None
    return TargetOutcome.DNS_SPOOFED, DisruptionGrade.PROBABLE, Blocking.DNS, False


def _plain(measurement: Measurement, _facts: _Facts) -> _Found | None:
    """What an unencrypted page says of itself; who answered cannot be proven."""
    page = measurement.requests[0] if measurement.requests else None
    if page is None or page.url.startswith("https:"):
        return None
    if page.failure is not None:
        return TargetOutcome.HTTP_FAILURE, DisruptionGrade.OBSERVED, None, None
    if page.status == 451:
        return TargetOutcome.HTTP_LEGAL, DisruptionGrade.PROBABLE, Blocking.HTTP_DIFF, False
    # Without a recorded page of better days there is nothing to compare with.
    return TargetOutcome.HTTP_UNPROVEN, None, None, None


def _failed_page(measurement: Measurement, _facts: _Facts) -> _Found | None:
    """Encrypted and proven, and still no page."""
    page = measurement.requests[0] if measurement.requests else None
    if page is None or page.failure is None or not page.url.startswith("https:"):
        return None
    return TargetOutcome.HTTP_FAILURE, DisruptionGrade.OBSERVED, None, None


def _wrong_tls(measurement: Measurement, facts: _Facts) -> _Found | None:
    """Connected, but the handshake was cut or answered by somebody else."""
    if facts.valid:
        return None
    shaken = [(seen.tls, seen.neutral) for seen in measurement.addresses if seen.tls is not None]
    tried = [tls for tls, _ in shaken]
    if any(tls.failure in _CUT and neutral is not None and neutral.failure is None for tls, neutral in shaken):
        return TargetOutcome.TLS_SNI, DisruptionGrade.CONFIRMED, Blocking.HTTP_FAILURE, False
    if any(tls.openssl_reason == "WRONG_VERSION_NUMBER" for tls in tried):
        return TargetOutcome.TLS_INJECTED_HTTP, DisruptionGrade.OBSERVED, Blocking.HTTP_FAILURE, False
    if tried and all(tls.failure is Failure.SSL_UNKNOWN_AUTHORITY for tls in tried):
        return TargetOutcome.TLS_MITM, DisruptionGrade.PROBABLE, Blocking.HTTP_FAILURE, False
    if any(tls.verify_code is not None for tls in tried):
        return TargetOutcome.TLS_INVALID_CERTIFICATE, DisruptionGrade.OBSERVED, None, None
    return None


def _dead(measurement: Measurement, _facts: _Facts) -> _Found | None:
    """Nothing answers. Whether that is blocking needs better days to compare with: the site may be down."""
    if measurement.addresses and all(seen.tcp.failure is not None for seen in measurement.addresses):
        return TargetOutcome.UNREACHABLE_TCP, DisruptionGrade.OBSERVED, None, None
    return None


_RULES: Final = (
    _injected_name,
    _failed_name,
    _bogon_name,
    _strange_name,
    _plain,
    _failed_page,
    _wrong_tls,
    _dead,
)


def _numbers(measurement: Measurement, facts: _Facts) -> Iterator[str]:
    authenticated = sum(anchor.authenticated for anchor in measurement.anchors)
    yield Reason.ANCHORS_AUTHENTICATED.of(authenticated, len(measurement.anchors))
    if measurement.system_dns:
        yield Reason.SYSTEM_DNS_ANSWERED.of(len(facts.answered), len(measurement.system_dns))
    if measurement.independent_dns:
        yield Reason.INDEPENDENT_DNS_AGREEING.of(facts.agreeing)
    connected = sum(seen.tcp.failure is None for seen in measurement.addresses)
    yield Reason.ADDRESSES_CONNECTED.of(connected, len(measurement.addresses))
    if any(seen.tls is not None for seen in measurement.addresses):
        yield Reason.ADDRESSES_TLS_VALID.of(len(facts.valid), len(measurement.addresses))
    if facts.bogons:
        yield Reason.SYSTEM_DNS_BOGONS.of(len(facts.bogons))
    if measurement.proxied:
        yield Reason.PROXY_ONLY_PATH
