"""A DNS server on loopback that tells the truth, lies, or says nothing."""

import contextlib
import socket
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from evidence_kit.drill.servers import ServerLoop

LOOPBACK: Final = "127.0.0.1"
# On loopback like everything here, and by the rules no public site's address.
BOGON: Final = "127.66.66.66"


class Names(StrEnum):
    """What a resolver answers."""

    TRUE = "true"
    MISSING = "nxdomain"
    FAILING = "servfail"
    BOGUS = "bogon"
    EVERYTHING = "wildcard"
    INJECTED = "injected"
    NOTHING = "nothing"


class FakeResolver:
    """A DNS server over UDP that knows `names`; everything else does not exist."""

    def __init__(self, loop: ServerLoop, address: str, names: dict[str, str]) -> None:
        self._loop = loop
        self._names = names
        self.answering = Names.TRUE
        self.questions: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.setblocking(False)
        self.address, self.port = self._socket.getsockname()[:2]
        loop.call(lambda: loop.watch(self._socket, self._answer))

    def _answer(self) -> None:
        with contextlib.suppress(OSError, dns.exception.DNSException):
            untrusted, asker = self._socket.recvfrom(4096)
            question = dns.message.from_wire(untrusted)
            self.questions.append(question.question[0].name.to_text(omit_final_dot=True))
            for reply in self._replies(question):
                self._socket.sendto(reply.to_wire(), asker)

    def _replies(self, question: dns.message.Message) -> Iterable[dns.message.Message]:
        name = question.question[0].name.to_text(omit_final_dot=True)
        known = self._names.get(name)
        match self.answering:
            case Names.NOTHING:
                return
            case Names.BOGUS:
                yield _reply(question, BOGON)
            case Names.EVERYTHING:
                yield _reply(question, known or LOOPBACK)
            case Names.INJECTED:
                yield _reply(question, BOGON)
                yield _reply(question, known)
            case Names.FAILING:
                yield _reply(question, None, dns.rcode.SERVFAIL)
            case Names.MISSING:
                yield _reply(question, None, dns.rcode.NXDOMAIN)
            case Names.TRUE:
                yield _reply(question, known, dns.rcode.NOERROR if known else dns.rcode.NXDOMAIN)

    def close(self) -> None:
        def stop() -> None:
            self._loop.forget(self._socket)
            self._socket.close()

        self._loop.call(stop)


def _reply(
    question: dns.message.Message, address: str | None, rcode: dns.rcode.Rcode = dns.rcode.NOERROR
) -> dns.message.Message:
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.RA
    reply.set_rcode(rcode)
    asked = question.question[0]
    if address is not None and asked.rdtype == dns.rdatatype.A:
        reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", address))
    return reply
