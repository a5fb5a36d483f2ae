"""The gpg homes that live as long as a process: whose they are, their agents, and the end of both."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evidence_kit import files
from evidence_kit.system import is_mine, lock_file, wait_for_end

if TYPE_CHECKING:
    import psutil

_OWNER: Final = "owner"


def sweep_abandoned(where: Path | None = None) -> int:
    """Remove the homes (and end the agents) of keyrings whose process died; how many. Those in use stay.

    `where` is `files.runtime_folder()` unless said otherwise.
    """
    count = 0
    for owner in (where or files.runtime_folder()).glob(f"ek-*/{_OWNER}"):
        folder = owner.parent
        # Only what is ours to remove: `/tmp` is everybody's.
        if folder.is_symlink() or not is_mine(folder.lstat()):
            continue
        with contextlib.suppress(OSError), _locked(owner):
            end_agent(folder)
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count


@contextlib.contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Mark `folder` as in use; the mark appears locked already, and its lock ends with the process, however it ends."""
    unmarked = folder / f"{_OWNER}.new"
    with files.disk_errors():
        unmarked.touch(0o600)
    with _locked(unmarked):
        with files.disk_errors():
            unmarked.rename(folder / _OWNER)
        yield


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Raises `BlockingIOError` if somebody else holds the lock."""
    with path.open("rb") as handle:
        if not lock_file(handle.fileno(), wait=False):
            raise BlockingIOError
        yield


def agent_runs(home: Path) -> bool:
    """Whether an agent answers for `home`; none is started."""
    return b"D " in _tool("gpg-connect-agent", home, "--no-autostart", "GETINFO pid", "/bye")


def end_agent(home: Path) -> None:
    """Ask the agent of `home` to end, see that it does, and take its sockets away."""
    answer = _tool("gpg-connect-agent", home, "--no-autostart", "GETINFO pid", "KILLAGENT", "/bye")
    number = next((line[2:] for line in answer.splitlines() if line.startswith(b"D ")), b"")
    if number.isdigit():
        import psutil  # only where an agent was left behind, or a home ends

        with contextlib.suppress(psutil.NoSuchProcess):
            agent = psutil.Process(int(number))
            if not _has_ended(agent, within_s=3):
                agent.kill()
    # Where there is a /run/user the sockets do not lie in the home.
    _tool("gpgconf", home, "--remove-socketdir")


def _has_ended(process: "psutil.Process", *, within_s: float) -> bool:
    """Not our child, and perhaps nobody reaps it."""
    ended = wait_for_end(process.pid, within_s)
    if ended is not None:
        return ended
    import psutil

    try:
        process.wait(within_s)
    except psutil.TimeoutExpired:
        return False
    return True


def _tool(name: str, home: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [name, "--homedir", str(home), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout
