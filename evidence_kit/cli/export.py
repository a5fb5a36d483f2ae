"""`export`: look at an entry, and take its originals out of the vault, in clear and by choice."""

from pathlib import Path

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json, warn
from evidence_kit.cli.session import session_of
from evidence_kit.jobs.look import ExportExhibits


def add_to(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    context: typer.Context,
    entry: str = typer.Argument(..., metavar="ID", help="The entry, as `journal` shows it."),
    folder: Path = typer.Argument(..., metavar="DIR", help="A folder that exists; nothing in it is overwritten."),
) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        written = kit.run(ExportExhibits(entry=entry, folder=folder))
    if session.json:
        show_json({"files": [str(path) for path in written]})
        return
    for path in written:
        show(say("Written: {file}").format(file=path))
    warn(say("These copies are not encrypted. Whoever takes this disk can read them; delete them after use."))
