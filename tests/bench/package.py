"""The packages of dist/: what they weigh beside a packaged browser, and how soon the frozen programs are there."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.bench.display import server
from tests.bench.row import CannotRun, Row, Times, against, collected, in_turn
from tests.bench.stage import Group, Stage, new_vault, ran
from tests.bench.window import SIZE, settings_in, until_painted

_DIST: Final = Path(__file__).resolve().parents[2] / "dist"
_MB: Final = 1_000_000
_MOST: Final = 150 * _MB
_START_S: Final = 3.0
# A browser that Debian packages: our page camera is one, too.
_PEER: Final = ("chromium", "chromium-common")
_DROP: Final = Path("/proc/sys/vm/drop_caches")


def rows(stage: Stage) -> Group:
    folder = stage.room("package")
    yield "size of the packages", lambda: _sizes(folder)
    yield "start of the frozen command line", lambda: _command_line(stage, folder)
    yield "window of the portable folder", lambda: _window(stage, folder)


def _only(pattern: str) -> Path:
    found = list(_DIST.glob(pattern))
    if len(found) != 1:
        raise CannotRun("make package comes first")
    return found[0]


def _unpacked(folder: Path) -> Path:
    place = folder / "portable"
    if not place.exists():
        archive = _only("evidence-kit-*-linux-x86_64.tar.xz")
        place.mkdir()
        subprocess.run(["tar", "--extract", "--file", archive, "--directory", place], check=True)
    (unpacked,) = place.iterdir()
    return unpacked


def _sizes(folder: Path) -> list[Row]:
    files = [path for path in _unpacked(folder).rglob("*") if path.is_file()]
    unpacked = sum(path.stat().st_size for path in files)
    packed, installed = _peer()
    return [
        *(
            _weighed(f"size of {path.name}", path.stat().st_size, packed, _MOST)
            for path in (_only("evidence-kit_*_amd64.deb"), _only("evidence-kit-*-linux-x86_64.tar.xz"))
        ),
        _weighed(f"size unpacked, {len(files)} files", unpacked, installed, None),
    ]


def _weighed(work: str, ours: int, peer: int | None, most: int | None) -> Row:
    return Row(
        work,
        f"{ours / _MB:.1f} MB",
        "–" if peer is None else f"Debian's {' and '.join(_PEER)}: {peer / _MB:.1f} MB",
        "–" if peer is None else f"{ours / peer:.2f}×",
        "–" if most is None else f"≤ {most // _MB} MB",
        None if most is None else ours <= most,
    )


def _peer() -> tuple[int | None, int | None]:
    """What the peer's packages weigh packed and installed, as the package lists say; None where they do not."""
    packed = installed = 0
    for name in _PEER:
        told = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", name],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        sizes = dict(re.findall(r"^(Size|Installed-Size): (\d+)$", told, re.MULTILINE))
        if len(sizes) != 2:
            return None, None
        packed += int(sizes["Size"])
        installed += int(sizes["Installed-Size"]) * 1024
    return packed, installed


def _command_line(stage: Stage, folder: Path) -> Row:
    frozen = str(_unpacked(folder) / "evidence-kit")
    ours, peer = in_turn(
        [lambda: ran(frozen, "--help"), lambda: ran(sys.executable, "-m", "evidence_kit", "--help")], stage.rounds
    )
    return against("frozen `evidence-kit --help`, new process", ours, "from source", peer, None)


def _window(stage: Stage, folder: Path) -> list[Row]:
    vault, settings = new_vault(folder / "vault"), settings_in(folder, "quiet")
    chosen = ["--vault", str(vault), "--settings", str(settings)]
    frozen = [str(_unpacked(folder) / "evidence-kit-window"), *chosen]
    source = [sys.executable, "-m", "ui", *chosen]
    with server(*SIZE):
        ours, peer = collected([lambda: until_painted(frozen), lambda: until_painted(source)], stage.few + 2, warm=1)
        work = "frozen window: new process → painted, vault locked"
        made = [_started(work, ours, f"from source: {peer}", f"{ours.median / peer.median:.2f}×")]
        if os.access(_DROP, os.W_OK):
            (cold,) = collected([lambda: _after_forgetting(frozen)], stage.few)
            made.append(_started(f"{work}, nothing of it in memory", cold, "–", "–"))
    return made


def _started(work: str, times: Times, peer: str, ratio: str) -> Row:
    return Row(work, str(times), peer, ratio, f"< {_START_S:g} s", times.median < _START_S)


def _after_forgetting(command: list[str]) -> float:
    """As after the computer was started: the kernel lets go of what it had read from the disk (proc_sys_vm(5))."""
    os.sync()
    _DROP.write_text("3", encoding="ascii")
    return until_painted(command)
