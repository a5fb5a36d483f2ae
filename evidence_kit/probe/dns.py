"""Ask for a name: the operating system, or a resolver over UDP, waiting a little for a second, contradicting answer."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.message
import dns.rdatatype

from evidence_kit.model.exchange import DnsAnswer, DnsQuery, Engine, RecordType
from evidence_kit.model.failure import AnyFailure, Failure
from evidence_kit.probe.concurrency import within
from evidence_kit.probe.failure import failure_of, failure_of_rcode
from evidence_kit.probe.targets import Endpoint
from evidence_kit.probe.trace import Trace

_DATAGRAM: Final = 4096
_ANSWERS_KEPT: Final = 32
_KINDS: Final[dict[int, RecordType]] = {
    dns.rdatatype.A: RecordType.A,
    dns.rdatatype.AAAA: RecordType.AAAA,
    dns.rdatatype.CNAME: RecordType.CNAME,
}


def ask_system(trace: Trace, hostname: str, *, timeout_s: float) -> DnsQuery:
    """Ask as every program on this machine does (getaddrinfo), for at most `timeout_s`.

    The call cannot be cancelled: past the deadline its thread is left behind and ends by itself.
    """
    t0, transaction = trace.now(), trace.number()

    def look_up() -> Sequence[tuple[object, ...]]:
        try:
            return socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
        except UnicodeError:
            raise socket.gaierror(socket.EAI_NONAME, "not a name") from None

    answers: tuple[DnsAnswer, ...] = ()
    failure: AnyFailure | None = None
    number: int | None = None
    try:
        answers = _from_getaddrinfo(hostname, within(trace.left(trace.deadline(timeout_s)), look_up))
        failure = None if answers else Failure.DNS_NO_ANSWER
    except OSError as error:
        failure, number = failure_of(error), error.errno
    return DnsQuery(
        engine=Engine.GETADDRINFO,
        resolver="",
        hostname=hostname,
        query_type=RecordType.ANY,
        answers=answers,
        failure=failure,
        t0=t0,
        t=trace.now(),
        transaction=transaction,
        getaddrinfo_error=number,
    )


def _from_getaddrinfo(hostname: str, found: Sequence[tuple[object, ...]]) -> tuple[DnsAnswer, ...]:
    answers: list[DnsAnswer] = []
    for family, _kind, _protocol, canonical, where in found:
        if canonical and canonical != hostname:
            answers.append(DnsAnswer(RecordType.CNAME, str(canonical)))
        if isinstance(where, tuple):
            address = str(where[0]).partition("%")[0]
            answers.append(DnsAnswer(RecordType.AAAA if family == socket.AF_INET6 else RecordType.A, address))
    return tuple(dict.fromkeys(answers))


@dataclass(frozen=True, slots=True)
class _Question:
    """One question to one resolver, and the record of what came of it."""

    trace: Trace
    resolver: Endpoint
    hostname: str
    query_type: RecordType
    tags: tuple[str, ...]
    t0: float
    transaction: int

    def record(
        self, failure: AnyFailure | None, wire: bytes | None = None, reply: dns.message.Message | None = None
    ) -> DnsQuery:
        return DnsQuery(
            engine=Engine.UDP,
            resolver=str(self.resolver),
            hostname=self.hostname,
            query_type=self.query_type,
            answers=() if reply is None else _from_message(reply),
            failure=failure,
            t0=self.t0,
            t=self.trace.now(),
            transaction=self.transaction,
            rcode=None if reply is None else int(reply.rcode()),
            raw_response=wire,
            tags=self.tags,
        )

    def read(self, wire: bytes, message: dns.message.Message) -> tuple[DnsQuery, bool]:
        """What a datagram says, and whether it answers this question."""
        try:
            reply = dns.message.from_wire(wire, ignore_trailing=True)
        except dns.exception.DNSException:
            return self.record(Failure.DNS_SERVER_MISBEHAVING, wire), False
        if reply.id != message.id:
            return self.record(Failure.DNS_REPLY_WITH_WRONG_QUERY_ID, wire, reply), False
        if not message.is_response(reply):
            return self.record(Failure.DNS_SERVER_MISBEHAVING, wire, reply), False
        failure = failure_of_rcode(int(reply.rcode()))
        seen = self.record(failure, wire, reply)
        return (seen if failure or seen.addresses else self.record(Failure.DNS_NO_ANSWER, wire, reply)), True


def ask_resolver(
    trace: Trace,
    resolver: Endpoint,
    hostname: str,
    query_type: RecordType = RecordType.A,
    *,
    timeout_s: float,
    duplicates_s: float = 0.0,
    tags: tuple[str, ...] = (),
) -> tuple[DnsQuery, tuple[DnsQuery, ...]]:
    """One UDP query, and what else came for it within `duplicates_s` after the first answer.

    Two different answers to one question are the trace of somebody injecting them.
    """
    question = _Question(trace, resolver, hostname, query_type, tags, trace.now(), trace.number())
    family = socket.AF_INET6 if ipaddress.ip_address(resolver.address).version == 6 else socket.AF_INET
    try:
        message = dns.message.make_query(hostname, query_type.value, use_edns=False)
    except dns.exception.DNSException:
        return question.record(Failure.DNS_NXDOMAIN), ()
    first: DnsQuery | None = None
    strange: DnsQuery | None = None
    later: list[DnsQuery] = []
    deadline = trace.deadline(timeout_s)
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((resolver.address, resolver.port))
            trace.count(sent=asking.send(message.to_wire()))
            while len(later) < _ANSWERS_KEPT:
                asking.settimeout(trace.left(deadline))
                wire = asking.recv(_DATAGRAM)
                trace.count(received=len(wire))
                seen, is_ours = question.read(wire, message)
                if not is_ours:
                    strange = strange or seen
                elif first is None:
                    first = seen
                    deadline = trace.deadline(duplicates_s)
                else:
                    later.append(seen)
        except OSError as error:
            if first is None:
                first = strange or question.record(failure_of(error))
    return first or question.record(Failure.TIMEOUT), tuple(later)


def _from_message(reply: dns.message.Message) -> tuple[DnsAnswer, ...]:
    answers: list[DnsAnswer] = []
    for rrset in reply.answer:
        kind = _KINDS.get(rrset.rdtype)
        if kind is not None:
            answers.extend(DnsAnswer(kind, record.to_text().removesuffix("."), rrset.ttl) for record in rrset)
    return tuple(answers[:_ANSWERS_KEPT])
