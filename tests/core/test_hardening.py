"""A hardened process: no core dump, no memory for other programs of the same person."""

import subprocess
import sys

import pytest

_SCRIPT = """
import ctypes, resource
from evidence_kit.system import harden_process
closed = harden_process()
print(closed, resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PR_GET_DUMPABLE is Linux's")
def test_a_hardened_process_writes_no_core_and_is_not_dumpable() -> None:
    told = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True, timeout=30)
    assert told.stdout == "True (0, 0) 0\n"
