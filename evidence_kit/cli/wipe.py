"""`wipe`: make the vault unreadable, at once and for ever."""

import sys

import typer

from evidence_kit.app.vaults import wipe_vault
from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.codes import Code
from evidence_kit.errors import Refused


def add_to(app: typer.Typer) -> None:
    app.command("wipe")(wipe)


def wipe(context: typer.Context, yes: bool = typer.Option(False, "--yes", help="Do not ask.")) -> None:
    session = session_of(context)
    if not yes:
        if not sys.stdin.isatty():
            raise Refused(Code.WIPE_NOT_CONFIRMED)
        show(_explained())
        if input(say("Type WIPE to go on: ")).strip() != "WIPE":
            raise Refused(Code.WIPE_NOT_CONFIRMED)
    wipe_vault(session.vault)
    if session.json:
        show_json({"wiped": True})
    else:
        show(say("The vault's keys are overwritten and its folder is deleted."))


def _explained() -> str:
    return say(
        "This overwrites the key slots, so that nobody can read the vault again, "
        "with or without the passphrase,\n"
        "and then deletes its folder: journal, exhibits, and the reports that still wait to be sent.\n"
        "Copies, backups and flash memory may keep older key slots: "
        "then only the passphrase's strength protects them.\n"
        "Destroying evidence can be a crime where you are. Reports that were sent stay with their recipients."
    )
