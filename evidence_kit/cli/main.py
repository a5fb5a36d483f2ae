"""The command line's outermost frame: global options from anywhere, errors as sentences, exit codes.

0 done, 2 refused (the person can change something), 3 unavailable (the world is in the way), 4 broken (evidence does
not hold), 1 a bug. A bug's report names places in the code, never content.
"""

import sys
import traceback
from pathlib import Path

import typer
from typer.exceptions import TyperException

from evidence_kit.cli import (
    backup,
    capture,
    checkpoint,
    deliveries,
    destination,
    disruptions,
    doctor,
    drill,
    export,
    init,
    journal,
    network,
    note,
    passphrase,
    probe,
    receipt,
    recipient,
    report,
    sync,
    verify,
    watch,
    wipe,
)
from evidence_kit.cli.output import say_error
from evidence_kit.cli.session import Session
from evidence_kit.errors import KitError
from evidence_kit.files import medium_errors
from evidence_kit.machine.places import default_vault
from evidence_kit.system.hardening import harden_process

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Record an internet shutdown, prove when it was, deliver it encrypted when a connection returns.",
)

for room in (
    init,
    capture,
    note,
    watch,
    probe,
    journal,
    export,
    disruptions,
    recipient,
    destination,
    report,
    sync,
    deliveries,
    checkpoint,
    verify,
    receipt,
    backup,
    passphrase,
    wipe,
    doctor,
    network,
    drill,
):
    room.add_to(app)

_GLOBAL_WITH_VALUE = ("--vault", "--passphrase-file")
# What Typer makes of Ctrl-C.
_STOPPED = 130


@app.callback()
def _options(
    context: typer.Context,
    vault: Path | None = typer.Option(None, help="The vault's folder."),
    passphrase_file: Path | None = typer.Option(
        None, help="A file whose first line is the passphrase; else it is asked for."
    ),
    json: bool = typer.Option(False, "--json", help="Answer in JSON."),
) -> None:
    context.obj = Session(vault=vault or default_vault(), passphrase_file=passphrase_file, json=json)


def hoist(arguments: list[str]) -> list[str]:
    """The same arguments with the global options first, so that they may stand anywhere before `--`."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _GLOBAL_WITH_VALUE:
            front += [argument, *[value for value in (next(waiting, None),) if value is not None]]
        elif argument == "--json" or argument.startswith(tuple(f"{name}=" for name in _GLOBAL_WITH_VALUE)):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def run(arguments: list[str]) -> int:
    """Carry out one command line; the exit code."""
    arguments = hoist(arguments)
    as_json = "--json" in arguments
    try:
        with medium_errors():
            code = int(app(arguments, standalone_mode=False) or 0)
    except KitError as error:
        say_error(error, as_json=as_json)
        return error.exit_code
    except TyperException as error:
        # What was typed is not understood, or nothing was typed: then the message is the help.
        print(error.format_message(), file=sys.stderr)
        print("`--help` after any command shows how it is used.", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        code = _STOPPED
    except SystemExit:
        # Typer's answer to a reader that went away (`journal | head`), whose pipe it has made quiet.
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost frame: a bug is told by place alone
        _tell_bug(error)
        return 1
    if code == _STOPPED:
        # Below the question that was not answered.
        print("\nStopped.", file=sys.stderr)
    return code


def _tell_bug(error: Exception) -> None:
    print(
        f"Evidence Kit met a fault of its own ({type(error).__name__}). Nothing that was saved is lost.",
        file=sys.stderr,
    )
    for frame in traceback.extract_tb(error.__traceback__):
        if "evidence_kit" in frame.filename:
            place = frame.filename.rsplit("evidence_kit", 1)[-1].lstrip("/\\")
            print(f"  at {place}:{frame.lineno} in {frame.name}", file=sys.stderr)


def main() -> None:
    """The console script's entry."""
    harden_process()
    sys.exit(run(sys.argv[1:]))
