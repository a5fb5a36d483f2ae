"""From unlock to lock: the vault's process, what is asked of it, and what waits sealed for it."""

from collections.abc import Callable
from concurrent.futures import Future

from evidence_kit.app.remote import RemoteKit
from evidence_kit.app.vault_places import VaultPlaces
from evidence_kit.app.vaults import CreatedVault
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.events import Listener
from evidence_kit.jobs.job import AnswerT, Work, wipe_secrets
from evidence_kit.jobs.kit import Absorb
from evidence_kit.jobs.look import ListDestinations
from evidence_kit.model.delivery import Destination
from evidence_kit.model.entry import LockedAtSealing
from evidence_kit.vault.intake import count_sealed


class VaultSession:
    """The vault at `places`, unlocked or not. `learn` is told its destinations after each unlock, for sending."""

    def __init__(self, places: VaultPlaces, tell: Listener, learn: Callable[[tuple[Destination, ...]], object]) -> None:
        self._places = places
        self._tell = tell
        self._learn = learn
        self._kit: RemoteKit | None = None
        self._lockings = 0

    @property
    def unlocked(self) -> bool:
        return self._kit is not None and self._kit.is_open()

    def locked_now(self) -> LockedAtSealing:
        """What an entry says that is sealed at this moment."""
        return LockedAtSealing.NO if self.unlocked else LockedAtSealing.YES

    @property
    def lockings(self) -> int:
        """How often was locked so far: whoever asks to unlock says which lock was meant."""
        return self._lockings

    def create(self, passphrase: bytearray) -> CreatedVault:
        """Make the vault and leave it unlocked; takes seconds. `passphrase` is wiped. Raises as `create_vault`."""
        self._places.make_way()
        kit = self._open(passphrase, create=True)
        if kit.created is None:
            raise Refused(Code.VAULT_EXISTS)
        return kit.created

    def unlock(self, secret: bytearray, *, accept_loss: bool = False, since: int | None = None) -> None:
        """Unlock with passphrase or recovery code; takes a second or more. `secret` is wiped. Raises as `open_kit`.

        `since` is `lockings` as it was when the person asked: a lock after that is meant for this, too.
        """
        if since is not None and since != self._lockings:
            secret[:] = bytes(len(secret))
            raise Refused(Code.VAULT_LOCKED)
        self._open(secret, accept_loss=accept_loss)

    def _open(self, secret: bytearray, *, create: bool = False, accept_loss: bool = False) -> RemoteKit:
        self.lock()
        lockings = self._lockings
        try:
            kit = RemoteKit(self._places.folder, secret, create=create, accept_loss=accept_loss)
        finally:
            secret[:] = bytes(len(secret))
        kit.listen(self._tell)
        self._kit = kit
        if self._lockings != lockings:
            # Somebody locked while the key was derived, and meant this one too.
            self.lock()
            raise Refused(Code.VAULT_LOCKED)
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

    def submit(self, job: Work[AnswerT]) -> Future[AnswerT]:
        """Have a job done in the vault's process; the future raises `Refused(Code.VAULT_LOCKED)` without one.

        `call_off` ends a long one early.
        """
        if self._kit is not None:
            return self._kit.submit(job)
        wipe_secrets(job)
        future: Future[AnswerT] = Future()
        future.set_exception(Refused(Code.VAULT_LOCKED))
        return future

    def run(self, job: Work[AnswerT]) -> AnswerT:
        """As `submit`, waiting for the answer; never on the window's own thread."""
        return self.submit(job).result()

    def call_off(self, future: "Future[AnswerT]") -> None:
        """Say that a long job's answer is not wanted."""
        if self._kit is not None:
            self._kit.call_off(future)

    def learn_routes(self) -> None:
        """Ask the unlocked vault for the destinations, so that sending goes on after the lock. Waits for the answer."""
        if self._kit is not None:
            self._learn(self._kit.run(ListDestinations()))

    def sealed(self) -> int:
        """How many records lie sealed beside the locked vault and wait for the next unlock; reads one folder."""
        return count_sealed(self._places.folder)

    def absorb(self) -> None:
        """Let what was sealed into the journal, if that is unlocked; does not wait."""
        if self._kit is not None:
            self._kit.submit(Absorb())

    def absorb_waiting(self) -> None:
        """As `absorb`, where anything lies in the intake; one look into a folder, so it belongs on `aside`."""
        if self.unlocked and self.sealed():
            self.absorb()
