"""Runs first in the frozen command line and window: gpg and the desktop's programs get the system's own libraries.

PyInstaller's start points LD_LIBRARY_PATH at the frozen folder. This process has read it; who it starts must not.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
