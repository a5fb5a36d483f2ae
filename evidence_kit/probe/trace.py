"""What all steps of one run share: the stopwatch, the deadline, transaction numbers, events and the byte count."""

import itertools
from typing import Final

from evidence_kit.clock import Clock
from evidence_kit.model.exchange import NetworkEvent
from evidence_kit.probe.concurrency import Lock

_EVENTS_PER_CONNECTION: Final = 64


class Trace:
    """Used by many threads at once. All times are seconds since the run began."""

    def __init__(self, clock: Clock, limit_s: float) -> None:
        self._clock = clock
        self._start_ns = clock.awake_ns()
        self._limit_s = limit_s
        self._numbers = itertools.count(1)
        self._lock = Lock()
        self._events: dict[int, list[NetworkEvent]] = {}
        self.bytes_sent = 0
        self.bytes_received = 0

    def now(self) -> float:
        return (self._clock.awake_ns() - self._start_ns) / 1e9

    @property
    def over(self) -> bool:
        """Whether the whole run's deadline has passed."""
        return self.now() >= self._limit_s

    def deadline(self, seconds: float) -> float:
        """The moment by which a step of `seconds` must end, never after the run's own."""
        return min(self.now() + seconds, self._limit_s)

    def left(self, deadline: float) -> float:
        """Seconds until `deadline`. Raises `TimeoutError` where none are left."""
        left = deadline - self.now()
        if left <= 0:
            raise TimeoutError("deadline")
        return left

    def number(self) -> int:
        """A new transaction number: one per DNS lookup and per endpoint."""
        return next(self._numbers)

    def count(self, *, sent: int = 0, received: int = 0) -> None:
        with self._lock:
            self.bytes_sent += sent
            self.bytes_received += received

    def event(self, event: NetworkEvent) -> None:
        """Keep the first 64 events of each transaction."""
        with self._lock:
            kept = self._events.setdefault(event.transaction, [])
            if len(kept) < _EVENTS_PER_CONNECTION:
                kept.append(event)

    def events(self) -> tuple[NetworkEvent, ...]:
        """Every event kept, in order of time."""
        with self._lock:
            return tuple(sorted((e for kept in self._events.values() for e in kept), key=lambda e: e.t))
