"""`backup` and `restore`: the vault as one file, encrypted as it is."""

from pathlib import Path

import typer

from evidence_kit.app.vaults import restore_vault
from evidence_kit.cli.language import say, size_words
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.jobs.upkeep import BackUpVault


def add_to(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(context: typer.Context, file: Path = typer.Argument(..., metavar="FILE")) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        kit.run(BackUpVault(file))
    if session.json:
        show_json({"backup": str(file), "size": file.stat().st_size})
    else:
        show(say("Backed up to {file}, {size}").format(file=file, size=size_words(file.stat().st_size)))


def restore(context: typer.Context, file: Path = typer.Argument(..., metavar="FILE")) -> None:
    session = session_of(context)
    restore_vault(file, session.vault)
    if session.json:
        show_json({"restored": str(session.vault)})
    else:
        show(say("Restored into {vault}").format(vault=session.vault))
        show(say("What waited to be sent when the backup was made is paused, as it may have been sent since."))
        show(say("`evidence-kit deliveries` shows it; `deliveries --resume ID` lets it go on."))
