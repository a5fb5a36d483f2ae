"""What works on this machine, and whether the vault holds; told as findings."""

import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evidence_kit.capture.page import Camera
from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.files import in_memory, runtime_folder
from evidence_kit.jobs.capturing import opens_pages_without_sandbox, screens
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.seal.pgp import Keyring

# A port that browsers refuse to open: no connection is even tried.
_NOWHERE: Final = "http://127.0.0.1:1/"
_ROOM_CAP: Final = 500 << 20


def examine_machine(folder: Path) -> Iterator[Finding]:
    """Yield a finding for each thing the kit needs of the machine; nothing is sent anywhere."""
    yield Finding(FindingCode.PYTHON, Verdict.HOLDS, facts=(("version", sys.version.split()[0]),))
    yield _gpg()
    yield _camera()
    yield _screen()
    yield _runtime()
    yield from _swap()
    yield _room(folder)
    if SystemClock().read().bound is None:
        yield Finding(FindingCode.CLOCK_UNBOUNDED, Verdict.UNPROVEN)


def _gpg() -> Finding:
    try:
        with Keyring() as keyring:
            return Finding(FindingCode.GPG, Verdict.HOLDS, facts=(("version", keyring.version),))
    except KitError as error:
        return Finding(FindingCode.GPG_MISSING, Verdict.BROKEN, facts=(("reason", error.code.value),))


def _camera() -> Finding:
    """Take a picture of a page that cannot be there; nothing leaves this machine for it."""
    try:
        with Camera() as camera:
            version = (("version", camera.photograph(_NOWHERE).camera),)
    except KitError as error:
        reason = str(error.facts.get("reason"))
        code = FindingCode.CAMERA_NO_SANDBOX if reason == "no-sandbox" else FindingCode.CAMERA_MISSING
        return Finding(code, Verdict.BROKEN, facts=(("reason", reason),))
    if opens_pages_without_sandbox():
        return Finding(FindingCode.CAMERA_AS_ROOT, Verdict.NOTE, facts=version)
    return Finding(FindingCode.CAMERA, Verdict.HOLDS, facts=version)


def _screen() -> Finding:
    """Whether the screen can be captured, and through what; nothing is captured for it."""
    try:
        found = screens()
    except KitError as error:
        here = error.code is not Code.NO_DISPLAY
        return Finding(
            FindingCode.SCREEN_CLOSED if here else FindingCode.SCREEN_MISSING,
            Verdict.NOTE,
            facts=(("reason", error.code.value),),
        )
    if found.portal:
        return Finding(FindingCode.SCREEN_PORTAL, Verdict.HOLDS, facts=(("version", str(found.portal)),))
    if found.partial:
        return Finding(FindingCode.SCREEN_PARTIAL, Verdict.NOTE)
    return Finding(FindingCode.SCREEN, Verdict.HOLDS, facts=(("monitors", str(len(found.areas))),))


def _runtime() -> Finding:
    folder = runtime_folder()
    verdict = Verdict.HOLDS if in_memory(folder) else Verdict.UNPROVEN
    return Finding(FindingCode.RUNTIME_IN_MEMORY if verdict is Verdict.HOLDS else FindingCode.RUNTIME_ON_DISK, verdict)


def _swap() -> Iterator[Finding]:
    """Swap that is not in memory and not encrypted may keep what was unlocked (Linux; elsewhere nothing is told)."""
    with contextlib.suppress(OSError):
        if swaps_in_clear(Path("/proc/swaps").read_text(encoding="utf-8")):
            yield Finding(FindingCode.SWAP_IN_CLEAR, Verdict.UNPROVEN)


def swaps_in_clear(table: str) -> bool:
    """Whether a table in the form of /proc/swaps (proc(5)) names anything but memory and the device mapper."""
    devices = [line.split()[0] for line in table.splitlines()[1:]]
    return not all(device.startswith(("/dev/zram", "/dev/dm-", "/dev/mapper/")) for device in devices)


def _room(folder: Path) -> Finding:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    free = shutil.disk_usage(there).free
    verdict = Verdict.HOLDS if free >= _ROOM_CAP else Verdict.NOTE
    return Finding(
        FindingCode.ROOM if verdict is Verdict.HOLDS else FindingCode.ROOM_SHORT,
        verdict,
        facts=(("mb", str(free >> 20)),),
    )
