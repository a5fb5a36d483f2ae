"""Hand the watch over to a process without keys: what it needs to send goes through a file without a name."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.app.vaults import open_kit
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.look import ListDestinations
from evidence_kit.machine.children import replace_process, station_arguments
from evidence_kit.model.codec import canonical, from_json, parse, to_json
from evidence_kit.model.delivery import Destination
from evidence_kit.probe.targets import load_targets

_ROUTES_CAP: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Routes:
    """What a station needs to send: destinations with their addresses, or null where they stay locked away."""

    destinations: tuple[Destination, ...] | None


def become_station(
    folder: Path,
    secret: bytearray,
    *,
    mode: str,
    seconds: float | None,
    targets: Path | None,
    once: bool,
    as_json: bool,
) -> None:
    """Read the destinations, lock, and replace this process by the station, which has no keys. Does not return.

    An empty `secret` leaves the destinations locked away. Raises as `open_kit` and `load_targets`.
    """
    load_targets(targets)
    destinations: tuple[Destination, ...] | None = None
    if secret:
        try:
            with open_kit(folder, secret) as kit:
                destinations = kit.run(ListDestinations())
        finally:
            secret[:] = bytes(len(secret))
    elif not folder.is_dir():
        raise Refused(Code.NO_VAULT, folder=str(folder))
    routes = _in_memory(canonical(to_json(Routes(destinations))))
    arguments = station_arguments(folder, routes, mode, seconds=seconds, targets=targets, once=once, as_json=as_json)
    replace_process(arguments, keep=(routes,))


def _in_memory(content: bytes) -> int:
    """A descriptor that reads `content` and has no name anywhere (memfd_create(2))."""
    handle = os.memfd_create("routes", 0)
    os.write(handle, content)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def read_routes(handle: int) -> Routes:
    """What `become_station` left under that descriptor, which is closed."""
    with os.fdopen(handle, "rb") as source:
        return from_json(Routes, parse(source.read(_ROUTES_CAP), cap=_ROUTES_CAP))
