"""`passphrase`: change it; the recovery code stays."""

from pathlib import Path

import typer

from evidence_kit.cli.output import say, say_json
from evidence_kit.cli.session import read_passphrase, session_of
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.care import ChangePassphrase


def add_to(app: typer.Typer) -> None:
    app.command("passphrase")(passphrase)


def passphrase(
    context: typer.Context,
    new_passphrase_file: Path | None = typer.Option(None, help="A file whose first line is the new passphrase."),
) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        if new_passphrase_file is not None:
            new = read_passphrase(new_passphrase_file)
        else:
            asked = type(session)(session.vault, None, session.json)
            new = asked.passphrase("New passphrase: ")
            if asked.passphrase("Again: ") != new:
                raise Refused(Code.PASSPHRASES_DIFFER)
        kit.run(ChangePassphrase(new))
    if session.json:
        say_json({"changed": True})
    else:
        say("The passphrase is changed. Old backups still open with the old one.")
