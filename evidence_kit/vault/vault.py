"""The vault: one open folder of evidence, for the thread that opened it. Puts the parts together, holds no rules."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from evidence_kit.clock import Clock
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused, Unavailable
from evidence_kit.files import disk_errors, remove_abandoned, sync_folder, write_stream
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.sharing import ReportSealed
from evidence_kit.model.bodies.statements import NoteWritten, WitnessHeard
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.entry import Entry
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.system import locks
from evidence_kit.vault import header, migrate
from evidence_kit.vault.absorb import Absorption, absorb_news
from evidence_kit.vault.check import check
from evidence_kit.vault.database import Database
from evidence_kit.vault.exhibits import Exhibits
from evidence_kit.vault.header import Header
from evidence_kit.vault.journal import Draft, Journal
from evidence_kit.vault.kept import Kept
from evidence_kit.vault.key_derivation import Kdf, usual_kdf
from evidence_kit.vault.outbox import Outbox
from evidence_kit.vault.register import Register

_ROOM_FOR_BALLAST: Final = 8 << 20
_BALLAST: Final = 4 << 20
_WRITTEN: Final = (NoteWritten, WitnessHeard)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Created:
    """A new vault, open, and its recovery code, which nothing can show again."""

    vault: "Vault"
    recovery_code: str


class Vault:
    """Use `create` or `open`; leaving the `with` locks. `findings` tell what was amiss and did not stop the opening.

    Its parts: `exhibits`, `tree` with its proofs, `index` for searching, `disruptions`, `register` for what may change,
    and `outbox`. All but the outbox end with the vault: `close` shuts the database that they read.
    """

    def __init__(self, folder: Path, lock: int, head: Header, clock: Clock, steps: Sequence[str]) -> None:
        self.folder = folder
        self._lock = lock
        self._header = head
        self._database = Database(folder / "vault.db", head.key("database"))
        try:
            migrate.migrate(self._database, folder / "vault.db", steps)
            self.exhibits = Exhibits(folder, self._database)
            self._kept = Kept(self._database)
            self._journal = Journal(self._database, head, self.exhibits, clock)
            self.tree = self._journal.tree
            self.index = self._journal.index
            self.disruptions = self._journal.disruptions
            self.register = Register(self._journal, self._kept)
            self.intake_key = head.intake_key.hex()  # the public one
            self.outbox = Outbox(folder)
        except BaseException:
            self._database.close()
            raise
        self.findings: tuple[Finding, ...] = ()

    @classmethod
    def create(cls, folder: Path, passphrase: bytearray, clock: Clock, *, kdf: Kdf | None = None) -> Created:
        """Make a vault in `folder`, which must be absent or empty: whole or not at all.

        The caller wipes `passphrase`. Raises `Refused` with "folder-not-empty", "passphrase-too-short",
        "passphrase-like-code" or as `disk_errors`.
        """
        # The header is the vault: until it has its name, what lies here is an unfinished beginning.
        unfinished = folder / ".header.new"
        if folder.exists() and not unfinished.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused(Code.FOLDER_NOT_EMPTY, folder=str(folder))
        with disk_errors():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock(folder)
        try:
            _clear_unfinished(folder)
            head, code = header.create(unfinished, passphrase, kdf or usual_kdf())
            try:
                Database(folder / "vault.db", head.key("database"), create=True).close()
                vault = cls(folder, lock, head, clock, migrate.steps())
            except BaseException:
                head.close()
                raise
        except BaseException:
            _clear_unfinished(folder)
            (folder / "lock").unlink(missing_ok=True)
            os.close(lock)
            raise
        try:
            vault._journal.begin()
            with disk_errors():
                (folder / "intake").mkdir(mode=0o700)
                sync_folder(folder)
                unfinished.rename(folder / "vault.header")
                sync_folder(folder)
        except BaseException:
            vault.close()
            raise
        return Created(vault._checked(accept_loss=False), code)

    @classmethod
    def open(
        cls,
        folder: Path,
        secret: bytearray,
        clock: Clock,
        *,
        accept_loss: bool = False,
        steps: Sequence[str] | None = None,
    ) -> Self:
        """Open with the passphrase or the recovery code, after comparing the journal with the header.

        With `accept_loss` a journal that was cut or rolled back opens all the same, and says so for ever.
        Raises `Refused` with "no-vault", "vault-in-use", "read-only", "wrong-passphrase", "recovery-code-typo" or
        "newer-version"; `Broken` with "header-missing", "header-damaged", "head-damaged", "database-missing",
        "database-not-encrypted", "vault-damaged", "journal-cut", "journal-rewritten" or "vault-rolled-back";
        `Unavailable` with "memory-short" or "disk-error".
        """
        if not (folder / "vault.header").exists():
            if (folder / "vault.db").exists():
                raise Broken(Code.HEADER_MISSING)
            raise Refused(Code.NO_VAULT, folder=str(folder))
        lock = _lock(folder)
        try:
            head, findings = header.unlock(folder / "vault.header", secret)
            try:
                known = migrate.steps() if steps is None else steps
                try:
                    vault = cls(folder, lock, head, clock, known)
                except (Refused, Unavailable) as fault:
                    # Even reading needs a few pages for the log's index; the ballast is there for that.
                    if fault.code not in {Code.DISK_FULL, Code.DISK_ERROR} or not _release_ballast(folder):
                        raise
                    vault = cls(folder, lock, head, clock, known)
            except BaseException:
                head.close()
                raise
        except BaseException:
            os.close(lock)
            raise
        vault.findings = findings
        return vault._checked(accept_loss=accept_loss)

    def _checked(self, *, accept_loss: bool) -> Self:
        try:
            found = self._journal.open(accept_loss=accept_loss)
            missing = tuple(
                Finding(FindingCode.EXHIBIT_MISSING, Verdict.BROKEN, sha256) for sha256 in self.exhibits.tidy()
            )
            self.settle_outbox()
            self.outbox.tidy()
            self._clear_leftovers()
        except BaseException:
            self.close()
            raise
        self.findings = (*self.findings, *found, *missing)
        return self

    def settle_outbox(self) -> None:
        """Let in what was staged for reports that the journal knows, and forget what was staged for any other."""
        if self.outbox.staged():
            sealed = (entry.body for entry in self.entries(kinds=(ReportSealed.KIND,)))
            self.outbox.settle({body.report for body in sealed if isinstance(body, ReportSealed)})

    def _clear_leftovers(self) -> None:
        with disk_errors():
            remove_abandoned(self.folder)
        ballast = self.folder / "ballast"
        if not ballast.exists() and shutil.disk_usage(self.folder).free > _ROOM_FOR_BALLAST:
            with contextlib.suppress(Refused):  # on a full disk the vault must still open
                write_stream(ballast, (secrets.token_bytes(_BALLAST),))

    def close(self) -> None:
        """Lock: index what is not indexed, drop what was staged for nothing, close. Safe to call twice."""
        if self._lock < 0:
            return
        try:
            with contextlib.suppress(KitError):
                self._journal.index.catch_up()
            with contextlib.suppress(KitError):
                self.exhibits.discard_staged()
            self._database.close()
        finally:
            self._header.close()
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def append(self, body: Body, *, reading: ClockReading | None = None) -> Entry:
        """Seal one entry, at `reading` or now; durable and remembered in the header when this returns.

        Raises `Refused(Code.DISK_FULL)` and the like with nothing lost; a person's words get in by the ballast.
        """
        return self.append_many([body], reading=reading)[0]

    def append_many(self, bodies: Iterable[Body], *, reading: ClockReading | None = None) -> list[Entry]:
        """Seal entries in one transaction: all or none. Raises as `append`."""
        drafts = [Draft(body, reading) for body in bodies]
        before = self._journal.size
        try:
            return self._journal.commit(drafts)
        except Refused as fault:
            if fault.code is not Code.DISK_FULL or not all(isinstance(draft.body, _WRITTEN) for draft in drafts):
                raise
            if not _release_ballast(self.folder):
                raise
        if self._journal.size == before:
            return self._journal.commit(drafts)
        # Committed already, and only the header's note of it failed: entering it again would double it.
        self._journal.write_head()
        return list(self._journal.lines.entries(before - 1))

    def absorb(self) -> int:
        """Enter what was recorded and delivered while locked; the number of new entries. Adds to `findings`."""
        absorption = Absorption(self.folder, self._header, self._journal, self.exhibits, self._kept)
        try:
            absorption.run()
        finally:
            self.findings = (*self.findings, *absorption.findings)
        return absorption.entered + absorb_news(self.outbox, self._journal, self._kept)

    # Reading

    def entries(
        self,
        *,
        after: int = -1,
        limit: int | None = None,
        kinds: Sequence[str] | None = None,
        ids: Sequence[str] | None = None,
        before: int | None = None,
    ) -> Iterator[Entry]:
        """Entries after the sequence `after`, oldest first; with `before`, those under it, newest first."""
        return self._journal.lines.entries(after, limit, kinds, ids, before)

    def entry(self, untrusted_prefix: str) -> Entry:
        """By id or a unique beginning of it. Raises `Refused` with "no-such-entry" or "ambiguous-id"."""
        return self._journal.lines.entry(untrusted_prefix)

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._journal.size

    @property
    def root(self) -> bytes:
        """The root of the journal's tree, 32 bytes."""
        return self._journal.root

    def check(self, progress: Progress = lambda _done, _total: None) -> Iterator[Finding]:
        """Read and check everything: pages, lines, tree, header, exhibits, triggers, intake, outbox."""
        return check(self.folder, self._database, self._journal, self.exhibits, self.outbox, progress)

    # Keys

    def change_passphrase(self, new: bytearray) -> None:
        """The new passphrase opens the vault from now on, the old one does not; O(1) at any size.

        Raises `Refused` with "passphrase-too-short" or "passphrase-like-code". Copies made before keep the old one.
        """
        self._header.change_passphrase(new)

    def replace_recovery_code(self, code: str | None = None) -> str:
        """A new recovery code, `code` where one was shown already; the old one opens nothing from now on.

        Raises `Refused(Code.RECOVERY_CODE_TYPO)`.
        """
        return self._header.replace_recovery_code(code)

    def backup(self, file: Path, progress: Progress = lambda _done, _total: None) -> None:
        """Copy the whole vault into one new file, encrypted as it is. Raises `Refused(Code.FILE_EXISTS)`."""
        from evidence_kit.vault import backup  # with `tarfile`, for who backs up

        backup.backup(self.folder, self._database.copy_to, file, progress)


def prove(folder: Path, secret: bytearray) -> None:
    """Whether passphrase or recovery code would open this vault; takes as long as opening. The caller wipes it.

    Raises `Refused` with "wrong-passphrase" or "recovery-code-typo", `Unavailable(Code.MEMORY_SHORT)`.
    """
    head, _ = header.unlock(folder / "vault.header", secret)
    head.close()


def wipe(folder: Path) -> None:
    """Destroy the vault for ever: first the keys, in place and at once, then the files as far as the disk lets go.

    Needs no key. Raises `Refused(Code.NO_VAULT)`, or "wipe-without-header" for a vault whose keys are not there; once
    the keys are gone nothing more is raised.
    """
    if not header.exists(folder) and (folder / "vault.db").exists():
        raise Refused(Code.WIPE_WITHOUT_HEADER)
    header.destroy(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _clear_unfinished(folder: Path) -> None:
    """Remove what a creation that did not end has made; its keys are in no finished header."""
    with disk_errors():
        for name in ("vault.db", "vault.db-wal", "vault.db-shm", ".header.new", "ballast"):
            (folder / name).unlink(missing_ok=True)
        for name in ("intake", "exhibits", "outbox"):
            shutil.rmtree(folder / name, ignore_errors=True)


def _release_ballast(folder: Path) -> bool:
    """Give the ballast's room free; whether there was any."""
    try:
        (folder / "ballast").unlink()
    except OSError:
        return False
    return True


def _lock(folder: Path) -> int:
    try:
        with disk_errors():
            lock = locks.take(folder / "lock")
    except Refused as fault:
        # The one file that is always written: where it cannot be, nothing can.
        raise Refused(Code.READ_ONLY if fault.code is Code.NO_PERMISSION else fault.code) from fault
    if lock is None:
        raise Refused(Code.VAULT_IN_USE)
    return lock
