"""A sender in a process of its own, to be killed: writes one byte for every event, so that a test can strike at each.

Standard input: one line of JSON with `vault` (the outbox's folder), `url` and `later_s` (how far the clock moved on).
The last thing it writes is the most memory it ever had, in KiB.
"""

import json
import sys
from pathlib import Path

from evidence_kit.clock import SystemClock
from evidence_kit.clock.reading import wall_ns_of, wall_text
from evidence_kit.events import Event
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import Destination
from evidence_kit.sync.sender import Sender
from evidence_kit.vault.outbox import Outbox


class LaterClock(SystemClock):
    def __init__(self, later_s: int) -> None:
        super().__init__()
        self._later_ns = later_s * 1_000_000_000

    def read(self) -> ClockReading:
        now = super().read()
        return ClockReading(wall_text(wall_ns_of(now) + self._later_ns), now.utc_offset_s, now.boottime_ns, now.boot_id)


def tell(_event: Event) -> None:
    sys.stdout.buffer.write(b".")
    sys.stdout.buffer.flush()


def main() -> None:
    task = json.loads(sys.stdin.readline())
    destination = Destination(id="mail", name="mail", url=task["url"], recipients=())
    sender = Sender(Outbox(Path(task["vault"])), {"mail": destination}, LaterClock(task["later_s"]), listener=tell)
    while any(attempt.state != "uncertain" for attempt in sender.run_once()):
        pass
    # Not getrusage: its peak includes what the parent had when it forked.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    sys.stdout.buffer.write(peak.split()[1].encode())


if __name__ == "__main__":
    main()
