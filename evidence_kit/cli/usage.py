"""What Typer says of its own accord and not through gettext: usage, value types, what was not understood.

Each is put into words where Typer lets it be replaced: a context's formatter, a parameter's name for its value, the
facts of an exception. What Typer tells only as a finished English sentence stays one.
"""

from typing import Any, Final

import typer
from typer._click.exceptions import BadOptionUsage, MissingParameter, NoSuchOption
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from evidence_kit.cli.language import say
from evidence_kit.plain_text import plain_line

_CAP: Final = 200


class _SpokenFormatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, say("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(say("{heading}:").format(heading=heading) + "\n")


class SpokenContext(typer.Context):
    """A context whose help is laid out in the language of the environment."""

    formatter_class = _SpokenFormatter


def translate_usage(command: TyperCommand | TyperGroup, context: Any) -> None:
    """Have the usage line of a command and the types of its values in the language of the environment."""
    command.context_class = SpokenContext
    if command.options_metavar:
        command.options_metavar = say("[OPTIONS]")
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = say("COMMAND [ARGS]...")
    number = say("<number>")
    types = {"<str>": say("<text>"), "<int>": number, "<int range>": number, "<path>": say("<path>")}
    for parameter in command.params:
        if isinstance(parameter, TyperOption) and not parameter.is_flag and parameter.metavar is None:
            shown = parameter.display_type_rich(ctx=context) or ""
            parameter.metavar = types.get(shown)


def usage_words(error: TyperException) -> str:
    """Why a command line was not understood."""
    match error:
        case NoSuchOption(option_name=str(name), possibilities=possible):
            if not possible:
                return say("No such option: {name}").format(name=plain_line(name, _CAP))
            listed = ", ".join(sorted(possible))
            return say("No such option: {name} (possible: {listed})").format(name=plain_line(name, _CAP), listed=listed)
        case MissingParameter(param=TyperArgument() as parameter):
            return say("Missing: {name}").format(name=parameter.display_name_raw)
        case MissingParameter(param=TyperOption() as parameter):
            return say("Missing option: {name}").format(name=parameter.opts[0])
        case BadOptionUsage(option_name=str(name)) if "requires" in error.message:
            return say("The option {name} requires a value.").format(name=name)
        case _:
            return error.format_message()
