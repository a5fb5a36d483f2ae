"""`python -m ui`: the window."""

import sys

from evidence_kit.system import harden_process

# Before anything that a debugger or a core dump could want is loaded.
harden_process()

from ui.start import run  # noqa: E402 - after the hardening on purpose

sys.exit(run(sys.argv[1:]))
