"""The command line's outermost frame: global options from anywhere, errors as sentences, exit codes.

0 done, 2 refused (the person can change something), 3 unavailable (the world is in the way), 4 broken (evidence does
not hold), 1 a bug. A bug's report names places in the code, never content.
"""

import importlib
import sys
import traceback
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from evidence_kit.cli.commands import COMMANDS
from evidence_kit.cli.language import let_the_library_speak, say, say_marked
from evidence_kit.cli.plain_values import take_plain_values
from evidence_kit.cli.session import Session
from evidence_kit.cli.usage import SpokenContext, translate_usage, usage_words
from evidence_kit.errors import KitError
from evidence_kit.system import harden_process

take_plain_values()


def load(name: str) -> TyperCommand | TyperGroup:
    """A command with its module and all that the module needs."""
    listed = COMMANDS[name]
    part = typer.Typer(add_completion=False, rich_markup_mode=None)
    importlib.import_module(f"evidence_kit.cli.{listed.module}").add_to(part)
    command = typer.main.get_group(part).commands[name]
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(name)
    command.help, command.hidden = listed.help, listed.hidden
    return command


def translate_help(command: TyperCommand | TyperGroup, context: Any) -> None:
    """Have the help of a command, its options and the commands below it in the language of the environment."""
    command.help = say_marked(command.help or "")
    translate_usage(command, context)
    for parameter in (*command.params, command.get_help_option(context)):
        if isinstance(parameter, TyperOption | TyperArgument):
            parameter.help = say_marked(parameter.help or "")
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            if isinstance(below, TyperCommand | TyperGroup):
                translate_help(below, context)


class _Commands(TyperGroup):
    """The commands as the table lists them. Only the one that runs is loaded: the other rooms cost it nothing."""

    context_class = SpokenContext

    def __init__(self, **attributes: Any) -> None:
        listed = {name: TyperCommand(name, help=one.help, hidden=one.hidden) for name, one in COMMANDS.items()}
        super().__init__(**{**attributes, "commands": listed})

    def resolve_command(self, context: Any, arguments: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(context, arguments)
        if name is None:
            return name, listed, rest
        command = load(name)
        translate_help(command, context)
        return name, command, rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        translate_help(self, ctx)
        super().format_help(ctx, formatter)

    def invoke(self, context: Any) -> Any:
        from evidence_kit.files import medium_errors  # `--help` invokes nothing

        with medium_errors():
            return super().invoke(context)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Record an internet shutdown, prove when it was, deliver it encrypted when a connection returns.",
)

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
    context.obj = Session(given_vault=vault, passphrase_file=passphrase_file, json=json)


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
        code = int(app(arguments, standalone_mode=False) or 0)
    except KitError as error:
        from evidence_kit.cli.output import show_error

        show_error(error, as_json=as_json)
        return error.exit_code
    except TyperException as error:
        # What was typed is not understood, or nothing was typed: then the message is the help.
        print(usage_words(error), file=sys.stderr)
        print(say("`--help` after any command shows how it is used."), file=sys.stderr)
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
        print(file=sys.stderr)
        print(say("Stopped."), file=sys.stderr)
    return code


def _tell_bug(error: Exception) -> None:
    told = say("Evidence Kit met a fault of its own ({kind}). Nothing that was saved is lost.")
    print(told.format(kind=type(error).__name__), file=sys.stderr)
    for frame in traceback.extract_tb(error.__traceback__):
        if "evidence_kit" in frame.filename:
            place = frame.filename.rsplit("evidence_kit", 1)[-1].lstrip("/\\")
            at = say("  at {place}:{line} in {function}").format(place=place, line=frame.lineno, function=frame.name)
            print(at, file=sys.stderr)


def main() -> None:
    """The console script's entry."""
    harden_process()
    let_the_library_speak()
    sys.exit(run(sys.argv[1:]))
