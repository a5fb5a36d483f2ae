"""`deliveries`: what is on its way, how far, and why it waits."""

import typer

from evidence_kit.cli.output import say, say_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import delivery_shape
from evidence_kit.cli.words import delivery_words, reason
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.deliveries import Act, SettleDelivery
from evidence_kit.jobs.look import ListDeliveries


def add_to(app: typer.Typer) -> None:
    app.command("deliveries")(deliveries)


def deliveries(
    context: typer.Context,
    send_again: str | None = typer.Option(
        None, metavar="ID", help="Send what is uncertain or needs another way again."
    ),
    arrived: str | None = typer.Option(None, metavar="ID", help="The recipient says that what is uncertain is there."),
    role: str | None = typer.Option(
        None, "--part", metavar="PART", help="With --arrived or --send-again: only the notice, or only the report."
    ),
    pause: str | None = typer.Option(None, metavar="ID", help="Hold a delivery back."),
    resume: str | None = typer.Option(None, metavar="ID", help="Let a paused delivery go on."),
) -> None:
    session = session_of(context)
    if role is not None and arrived is None and send_again is None:
        raise Refused(Code.PART_OF_WHAT)
    with session.unlock() as kit:
        for act, wanted in (
            (Act.SEND_AGAIN, send_again),
            (Act.ARRIVED, arrived),
            (Act.PAUSE, pause),
            (Act.RESUME, resume),
        ):
            if wanted is not None:
                kit.run(SettleDelivery(wanted, act, role))
        found = kit.run(ListDeliveries())
    if session.json:
        say_json([delivery_shape(delivery, name) for delivery, name in found])
        return
    if not found:
        say("Nothing waits to be sent.")
    for delivery, name in found:
        paused = "  PAUSED" if delivery.paused else ""
        say(f"{delivery.id}  to {name or 'a removed destination'}  report {delivery.report}{paused}")
        for part in delivery.parts:
            why = f" ({reason(part.error.code, part.error.facts)})" if part.error else ""
            later = f", next try {part.retry_utc}" if part.retry_utc else ""
            say(f"  {part.role}: {delivery_words(part.state)}{why}, {part.attempts} attempts, {part.size} bytes{later}")
