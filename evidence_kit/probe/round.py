"""One round of the watch: every probe of the registry, side by side under one deadline."""

import ipaddress
from collections.abc import Iterable
from concurrent.futures import Future
from functools import reduce
from operator import add
from typing import Final

from evidence_kit.clock import Clock, ClockWatch
from evidence_kit.clock.reading import moment_of
from evidence_kit.model.exchange import TcpConnect
from evidence_kit.model.measurement import (
    Disturbance,
    GatewaySeen,
    GatewaySign,
    LinkSeen,
    Round,
    Skipped,
    SkipReason,
)
from evidence_kit.probe.concurrency import Start, side_by_side
from evidence_kit.probe.link import network_id, read_link
from evidence_kit.probe.probe import AskingOrder, Gathered, Probe, Question
from evidence_kit.probe.registry import PROBES
from evidence_kit.probe.step import Run, rng, start_run
from evidence_kit.probe.targets import Anchor, Targets
from evidence_kit.probe.tcp import Proxy, connect, read_proxy
from evidence_kit.probe.trace import Trace

_WORKERS: Final = 12


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
    asked = _Asking(run, link)
    if reason := _cut_off(link):
        asked.skip(reason, *(probe.name for probe in PROBES))
    else:
        asked.ask()
    seen = asked.seen
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
        gateway=seen.gateway[0] if seen.gateway else GatewaySeen(None, None, GatewaySign.NOT_ASKED),
        anchors=seen.anchors,
        http_checks=seen.http_checks,
        system_dns=seen.system_dns,
        independent_dns=seen.independent_dns,
        wildcard_dns=seen.wildcard_dns,
        duplicate_dns=seen.duplicate_dns,
        observations=seen.observations,
        proxied=through is not None,
        proxy=asked.proxy_seen,
        skipped=tuple(asked.skipped),
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


class _Asking:
    """Asks the probes, and holds what they saw."""

    def __init__(self, run: Run, link: LinkSeen) -> None:
        self._run = run
        self._link = link
        self.seen = Gathered()
        self.proxy_seen: TcpConnect | None = None
        self.skipped: list[Skipped] = []

    def skip(self, reason: SkipReason, *steps: str) -> None:
        self.skipped += [Skipped(step, reason) for step in steps]

    def ask(self) -> None:
        run, order = self._run, self._order()
        first: list[Future[Gathered]] = []
        waiting: list[Future[Gathered]] = []
        with side_by_side(_WORKERS) as start:
            if run.proxy is not None:
                self._try_proxy(run.proxy)
            for probe in PROBES:
                begun = self._begin(start, probe, order)
                (first if probe.awaited else waiting).extend(begun)
            self._gather(first)
            more = [question for probe in PROBES for question in probe.more(run, order)]
            later = [f"more-{probe.name}" for probe in PROBES if probe.awaited]
            if any(anchor.authenticated for anchor in self.seen.anchors):
                self.skip(SkipReason.NOT_NEEDED, *later)
            elif run.trace.over:
                self.skip(SkipReason.DEADLINE, *later)
            else:
                self._gather([start(question) for question in more])
            self._gather(waiting)

    def _begin(self, start: Start, probe: Probe, order: AskingOrder) -> list[Future[Gathered]]:
        questions: Iterable[Question]
        if self._run.proxy is None or probe.proxied:
            questions = probe.first(self._run, order)
        else:
            self.skip(SkipReason.PROXY, *probe.steps)
            questions = probe.silent(self._run, order)
        return [start(question) for question in questions]

    def _gather(self, answers: Iterable[Future[Gathered]]) -> None:
        self.seen = reduce(add, (answer.result() for answer in answers), self.seen)

    def _order(self) -> AskingOrder:
        checks = list(self._run.targets.http_checks)
        rng.shuffle(checks)
        return AskingOrder(tuple(self._routed_anchors()), tuple(checks))

    def _routed_anchors(self) -> list[Anchor]:
        """All in random order, without the families that have no route (a broken IPv6 says nothing)."""
        anchors = list(self._run.targets.anchors)
        if self._link.checked and self._run.proxy is None:
            routed = {4: self._link.route_v4 is None, 6: self._link.route_v6 is None}
            anchors = [a for a in anchors if routed[ipaddress.ip_address(a.endpoint.address).version]]
        rng.shuffle(anchors)
        return anchors

    def _try_proxy(self, proxy: Proxy) -> None:
        """Tell a dead proxy from a dead world."""
        timeout_s = self._run.targets.timeouts.tcp_s
        self.proxy_seen, wire = connect(self._run.trace, proxy.address, proxy.port, timeout_s=timeout_s)
        if wire is not None:
            wire.close()
