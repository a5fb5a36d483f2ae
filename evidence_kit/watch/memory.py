"""What the watch remembers of disruptions between two starts, in a file that others read without loading the watch."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.clock.reading import moment_of
from evidence_kit.detect.disruptions import DisruptionsState
from evidence_kit.errors import Broken, Refused
from evidence_kit.files import read_capped, write_whole
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.codec import canonical, from_json, parse, to_json

_STATE: Final = "station.json"
_STATE_CAP: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class WatchMemory:
    """What outlives a restart, in clear: the disruptions as judged so far. `salt` hides which networks they were."""

    disruptions: DisruptionsState
    salt: bytes
    v: int = 1


def open_disruption(folder: Path, reading: ClockReading) -> str | None:
    """The disruption that the watch in `folder` has open at that moment, or suspects."""
    return recall(folder).disruptions.present(moment_of(reading))


def recall(folder: Path) -> WatchMemory:
    """The state before the last stop. One that cannot be read is begun anew: at worst a disruption is told twice."""
    try:
        untrusted = parse(read_capped(folder / _STATE, _STATE_CAP), cap=_STATE_CAP)
        remembered = from_json(WatchMemory, untrusted)
    except (FileNotFoundError, Broken, Refused):
        return WatchMemory(DisruptionsState(), secrets.token_bytes(16))
    return remembered if remembered.v == 1 else WatchMemory(DisruptionsState(), secrets.token_bytes(16))


def remember(folder: Path, state: WatchMemory) -> None:
    """Write the state for the next start. Raises as `files.write_whole`."""
    write_whole(folder / _STATE, canonical(to_json(state)))
