"""How many bytes were sent and received, for what: today and in all. Lies in clear, since a locked station counts too.

Counted is what this program hands to the network and takes from it. The packets' own headers, and lookups that the
computer's own resolver makes, are not known here.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.files import disk_errors, read_capped, write_whole
from evidence_kit.model.codec import canonical, from_json, parse, to_json
from evidence_kit.model.purpose import Purpose
from evidence_kit.system import locks
from evidence_kit.watch.network import read_choice

_NAME: Final = "traffic.json"
_LOCK: Final = "traffic.lock"
_CAP: Final = 4096


@dataclass(frozen=True, slots=True)
class Spent:
    """Bytes of one purpose: on the day that the count is of, and in all."""

    purpose: Purpose
    sent_today: int
    received_today: int
    sent: int
    received: int

    @property
    def today(self) -> int:
        return self.sent_today + self.received_today

    @property
    def total(self) -> int:
        return self.sent + self.received


@dataclass(frozen=True, slots=True)
class Traffic:
    """The count on the local day `day`; it was begun on the day `since`. `v` is the file's version."""

    day: str
    since: str
    spent: tuple[Spent, ...] = tuple(Spent(purpose, 0, 0, 0, 0) for purpose in Purpose)
    v: int = 1

    def of(self, purpose: Purpose) -> Spent:
        return next((one for one in self.spent if one.purpose is purpose), Spent(purpose, 0, 0, 0, 0))

    def plus(self, purpose: Purpose, sent: int, received: int) -> "Traffic":
        """The count with so many bytes more."""
        was = self.of(purpose)
        now = Spent(
            purpose,
            was.sent_today + sent,
            was.received_today + received,
            was.sent + sent,
            was.received + received,
        )
        return replace(self, spent=tuple(now if one == purpose else self.of(one) for one in Purpose))


def read_traffic(folder: Path, clock: Clock) -> Traffic:
    """The count as of now. One that is damaged or of another version is begun anew, and says since when by `since`."""
    today = _today(clock)
    try:
        found = from_json(Traffic, parse(read_capped(folder / _NAME, _CAP)))
    except (FileNotFoundError, Broken, Refused):
        return Traffic(today, today)
    if found.v != 1:
        return Traffic(today, today)
    if found.day == today:
        return found
    spent = tuple(replace(one, sent_today=0, received_today=0) for one in found.spent)
    return replace(found, day=today, spent=spent)


def _today(clock: Clock) -> str:
    reading = clock.read()
    local = datetime.fromisoformat(reading.wall_utc) + timedelta(seconds=reading.utc_offset_s)
    return local.date().isoformat()


def count(folder: Path, clock: Clock, purpose: Purpose, sent: int, received: int) -> None:
    """Add to the count; several processes may. Raises as `disk_errors`."""
    if not sent and not received:
        return
    with disk_errors(), locks.waited(folder / _LOCK):
        now = read_traffic(folder, clock).plus(purpose, sent, received)
        write_whole(folder / _NAME, canonical(to_json(now)))


@dataclass(frozen=True, slots=True)
class SendingMeter:
    """Counts what deliveries take, and holds them to the day's limit (`sync.Meter`)."""

    folder: Path
    clock: Clock

    def allow(self, size: int) -> None:
        """Raises `Refused(Code.OVER_DAILY_LIMIT)` where it never fits, `Unavailable(Code.DAILY_LIMIT)` today."""
        cap = read_choice(self.folder).sending_cap
        if cap is None:
            return
        if size > cap:
            raise Refused(Code.OVER_DAILY_LIMIT)
        if read_traffic(self.folder, self.clock).of(Purpose.SENDING).today + size > cap:
            raise Unavailable(Code.DAILY_LIMIT)

    def count(self, sent: int, received: int) -> None:
        # A full disk must not make a mail that is gone look as if it were not: it would be sent again.
        with contextlib.suppress(KitError, OSError):
            count(self.folder, self.clock, Purpose.SENDING, sent, received)
