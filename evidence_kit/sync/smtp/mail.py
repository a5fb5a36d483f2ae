"""Ciphertext as a mail in the PGP/MIME form (RFC 3156 §4) that every OpenPGP mail program opens, built as a stream.

The headers are the same for every mail and tell nothing: a constant subject, random identifiers, UTC, no program's
name. They look like those of a common mail program on purpose.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from evidence_kit.clock.reading import wall_ns_of
from evidence_kit.model.clock_reading import ClockReading

SUBJECT: Final = "Encrypted message"


def frame(sender: str, to: Sequence[str], message_id: str, date: ClockReading) -> tuple[bytes, bytes]:
    """What stands before and after the armoured text, in CRLF lines of at most 76 columns (a long address excepted).

    The date is when it is sent, in UTC so that it does not tell a zone; a wrong clock is not put right here, because
    the receiving server writes its own time anyway.
    """
    boundary = hashlib.sha256(message_id.encode("ascii")).hexdigest()[:32]  # a second copy is the same but for its date
    sent = datetime.fromtimestamp(wall_ns_of(date) // 1_000_000_000, UTC)
    head = (
        f"From: {sender}",
        f"To: {_folded(to)}",
        f"Subject: {SUBJECT}",
        f"Date: {format_datetime(sent)}",
        f"Message-ID:\r\n {message_id}",
        "MIME-Version: 1.0",
        "Content-Type: multipart/encrypted;",
        ' protocol="application/pgp-encrypted";',
        f' boundary="{boundary}"',
        "",
        "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)",
        f"--{boundary}",
        "Content-Type: application/pgp-encrypted",
        "Content-Description: PGP/MIME version identification",
        "",
        "Version: 1",
        "",
        f"--{boundary}",
        'Content-Type: application/octet-stream; name="encrypted.asc"',
        "Content-Description: OpenPGP encrypted message",
        'Content-Disposition: inline; filename="encrypted.asc"',
        "",
        "",
    )
    return "\r\n".join(head).encode("ascii"), f"\r\n--{boundary}--\r\n".encode("ascii")


def dots_doubled(lines: bytes) -> bytes:
    """Whole CRLF lines made transparent for DATA (RFC 5321 §4.5.2): no dot of ours can be taken for the final one."""
    doubled = lines.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def _folded(addresses: Sequence[str]) -> str:
    return ",\r\n ".join(addresses)
