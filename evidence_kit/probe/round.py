"""One round of the watch: link, gateway, names, anchors and connectivity checks, side by side under one deadline."""

import contextlib
import ipaddress
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final
from urllib.parse import urlsplit

from evidence_kit.clock import Clock, ClockWatch
from evidence_kit.clock.reading import moment_of
from evidence_kit.model.exchange import DnsQuery, HttpTransaction, TcpConnect
from evidence_kit.model.measurement import (
    AnchorSeen,
    Disturbance,
    GatewaySeen,
    GatewaySign,
    HttpCheckSeen,
    LinkSeen,
    Round,
    Skipped,
    SkipReason,
)
from evidence_kit.probe.dns import ask_resolver
from evidence_kit.probe.http import get
from evidence_kit.probe.link import network_id, read_link, see_gateway
from evidence_kit.probe.step import Run, look_up, random_name, rng, start_run, try_anchor
from evidence_kit.probe.targets import Anchor, HttpCheck, Targets
from evidence_kit.probe.tcp import Proxy, connect, endpoint_text, read_proxy
from evidence_kit.probe.trace import Trace

_WORKERS: Final = 12
_FIRST_ANCHORS: Final = 2
_CHECK_CAP: Final = 8 * 1024

_Asked = tuple[DnsQuery, tuple[DnsQuery, ...]]


def measure_round(targets: Targets, clock: Clock, *, proxy: str | None = None, salt: bytes = b"") -> Round:
    """Look once at everything the targets name; takes at most about `timeouts.round_s`.

    Two anchors, one connectivity check and the resolvers are asked first; the rest only if no anchor answered. With
    `proxy` (socks5h://address:port) nothing is sent beside it, and what cannot go through it is skipped. `salt` keeps
    the network's name meaningless to others. Raises `Refused` as `read_proxy` does, never anything for a dead network.
    """
    through = None if proxy is None else read_proxy(proxy)
    watch = ClockWatch(clock)
    started = moment_of(clock.read())
    trace = Trace(clock, targets.timeouts.round_s)
    link = read_link(targets)
    before = network_id(link, targets, salt)
    run = start_run(trace, targets, through)
    sight = _Sight(run, link)
    if reason := _cut_off(link):
        sight.skip(reason, "gateway", "dns", "anchors", "http-checks")
    else:
        sight.look()
    reading, changes = watch.look()
    # The gateway's hardware address may have become known only now.
    network = network_id(read_link(targets) if link.checked else link, targets, salt)
    disturbed = [Disturbance(change.change) for change in changes]
    if before is not None and network is not None and before != network:
        disturbed.append(Disturbance.NETWORK_CHANGED)
    return Round(
        started=started,
        ended=moment_of(reading),
        runtime_s=trace.now(),
        network=network or before,
        link=link,
        gateway=sight.gateway,
        anchors=tuple(sight.anchors),
        http_checks=tuple(sight.http_checks),
        system_dns=tuple(sight.system_dns),
        independent_dns=tuple(sight.independent_dns),
        wildcard_dns=tuple(sight.wildcard_dns),
        duplicate_dns=tuple(sight.duplicate_dns),
        proxied=through is not None,
        proxy=sight.proxy_seen,
        skipped=tuple(sight.skipped),
        disturbed=tuple(disturbed),
        ca_bundle=run.ca_bundle,
        bytes_sent=trace.bytes_sent,
        bytes_received=trace.bytes_received,
    )


def _cut_off(link: LinkSeen) -> SkipReason | None:
    """Why nothing can be sent at all, so that nothing is tried; None where something can."""
    if not link.checked:
        return None
    if not link.linked:
        return SkipReason.NO_LINK
    if not link.addressed:
        return SkipReason.NO_ADDRESS
    return None if link.routed else SkipReason.NO_ROUTE


class _Sight:
    """What has been seen so far in this round."""

    def __init__(self, run: Run, link: LinkSeen) -> None:
        self._run = run
        self._link = link
        self.gateway = GatewaySeen(None, None, GatewaySign.NOT_ASKED)
        self.proxy_seen: TcpConnect | None = None
        self.anchors: list[AnchorSeen] = []
        self.http_checks: list[HttpCheckSeen] = []
        self.system_dns: list[DnsQuery] = []
        self.independent_dns: list[DnsQuery] = []
        self.wildcard_dns: list[DnsQuery] = []
        self.duplicate_dns: list[DnsQuery] = []
        self.skipped: list[Skipped] = []

    def skip(self, reason: SkipReason, *steps: str) -> None:
        self.skipped += [Skipped(step, reason) for step in steps]

    def look(self) -> None:
        run = self._run
        anchors = self._routed_anchors()
        first = _of_two_operators([anchor for anchor in anchors if not anchor.domestic])
        rest = [anchor for anchor in anchors if anchor not in first]
        checks = list(run.targets.http_checks)
        rng.shuffle(checks)
        with ThreadPoolExecutor(_WORKERS, "probe") as pool:
            if run.proxy is not None:
                self._knock_at_proxy(run.proxy)
            gateway = pool.submit(see_gateway, run.trace, run.targets, silent=run.proxy is not None)
            names = self._ask_names(pool, checks)
            self._try(pool, first, checks[:1])
            if any(anchor.authenticated for anchor in self.anchors):
                self.skip(SkipReason.NOT_NEEDED, "more-anchors", "more-http-checks")
            elif run.trace.over:
                self.skip(SkipReason.DEADLINE, "more-anchors", "more-http-checks")
            else:
                self._try(pool, rest, checks[1:])
            self.gateway = gateway.result()
            for asking, kept in names:
                query, later = asking.result()
                kept.append(query)
                self.duplicate_dns += later

    def _routed_anchors(self) -> list[Anchor]:
        """All in random order, without the families that have no route (a broken IPv6 says nothing)."""
        anchors = list(self._run.targets.anchors)
        if self._link.checked and self._run.proxy is None:
            routed = {4: self._link.route_v4 is None, 6: self._link.route_v6 is None}
            anchors = [a for a in anchors if routed[ipaddress.ip_address(a.endpoint.address).version]]
        rng.shuffle(anchors)
        return anchors

    def _knock_at_proxy(self, proxy: Proxy) -> None:
        """Tell a dead proxy from a dead world."""
        timeout_s = self._run.targets.timeouts.tcp_s
        self.proxy_seen, wire = connect(self._run.trace, proxy.address, proxy.port, timeout_s=timeout_s)
        if wire is not None:
            wire.close()

    def _ask_names(
        self, pool: ThreadPoolExecutor, checks: Sequence[HttpCheck]
    ) -> list[tuple[Future[_Asked], list[DnsQuery]]]:
        run, targets = self._run, self._run.targets
        if run.proxy is not None:
            self.skip(SkipReason.PROXY, "gateway", "system-dns", "independent-dns", "wildcard-dns")
            return []
        name = _name_in(checks[0].url) if checks else None
        asked: list[tuple[Future[_Asked], list[DnsQuery]]] = []
        if name is None:
            # Else the first connectivity check looks its own name up.
            name = targets.neutral_name
            asked.append((pool.submit(look_up, run, name), self.system_dns))
        asked.append((pool.submit(look_up, run, random_name(targets.wildcard_suffix)), self.wildcard_dns))
        for resolver in targets.independent_resolvers:
            asking = pool.submit(
                ask_resolver,
                run.trace,
                resolver.endpoint,
                name,
                timeout_s=targets.timeouts.dns_s,
                duplicates_s=targets.timeouts.duplicates_s,
                tags=("independent",),
            )
            asked.append((asking, self.independent_dns))
        return asked

    def _try(self, pool: ThreadPoolExecutor, anchors: Sequence[Anchor], checks: Sequence[HttpCheck]) -> None:
        trying = [pool.submit(try_anchor, self._run, anchor) for anchor in anchors]
        checking = [pool.submit(_check, self._run, check) for check in checks]
        self.anchors += [attempt.result() for attempt in trying]
        for future in checking:
            seen, asked = future.result()
            self.http_checks.append(seen)
            if asked is not None:
                self.system_dns.append(asked[0])
                self.duplicate_dns += asked[1]


def _of_two_operators(anchors: Sequence[Anchor]) -> list[Anchor]:
    first: dict[str, Anchor] = {}
    for anchor in anchors:
        first.setdefault(anchor.operator, anchor)
    return list(first.values())[:_FIRST_ANCHORS]


def _name_in(url: str) -> str | None:
    """The host of `url` where it is a name and not an address."""
    host = urlsplit(url).hostname or ""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return None
    return host


def _check(run: Run, check: HttpCheck) -> tuple[HttpCheckSeen, _Asked | None]:
    """One connectivity check as an operating system makes it: name, TCP, one GET."""
    parts = urlsplit(check.url)
    port = parts.port or 80
    asked: _Asked | None = None
    host = parts.hostname or ""
    if run.proxy is None and (name := _name_in(check.url)) is not None:
        asked = look_up(run, name)
        if not asked[0].addresses:
            now = run.trace.now()
            untried = HttpTransaction(check.url, "", (), asked[0].failure, now, now, run.trace.number())
            return HttpCheckSeen(check.operator, check.expected, None, untried), asked
        host = min(asked[0].addresses, key=lambda address: ":" in address)
    timeouts = run.targets.timeouts
    tcp, wire = connect(run.trace, host, port, timeout_s=timeouts.tcp_s, proxy=run.proxy)
    if wire is None:
        failed = HttpTransaction(check.url, endpoint_text(host, port), (), tcp.failure, tcp.t0, tcp.t, tcp.transaction)
        return HttpCheckSeen(check.operator, check.expected, tcp, failed), asked
    with contextlib.closing(wire):
        transaction = get(
            run.trace,
            wire,
            check.url,
            address=wire.address,
            transaction=wire.transaction,
            timeout_s=timeouts.http_s,
            user_agent=check.user_agent,
            cap=_CHECK_CAP,
        )
    return HttpCheckSeen(check.operator, check.expected, tcp, transaction), asked
