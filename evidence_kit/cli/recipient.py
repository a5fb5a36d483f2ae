"""`recipient`: people and organisations, confirmed by full fingerprint."""

from pathlib import Path

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json
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
        show_json(recipient_shape(recipient))
    else:
        names = ", ".join(recipient.user_ids) or say("no name in the key")
        show(say("Recipient {fingerprint} confirmed: {names}").format(fingerprint=recipient.fingerprint, names=names))


def list_all(context: typer.Context) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        recipients = kit.run(ListRecipients())
    if session.json:
        show_json([recipient_shape(recipient) for recipient in recipients])
        return
    if not recipients:
        show(say("No recipient yet. Add one: evidence-kit recipient add KEYFILE --fingerprint FPR"))
    for recipient in recipients:
        show(recipient.fingerprint, ", ".join(recipient.user_ids))
        if recipient.expires_utc:
            told = say("confirmed {confirmed}, expires {expires}")
        else:
            told = say("confirmed {confirmed}, expires never")
        show("", told.format(confirmed=recipient.confirmed_utc, expires=recipient.expires_utc))
