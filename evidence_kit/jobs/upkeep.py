"""Looking after the vault where it takes long: backing up and checking, told as it goes on, and called off at will.

Both hold the writer thread, so that nothing changes underneath; what is captured meanwhile waits sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence_kit.events import WorkProgressed
from evidence_kit.jobs.job import Job, JobContext, LongJob, LongJobContext
from evidence_kit.model.finding import Finding

_Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Copying(Job[None]):
    file: Path
    progress: _Progress

    def run(self, context: JobContext) -> None:
        context.vault.backup(self.file, self.progress)


@dataclass(frozen=True, slots=True)
class _Checking(Job[tuple[Finding, ...]]):
    progress: _Progress

    def run(self, context: JobContext) -> tuple[Finding, ...]:
        return tuple(context.vault.check(self.progress))


@dataclass(frozen=True, slots=True)
class BackUpVault(LongJob[int]):
    """Copy the vault into one file that does not exist yet; whole or not at all. The answer is its size in bytes.

    Raises as `Vault.backup`, and `Refused(Code.CALLED_OFF)`. Tells of the work "backup".
    """

    file: Path

    def run(self, context: LongJobContext) -> int:
        context.run(_Copying(self.file, _progress_of(context, "backup")))
        return self.file.stat().st_size


@dataclass(frozen=True, slots=True)
class CheckVault(LongJob[tuple[Finding, ...]]):
    """Read and check everything: pages, tree, exhibits. Raises `Refused(Code.CALLED_OFF)`; tells of "check"."""

    def run(self, context: LongJobContext) -> tuple[Finding, ...]:
        return context.run(_Checking(_progress_of(context, "check")))


def _progress_of(context: LongJobContext, work: str) -> _Progress:
    said = -1

    def progress(done: int, total: int) -> None:
        nonlocal said
        context.cancel.check()
        share = done * 200 // max(total, 1)
        if share != said:
            said = share
            context.tell(WorkProgressed(work, done, total))

    return progress
