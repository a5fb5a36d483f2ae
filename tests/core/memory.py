"""The memory of another process, to be searched for what should not be there any more."""

import os
import re
from pathlib import Path


def written_memory(pid: int) -> list[tuple[int, bytes]]:
    """All that a process has written or may write, by its address (proc(5))."""
    read = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match is not None and "[v" not in line:
                start, end = (int(edge, 16) for edge in match.groups())
                read.append((start, os.pread(memory.fileno(), end - start, start)))
    return read
