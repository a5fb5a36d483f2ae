"""When to try again: exponential with full jitter, written down as wall time, and proof against a clock that steps."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from evidence_kit.clock.reading import wall_ns_of, wall_text
from evidence_kit.model.clock_reading import ClockReading

LEAST_S: Final = 30.0
MOST_S: Final = 6 * 3600.0

Draw = Callable[[float, float], float]
# Spreads attempts; nothing secret hangs on it, but a seeded one would tell machines apart.
draw_any: Final[Draw] = random.SystemRandom().uniform


def wait_s(attempts: int, draw: Draw = draw_any) -> float:
    """Seconds until the next try after `attempts` tries: drawn from 30 s up to 30 s·2^attempts, at most 6 h."""
    return draw(LEAST_S, min(MOST_S, LEAST_S * 2.0 ** min(max(attempts, 1), 20)))


def in_seconds(now: ClockReading, seconds: float) -> str:
    """The wall time `seconds` from now as RFC 3339, to be written down."""
    return wall_text(wall_ns_of(now) + round(seconds * 1000) * 1_000_000)


def left_s(retry_utc: str | None, now: ClockReading) -> float:
    """Seconds until a written time; negative once it is past, 0 where none can be read."""
    try:
        retry = datetime.fromisoformat(retry_utc or "")
        return (retry - datetime.fromtimestamp(wall_ns_of(now) / 1e9, UTC)) / timedelta(seconds=1)
    except (ValueError, TypeError):  # none, no date, or a date without a zone
        return 0.0


def is_due(retry_utc: str | None, now: ClockReading, longest_s: float = MOST_S) -> bool:
    """Whether a written time is past, or so far ahead that only a clock that stepped back explains it."""
    return not 0 < left_s(retry_utc, now) <= longest_s
