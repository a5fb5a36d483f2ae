"""How the app starts its own command line, beside itself and in its own place."""

import os
import sys
from collections.abc import Sequence

from evidence_kit import programs


def own_command(*arguments: str) -> list[str]:
    """The command line of this product's own command line."""
    return [*programs.program(programs.COMMAND_LINE), *arguments]


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
