"""Keep a process's memory to itself: no core dump, no reading by other programs of the same person.

Called in the first lines of every process. It does not stop the system's administrator.
"""

import ctypes
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def harden_process() -> bool:
    """Both of the below; whether the memory is closed to other processes."""
    forbid_core_dumps()
    return close_memory()


def forbid_core_dumps() -> None:
    """RLIMIT_CORE 0, for this process and all that it starts (POSIX)."""
    if sys.platform == "win32":
        return
    import resource  # exists on POSIX alone

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def close_memory() -> bool:
    """PR_SET_DUMPABLE 0 (Linux prctl(2)): no ptrace, no /proc/pid/mem; whether that is so now.

    Every exec undoes it, so each program of ours calls this itself. A process that is closed cannot write the id maps
    of a user namespace, and so cannot start Chromium's sandbox: the page camera closes itself only after that.
    """
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
