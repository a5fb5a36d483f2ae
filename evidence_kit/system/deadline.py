"""How much of a patience is left, by a clock that no step of the wall clock moves."""

import time


class Deadline:
    """So many seconds from now, counted while the machine is awake."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left_s(self) -> float:
        """Seconds that are left, 0.0 where none are."""
        return max(0.0, self._end - time.monotonic())

    def is_over(self) -> bool:
        return self.left_s() == 0.0
