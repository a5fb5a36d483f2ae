"""`note`: what the person writes."""

import sys
from pathlib import Path

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json, warn
from evidence_kit.cli.session import check_words, read_words, session_of
from evidence_kit.cli.shapes import kept_shape, kept_where
from evidence_kit.codes import Code
from evidence_kit.errors import Refused

_NOTE_CAP = 48 * 1024


def add_to(app: typer.Typer) -> None:
    app.command("note")(note)


def note(
    context: typer.Context,
    text: str = typer.Argument(..., metavar="TEXT"),
    pseudonym: str | None = typer.Option(None, help="The name to show beside it; not the real one."),
    sealed: bool = typer.Option(False, "--sealed", help="Without unlocking: in the journal at the next unlock."),
) -> None:
    session = session_of(context)
    if text == "-":
        if sys.stdin.isatty():
            warn(say("Type the note. Ctrl-D on an empty line ends it."))
        text = read_words(Path(text), _NOTE_CAP)
    check_words(text + (pseudonym or ""))
    if not text.strip():
        raise Refused(Code.NOTE_EMPTY)
    if len(text.encode()) > _NOTE_CAP:
        raise Refused(Code.NOTE_TOO_LONG, cap=_NOTE_CAP)
    with session.keeper(sealed=sealed) as keeper:
        kept = keeper.note(text, pseudonym)
    if session.json:
        show_json(kept_shape(kept))
    else:
        show(kept_where(kept))
