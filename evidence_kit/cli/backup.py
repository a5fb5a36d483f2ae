"""`backup` and `restore`: the vault as one file, encrypted as it is."""

from pathlib import Path

import typer

from evidence_kit.app.vaults import restore_vault
from evidence_kit.cli.output import say, say_json
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
        say_json({"backup": str(file), "size": file.stat().st_size})
    else:
        say(f"Backed up to {file}, {file.stat().st_size} bytes")


def restore(context: typer.Context, file: Path = typer.Argument(..., metavar="FILE")) -> None:
    session = session_of(context)
    restore_vault(file, session.vault)
    if session.json:
        say_json({"restored": str(session.vault)})
    else:
        say(f"Restored into {session.vault}")
        say("What waited to be sent when the backup was made is paused, as it may have been sent since.")
        say("`evidence-kit deliveries` shows it; `deliveries --resume ID` lets it go on.")
