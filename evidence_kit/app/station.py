"""Be the station: watch and send, or only send, in a process without keys."""

import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from evidence_kit.app.handover import read_routes
from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.events import Listener
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.probe.targets import load_targets
from evidence_kit.sync.connection import Direct, Socks
from evidence_kit.sync.sender import Sender
from evidence_kit.system import on_end_request
from evidence_kit.vault.outbox import Outbox
from evidence_kit.watch.network import choice_of_vault, read_choice
from evidence_kit.watch.station import Station
from evidence_kit.watch.traffic import SendingMeter


@dataclass(frozen=True, slots=True)
class ChosenWay:
    """The person's way out as it is chosen at the moment of each connection, so that a new proxy holds at once."""

    folder: Path

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        proxy = choice_of_vault(self.folder).proxy
        return (Socks(proxy) if proxy else Direct()).open(host, port, timeout_s)


def run_station(
    folder: Path,
    routes_handle: int,
    *,
    mode: str,
    seconds: float | None,
    targets: Path | None,
    once: bool,
    tell: Listener,
) -> int:
    """Watch, or only send; the exit code: 0 nothing waits, 3 something still does, 2 something needs another way.

    Raises `Refused(Code.STATION_RUNNING)` where another one watches, as `read_choice` and `load_targets`, and where
    the disk took nothing to the last `Refused(Code.NOT_WRITTEN_DOWN)` or as `disk_errors`.
    """
    routes = read_routes(routes_handle)
    clock = SystemClock()
    read_choice(folder)
    outbox = Outbox(folder)
    known = None if routes.destinations is None else {one.id: one for one in routes.destinations}
    sender = Sender(outbox, known, clock, opener=ChosenWay(folder), listener=tell, meter=SendingMeter(folder, clock))
    if mode == "sync":
        _send_all(sender, once=once)
        if (held := sender.write_down()) is not None and held.pending:
            raise Refused(Code.NOT_WRITTEN_DOWN, why=held.reason, entries=0, outcomes=held.pending)
        if sender.fault is not None:
            raise sender.fault
        return _what_is_left(outbox)
    with Station(folder, load_targets(targets), clock, sender=sender, tell=tell) as station:
        on_end_request(station.stop)
        station.watch(seconds)
    return 0


def _send_all(sender: Sender, *, once: bool) -> None:
    stopping = threading.Event()

    def stop() -> None:
        stopping.set()
        sender.stop()

    on_end_request(stop)
    sender.run_once(True)
    while not once and not stopping.is_set() and (due_s := sender.due_in()) is not None:
        stopping.wait(max(due_s, 1.0))
        if not stopping.is_set():
            sender.run_once(False)


def _what_is_left(outbox: Outbox) -> int:
    states = {part.state for delivery in outbox.deliveries() for part in delivery.parts if not delivery.paused}
    if states & {DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNCERTAIN}:
        return 3
    return 2 if DeliveryState.NEEDS_ANOTHER_WAY in states else 0
