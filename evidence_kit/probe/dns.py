"""Ask for a name: the operating system, or a resolver over UDP, waiting a little for a second, contradicting answer."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Sequence
from typing import Final, Protocol

import dns.exception
import dns.message
import dns.rdatatype

from evidence_kit.model.exchange import Answer, DnsQuery, Engine, RecordType
from evidence_kit.model.failure import AnyFailure, Failure
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
    answered: queue.SimpleQueue[tuple[tuple[Answer, ...], OSError | None]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
            answered.put((_from_getaddrinfo(hostname, found), None))
        except OSError as error:
            answered.put(((), error))
        except UnicodeError:
            answered.put(((), socket.gaierror(socket.EAI_NONAME, "not a name")))

    threading.Thread(target=look_up, name="getaddrinfo", daemon=True).start()
    answers: tuple[Answer, ...] = ()
    failure: AnyFailure | None = None
    number: int | None = None
    try:
        answers, error = answered.get(timeout=trace.left(trace.deadline(timeout_s)))
    except (queue.Empty, TimeoutError):
        failure = Failure.TIMEOUT
    else:
        if error is not None:
            failure, number = failure_of(error), error.errno
        elif not answers:
            failure = Failure.DNS_NO_ANSWER
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


def _from_getaddrinfo(hostname: str, found: Sequence[tuple[object, ...]]) -> tuple[Answer, ...]:
    answers: list[Answer] = []
    for family, _kind, _protocol, canonical, where in found:
        if canonical and canonical != hostname:
            answers.append(Answer(RecordType.CNAME, str(canonical)))
        if isinstance(where, tuple):
            address = str(where[0]).partition("%")[0]
            answers.append(Answer(RecordType.AAAA if family == socket.AF_INET6 else RecordType.A, address))
    return tuple(dict.fromkeys(answers))


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
    t0, transaction = trace.now(), trace.number()
    family = socket.AF_INET6 if ipaddress.ip_address(resolver.address).version == 6 else socket.AF_INET

    def record(
        failure: AnyFailure | None, wire: bytes | None = None, reply: dns.message.Message | None = None
    ) -> DnsQuery:
        return DnsQuery(
            engine=Engine.UDP,
            resolver=str(resolver),
            hostname=hostname,
            query_type=query_type,
            answers=() if reply is None else _from_message(reply),
            failure=failure,
            t0=t0,
            t=trace.now(),
            transaction=transaction,
            rcode=None if reply is None else int(reply.rcode()),
            raw_response=wire,
            tags=tags,
        )

    try:
        question = dns.message.make_query(hostname, query_type, use_edns=False)
    except dns.exception.DNSException:
        return record(Failure.DNS_NXDOMAIN), ()
    first: DnsQuery | None = None
    strange: DnsQuery | None = None
    later: list[DnsQuery] = []
    deadline = trace.deadline(timeout_s)
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((resolver.address, resolver.port))
            trace.count(sent=asking.send(question.to_wire()))
            while len(later) < _ANSWERS_KEPT:
                asking.settimeout(trace.left(deadline))
                wire = asking.recv(_DATAGRAM)
                trace.count(received=len(wire))
                seen, is_ours = _read(wire, question, record)
                if not is_ours:
                    strange = strange or seen
                elif first is None:
                    first = seen
                    deadline = trace.deadline(duplicates_s)
                else:
                    later.append(seen)
        except OSError as error:
            if first is None:
                first = strange or record(failure_of(error))
    return first or record(Failure.TIMEOUT), tuple(later)


class _Record(Protocol):
    def __call__(
        self, failure: AnyFailure | None, wire: bytes | None = None, reply: dns.message.Message | None = None
    ) -> DnsQuery: ...


def _read(wire: bytes, question: dns.message.Message, record: _Record) -> tuple[DnsQuery, bool]:
    try:
        reply = dns.message.from_wire(wire, ignore_trailing=True)
    except dns.exception.DNSException:
        return record(Failure.DNS_SERVER_MISBEHAVING, wire), False
    if reply.id != question.id:
        return record(Failure.DNS_REPLY_WITH_WRONG_QUERY_ID, wire, reply), False
    if not question.is_response(reply):
        return record(Failure.DNS_SERVER_MISBEHAVING, wire, reply), False
    failure = failure_of_rcode(int(reply.rcode()))
    seen = record(failure, wire, reply)
    return (seen if failure or seen.addresses else record(Failure.DNS_NO_ANSWER, wire, reply)), True


def _from_message(reply: dns.message.Message) -> tuple[Answer, ...]:
    answers: list[Answer] = []
    for rrset in reply.answer:
        kind = _KINDS.get(rrset.rdtype)
        if kind is not None:
            answers.extend(Answer(kind, record.to_text().removesuffix("."), rrset.ttl) for record in rrset)
    return tuple(answers[:_ANSWERS_KEPT])
