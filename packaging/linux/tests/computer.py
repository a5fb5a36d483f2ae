"""A system's folder started as a computer of its own, with a kernel that enforces what this one only may.

The processor is made of software, so it runs anywhere and some ten times slower. It has no network.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NEEDED: Final = ("qemu-system-x86_64", "mke2fs")
KERNEL: Final = "linux-image-amd64, initramfs-tools"
"""What a system must have to be started so (a Depends field)."""
_ROOM: Final = 4 << 30
_PATIENCE_S: Final = 1500
# The first process: what it is asked, and the end of the computer.
_BEGIN: Final = """#!/bin/sh
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t tmpfs -o mode=1777 tmpfs /tmp; mount -t tmpfs tmpfs /run
mount -t securityfs securityfs /sys/kernel/security
mkdir -p /dev/shm && mount -t tmpfs -o mode=1777 tmpfs /dev/shm
export HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /home/person && chown 1000:1000 /home/person
person() {{ setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/person "$@"; }}
asked() {{ echo "<$1"; shift; code=0; "$@" 2>&1 || code=$?; echo; echo "$code>"; }}
{asks}
sync; echo b >/proc/sysrq-trigger
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code and words of a command, without the end of the last line."""

    code: int
    said: str


def missing() -> list[str]:
    """The programs without which there can be no such computer here."""
    return [name for name in NEEDED if shutil.which(name) is None]


def answers(system: Path, place: Path, asks: str, disks: Sequence[Path] = ()) -> dict[str, Answer]:
    """Start `system`, which must have `KERNEL`, and end it; the answers by their names.

    It runs from an image in `place`; in the folder only its first process is new, /begin.

    `asks` is a shell's: `asked NAME COMMAND…` notes an answer, `person COMMAND…` is an ordinary user. The images in
    `disks` are its /dev/vdb and so on.
    """
    (begin := system / "begin").write_text(_BEGIN.format(asks=asks), encoding="utf-8")
    begin.chmod(0o755)
    root = place / "root.ext4"
    with root.open("wb") as made:
        made.truncate(_ROOM)
    _run("mke2fs", "-q", "-F", "-t", "ext4", "-d", str(system), str(root))
    (kernel,) = (system / "boot").glob("vmlinuz-*")
    (beginning,) = (system / "boot").glob("initrd.img-*")
    images = [word for image in (root, *disks) for word in ("-drive", f"file={image},format=raw,if=virtio")]
    said = _run(
        *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "3072", "-nic", "none"),
        *("-display", "none", "-serial", "stdio", "-monitor", "none", "-no-reboot", *images),
        *("-kernel", str(kernel), "-initrd", str(beginning)),
        *("-append", "root=/dev/vda rw console=ttyS0 init=/begin quiet panic=-1 lsm=lockdown,yama,apparmor"),
    )
    told = re.findall(r"^<(\S+)\n(.*?)\n(\d+)>$", said.replace("\r\n", "\n"), re.DOTALL | re.MULTILINE)
    assert len(told) == asks.count("asked "), said[-4000:]
    return {name: Answer(int(code), words.removesuffix("\n")) for name, words, code in told}


def _run(*command: str) -> str:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_PATIENCE_S,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout
