"""The window's process without its widgets: it has no keys; it watches, seals what is captured, and sends ciphertext.

While the vault is unlocked its process is asked over a pipe. Locking ends that process, and nothing else stops.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from evidence_kit.app.network import NetworkSettings
from evidence_kit.app.session import VaultSession
from evidence_kit.app.threads import Threads
from evidence_kit.app.vault_places import VaultPlaces
from evidence_kit.app.vaults import destroy_vault_keys, wipe_vault
from evidence_kit.app.watching import Watch
from evidence_kit.clock import Clock, SystemClock
from evidence_kit.events import Event, Listener
from evidence_kit.jobs.cameras import IDLE_S, Cameras
from evidence_kit.jobs.capturing import Capturing
from evidence_kit.jobs.job import AnswerT, CancelToken
from evidence_kit.jobs.keeper import IntakeKeeper
from evidence_kit.machine.places import Place, Places
from evidence_kit.machine.preferences import NetworkUse
from evidence_kit.model.bodies.body import Body


def wall_now() -> str:
    """The wall time of this moment (RFC 3339, UTC)."""
    return SystemClock().read().wall_utc


class Desktop:
    """One person's kit on this computer: `places` of the vault, its `session`, the `watch`, and the `network`.

    Every method that may take long says so and belongs on `aside`. Close it, or use it in a `with`.
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
        self.clock = clock or SystemClock()
        self._listeners: list[Listener] = []
        self._threads = Threads()
        self._cameras = Cameras(IDLE_S)
        self._cancel = CancelToken()
        self.places = VaultPlaces(folder, settings, places or Places(Place(folder, settings)))
        self.session = VaultSession(self.places, self.tell, lambda destinations: self.watch.learn_routes(destinations))
        self.watch = Watch(
            self.places, self.clock, self._threads, self.tell, targets=targets, locked_now=self.session.locked_now
        )
        self.network = NetworkSettings(self.places, self.clock, self.watch, self._cameras.close)

    def aside(self, work: Callable[[], AnswerT]) -> Future[AnswerT]:
        """Do long work of this process on a thread of the pool."""
        return self._threads.aside(work)

    def capture(self, take: Callable[[Capturing[Body]], Body]) -> Body:
        """Take one capture and seal it, then let it into the journal where that is unlocked; may take long.

        It is always sealed to the intake first, so that locking at any moment loses nothing. Several threads may
        capture: a large file does not hold the screen up.
        """
        with IntakeKeeper(self.places.folder, self.clock, self.session.locked_now) as keeper:
            body = take(Capturing(keeper, self._cameras, self._cancel.check))
        self.session.absorb()
        return body

    def stop_cameras(self) -> None:
        """End the page cameras, and with them the page that is being taken; may take a second."""
        self._cameras.close()

    def move(self, vault: Path) -> None:
        """Lock, end what is at work for this vault, and go on with another one, there yet or not; this one stays.

        May take as long as one look at the connection. Raises as `Watching.stop` and `VaultPlaces.move`, and then the
        vault is this one still.
        """
        with self._threads.turn:
            self.session.lock()
            self.watch.stop()
            self.watch.write_down()
            self.places.move(vault)
            self.watch.forget()
            self._cameras.close()

    def wipe(self) -> None:
        """Destroy the vault for ever: its keys at once, then its files. The network rests until it is chosen anew.

        May take as long as one look at the connection. Raises as `wipe_vault`.
        """
        end = self.session.let_go()
        try:
            destroy_vault_keys(self.places.folder)
        finally:
            end()
        with self._threads.turn:
            # The files stay until nobody is at work who goes by the network choice among them.
            self.places.prefer(replace(self.places.preferences, network=NetworkUse.NOT_CHOSEN))
            self.watch.stop()
            self.watch.forget()
            # Keys once more: a change of the passphrase may have come to its end since.
            wipe_vault(self.places.folder)

    def listen(self, listener: Listener) -> None:
        """Hear events of both processes, on whatever thread they happen."""
        self._listeners.append(listener)

    def tell(self, event: Event) -> None:
        """Let everybody here hear of something that happened; on the thread it happened on."""
        self.watch.hear(event)
        for listener in self._listeners:
            listener(event)

    def close(self) -> None:
        """Stop watching, lock, and let captures under way come to their end; those that still wait are called off.

        Then raises `Refused(Code.NOT_WRITTEN_DOWN)` where the disk took nothing to the last.
        """
        self._cancel.call_off()
        try:
            self.watch.stop()
        finally:
            self.watch.stop_sending()
            self._threads.close()
            self._cameras.close()
            self.session.lock()
        self.watch.write_down()

    def __enter__(self) -> "Desktop":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
