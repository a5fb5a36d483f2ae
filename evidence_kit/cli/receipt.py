"""`receipt`: a recipient signs for what arrived; the sender brings it back in."""

from pathlib import Path

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json, warn
from evidence_kit.cli.session import read_given, session_of
from evidence_kit.cli.shapes import delivery_shape
from evidence_kit.clock import SystemClock
from evidence_kit.files import write_whole
from evidence_kit.jobs.checking import make_receipt
from evidence_kit.jobs.receipts import BringReceipt

_RECEIPT_CAP = 64 * 1024


def add_to(app: typer.Typer) -> None:
    app.command("receipt")(receipt)


def receipt(
    context: typer.Context,
    file: Path = typer.Argument(..., metavar="FILE"),
    homedir: Path | None = typer.Option(None, metavar="DIR", help="The recipient's gpg home."),
    out: Path | None = typer.Option(None, metavar="FILE", help="Where the receipt goes; else beside the report."),
    signer: str | None = typer.Option(None, metavar="FPR", help="Which key signs, where the home holds several."),
) -> None:
    session = session_of(context)
    if homedir is None:
        untrusted_receipt = read_given(file, _RECEIPT_CAP)
        with session.unlock() as kit:
            delivery, name = kit.run(BringReceipt(untrusted_receipt))
        if session.json:
            show_json(delivery_shape(delivery, name))
        else:
            show(say("Delivery {delivery} is receipted by its recipient.").format(delivery=delivery.id))
        return
    signed, holds = make_receipt(file, homedir, signer, SystemClock().read())
    target = out or file.with_name(f"{file.name}.receipt.asc")
    write_whole(target, signed, replace=False, mode=0o644)
    if session.json:
        show_json({"receipt": str(target), "verdict": "holds" if holds else "broken"})
    else:
        show(say("Receipt signed: {file}").format(file=target))
        if not holds:
            warn(say("It tells the sender that what arrived is broken: `evidence-kit verify` says why."))
        show(say("Send it back to where the report came from. It holds hashes and a time, nothing of the content."))
