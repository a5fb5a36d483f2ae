"""`deliveries`: what is on its way, how far, and why it waits."""

import typer

from evidence_kit.cli.language import say, say_marked, size_words
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import delivery_shape
from evidence_kit.cli.words import delivery_words, reason
from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.jobs.deliveries import Act, SettleDelivery
from evidence_kit.jobs.look import ListDeliveries
from evidence_kit.model.delivery import Delivery
from evidence_kit.words.sharing import part_words


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
    show(_headline(delivery, name).format(delivery=delivery.id, report=delivery.report, name=name))
    for part in delivery.parts:
        told = say("{part}: {state}. Attempts: {attempts}. Size: {size}.")
        if part.retry_utc:
            told = say("{part}: {state}. Attempts: {attempts}. Size: {size}. Next try: {time}.")
        what, state = part_words(part.role, say_marked), delivery_words(part.state)
        size = size_words(part.size)
        show("", told.format(part=what, state=state, attempts=part.attempts, size=size, time=part.retry_utc))
        if part.error:
            show("", "", reason(part.error.code, part.error.facts))


def _headline(delivery: Delivery, name: str | None) -> str:
    if name is None:
        if delivery.paused:
            return say("{delivery}: report {report} to a destination that was removed, PAUSED")
        return say("{delivery}: report {report} to a destination that was removed")
    if delivery.paused:
        return say("{delivery}: report {report} to {name}, PAUSED")
    return say("{delivery}: report {report} to {name}")
