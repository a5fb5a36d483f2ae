"""Print the manual page evidence-kit(1), made from what the command line's own help knows.

`manual.py DATE VERSION`, with the product importable.
"""

import os
import sys
from collections.abc import Iterator

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from evidence_kit.cli.commands import COMMANDS
from evidence_kit.cli.main import app, load
from ui.start import window_arguments

EXIT_CODES = (
    ("0", "done"),
    ("1", "a fault of Evidence Kit's own"),
    ("2", "refused: you can change something"),
    ("3", "unavailable: the world is in the way, try again later"),
    ("4", "broken: evidence does not hold"),
    ("130", "stopped with Ctrl-C"),
)
# What an option takes, by Python's name for it.
VALUES = {"Path": "path", "str": "text", "int": "number", "float": "number"}


def page(date: str, version: str) -> Iterator[str]:
    """The page's lines, in the roff macros of man(7)."""
    whole = typer.main.get_command(app)
    yield f'.TH EVIDENCE\\-KIT 1 "{date}" "Evidence Kit {version}"'
    yield from (".SH NAME", "evidence\\-kit \\- record internet shutdowns and prove when they were")
    yield from (".SH SYNOPSIS", ".B evidence\\-kit", "[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]", ".br")
    yield from (".B evidence\\-kit\\-window", "[\\fIoptions\\fR]")
    yield from (".SH DESCRIPTION", _roff(whole.help or ""), ".PP")
    yield _roff("evidence-kit is the command line; evidence-kit-window opens the window.")
    yield ".SH OPTIONS"
    for option in whole.params:
        if isinstance(option, TyperOption):
            yield from _option(option)
    yield ".SH OPTIONS OF THE WINDOW"
    for choice in window_arguments()._actions:
        names = (f"\\fB{_roff(name)}\\fR" for name in choice.option_strings)
        value = f" \\fI{_roff(choice.metavar or choice.dest)}\\fR" if choice.nargs is None else ""
        yield from (".TP", ", ".join(names) + value, _roff(choice.help or ""))
    yield ".SH COMMANDS"
    for name, listed in COMMANDS.items():
        if not listed.hidden:
            yield from _command(load(name), name)
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_CODES:
        yield from (".TP", f".B {code}", _roff(meaning))
    yield from (".SH SEE ALSO", ".BR gpg (1)")


def _command(command: object, name: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        for below, one in command.commands.items():
            if not one.hidden:
                yield from _command(one, f"{name} {below}")
    elif isinstance(command, TyperCommand):
        arguments = [_shown(one) for one in command.params if isinstance(one, TyperArgument)]
        yield f".SS {_roff(' '.join([name, *arguments]))}"
        yield _roff(command.help or "")
        for option in command.params:
            if isinstance(option, TyperOption):
                yield from _option(option)


def _shown(argument: TyperArgument) -> str:
    name = argument.metavar or (argument.name or "").upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _option(option: TyperOption) -> Iterator[str]:
    yield ".TP"
    names = ", ".join(f"\\fB{_roff(name)}\\fR" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag or option.is_bool_flag else option.metavar or VALUES[option.bare_type()]
    yield f"{names} \\fI{_roff(value.strip('<>'))}\\fR" if value else names
    yield _roff(option.help or "")


def _roff(text: str) -> str:
    """Plain text for roff: no line is a request, hyphens and backslashes stay what they are."""
    plain = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


if __name__ == "__main__":
    os.environ["LANGUAGE"] = "en"  # the page is the same whoever makes it
    sys.stdout.buffer.write("\n".join((*page(*sys.argv[1:]), "")).encode())
