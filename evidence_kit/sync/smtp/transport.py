"""Hand a mail to a submission server (RFC 5321, RFC 6409), encrypted and authenticated or not at all, streaming."""

import contextlib
import ssl
from collections.abc import Iterator

import certifi

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.sync.network import Network
from evidence_kit.sync.smtp.armour import armour, armoured_size
from evidence_kit.sync.smtp.conversation import Conversation
from evidence_kit.sync.smtp.line import Line
from evidence_kit.sync.smtp.mail import frame
from evidence_kit.sync.smtp.route import MailRoute
from evidence_kit.sync.transport import HandingOver, OutgoingMessage, Progressed, SentState


class MailTransport:
    """A transport to the mailboxes of `route`, one connection for each mail."""

    def __init__(self, route: MailRoute, network: Network) -> None:
        self._route = route
        self._network = network
        self._context = _context_for(route)

    def send(self, message: OutgoingMessage, handing_over: HandingOver, progressed: Progressed, /) -> SentState:
        """Send it as one PGP/MIME mail to all addresses or, where one is refused, to none.

        Raises `Unavailable` with "server-unreachable", "proxy-unreachable", "mail-line-lost", "mail-too-slow",
        "mail-later", "mail-nonsense" or "tls-failed"; `Unanswered(Code.DELIVERY_NO_ANSWER)`; `Refused` with
        "certificate-bad", "certificate-dates", "starttls-missing", "starttls-tampered", "auth-not-offered",
        "auth-refused", "sender-refused", "recipient-refused", "message-too-large", "mailbox-full" or "mail-refused".
        Whatever the meter raises comes before anything is sent.
        """
        route = self._route
        head, tail = frame(route.sender, route.to, message.message_id, self._network.clock.read())
        size = len(head) + armoured_size(message.size) + len(tail)
        self._network.meter.allow(size)
        with self._connected() as conversation:
            conversation.announce(route.sender, route.to, size)
            conversation.begin()
            conversation.send_text(head)
            for block in armour(message.checked(progressed)):
                conversation.send_text(block)
            conversation.send_text(tail)
            conversation.finish(handing_over)
            conversation.leave()
        return DeliveryState.CLAIMED

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Conversation]:
        route, network = self._route, self._network
        connection = network.opener.open(route.host, route.port, network.limits.connect_s)
        with contextlib.closing(Line(connection, network)) as line:
            conversation = Conversation(line, network)
            if route.implicit_tls:
                conversation.encrypt(self._context, route.host)
            conversation.greet()
            if not route.implicit_tls:
                conversation.starttls_or_nothing(self._context, route.host)
            if route.user is not None:
                conversation.log_in(route.user, route.password or "")
            yield conversation


def _context_for(route: MailRoute) -> ssl.SSLContext:
    # Not the system's list: where a state had its own authority installed there, it would read along.
    try:
        return ssl.create_default_context(cafile=str(route.ca_file or certifi.where()))
    except OSError:  # missing, unreadable, or no certificates
        raise Refused(Code.CA_FILE_BAD) from None
