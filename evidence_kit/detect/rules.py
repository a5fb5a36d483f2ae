"""One rule for each probe: what it says beside the ladder's judgement, and with which numbers. Pure.

What a probe finds amiss although the world is there is no disruption by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence_kit.model.exchange import DnsQuery
from evidence_kit.model.judgement import Method, Reason
from evidence_kit.model.measurement import AnchorSeen, HttpCheckSeen, Round


@dataclass(frozen=True, slots=True)
class Rule:
    """`amiss` are the ways in which what `probe` saw is not as it should be, `numbers` the reasons that it adds."""

    probe: str
    amiss: Callable[[Round], Iterator[Method]]
    numbers: Callable[[Round], Iterator[str]]


def silent(_seen: Round) -> Iterator[str]:
    """No number."""
    return iter(())


def flawless(_seen: Round) -> Iterator[Method]:
    """Nothing amiss."""
    return iter(())


class CheckAnswer(StrEnum):
    """What a connectivity check's answer amounts to."""

    EXPECTED = "expected"
    PORTAL = "portal"
    OTHER = "other"
    NONE = "none"


def answer_of(check: HttpCheckSeen) -> CheckAnswer:
    """Expected; a login page in its place (redirect, 511, another body); some other answer (a block page); or none.

    RFC 6585 §6 for 511. An answer of 4xx or 5xx says that somebody answered, not that he wants a login.
    """
    answer = check.transaction
    status = answer.status
    if status is None:
        return CheckAnswer.NONE
    expected = check.expected
    if status in expected.statuses:
        is_body = expected.body is None or answer.body.decode("utf-8", "replace").lstrip().startswith(expected.body)
        is_header = expected.header is None or answer.header(expected.header[0]) == expected.header[1]
        if is_body and is_header:
            return CheckAnswer.EXPECTED
        # Cut off in the middle, it is no page of a portal either.
        return CheckAnswer.OTHER if answer.failure is not None else CheckAnswer.PORTAL
    return CheckAnswer.PORTAL if status == 511 or 200 <= status < 400 else CheckAnswer.OTHER


def authenticated(anchors: Sequence[AnchorSeen]) -> int:
    return sum(anchor.authenticated for anchor in anchors)


def _answered(queries: Sequence[DnsQuery]) -> int:
    return sum(query.failure is None for query in queries)


def _anchor_numbers(seen: Round) -> Iterator[str]:
    abroad = [anchor for anchor in seen.anchors if not anchor.domestic]
    home = [anchor for anchor in seen.anchors if anchor.domestic]
    if abroad:
        yield Reason.ANCHORS_AUTHENTICATED.of(authenticated(abroad), len(abroad))
        yield Reason.ANCHORS_OPERATORS.of(len({anchor.operator for anchor in abroad}))
    if home:
        yield Reason.DOMESTIC_AUTHENTICATED.of(authenticated(home), len(home))


def _check_numbers(seen: Round) -> Iterator[str]:
    if seen.http_checks:
        expected = sum(answer_of(check) is CheckAnswer.EXPECTED for check in seen.http_checks)
        yield Reason.CHECKS_EXPECTED.of(expected, len(seen.http_checks))


def _checks(seen: Round) -> Iterator[Method]:
    if any(answer_of(check) in {CheckAnswer.PORTAL, CheckAnswer.OTHER} for check in seen.http_checks):
        yield Method.HTTP_INTERFERENCE


def _name_numbers(seen: Round) -> Iterator[str]:
    if seen.system_dns:
        yield Reason.SYSTEM_DNS_ANSWERED.of(_answered(seen.system_dns), len(seen.system_dns))
    if seen.independent_dns:
        yield Reason.INDEPENDENT_DNS_ANSWERED.of(_answered(seen.independent_dns), len(seen.independent_dns))


def _names(seen: Round) -> Iterator[Method]:
    system, independent = _answered(seen.system_dns), _answered(seen.independent_dns)
    if seen.independent_dns and not independent and not (seen.system_dns and not system):
        yield Method.UDP_BLOCKED
    if seen.system_dns and not system:
        yield Method.LOCAL_RESOLVER if independent else Method.ALL_RESOLVERS
    if any(query.addresses for query in seen.wildcard_dns):
        yield Method.DNS_WILDCARD
    if _contradicted(seen):
        yield Method.DNS_INJECTED


def _contradicted(seen: Round) -> bool:
    """Two different answers to one question."""
    first = {query.transaction: set(query.addresses) for query in (*seen.system_dns, *seen.independent_dns)}
    return any(
        late.addresses and first.get(late.transaction) and set(late.addresses) != first[late.transaction]
        for late in seen.duplicate_dns
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule("gateway", flawless, silent),
    Rule("anchors", flawless, _anchor_numbers),
    Rule("http-checks", _checks, _check_numbers),
    Rule("dns", _names, _name_numbers),
)


def amiss(seen: Round) -> tuple[Method, ...]:
    """Everything that is not as it should be, although the world is there."""
    return tuple(method for rule in RULES for method in rule.amiss(seen))


def numbers(seen: Round) -> tuple[str, ...]:
    """What the round rests on, in numbers."""
    return tuple(reason for rule in RULES for reason in rule.numbers(seen))
