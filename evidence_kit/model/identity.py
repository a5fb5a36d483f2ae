"""Identifiers: UUIDv7 (RFC 9562 §5.7), made from a clock reading so that "now" stays with the clock."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from evidence_kit.model.clock_reading import ClockReading

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(reading: ClockReading) -> str:
    """A UUIDv7 whose 48-bit timestamp is the reading's wall time; the other 74 bits are random."""
    milliseconds = (datetime.fromisoformat(reading.wall_utc) - _EPOCH) // timedelta(milliseconds=1) & (2**48 - 1)
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
