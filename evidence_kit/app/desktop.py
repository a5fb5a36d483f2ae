"""The window's process without its widgets: it has no keys; it watches, seals what is captured, and sends ciphertext.

While the vault is unlocked its process is asked over a pipe. Locking ends that process, and nothing else stops.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from evidence_kit.app.remote import RemoteKit
from evidence_kit.app.station import ChosenWay
from evidence_kit.app.vaults import CreatedVault, destroy_vault_keys, restore_vault, wipe_vault
from evidence_kit.clock import Clock, SystemClock
from evidence_kit.errors import KitError, Refused
from evidence_kit.events import (
    Event,
    KeepingHeld,
    KeepingResumed,
    Listener,
    RoundJudged,
    SendingHeld,
    SendingResumed,
    StateChanged,
    WatchHeld,
)
from evidence_kit.files import disk_errors, medium_errors, read_capped, write_whole
from evidence_kit.jobs.cameras import IDLE_S, Cameras
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import Answer, CancelToken, Work
from evidence_kit.jobs.keeper import IntakeKeeper
from evidence_kit.jobs.kit import Absorb
from evidence_kit.jobs.look import ListDestinations
from evidence_kit.machine.autostart import Autostart, autostart
from evidence_kit.machine.places import (
    Place,
    Places,
    default_settings,
    has_vault,
    room_for_vault,
    try_writing,
    vault_in,
)
from evidence_kit.machine.preferences import (
    Preferences,
    forget_preferences,
    knows_choices,
    read_preferences,
    write_preferences,
)
from evidence_kit.model.delivery import Destination
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.entry import Body, LockedAtSealing
from evidence_kit.probe.targets import load_targets
from evidence_kit.sync.pending import PendingOutcomes
from evidence_kit.sync.route import folder_url
from evidence_kit.sync.sender import Sender
from evidence_kit.vault.intake import Intake, count_sealed
from evidence_kit.vault.outbox import Outbox
from evidence_kit.watch.network import NetworkChoice, read_choice, try_proxy, write_choice
from evidence_kit.watch.station import Station
from evidence_kit.watch.traffic import SendingMeter, Traffic, read_traffic

_POOL: Final = 4


def wall_now() -> str:
    """The wall time of this moment (RFC 3339, UTC)."""
    return SystemClock().read().wall_utc


def folder_address(path: Path) -> str:
    """The destination's address of a folder. Raises `Refused(what="folder-not-absolute")`."""
    if not path.is_absolute():
        raise Refused(what="folder-not-absolute")
    return folder_url(path)


class Desktop:
    """One person's kit on this computer: the vault in `folder`, how the window is wanted in `settings`.

    `places` are the usual ones, to go to. Every method that may take long says so and belongs on `aside`. Close it, or
    use it in a `with`.
    """

    def __init__(
        self,
        folder: Path,
        settings: Path,
        *,
        places: Places | None = None,
        targets: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.places = places or Places(Place(folder, settings))
        self.clock = clock or SystemClock()
        self.preferences = read_preferences(settings)
        self._targets = targets
        self._listeners: list[Listener] = []
        self._pool = ThreadPoolExecutor(_POOL, thread_name_prefix="aside")
        self._cameras = Cameras(IDLE_S)
        self._cancel = CancelToken()
        self._kit: RemoteKit | None = None
        self._lockings = 0
        self._sender: Sender | None = None
        # Where a fresh sender sends to: what the last one knew.
        self._routes: Mapping[str, Destination] | None = None
        self._station: Station | None = None
        self._watch: Future[None] | None = None
        self._watch_thread = ThreadPoolExecutor(1, thread_name_prefix="watching")
        # Starting and stopping come from several threads and take turns.
        self._watch_turn = threading.RLock()
        # The newest look of this process's watch, why it does not look now ("" where it does), and why nobody watches
        # where somebody should.
        self.last_round: RoundJudged | None = None
        self.watch_held = ""
        self.watch_fault: KitError | None = None
        # What the disk does not take at present; see the events.
        self.keeping_held: KeepingHeld | None = None
        self.sending_held: SendingHeld | None = None
        self._pending = PendingOutcomes()

    # The vault

    def has_vault(self) -> bool:
        return has_vault(self.folder)

    @property
    def is_set_up(self) -> bool:
        """Whether there is a vault and the person has said how the network may be used."""
        return self.preferences.network != "" and self.has_vault()

    @property
    def is_missing(self) -> bool:
        """Whether the vault was set up and is not where it was: a stick that is not in, or a folder that is gone."""
        return self.preferences.network != "" and not self.has_vault()

    @property
    def unlocked(self) -> bool:
        return self._kit is not None and self._kit.is_open()

    def _locked_now(self) -> LockedAtSealing:
        return LockedAtSealing.NO if self.unlocked else LockedAtSealing.YES

    def size_on_disk(self) -> int:
        """Bytes of all files in the vault's folder; reads the whole folder's list."""
        size = 0
        for path in self.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # sent, absorbed or let go meanwhile
                size += path.stat().st_size if path.is_file() else 0
        return size

    def create(self, passphrase: bytearray) -> CreatedVault:
        """Make the vault and leave it unlocked; takes seconds. `passphrase` is wiped. Raises as `create_vault`."""
        self._make_way()
        kit = self._open(passphrase, create=True)
        if kit.created is None:
            raise Refused(what="vault-exists")
        return kit.created

    def restore(self, file: Path) -> None:
        """Make the vault from a backup and leave it locked; takes long. Raises as `restore_vault`."""
        self._make_way()
        restore_vault(file, self.folder)

    def _make_way(self) -> None:
        with disk_errors():
            if self.preferences.vault and not self.folder.parent.is_dir():
                # It was there when it was chosen. Made anew it would lie on the disk that the stick was taken from.
                raise Refused(what="folder-missing")
            self.folder.parent.mkdir(parents=True, mode=0o700, exist_ok=True)

    # Another vault: where it is, and going there

    def seek_vault(self, folder: Path) -> Path:
        """The vault that a person means by `folder`. Raises as `vault_in`, and "same-vault" for the one in use."""
        found = vault_in(folder)
        if found == self.folder:
            raise Refused(what="same-vault")
        return found

    @staticmethod
    def seek_room(folder: Path) -> Path:
        """Where a new vault goes if a person names `folder`. Raises as `room_for_vault`."""
        return room_for_vault(folder)

    def seek_room_beside(self) -> Path:
        """The place beside the portable program. Raises as `try_writing`, "folder-missing" where it is another one."""
        place = self.places.beside
        if place is None:
            raise Refused(what="folder-missing")
        try_writing(place.vault.parent.parent)
        return place.vault

    def seek_beginning(self) -> Path:
        """Where the first-run pages may come again: here, or at the usual place where this one's medium is gone."""
        return self.folder if self._has_room() else self.places.usual().vault

    def may_keep_beside(self) -> bool:
        """Whether this is the portable program, in a folder whose neighbours can be written."""
        place = self.places.beside
        return place is not None and os.access(place.vault.parent.parent, os.W_OK | os.X_OK)

    def may_begin_anew(self) -> bool:
        """Whether there is no vault yet at `seek_beginning`."""
        return not has_vault(self.seek_beginning())

    def _has_room(self) -> bool:
        try:
            return self.folder.parent.is_dir()
        except OSError:
            return False

    def vaults_elsewhere(self) -> tuple[Place, ...]:
        """The usual places with a vault that is not this one."""
        usual = (self.places.computer, self.places.beside)
        return tuple(place for place in usual if place and place.vault != self.folder and has_vault(place.vault))

    def move(self, vault: Path) -> None:
        """Lock, end what is at work for this vault, and go on with another one, there yet or not; this one stays.

        May take as long as one look at the connection. Raises as `stop_watching` and `write_preferences`, and then the
        vault is this one still.
        """
        with self._watch_turn:
            self.lock()
            self._stop_watching()
            self._write_down()
            left = self.settings
            settings = self.places.settings_for(vault, left)
            # The choices that lie on a stick already are of whoever set that up.
            chosen = read_preferences(settings) if settings != left and knows_choices(settings) else self.preferences
            chosen = replace(
                chosen,
                vault=chosen.vault if vault == self.folder else self.places.to_remember(vault, settings),
                network=chosen.network if has_vault(vault) else "",
            )
            write_preferences(settings, chosen)
            if not self.preferences.network and not self.has_vault():
                # Left before a vault was made: what is passed by keeps no trace of it.
                with contextlib.suppress(OSError):
                    self.folder.rmdir()
                if settings != left:
                    forget_preferences(left)
            self.folder, self.settings, self.preferences = vault, settings, chosen
            self._sender = self._routes = None
            self._pending = PendingOutcomes()
            self._cameras.close()
            self.last_round = self.watch_fault = self.keeping_held = self.sending_held = None
            self.watch_held = ""

    def wipe(self) -> None:
        """Destroy the vault for ever: its keys at once, then its files. The network rests until it is chosen anew.

        May take as long as one look at the connection. Raises as `wipe_vault`.
        """
        end = self.let_go()
        try:
            destroy_vault_keys(self.folder)
        finally:
            end()
        with self._watch_turn:
            # The files stay until nobody is at work who goes by the network choice among them.
            self.prefer(replace(self.preferences, network=""))
            self._stop_watching()
            self._sender = self._routes = None
            # Keys once more: a change of the passphrase may have come to its end since.
            wipe_vault(self.folder)

    @property
    def lockings(self) -> int:
        """How often was locked so far: whoever asks to unlock says which lock was meant."""
        return self._lockings

    def unlock(self, secret: bytearray, *, accept_loss: bool = False, since: int | None = None) -> None:
        """Unlock with passphrase or recovery code; takes a second or more. `secret` is wiped. Raises as `open_kit`.

        `since` is `lockings` as it was when the person asked: a lock after that is meant for this, too.
        """
        if since is not None and since != self._lockings:
            secret[:] = bytes(len(secret))
            raise Refused(what="vault-locked")
        self._open(secret, accept_loss=accept_loss)

    def _open(self, secret: bytearray, *, create: bool = False, accept_loss: bool = False) -> RemoteKit:
        self.lock()
        lockings = self._lockings
        try:
            kit = RemoteKit(self.folder, secret, create=create, accept_loss=accept_loss)
        finally:
            secret[:] = bytes(len(secret))
        kit.listen(self.tell)
        self._kit = kit
        if self._lockings != lockings:
            # Somebody locked while the key was derived, and meant this one too.
            self.lock()
            raise Refused(what="vault-locked")
        self.learn_routes()
        return kit

    def lock(self) -> None:
        """End the vault's process; watching, sealing and sending go on. What was being committed is finished."""
        self.let_go()()

    def let_go(self) -> Callable[[], None]:
        """Lock for everybody in this process at once; calling the answer ends the vault's process and waits for it."""
        self._lockings += 1
        kit, self._kit = self._kit, None
        return kit.close if kit is not None else lambda: None

    def submit(self, job: Work[Answer]) -> Future[Answer]:
        """Have a job done in the vault's process; the future raises `Refused(what="vault-locked")` without one.

        `call_off` ends a long one early.
        """
        return self._locked() if self._kit is None else self._kit.submit(job)

    def call_off(self, future: "Future[Answer]") -> None:
        if self._kit is not None:
            self._kit.call_off(future)

    @staticmethod
    def _locked() -> Future[Answer]:
        future: Future[Answer] = Future()
        future.set_exception(Refused(what="vault-locked"))
        return future

    def aside(self, work: Callable[[], Answer]) -> Future[Answer]:
        """Do long work of this process on a thread of the pool."""
        return self._pool.submit(medium_errors()(work))

    # Capturing: always sealed to the intake first, so that locking at any moment loses nothing.

    def capture(self, take: Callable[[Capturing[Body]], Body]) -> Body:
        """Take one capture and seal it, then let it into the journal where that is unlocked; may take long.

        Several threads may: a large file does not hold the screen up.
        """
        with IntakeKeeper(self.folder, self.clock, self._locked_now) as keeper:
            body = take(Capturing(keeper, self._cameras, self._cancel.check))
        self.absorb()
        return body

    def stop_cameras(self) -> None:
        """End the page cameras, and with them the page that is being taken; may take a second."""
        self._cameras.close()

    def absorb(self) -> None:
        """Let what was sealed into the journal, if that is unlocked; does not wait."""
        if self._kit is not None:
            self._kit.submit(Absorb())

    def absorb_waiting(self) -> None:
        """As `absorb`, where anything lies in the intake; one look into a folder, so it belongs on `aside`."""
        if self.unlocked and self.sealed():
            self.absorb()

    # Watching and sending

    @property
    def watching(self) -> bool:
        return self._watch is not None and not self._watch.done()

    @property
    def sends_by_itself(self) -> bool:
        """Whether the watch sends what waits; not where the choice cannot be read: then nothing leaves at all."""
        try:
            return self.network_choice().sending
        except KitError:
            return False

    @property
    def knows_routes(self) -> bool:
        """Whether what waits can be sent: the vault was unlocked since the start, and its destinations are known."""
        return (self._routes if self._sender is None else self._sender.routes) is not None

    def sealed(self) -> int:
        """How many records lie sealed beside the locked vault and wait for the next unlock; reads one folder."""
        return count_sealed(self.folder)

    def start_watching(self) -> None:
        """Watch until told to stop. Raises `Refused` with "no-vault", "station-running", or as `load_targets`."""
        with self._watch_turn:
            if not self.watching:
                self._start_watching()

    def _start_watching(self) -> None:
        try:
            if not self.folder.is_dir():
                raise Refused(what="no-vault", folder=str(self.folder))
            targets = load_targets(self._targets)
            intake = Intake(self.folder, self._locked_now)
            station = Station(self.folder, targets, self.clock, sender=self.sender(), tell=self.tell, intake=intake)
        except KitError as fault:
            self.watch_fault = fault
            raise
        self.watch_fault = self.last_round = self.keeping_held = None
        self.watch_held = ""
        self._station = station

        def watch() -> None:
            try:
                with medium_errors(), station:
                    station.watch(None)
            except KitError as fault:
                self.watch_fault = fault
            self.keeping_held = None  # what was held up is lost now, and `watch_fault` says how much

        self._watch = self._watch_thread.submit(watch)
        # Nothing is known until the first look, and nothing after the last.
        self.tell(StateChanged(NetworkState.UNKNOWN.value))
        self._watch.add_done_callback(lambda _: self.tell(StateChanged(NetworkState.UNKNOWN.value)))

    def look_now(self) -> None:
        """Have the watch look again at once, where there is one; does not wait."""
        if self._station is not None and self.watching:
            with contextlib.suppress(OSError):  # it came to its end just now
                self._station.nudge()

    def seconds_since_look(self) -> float:
        """How long ago `last_round` was, sleep included; 0 where there was none."""
        return 0.0 if self.last_round is None else (self.clock.read().boottime_ns - self.last_round.boottime_ns) / 1e9

    def stop_watching(self) -> None:
        """End the watch after the look under way, and what is being sent at its next piece; waits for both.

        Raises `Refused(what="not-written-down")`.
        """
        with self._watch_turn:
            self._stop_watching()

    def _stop_watching(self) -> None:
        if self._sender is not None:
            self._sender.stop()
        station, self._station = self._station, None
        if station is not None:
            station.stop()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.result()
        if self._sender is not None:
            # A sender that was stopped stays so: the next watch gets a fresh one, which knows the same ways.
            self._routes, self._sender = self._sender.routes, None
            self.sending_held = None
            with contextlib.suppress(KitError):  # there is none over a vault that is gone, until it is back
                self.sender()
        fault = self.watch_fault
        if watch is not None and fault is not None and fault.what == "not-written-down":
            raise fault

    def sender(self) -> Sender:
        """The one sender of this process; it knows the ways since the last unlock."""
        if self._sender is None:
            self._sender = Sender(
                Outbox(self.folder),
                self._routes,
                self.clock,
                opener=ChosenWay(self.folder),
                listener=self.tell,
                pending=self._pending,
                meter=SendingMeter(self.folder, self.clock),
            )
        return self._sender

    def send_now(self) -> int:
        """Try everything that is due, as if the connection had just returned; how many tries that made. Takes long."""
        return len(self.sender().run_once(True))

    @staticmethod
    def read_small(path: Path, cap: int) -> bytes:
        """The whole of a small file that the person chose. Raises `Refused` as `read_capped`, or "no-such-file"."""
        try:
            return read_capped(path, cap)
        except FileNotFoundError:
            raise Refused(what="no-such-file", name=path.name) from None

    @staticmethod
    def write_small(path: Path, content: bytes) -> None:
        """Write a file that the person named and agreed to replace."""
        with disk_errors():
            write_whole(path, content)

    def learn_routes(self) -> None:
        """Ask the unlocked vault for the destinations, so that sending goes on after the lock. Waits for the answer."""
        if self._kit is not None:
            destinations = self._kit.run(ListDestinations())
            self.sender().routes = {one.id: one for one in destinations}

    # The network

    def network_choice(self) -> NetworkChoice:
        """Which uses of the network are wanted, and through which way. Raises as `read_choice`."""
        return read_choice(self.folder)

    def choose_network(self, choice: NetworkChoice) -> None:
        """Keep a choice and have it hold for what is under way, too: watch, sending and cameras begin anew.

        May take as long as one look at the connection. Raises as `write_choice`, and then nothing has changed.
        """
        with self._watch_turn:
            write_choice(self.folder, choice)
            was_watching = self.watching
            self._cameras.close()
            self._stop_watching()
            if was_watching:
                self._start_watching()

    @staticmethod
    def try_proxy(proxy: str) -> None:
        """Whether a proxy answers there; takes some seconds. Raises as `app.network.try_proxy`."""
        try_proxy(proxy)

    def traffic(self) -> Traffic:
        """How many bytes were sent and received until now."""
        return read_traffic(self.folder, self.clock)

    # Starting with the desktop

    def autostart(self) -> Autostart:
        """What has this program started at login, over this vault and these choices: named only where they must be."""
        usual = self.places.usual()
        named: list[str] = []
        if self.settings != default_settings():
            named += ["--settings", str(self.settings.absolute())]
        if self.folder != Place(usual.vault, self.settings).remembered():
            named += ["--vault", str(self.folder.absolute())]
        return autostart(named)

    # Choices and events

    def prefer(self, preferences: Preferences) -> None:
        """Keep the person's choices."""
        write_preferences(self.settings, preferences)
        self.preferences = preferences

    def listen(self, listener: Listener) -> None:
        """Hear events of both processes, on whatever thread they happen."""
        self._listeners.append(listener)

    def tell(self, event: Event) -> None:
        """Let everybody here hear of something that happened; on the thread it happened on."""
        match event:
            case RoundJudged():
                self.last_round, self.watch_held = event, ""
            case WatchHeld():
                # What was seen before is not what is so now.
                self.last_round, self.watch_held = None, event.why
            case KeepingHeld():
                self.keeping_held = event
            case KeepingResumed():
                self.keeping_held = None
            case SendingHeld():
                self.sending_held = event
            case SendingResumed():
                self.sending_held = None
            case _:
                pass
        for listener in self._listeners:
            listener(event)

    def close(self) -> None:
        """Stop watching, lock, and let captures under way come to their end; those that still wait are called off.

        Then raises `Refused(what="not-written-down")` where the disk took nothing to the last.
        """
        self._cancel.call_off()
        try:
            self.stop_watching()
        finally:
            if self._sender is not None:
                self._sender.stop()
            self._pool.shutdown(wait=True)
            self._watch_thread.shutdown(wait=True)
            self._cameras.close()
            self.lock()
        self._write_down()

    def _write_down(self) -> None:
        if self._sender is None:
            left, reason = len(self._pending), "disk-error"
        else:
            held = self._sender.write_down()
            left, reason = (0, "") if held is None else (held.pending, held.reason)
        if left:
            raise Refused(what="not-written-down", reason=reason, entries=0, outcomes=left)

    def __enter__(self) -> "Desktop":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
