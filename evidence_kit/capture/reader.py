"""Have a process of its own read what a stranger made, and hear no more of it than asked for."""

import subprocess
import threading
from collections.abc import Sequence
from typing import BinaryIO


def ask(source: BinaryIO, command: Sequence[str], cap: int, deadline_s: float) -> bytes | None:
    """What `command` wrote with `source` as its standard input; None if it failed, said too much or took too long."""
    try:
        process = subprocess.Popen([*command], stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    watchdog = threading.Timer(deadline_s, process.kill)
    watchdog.start()
    with process:
        try:
            untrusted = process.stdout.read(cap + 1) if process.stdout else b""
            if len(untrusted) > cap:
                process.kill()
        finally:
            process.wait()
            watchdog.cancel()
            watchdog.join()
    return untrusted if process.returncode == 0 else None
