"""`recipient`: people and organisations, confirmed by full fingerprint."""

from pathlib import Path

import typer

from evidence_kit.cli.output import say, say_json
from evidence_kit.cli.session import read_given, session_of
from evidence_kit.cli.shapes import recipient_shape
from evidence_kit.jobs.look import ListRecipients
from evidence_kit.jobs.people import AddRecipient

_KEY_CAP = 256 * 1024


def add_to(app: typer.Typer) -> None:
    recipients = typer.Typer(no_args_is_help=True)
    recipients.command("add", help="Add an OpenPGP key whose full fingerprint you compared over a second path.")(add)
    recipients.command("list", help="List the recipients.")(list_all)
    app.add_typer(recipients, name="recipient")


def add(
    context: typer.Context,
    keyfile: Path = typer.Argument(..., metavar="KEYFILE"),
    fingerprint: str = typer.Option(..., metavar="FPR", help="The full fingerprint, 40 or 64 hex digits."),
) -> None:
    session = session_of(context)
    untrusted_key = read_given(keyfile, _KEY_CAP)
    with session.unlock() as kit:
        recipient = kit.run(AddRecipient(untrusted_key=untrusted_key, untrusted_fingerprint=fingerprint))
    if session.json:
        say_json(recipient_shape(recipient))
    else:
        say(f"Recipient {recipient.fingerprint} confirmed: {', '.join(recipient.user_ids) or 'no name in the key'}")


def list_all(context: typer.Context) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        recipients = kit.run(ListRecipients())
    if session.json:
        say_json([recipient_shape(recipient) for recipient in recipients])
        return
    if not recipients:
        say("No recipient yet. Add one: evidence-kit recipient add KEYFILE --fingerprint FPR")
    for recipient in recipients:
        say(f"{recipient.fingerprint}  {', '.join(recipient.user_ids)}")
        say(f"  confirmed {recipient.confirmed_utc}, expires {recipient.expires_utc or 'never'}")
