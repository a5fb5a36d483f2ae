"""Bare systems in folders, in which the packages are tried: minimal Debians, made once with debootstrap."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence_kit.system import locks

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[2]
ROOMS: Final = ROOT / "build" / "package-test"
OLDEST: Final = "bookworm"
NEWEST: Final = "trixie"
_PATIENCE_S: Final = 900


@dataclass(frozen=True, slots=True)
class Room:
    """A system in a folder; `bound` is what is seen in it, read-only, as pairs of a folder outside and a place inside.

    What runs in it has no network at all. `person` is an ordinary user with /home/person, `root` its administrator.
    """

    folder: Path
    bound: tuple[tuple[Path, str], ...] = ()

    def start(self, who: str, *command: str, display: str = "") -> "subprocess.Popen[str]":
        """A command in the room; end it with `kill`, which ends everything in there."""
        bound = " ".join(f"{source}:{place}" for source, place in self.bound)
        return subprocess.Popen(
            [str(HERE / "room.sh"), str(self.folder), who, *command],
            env={**os.environ, "BOUND": bound, "X11": display and "1", "DISPLAY": display},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ended(self, who: str, *command: str, display: str = "") -> tuple[int, str]:
        """Exit code and words of a command."""
        with self.start(who, *command, display=display) as running:
            try:
                said, _ = running.communicate(timeout=_PATIENCE_S)
            finally:
                running.kill()
        return running.returncode, said

    def run(self, who: str, *command: str, display: str = "") -> str:
        """The words of a command, which must have ended well."""
        code, said = self.ended(who, *command, display=display)
        assert code == 0, said
        return said

    def __truediv__(self, path: str) -> Path:
        """A path of the room as it is seen from outside."""
        return self.folder / path


def system(release: str, wanted: str) -> Path:
    """A minimal Debian and what `wanted` says (a Depends field), nothing else; made the first time, with a network."""
    base = ROOMS / release
    ROOMS.mkdir(parents=True, exist_ok=True)
    with locks.waited(ROOMS / f"{release}.lock"):
        if not (base / ".made").exists():
            shutil.rmtree(base, ignore_errors=True)
            _run("debootstrap", "--variant=minbase", release, str(base))
            (base / ".made").touch()
    made = ROOMS / f"{release}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
    if not (made / ".made").exists():
        shutil.rmtree(made, ignore_errors=True)
        _copy(base, made)
        shutil.copyfile("/etc/resolv.conf", made / "etc" / "resolv.conf")
        # What a package would ask its administrator is not asked here; nobody needs the archives afterwards.
        quietly = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
        for command in (("update",), ("satisfy", "--yes", "--no-install-recommends", wanted), ("clean",)):
            _run("chroot", str(made), "apt-get", "--quiet=2", *command, env=quietly)
        (made / ".made").touch()
    return made


def copied(system: Path, name: str) -> Path:
    """A copy of a system for one test or one module; the caller removes it."""
    folder = ROOMS / f"{name}-{os.getpid()}"
    _copy(system, folder)
    return folder


def _copy(system: Path, folder: Path) -> None:
    _run("cp", "--archive", "--reflink=auto", str(system), str(folder))


def _run(*command: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
