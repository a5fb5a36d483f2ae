"""Looking after the vault where it takes long: backing up and checking, told as it goes on, and called off at will.

Both hold the writer thread, so that nothing changes underneath; what is captured meanwhile waits sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence_kit.app.errand import Going
from evidence_kit.app.kit import Desk, Kit
from evidence_kit.events import WorkProgressed
from evidence_kit.model.finding import Finding

_Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Copying:
    file: Path
    progress: _Progress

    def carry_out(self, desk: Desk) -> None:
        desk.vault.backup(self.file, self.progress)


@dataclass(frozen=True, slots=True)
class _Checking:
    progress: _Progress

    def carry_out(self, desk: Desk) -> tuple[Finding, ...]:
        return tuple(desk.vault.check(self.progress))


@dataclass(frozen=True, slots=True)
class BackUpVault:
    """Copy the vault into one file that does not exist yet; whole or not at all. The answer is its size in bytes.

    Raises as `Vault.backup`, and `Refused(what="called-off")`. Tells of the work "backup".
    """

    file: Path

    def perform(self, kit: Kit, going: Going) -> int:
        kit.run(_Copying(self.file, _told(kit, going, "backup")))
        return self.file.stat().st_size


@dataclass(frozen=True, slots=True)
class CheckWholeVault:
    """Read and check everything: pages, tree, exhibits. Raises `Refused(what="called-off")`; tells of "check"."""

    def perform(self, kit: Kit, going: Going) -> tuple[Finding, ...]:
        return kit.run(_Checking(_told(kit, going, "check")))


def _told(kit: Kit, going: Going, work: str) -> _Progress:
    said = -1

    def progress(done: int, total: int) -> None:
        nonlocal said
        going.check()
        share = done * 200 // max(total, 1)
        if share != said:
            said = share
            kit.tell(WorkProgressed(work, done, total))

    return progress
