"""What is due now, in which order, and how long until the next is: pure questions about what the outbox holds."""

from collections.abc import Iterable
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartRole
from evidence_kit.sync import backoff

HOLD_S: Final = 3600.0
# A part whose process died this often while sending it waits its turn, so that it cannot hold up the rest for ever.
_DEATHS: Final = 3

_S = DeliveryState


def is_due(delivery: Delivery, part: Part, now: ClockReading, now_online: bool) -> bool:
    """Whether to try it in this round; `now_online` makes due what waits for a better moment."""
    due = backoff.is_due(part.retry_utc, now)
    match part.state:
        case _S.WAITING:
            ready = now_online or due
        case _S.SENDING:  # whoever sent it died before the dangerous moment; one who lives holds the claim
            ready = due or (now_online and part.attempts <= _DEATHS)
        case _S.UNCERTAIN:
            ready = backoff.is_due(part.retry_utc, now, HOLD_S)
        case _S.NEEDS_ANOTHER_WAY:
            ready = part.retry_utc is not None and (now_online or due)
        case _:
            ready = False
    return ready and not delivery.paused


def in_order(parts: Iterable[tuple[Delivery, Part]]) -> list[tuple[Delivery, Part]]:
    """All notices, then the other parts, the smaller first; the older first among equals."""
    return sorted(
        parts, key=lambda one: (one[1].role is not PartRole.NOTICE, one[1].size, one[0].created_utc, one[0].id)
    )


def waits_for_time(part: Part) -> bool:
    """Whether the clock alone can make it due."""
    if part.state is _S.NEEDS_ANOTHER_WAY:
        return part.retry_utc is not None
    return part.state in {_S.WAITING, _S.SENDING, _S.UNCERTAIN}


def left_s(part: Part, now: ClockReading) -> float:
    """Seconds until it is due by the clock; 0 for at once."""
    longest_s = HOLD_S if part.state is _S.UNCERTAIN else backoff.MOST_S
    return 0.0 if backoff.is_due(part.retry_utc, now, longest_s) else backoff.left_s(part.retry_utc, now)


def part_of(delivery: Delivery, role: str) -> Part:
    """Raises `Refused(Code.NO_SUCH_PART)`."""
    for part in delivery.parts:
        if part.role == role:
            return part
    raise Refused(Code.NO_SUCH_PART, delivery=delivery.id, part=role)
