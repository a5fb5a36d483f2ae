"""What every way of sending has in common: a message that proves itself while it is read, and one question answered.

The question is who has the bytes now. A server's word is CLAIMED, our own second look READ_BACK.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Literal, Protocol

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Unavailable
from evidence_kit.files import chunks_of, disk_errors
from evidence_kit.model.delivery import DeliveryState

# A multiple of 48, so that armoured lines never straddle two chunks.
CHUNK: Final = 192 * 1024

# How far it is known, when sending is over, that the far side has it.
SentState = Literal[DeliveryState.CLAIMED, DeliveryState.READ_BACK]
Progressed = Callable[[int], None]
HandingOver = Callable[[], None]


class Unanswered(Unavailable):
    """Everything was handed over and no answer came: nobody can know whether it is there."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One part's ciphertext: `content` is read once, `sha256` (hex) and `size` (bytes) are what it must turn out to be.

    `name` is the file name where it becomes a file, `message_id` the identifier where it becomes a mail.
    """

    name: str
    message_id: str
    sha256: str
    size: int
    content: BinaryIO

    def checked(self, progressed: Progressed) -> Iterator[bytes]:
        """The ciphertext in chunks; ends only if every byte was right, so whoever finishes afterwards sent the truth.

        `progressed` hears how many bytes are done, and may raise to stop. Raises `Broken(Code.PARCEL_DAMAGED)`.
        """
        digest = hashlib.sha256()
        done = 0
        with disk_errors():
            for chunk in chunks_of(self.content, CHUNK):
                done += len(chunk)
                if done > self.size:
                    break
                digest.update(chunk)
                yield chunk
                progressed(done)
        if done != self.size or digest.hexdigest() != self.sha256:
            raise Broken(Code.PARCEL_DAMAGED, name=self.name)


def new_message_id() -> str:
    """A random Message-ID with its angle brackets; its domain is random too and can be nobody's (RFC 2606)."""
    return f"<{secrets.token_hex(16)}@{secrets.token_hex(8)}.invalid>"


class Transport(Protocol):
    """One way to one destination."""

    def send(self, message: OutgoingMessage, handing_over: HandingOver, progressed: Progressed, /) -> SentState:
        """Bring the message there, whole or not at all.

        `handing_over` is called right before the one act after which the other side may have it without our knowing;
        where it raises, that act does not happen. Raises `Unavailable` (worth another try), `Unanswered` (only after
        `handing_over`), `Refused` (this way will not do), `Broken(Code.PARCEL_DAMAGED)`.
        """
        ...
