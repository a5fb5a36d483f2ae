"""Limits on what a child that reads hostile bytes may use up; set in its first lines."""

import sys


def limit_process(*, memory: int, cpu_s: int, file: int) -> None:
    """Address space in bytes, processor seconds, bytes per file, no core dump (POSIX); what it starts inherits them."""
    if sys.platform == "win32":
        return
    import resource  # exists on POSIX alone

    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
