"""How the app starts its own child processes; the one place that a frozen build changes."""

import os
import sys
from collections.abc import Sequence


def own_command(*arguments: str) -> list[str]:
    """The command line of this product's own command line."""
    # -P: nothing in the folder that the person happens to be in is ever run.
    return [sys.executable, "-P", "-m", "evidence_kit", *arguments]


def replace_process(arguments: Sequence[str], keep: Sequence[int]) -> None:
    """Become another command of this product: every key in this process's memory ends here.

    `keep` are file descriptors that stay open. Does not return.
    """
    for handle in keep:
        os.set_inheritable(handle, True)
    sys.stdout.flush()
    sys.stderr.flush()
    command = own_command(*arguments)
    os.execv(command[0], command)  # noqa: S606 - no shell; the point is that the memory goes
