"""`passphrase`: change it; the recovery code stays."""

from pathlib import Path

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json
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
            new = asked.passphrase(say("New passphrase: "))
            if asked.passphrase(say("Again: ")) != new:
                raise Refused(Code.PASSPHRASES_DIFFER)
        kit.run(ChangePassphrase(new))
    if session.json:
        show_json({"changed": True})
    else:
        show(say("The passphrase is changed. Old backups still open with the old one."))
