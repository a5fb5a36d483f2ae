"""Looking after the vault where it takes long: backing up and checking, told as it goes on, and called off at will.

Both hold the writer thread, so that nothing changes underneath; what is captured meanwhile waits sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence_kit.events import WorkProgressed
from evidence_kit.jobs.job import CancelToken
from evidence_kit.jobs.kit import JobContext, Kit
from evidence_kit.model.finding import Finding

_Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Copying:
    file: Path
    progress: _Progress

    def carry_out(self, context: JobContext) -> None:
        context.vault.backup(self.file, self.progress)


@dataclass(frozen=True, slots=True)
class _Checking:
    progress: _Progress

    def carry_out(self, context: JobContext) -> tuple[Finding, ...]:
        return tuple(context.vault.check(self.progress))


@dataclass(frozen=True, slots=True)
class BackUpVault:
    """Copy the vault into one file that does not exist yet; whole or not at all. The answer is its size in bytes.

    Raises as `Vault.backup`, and `Refused(what="called-off")`. Tells of the work "backup".
    """

    file: Path

    def perform(self, kit: Kit, cancel: CancelToken) -> int:
        kit.run(_Copying(self.file, _told(kit, cancel, "backup")))
        return self.file.stat().st_size


@dataclass(frozen=True, slots=True)
class CheckWholeVault:
    """Read and check everything: pages, tree, exhibits. Raises `Refused(what="called-off")`; tells of "check"."""

    def perform(self, kit: Kit, cancel: CancelToken) -> tuple[Finding, ...]:
        return kit.run(_Checking(_told(kit, cancel, "check")))


def _told(kit: Kit, cancel: CancelToken, work: str) -> _Progress:
    said = -1

    def progress(done: int, total: int) -> None:
        nonlocal said
        cancel.check()
        share = done * 200 // max(total, 1)
        if share != said:
            said = share
            kit.tell(WorkProgressed(work, done, total))

    return progress
