"""An older build of the product beside this one: its files from the history, run by the same interpreter."""

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from tests.bench.row import CannotRun

TOP: Final = Path(__file__).resolve().parents[2]
# Where the command line imported all rooms at every start; BENCH_OLDER names another commit.
USUAL: Final = "d01008f"


@dataclass(frozen=True, slots=True)
class Build:
    """A tree of the product's source."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        """The command line of this build; to be run with `environment`."""
        return [sys.executable, "-P", "-m", "evidence_kit", *arguments]

    def environment(self) -> dict[str, str]:
        """Python's path begins with this build, so that no other one is found."""
        return {**os.environ, "PYTHONPATH": str(self.folder)}


def this_build() -> Build:
    """The working tree."""
    return Build(TOP)


def older_build(folder: Path) -> Build:
    """The files of the older commit, in `folder`. Raises `CannotRun` where the history is not at hand."""
    commit = os.environ.get("BENCH_OLDER", USUAL)
    git = shutil.which("git")
    if git is None:
        raise CannotRun("git is not installed")
    took = subprocess.run(
        [git, "-C", str(TOP), "archive", commit, "evidence_kit", "resources"], capture_output=True, check=False
    )
    if took.returncode:
        raise CannotRun(f"the history has no commit {commit}")
    with tarfile.open(fileobj=BytesIO(took.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return Build(folder)
