"""One target from its name to its page: DNS, TCP to each address, TLS, one GET, with anchors as the control."""

import contextlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from evidence_kit.clock import Clock
from evidence_kit.clock.reading import moment_of
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.exchange import DnsQuery, HttpTransaction, RecordType
from evidence_kit.model.failure import Failure
from evidence_kit.model.measurement import AddressSeen, AnchorSeen, Measurement, NamedBy, Skipped, SkipReason
from evidence_kit.probe.concurrency import Start, side_by_side
from evidence_kit.probe.dns import ask_resolver
from evidence_kit.probe.http import get
from evidence_kit.probe.link import read_link
from evidence_kit.probe.probe import Site
from evidence_kit.probe.registry import PROBES
from evidence_kit.probe.step import Run, look_up, rng, secure, shake_neutrally, start_run, try_anchor
from evidence_kit.probe.targets import Anchor, Targets
from evidence_kit.probe.tcp import Wire, connect, endpoint_text, read_proxy
from evidence_kit.probe.trace import Trace

_WORKERS: Final = 8
_ADDRESSES: Final = 6
_ANCHORS: Final = 2
_SAFE: Final = "/%:@!$&'()*+,;=~-._?"
_CUT: Final = {Failure.CONNECTION_RESET, Failure.EOF, Failure.TIMEOUT, Failure.TIMED_OUT, Failure.SSL_FAILED_HANDSHAKE}
# A common browser's: the answer should be the one people get.
_USER_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True)
class _Address:
    host: str
    named_by: tuple[NamedBy, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    system: tuple[DnsQuery, ...] = ()
    independent: tuple[DnsQuery, ...] = ()
    duplicates: tuple[DnsQuery, ...] = ()


def measure_url(url: str, targets: Targets, clock: Clock, *, proxy: str | None = None) -> Measurement:
    """Measure one address the person chose; takes at most about `timeouts.target_s`.

    Raises `Refused` with "url-not-web" where `url` is no http or https address, and as `read_proxy` does.
    """
    site = _read_url(url)
    through = None if proxy is None else read_proxy(proxy)
    started = moment_of(clock.read())
    trace = Trace(clock, targets.timeouts.target_s)
    run = start_run(trace, targets, through)
    skipped = [Skipped(step, SkipReason.PROXY) for step in ("system-dns", "independent-dns")] if through else []
    with side_by_side(_WORKERS) as start:
        controls = [start(partial(try_anchor, run, anchor)) for anchor in _some_anchors(targets)]
        probes = [probe for probe in PROBES if through is None or probe.proxied]
        asked = [start(question) for probe in probes for question in probe.site(run, site)]
        names = _Names() if through or _is_address(site.host) else _ask(run, start, site.host)
        tries = [
            start(partial(_try_address, run, site, address)) for address in _addresses(site, names, through is not None)
        ]
        tried = [attempt.result() for attempt in tries]
        anchors: tuple[AnchorSeen, ...] = tuple(control.result() for control in controls)
        observations = tuple(one for answer in asked for one in answer.result().observations)
    requests = _request(run, site, tried)
    return Measurement(
        url=url,
        started=started,
        ended=moment_of(clock.read()),
        runtime_s=trace.now(),
        anchors=anchors,
        system_dns=names.system,
        independent_dns=names.independent,
        duplicate_dns=names.duplicates,
        addresses=tuple(seen for seen, _ in tried),
        requests=requests,
        observations=observations,
        events=trace.events(),
        own=read_link(targets).own,
        proxied=through is not None,
        skipped=tuple(skipped),
        ca_bundle=run.ca_bundle,
        bytes_sent=trace.bytes_sent,
        bytes_received=trace.bytes_received,
    )


def _read_url(untrusted_url: str) -> Site:
    """The address in the form that goes over the wire: host in IDNA, everything else percent-encoded."""
    try:
        parts = urlsplit(untrusted_url.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise Refused(Code.URL_NOT_WEB) from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or "%" in host:
        raise Refused(Code.URL_NOT_WEB)
    is_secure = parts.scheme == "https"
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    path, query = quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE)
    return Site(
        urlunsplit((parts.scheme, netloc, path, query, "")), host, port or (443 if is_secure else 80), is_secure
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _some_anchors(targets: Targets) -> list[Anchor]:
    international = [anchor for anchor in targets.anchors if not anchor.domestic]
    rng.shuffle(international)
    return international[:_ANCHORS]


def _ask(run: Run, start: Start, host: str) -> _Names:
    """The system's resolver and every independent one, for IPv4 and IPv6."""
    targets = run.targets
    # getaddrinfo answers for both families at once.
    types = (RecordType.ANY,) if targets.system_resolver is None else (RecordType.A, RecordType.AAAA)
    asking = [start(partial(look_up, run, host, query_type)) for query_type in types]
    beside = [
        start(
            partial(
                ask_resolver,
                run.trace,
                resolver.endpoint,
                host,
                query_type,
                timeout_s=targets.timeouts.dns_s,
                duplicates_s=targets.timeouts.duplicates_s,
                tags=("independent",),
            )
        )
        for resolver in targets.independent_resolvers
        for query_type in (RecordType.A, RecordType.AAAA)
    ]
    system, independent = [future.result() for future in asking], [future.result() for future in beside]
    return _Names(
        system=tuple(query for query, _ in system),
        independent=tuple(query for query, _ in independent),
        duplicates=tuple(late for _, later in (*system, *independent) for late in later),
    )


def _addresses(site: Site, names: _Names, proxied: bool) -> list[_Address]:
    """Where to connect, the system's answers first; at most six."""
    if proxied:
        return [_Address(site.host, (NamedBy.PROXY,))]
    if _is_address(site.host):
        return [_Address(site.host, (NamedBy.LITERAL,))]
    named: dict[str, tuple[NamedBy, ...]] = {}
    for who, queries in (
        (NamedBy.SYSTEM, names.system),
        (NamedBy.INDEPENDENT, (*names.independent, *names.duplicates)),
    ):
        for address in (address for query in queries for address in query.addresses):
            named[address] = tuple(dict.fromkeys((*named.get(address, ()), who)))
    # Each side gets its share: a flood of forged answers must not push the others out.
    mine = [_Address(host, who) for host, who in named.items() if NamedBy.SYSTEM in who]
    others = [_Address(host, who) for host, who in named.items() if NamedBy.SYSTEM not in who]
    return [*mine[: _ADDRESSES // 2], *others[: _ADDRESSES // 2]]


def _try_address(run: Run, site: Site, address: _Address) -> tuple[AddressSeen, Wire | None]:
    if not site.secure:
        tcp, wire = connect(run.trace, address.host, site.port, timeout_s=run.targets.timeouts.tcp_s, proxy=run.proxy)
        return AddressSeen(address.host, address.named_by, tcp), wire
    secured = secure(run, address.host, site.port, site.host)
    neutral = None
    if secured.tls is not None and secured.tls.failure in _CUT:
        neutral = shake_neutrally(run, address.host, site.port)
    seen = AddressSeen(address.host, address.named_by, secured.tcp, secured.tls, secured.leaf, neutral)
    return seen, secured.wire


def _request(run: Run, site: Site, tried: Sequence[tuple[AddressSeen, Wire | None]]) -> tuple[HttpTransaction, ...]:
    """One GET over the first wire that is open (the system's answers come first); all wires are closed."""
    with contextlib.ExitStack() as stack:
        open_wires = [(seen, stack.enter_context(contextlib.closing(wire))) for seen, wire in tried if wire is not None]
        if not open_wires:
            return ()
        seen, wire = open_wires[0]
        return (
            get(
                run.trace,
                wire,
                site.url,
                address=endpoint_text(seen.ip, site.port),
                transaction=seen.tcp.transaction,
                timeout_s=run.targets.timeouts.http_s,
                user_agent=_USER_AGENT,
            ),
        )
