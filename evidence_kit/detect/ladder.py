"""Judge one round, from the cable upwards: the first rung that decides, decides; never measure.

Never says who or why: "no connection beyond the provider" is as far as one machine can see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from evidence_kit.detect.rules import CheckAnswer, amiss, answer_of, numbers
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.failure import Failure
from evidence_kit.model.judgement import Judgement, Method, Reason
from evidence_kit.model.measurement import AnchorSeen, GatewaySign, Round

_OPERATORS: Final = 2
# OpenSSL: certificate not yet valid, certificate has expired.
_WRONG_TIME: Final = {9, 10}
_BROKEN_IPV6: Final = {Failure.NETWORK_UNREACHABLE, Failure.HOST_UNREACHABLE, Failure.ADDRESS_NOT_AVAILABLE}
_BAD_CERTIFICATE: Final = {Failure.SSL_UNKNOWN_AUTHORITY, Failure.SSL_INVALID_HOSTNAME, Failure.SSL_INVALID_CERTIFICATE}

_DEAD_GATEWAY: Final = {
    GatewaySign.TCP: Reason.GATEWAY_BY_TCP,
    GatewaySign.NEIGHBOUR: Reason.GATEWAY_BY_NEIGHBOUR,
}


def judge(seen: Round) -> Judgement:
    """What `seen` means, for one round alone; several rounds together are for `disruptions`.

    One anchor with a verified certificate outweighs everything else: nobody on the way can fake it.
    """
    anchors = tuple(_meaningful(seen.anchors))
    seen = replace(seen, anchors=anchors)
    for rung in (_disturbed, _link, _proxy, _online, _clock, _gateway, _portal, _abroad, _beyond):
        judgement = rung(seen, anchors)
        if judgement is not None:
            return replace(judgement, reasons=(*judgement.reasons, *numbers(seen)))
    return Judgement(NetworkState.UNKNOWN, DisruptionGrade.OBSERVED, (), numbers(seen))


def _meaningful(anchors: Sequence[AnchorSeen]) -> Iterator[AnchorSeen]:
    """Without the failures that only say that this machine's IPv6 is not set up."""
    for anchor in anchors:
        if not (":" in anchor.tcp.ip and anchor.tcp.failure in _BROKEN_IPV6):
            yield anchor


def _local(method: Method, *reasons: str) -> Judgement:
    return Judgement(NetworkState.LOCAL_FAULT, DisruptionGrade.OBSERVED, (method,), reasons)


def _disturbed(seen: Round, _anchors: Sequence[AnchorSeen]) -> Judgement | None:
    if not seen.disturbed:
        return None
    reasons = tuple(Reason(f"disturbed.{what}") for what in seen.disturbed)
    return Judgement(NetworkState.UNKNOWN, DisruptionGrade.OBSERVED, (Method.ROUND_DISCARDED,), reasons)


def _link(seen: Round, _anchors: Sequence[AnchorSeen]) -> Judgement | None:
    link = seen.link
    if not link.checked:
        return None
    if not link.linked:
        return _local(Method.NO_LINK, Reason.INTERFACES.of(len(link.interfaces)))
    if not link.addressed:
        return _local(Method.NO_ADDRESS, Reason.LINKS.of(len(link.linked)))
    return (
        None
        if link.routed
        else _local(Method.NO_ROUTE, Reason.ROUTE_V4.of(link.route_v4), Reason.ROUTE_V6.of(link.route_v6))
    )


def _proxy(seen: Round, _anchors: Sequence[AnchorSeen]) -> Judgement | None:
    if seen.proxy is None or seen.proxy.failure is None:
        return None
    return _local(Method.PROXY_FAULT, Reason.PROXY_FAILURE.of(seen.proxy.failure))


def _online(seen: Round, anchors: Sequence[AnchorSeen]) -> Judgement | None:
    if not any(anchor.authenticated and not anchor.domestic for anchor in anchors):
        return None
    return Judgement(NetworkState.ONLINE, DisruptionGrade.CONFIRMED, amiss(seen), ())


def _clock(_seen: Round, anchors: Sequence[AnchorSeen]) -> Judgement | None:
    """Two operators' certificates cannot both be out of date; the device's clock can be."""
    wrong = {a.operator for a in anchors if a.tls is not None and a.tls.verify_code in _WRONG_TIME}
    return _local(Method.CLOCK_FAULT, Reason.WRONG_TIME.of(len(wrong))) if len(wrong) >= _OPERATORS else None


def _gateway(seen: Round, anchors: Sequence[AnchorSeen]) -> Judgement | None:
    if seen.gateway.alive is not False or any(anchor.tcp.failure is None for anchor in anchors):
        return None
    return _local(Method.GATEWAY_FAULT, _DEAD_GATEWAY[seen.gateway.how].of("dead"))


def _portal(seen: Round, anchors: Sequence[AnchorSeen]) -> Judgement | None:
    answers = [answer_of(check) for check in seen.http_checks]
    portals = [c for c, answer in zip(seen.http_checks, answers, strict=True) if answer is CheckAnswer.PORTAL]
    refused = {anchor.operator for anchor in anchors if anchor.failure in _BAD_CERTIFICATE}
    is_wildcard = any(query.addresses for query in seen.wildcard_dns)
    if portals:
        operators = {check.operator for check in portals}
        # Sites that cost nothing still answer: the provider wants money, not a login.
        is_billing = any(anchor.domestic and anchor.authenticated for anchor in anchors)
        methods = [Method.BILLING_PORTAL if is_billing else Method.CAPTIVE_PORTAL]
        methods += [Method.DNS_WILDCARD] if is_wildcard else []
        statuses = sorted({str(check.transaction.status) for check in portals})
        grade = DisruptionGrade.PROBABLE if len(operators) >= _OPERATORS else DisruptionGrade.OBSERVED
        reasons = (Reason.CHECKS_PORTAL.of(len(portals), len(answers)), Reason.CHECKS_STATUS.of(",".join(statuses)))
        return Judgement(NetworkState.CAPTIVE_PORTAL, grade, tuple(methods), reasons)
    if len(refused) >= _OPERATORS:
        # Somebody answers in place of everybody, with a certificate of his own.
        reason = Reason.ANCHORS_BAD_CERTIFICATE.of(len(refused))
        return Judgement(NetworkState.CAPTIVE_PORTAL, DisruptionGrade.OBSERVED, (Method.TLS_INTERCEPTION,), (reason,))
    return None


def _dead_operators(anchors: Sequence[AnchorSeen]) -> set[str]:
    return {anchor.operator for anchor in anchors if not anchor.domestic and not anchor.authenticated}


def _abroad(seen: Round, anchors: Sequence[AnchorSeen]) -> Judgement | None:
    home = [anchor for anchor in anchors if anchor.domestic and anchor.authenticated]
    if not home or len(_dead_operators(anchors)) < _OPERATORS or _web_answers(seen):
        return None
    methods = (Method.BLACKOUT_INTERNATIONAL, *_cut_how(anchors))
    # The domestic certificate is the second path: cable, gateway and provider are proven to work.
    return Judgement(NetworkState.ABROAD_CUT, DisruptionGrade.PROBABLE, methods, ())


def _beyond(seen: Round, anchors: Sequence[AnchorSeen]) -> Judgement | None:
    if len(_dead_operators(anchors)) < _OPERATORS:
        return None
    methods: tuple[Method, ...]
    reasons: tuple[str, ...] = ()
    if seen.proxied:
        methods, reasons = (Method.BLACKOUT_THROUGH_PROXY,), (Reason.PROXY_ONLY_PATH,)
    elif _web_answers(seen):
        if not any(anchor.tcp.failure is None and not anchor.domestic for anchor in anchors):
            # The web answers and only the anchors do not: filtered addresses, not a cut.
            return Judgement(NetworkState.UNKNOWN, DisruptionGrade.OBSERVED, (Method.ANCHORS_FILTERED,), ())
        methods = (Method.TLS_BLOCKED,)
    elif any(anchor.domestic for anchor in anchors):
        methods = (Method.BLACKOUT_TOTAL, *_cut_how(anchors))
    else:
        methods = (Method.BLACKOUT_BEYOND_PROVIDER, *_cut_how(anchors))
    if seen.gateway.alive is None and not seen.proxied:
        reasons = (*reasons, Reason.GATEWAY_UNKNOWN)
    return Judgement(NetworkState.BEYOND_PROVIDER, DisruptionGrade.OBSERVED, methods, reasons)


def _web_answers(seen: Round) -> bool:
    return any(answer_of(check) is CheckAnswer.EXPECTED for check in seen.http_checks)


def _cut_how(anchors: Sequence[AnchorSeen]) -> Iterator[Method]:
    """How the anchors abroad failed, each way once."""
    failures = [anchor.failure for anchor in anchors if not anchor.domestic and not anchor.authenticated]
    ways = {
        Method.CUT_TIMEOUT: {Failure.TIMEOUT, Failure.TIMED_OUT},
        Method.CUT_RESET: {Failure.CONNECTION_RESET, Failure.EOF, Failure.CONNECTION_ABORTED},
        Method.CUT_REFUSED: {Failure.CONNECTION_REFUSED},
        Method.CUT_UNREACHABLE: {Failure.NETWORK_UNREACHABLE, Failure.HOST_UNREACHABLE, Failure.PERMISSION_DENIED},
    }
    for way, failing in ways.items():
        if any(failure in failing for failure in failures):
            yield way
