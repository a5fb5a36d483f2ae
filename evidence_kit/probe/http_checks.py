"""The connectivity checks probe: the plain web pages by which operating systems tell whether there is an internet."""

import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from evidence_kit.model.exchange import HttpTransaction
from evidence_kit.model.measurement import HttpCheckSeen
from evidence_kit.probe.http import get
from evidence_kit.probe.names import name_in
from evidence_kit.probe.probe import AskingOrder, Gathered, Probe, Question
from evidence_kit.probe.step import Run, look_up
from evidence_kit.probe.targets import HttpCheck
from evidence_kit.probe.tcp import connect, endpoint_text

_CAP: Final = 8 * 1024


def _first(run: Run, order: AskingOrder) -> Sequence[Question]:
    return [partial(_check, run, check) for check in order.http_checks[:1]]


def _more(run: Run, order: AskingOrder) -> Sequence[Question]:
    return [partial(_check, run, check) for check in order.http_checks[1:]]


def _check(run: Run, check: HttpCheck) -> Gathered:
    """One connectivity check as an operating system makes it: name, TCP, one GET."""
    parts = urlsplit(check.url)
    port = parts.port or 80
    named = Gathered()
    host = parts.hostname or ""
    if run.proxy is None and (name := name_in(check.url)) is not None:
        query, later = look_up(run, name)
        named = Gathered(system_dns=(query,), duplicate_dns=later)
        if not query.addresses:
            now = run.trace.now()
            untried = HttpTransaction(check.url, "", (), query.failure, now, now, run.trace.number())
            return named + Gathered(http_checks=(HttpCheckSeen(check.operator, check.expected, None, untried),))
        host = min(query.addresses, key=lambda address: ":" in address)
    timeouts = run.targets.timeouts
    tcp, wire = connect(run.trace, host, port, timeout_s=timeouts.tcp_s, proxy=run.proxy)
    if wire is None:
        failed = HttpTransaction(check.url, endpoint_text(host, port), (), tcp.failure, tcp.t0, tcp.t, tcp.transaction)
        return named + Gathered(http_checks=(HttpCheckSeen(check.operator, check.expected, tcp, failed),))
    with contextlib.closing(wire):
        transaction = get(
            run.trace,
            wire,
            check.url,
            address=wire.address,
            transaction=wire.transaction,
            timeout_s=timeouts.http_s,
            user_agent=check.user_agent,
            cap=_CAP,
        )
    return named + Gathered(http_checks=(HttpCheckSeen(check.operator, check.expected, tcp, transaction),))


PROBE: Final = Probe("http-checks", first=_first, more=_more, awaited=True, proxied=True)
