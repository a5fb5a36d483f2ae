"""`deliveries`: what is on its way, how far, and why it waits."""

import typer

from evidence_kit.cli.language import say, say_many, size_words
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import delivery_shape
from evidence_kit.cli.words import delivery_words, reason
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.deliveries import Act, SettleDelivery
from evidence_kit.jobs.look import ListDeliveries
from evidence_kit.model.delivery import Delivery


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
        show_json([delivery_shape(delivery, name) for delivery, name in found])
        return
    if not found:
        show(say("Nothing waits to be sent."))
    for delivery, name in found:
        _tell(delivery, name)


def _tell(delivery: Delivery, name: str | None) -> None:
    show(
        delivery.id,
        say("to {name}").format(name=name or say("a removed destination")),
        say("report {report}").format(report=delivery.report),
        *([say("PAUSED")] if delivery.paused else []),
    )
    for part in delivery.parts:
        told = delivery_words(part.state)
        if part.error:
            why = reason(part.error.code, part.error.facts)
            told = say("{state} ({why})").format(state=told, why=why)
        attempts = say_many("{number} attempt", "{number} attempts", part.attempts)
        later = [say("next try {time}").format(time=part.retry_utc)] if part.retry_utc else []
        listed = ", ".join([told, attempts, size_words(part.size), *later])
        show("", say("{what}: {told}").format(what=part.role, told=listed))
