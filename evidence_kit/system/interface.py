"""What the product asks of an operating system. A module that has all of these functions is an implementation.

A protection that a system lacks is told by the type of the answer (`bool`, `None`) or refused (`OSError`); no function
does nothing in silence, unless its docstring says that it is only for speed.
"""

import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket
    import subprocess


class Platform(Enum):
    """Families of systems that the product tells apart; the values are OONI's names of them."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    OTHER = "other"


class LookupFault(Enum):
    """What a failed `getaddrinfo` said. POSIX never tells the temporary and the final one."""

    NO_SUCH_NAME = "no such name"
    NO_ADDRESS = "the name has no address"
    TEMPORARY = "no answer for now"
    NON_RECOVERABLE = "no answer, and none to come"
    OTHER = "something else"


class Process(Protocol):
    """This process: what others may see of it, what it may use up, and who asks it to end."""

    def harden_process(self) -> bool:
        """Both of the next two; whether the memory is closed to other processes."""
        ...

    def forbid_core_dumps(self) -> None:
        """No core dump of this process or of any that it starts."""
        ...

    def close_memory(self) -> bool:
        """No other program of this person can read this process; False where the system has nothing of the kind.

        Every start of a program undoes it, so each program of ours calls this itself. On Linux a closed process cannot
        write the id maps of a user namespace, and so cannot start Chromium's sandbox.
        """
        ...

    def limit_this_process(
        self,
        *,
        memory: int,
        file: int,
        cpu_s: int | None = None,
        open_files: int | None = None,
        processes: int | None = None,
    ) -> None:
        """Limits for this process and all that it starts, never above those that it has.

        `memory` is address space in bytes, `file` bytes per written file, `cpu_s` processor seconds, `open_files` a
        count that lets only fewer be opened from now on. No core dump is written. Raises `OSError` or `ValueError`
        where the system does not do it: then untrusted bytes must not be read.
        """
        ...

    def is_administrator(self) -> bool:
        """Whether this process has all rights on this computer."""
        ...

    def on_end_request(self, handler: Callable[[], object]) -> None:
        """Call `handler` on the main thread when a terminal or the system asks this process to end."""
        ...

    def ignore_interrupts(self) -> None:
        """Ctrl-C in the terminal that started us is for another process."""
        ...

    def end_requests_to(self, wake: "socket.socket | None") -> None:
        """Requests to end are told by a byte written to `wake` (non-blocking) and do nothing else; None ends that."""
        ...


class Children(Protocol):
    """Processes that this one starts, and copies of it."""

    def kill_family(self, leader: int) -> None:
        """Kill a child and all that it started; `leader` was started in a session of its own.

        Nothing where all of them are gone. Its number must not have been reused: the child is not reaped yet, or some
        of its family may still run.
        """
        ...

    def interrupt(self, child: "subprocess.Popen[bytes]") -> bool:
        """As Ctrl-C would, so that the child can tidy up; False where this system cannot, or the child is gone."""
        ...

    def answer_of_copy(
        self, work: Callable[[], bytes], *, cap: int, deadline_s: float, memory: int, cpu_s: int
    ) -> bytes | None:
        """What `work` returns in a copy of this process that can open nothing, write no file and start nothing.

        None where it failed, took too long, returned more than `cap` bytes, or ran into `memory` (bytes of address
        space) or `cpu_s`. Nothing that it does reaches this process. Everything that it needs is imported before.
        """
        ...

    def run_after_end(self, work: Callable[[], object]) -> bool:
        """Have a copy of this process run `work` once this one has ended, however that happens.

        False where this system cannot do that. The copy has no thread but the calling one.
        """
        ...

    def wait_for_end(self, process: int, within_s: float) -> bool | None:
        """Whether a process that is no child of ours has ended in time; None where this system cannot wait for it."""
        ...

    def namespaces_allowed(self) -> bool:
        """Whether an ordinary program may build what Chromium's sandbox is made of; True where it needs nothing so.

        Some systems allow a user namespace and take every power in it away, so one that needs a power is tried inside
        it. Call it while there is one thread: it copies the process.
        """
        ...


class Files(Protocol):
    """What file systems and their handles do beyond Python's own `open`."""

    def open_new(self, path: Path, mode: int = 0o600) -> int:
        """A descriptor to write a file that was not there. Raises `FileExistsError`, also for a link of that name."""
        ...

    def open_in_place(self, path: Path, *, create: bool = False) -> int:
        """A descriptor to read and write. Raises `OSError` for a symbolic link."""
        ...

    def open_to_read(self, path: Path | str, *, follow: bool, folder: int | None = None) -> int:
        """A descriptor that waits for nobody, whatever `path` is; `folder` is a descriptor that it is relative to.

        Raises `OSError`, for a symbolic link too unless `follow`.
        """
        ...

    def open_folder(self, folder: Path) -> int | None:
        """A descriptor of a folder; None where this system has none and keeps names by itself."""
        ...

    def lock_file(self, handle: int, *, wait: bool) -> bool:
        """Lock a whole open file until it is closed, also by the end of this process, however it ends.

        False where somebody else has it and `wait` is False. Raises `OSError` where the file system knows no locks.
        """
        ...

    def is_mine(self, status: os.stat_result) -> bool:
        """Whether the file belongs to whoever runs this process."""
        ...

    def begin_write_back(self, handle: int, start: int, length: int) -> None:
        """Let the disk start on what was written there; only for speed."""
        ...

    def forget_cached(self, handle: int) -> bool:
        """Have the next read come from the medium and not from memory; False where this system cannot promise that."""
        ...

    def widen_pipe(self, handle: int, size: int) -> None:
        """A larger buffer, in bytes, where the system gives one; only for speed."""
        ...


class Machine(Protocol):
    """Facts of this computer."""

    PLATFORM: Platform

    def platform_name(self) -> str:
        """The system's name as OONI writes it."""
        ...

    def boot_clock_ns(self) -> int:
        """Nanoseconds since boot, sleep included where the system counts it (it need not begin at 0)."""
        ...

    def boot_id(self) -> str | None:
        """What is another after each boot; None where this system has no such thing."""
        ...

    def refresh_time_zone(self) -> None:
        """Take over a time zone that was changed while this process runs."""
        ...

    def lookup_fault(self, error: "socket.gaierror") -> LookupFault:
        """What the system's name lookup meant."""
        ...


class OperatingSystem(Process, Children, Files, Machine, Protocol):
    """All of it."""
