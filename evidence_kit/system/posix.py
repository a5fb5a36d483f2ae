"""The interface on POSIX systems, with what Linux alone has. What each function promises stands in `interface`."""

import contextlib
import fcntl
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from evidence_kit.system.deadline import Deadline
from evidence_kit.system.interface import LookupFault, Platform

if TYPE_CHECKING:
    import socket
    import subprocess

PLATFORM: Platform = {"linux": Platform.LINUX, "darwin": Platform.MACOS}.get(sys.platform, Platform.OTHER)

_LINUX: Final = sys.platform == "linux"
_PR_SET_DUMPABLE: Final = 4  # linux/prctl.h
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET of linux/sched.h
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_BOOTTIME: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)
_CHUNK: Final = 1 << 20
_HANDLES: Final = 256


# This process


def harden_process() -> bool:
    forbid_core_dumps()
    return close_memory()


def forbid_core_dumps() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def close_memory() -> bool:
    """PR_SET_DUMPABLE 0 of prctl(2): no ptrace, no /proc/pid/mem. The administrator still reads everything."""
    if not _LINUX:
        return False
    import ctypes  # most of our processes are hardened, but not all

    return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def limit_this_process(
    *, memory: int, file: int, cpu_s: int | None = None, open_files: int | None = None, processes: int | None = None
) -> None:
    """setrlimit(2); both the soft and the hard limit."""
    for kind, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_NPROC, processes),
    ):
        if wanted is None:
            continue
        hard = resource.getrlimit(kind)[1]
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (limit, limit))


def is_administrator() -> bool:
    return os.geteuid() == 0


def on_end_request(handler: Callable[[], object]) -> None:
    def heard(_number: int, _frame: FrameType | None) -> None:
        handler()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)


def ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end_requests_to(wake: "socket.socket | None") -> None:
    """Python's own answer to a signal would be an exception in whatever runs just then."""
    signal.set_wakeup_fd(-1 if wake is None else wake.fileno())
    if wake is not None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda _number, _frame: None)


# Children and copies


def kill_family(leader: int) -> None:
    """A group's number stays taken while any of the group is there."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def interrupt(child: "subprocess.Popen[bytes]") -> bool:
    if child.poll() is not None:
        return False
    child.send_signal(signal.SIGINT)
    return True


def answer_of_copy(work: Callable[[], bytes], *, cap: int, deadline_s: float, memory: int, cpu_s: int) -> bytes | None:
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        _answer(writing, work, memory, cpu_s)
    os.close(writing)
    answer = _read(reading, cap, deadline_s)
    os.close(reading)
    if answer is None:
        os.kill(copy, signal.SIGKILL)
    _, status = os.waitpid(copy, 0)
    return answer if status == 0 else None


def _answer(handle: int, work: Callable[[], bytes], memory: int, cpu_s: int) -> NoReturn:
    """In the copy: no handles but the one to answer through, then the limits, then the work."""
    code = 1
    try:
        os.closerange(0, handle)
        os.closerange(handle + 1, _HANDLES)
        limit_this_process(memory=memory, file=0, cpu_s=cpu_s, open_files=0, processes=0)
        left = memoryview(work())
        while left:
            left = left[os.write(handle, left) :]
        code = 0
    finally:
        os._exit(code)


def _read(handle: int, cap: int, deadline_s: float) -> bytes | None:
    """All that comes, or None if it is too much or too late."""
    deadline = Deadline(deadline_s)
    answer = bytearray()
    while len(answer) <= cap:
        if not select.select([handle], [], [], deadline.left_s())[0]:
            return None
        some = os.read(handle, _CHUNK)
        if not some:
            return bytes(answer)
        answer += some
    return None


def run_after_end(work: Callable[[], object]) -> bool:
    """The pipe's other end stays open as long as any thread of this process is there."""
    ended, _held = os.pipe()
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold at this moment: the copy takes none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            if os.fork() != 0:
                return True
        except OSError:
            return False
    try:
        os.close(_held)
        os.read(ended, 1)
        work()
    finally:
        os._exit(0)


def wait_for_end(process: int, within_s: float) -> bool | None:
    """pidfd_open(2): the end itself is awaited, not that somebody reaps the process."""
    if sys.platform != "linux":
        return None
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], within_s)[0])
    finally:
        os.close(handle)


def namespaces_allowed() -> bool:
    if not _LINUX:
        return True
    import ctypes

    trial = os.fork()
    if trial == 0:
        system = ctypes.CDLL(None)
        os._exit(int(system.unshare(_NEW_USER) != 0 or system.unshare(_NEW_NETWORK) != 0))
    return os.waitstatus_to_exitcode(os.waitpid(trial, 0)[1]) == 0


# Files


def open_new(path: Path, mode: int = 0o600) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def open_in_place(path: Path, *, create: bool = False) -> int:
    return os.open(path, os.O_RDWR | os.O_NOFOLLOW | (os.O_CREAT if create else 0), 0o600)


def open_to_read(path: Path | str, *, follow: bool, folder: int | None = None) -> int:
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW), dir_fd=folder)


def open_folder(folder: Path) -> int | None:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def lock_file(handle: int, *, wait: bool) -> bool:
    """flock(2)."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def is_mine(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()


def begin_write_back(handle: int, start: int, length: int) -> None:
    """Starts writing dirty pages and forgets clean ones (mm/fadvise.c)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.posix_fadvise(handle, start, length, os.POSIX_FADV_DONTNEED)


def forget_cached(handle: int) -> bool:
    if sys.platform != "linux":
        return False
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def widen_pipe(handle: int, size: int) -> None:
    """Past the person's pipe quota the kernel says no, and the usual 64 KiB do."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(handle, fcntl.F_SETPIPE_SZ, size)


# The machine


def platform_name() -> str:
    return PLATFORM.value if PLATFORM is not Platform.OTHER else sys.platform


def boot_clock_ns() -> int:
    return time.monotonic_ns() if _BOOTTIME is None else time.clock_gettime_ns(_BOOTTIME)


def boot_id() -> str | None:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return None


def refresh_time_zone() -> None:
    """Without this the C library keeps the zone of the process's start for ever."""
    time.tzset()


def lookup_fault(error: "socket.gaierror") -> LookupFault:
    import socket  # the caller has it

    if error.errno == socket.EAI_NONAME:
        return LookupFault.NO_SUCH_NAME
    if sys.platform == "linux" and error.errno == socket.EAI_NODATA:
        return LookupFault.NO_ADDRESS
    return LookupFault.OTHER
