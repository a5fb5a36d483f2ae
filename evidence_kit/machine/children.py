"""How the product starts its own command line, beside itself and in its own place.

Commands that only the product types are written down here, and nowhere else; those that a person types too are in
`drill/commands.py`. Tests hold both against what the command line takes.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from evidence_kit import programs


def own_command(*arguments: str) -> list[str]:
    """The command line of this product's own command line."""
    return [*programs.program(programs.COMMAND_LINE), *arguments]


def vault_process_command(handle: int) -> list[str]:
    """Serve a vault over the socket at `handle`, which the new process must inherit."""
    return own_command(programs.VAULT_PROCESS, str(handle))


def drill_command() -> list[str]:
    """The drill, told step by step in JSON."""
    return own_command("drill", "--json")


def station_arguments(
    vault: Path,
    routes: int,
    mode: str,
    *,
    seconds: float | None = None,
    targets: Path | None = None,
    once: bool = False,
    as_json: bool = False,
) -> list[str]:
    """Watch or send without keys; the ways are read from the descriptor `routes`."""
    arguments = ["--vault", str(vault), "station", "--routes", str(routes), "--mode", mode]
    if as_json:
        arguments.append("--json")
    if seconds is not None:
        arguments += ["--for", str(seconds)]
    if targets is not None:
        arguments += ["--targets", str(targets)]
    if once:
        arguments.append("--once")
    return arguments


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
