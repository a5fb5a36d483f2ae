"""Choose the concrete classes: where a vault becomes a kit, and a process becomes a station."""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from evidence_kit import VERSION
from evidence_kit.clock import SystemClock
from evidence_kit.detect.classify import classify
from evidence_kit.errors import Refused
from evidence_kit.events import Listener
from evidence_kit.jobs.kit import Kit
from evidence_kit.jobs.look import ListDestinations
from evidence_kit.machine.children import replace_process
from evidence_kit.model.codec import canonical, from_json, parse, to_json
from evidence_kit.model.delivery import DeliveryState, Destination
from evidence_kit.model.entry import VaultCreated
from evidence_kit.model.ooni import to_ooni
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import load_targets
from evidence_kit.seal.pgp import Keyring, sweep_abandoned
from evidence_kit.sync.connect import Direct, Socks
from evidence_kit.sync.sender import Sender
from evidence_kit.vault.backup import restore
from evidence_kit.vault.header import destroy as destroy_keys
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.vault import Vault, wipe
from evidence_kit.watch.network import choice_of_vault, read_choice
from evidence_kit.watch.station import Station
from evidence_kit.watch.traffic import Purpose, SendingMeter, count

# Commands hold the vault for a moment each; whoever comes second waits this long before being refused.
_PATIENCE_S: Final = 10.0
_RETRY_S: Final = 0.1
_SETTLED: Final = frozenset({DeliveryState.CLAIMED, DeliveryState.READ_BACK, DeliveryState.RECEIPTED})
_ROUTES_CAP: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class CreatedVault:
    """What a new vault shows once."""

    fingerprint: str
    recovery_code: str


@dataclass(frozen=True, slots=True)
class ChosenWay:
    """The person's way out as it is chosen at the moment of each connection, so that a new proxy holds at once."""

    folder: Path

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        proxy = choice_of_vault(self.folder).proxy
        return (Socks(proxy) if proxy else Direct()).open(host, port, timeout_s)


@dataclass(frozen=True, slots=True)
class Routes:
    """What a station needs to send: destinations with their addresses, or null where they stay locked away."""

    destinations: tuple[Destination, ...] | None


def create_vault(folder: Path, passphrase: bytearray) -> CreatedVault:
    """A new vault with its key and its first entry. Raises as `Vault.create` and `Keyring.generate`."""
    _refuse_taken(folder)
    sweep_abandoned()
    with Keyring() as keyring:
        key = keyring.generate()
    created = Vault.create(folder, passphrase, SystemClock())
    with created.vault as vault:
        vault.put_secret_key(key)
        vault.append(
            VaultCreated(fingerprint=key.fingerprint, intake_key=vault.intake_key, software=f"Evidence Kit {VERSION}")
        )
    return CreatedVault(key.fingerprint, created.recovery_code)


def _refuse_taken(folder: Path) -> None:
    if (folder / "vault.header").exists():
        raise Refused(what="vault-exists", folder=str(folder))


def open_kit(folder: Path, secret: bytearray, *, accept_loss: bool = False) -> Kit:
    """Unlock with passphrase or recovery code. Raises as `Vault.open`; a vault in use is waited for a little."""
    sweep_abandoned()
    clock = SystemClock()
    # Wiped by the caller; the writer thread gets its own copy and wipes that.
    mine = bytearray(secret)

    def open_vault() -> Vault:
        try:
            return _patiently(lambda: Vault.open(folder, mine, clock, accept_loss=accept_loss))
        finally:
            mine[:] = bytes(len(mine))

    return Kit(folder, open_vault, clock)


def _patiently(opening: Callable[[], Vault]) -> Vault:
    waiting = threading.Event()
    for _ in range(round(_PATIENCE_S / _RETRY_S)):
        try:
            return opening()
        except Refused as refusal:
            if refusal.what != "vault-in-use":
                raise
        waiting.wait(_RETRY_S)
    return opening()


def restore_vault(file: Path, folder: Path) -> None:
    """A vault from a backup. What waited to be sent then is paused, as it may have been sent since.

    Raises as `vault.restore`, and `Refused(what="vault-exists")`.
    """
    _refuse_taken(folder)
    restore(file, folder)
    outbox = Outbox(folder)
    for delivery in outbox.deliveries():
        if not {part.state for part in delivery.parts} <= _SETTLED:
            outbox.pause(delivery.id)


def destroy_vault_keys(folder: Path) -> None:
    """Overwrite a vault's keys at once and leave its files to `wipe_vault`. Raises as `vault.header.destroy`."""
    destroy_keys(folder)


def wipe_vault(folder: Path) -> None:
    """Destroy a vault's keys, then its files. Raises as `vault.wipe`."""
    wipe(folder)


def measure_addresses(folder: Path, addresses: Sequence[str], targets_file: Path | None) -> Iterator[bytes]:
    """Measure each address now; one line of OONI JSON each. With a proxy chosen for the vault, through it alone."""
    targets = load_targets(targets_file)
    proxy = read_choice(folder).proxy
    clock = SystemClock()
    for address in addresses:
        measurement = measure_url(address, targets, clock, proxy=proxy)
        count(folder, clock, Purpose.TESTS, measurement.bytes_sent, measurement.bytes_received)
        yield to_ooni(measurement, classify(measurement))


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
        raise Refused(what="no-vault", folder=str(folder))
    routes = _in_memory(canonical(to_json(Routes(destinations))))
    arguments = ["--vault", str(folder), "station", "--routes", str(routes), "--mode", mode]
    if as_json:
        arguments.append("--json")
    if seconds is not None:
        arguments += ["--for", str(seconds)]
    if targets is not None:
        arguments += ["--targets", str(targets)]
    if once:
        arguments.append("--once")
    replace_process(arguments, keep=(routes,))


def _in_memory(content: bytes) -> int:
    """A descriptor that reads `content` and has no name anywhere (memfd_create(2))."""
    handle = os.memfd_create("routes", 0)
    os.write(handle, content)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


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

    Raises `Refused(what="station-running")` where another one watches, as `read_choice` and `load_targets`, and where
    the disk took nothing to the last `Refused(what="not-written-down")` or as `disk_errors`.
    """
    with os.fdopen(routes_handle, "rb") as source:
        routes = from_json(Routes, parse(source.read(_ROUTES_CAP), cap=_ROUTES_CAP))
    clock = SystemClock()
    read_choice(folder)
    outbox = Outbox(folder)
    known = None if routes.destinations is None else {one.id: one for one in routes.destinations}
    sender = Sender(outbox, known, clock, opener=ChosenWay(folder), listener=tell, meter=SendingMeter(folder, clock))
    if mode == "sync":
        _send_all(sender, once=once)
        if (held := sender.write_down()) is not None and held.pending:
            raise Refused(what="not-written-down", reason=held.reason, entries=0, outcomes=held.pending)
        if sender.fault is not None:
            raise sender.fault
        return _what_is_left(outbox)
    with Station(folder, load_targets(targets), clock, sender=sender, tell=tell) as station:
        _on_signals(station.stop)
        station.watch(seconds)
    return 0


def _send_all(sender: Sender, *, once: bool) -> None:
    stopping = threading.Event()

    def stop() -> None:
        stopping.set()
        sender.stop()

    _on_signals(stop)
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


def _on_signals(stop: Callable[[], None]) -> None:
    def heard(_number: int, _frame: FrameType | None) -> None:
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)
