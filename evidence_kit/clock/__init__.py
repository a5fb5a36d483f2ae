"""Wall time, boot time and boot id, read together; "now" is asked here and nowhere else."""

from evidence_kit.clock.reading import Clock, SystemClock
from evidence_kit.clock.watch import ClockWatch
from evidence_kit.system.deadline import Deadline

__all__ = ["Clock", "ClockWatch", "Deadline", "SystemClock"]
