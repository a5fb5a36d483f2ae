"""`journal`: what the vault holds, newest last."""

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json, table
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import entry_shape, row
from evidence_kit.jobs.look import ListEntries


def add_to(app: typer.Typer) -> None:
    app.command("journal")(journal)


def journal(
    context: typer.Context,
    search: str | None = typer.Option(None, help="Words in notes and captured addresses."),
    limit: int = typer.Option(0, min=0, help="The newest so many; 0 shows all."),
) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        entries = kit.run(ListEntries(search=search, limit=limit))
    if session.json:
        show_json([entry_shape(entry) for entry in entries])
    elif not entries:
        show(say("Nothing found.") if search else say("The journal is empty."))
    else:
        table(row(entry) for entry in entries)
