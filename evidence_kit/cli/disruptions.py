"""`disruptions`: the times without a connection, with their intervals."""

import typer

from evidence_kit.cli.language import say, say_many
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import disruption_shape
from evidence_kit.cli.words import disruption_words
from evidence_kit.jobs.look import ListDisruptions
from evidence_kit.model.disruption import Interval


def add_to(app: typer.Typer) -> None:
    app.command("disruptions")(disruptions)


def disruptions(context: typer.Context) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        found = kit.run(ListDisruptions())
    if session.json:
        show_json([disruption_shape(disruption) for disruption in found])
        return
    if not found:
        show(say("No disruption was noticed. `evidence-kit watch` keeps looking."))
    for disruption in found:
        show(disruption.id, disruption_words(disruption.state, disruption.grade))
        show("", _began(disruption.started))
        show("", _ended(disruption.ended) if disruption.ended else say("still going on when last seen"))
        kept = len(disruption.entries)
        show("", say_many("{number} measurement or capture", "{number} measurements and captures", kept))


def _began(interval: Interval) -> str:
    if interval.after is None:
        return say("began before {time}").format(time=interval.before.wall_utc)
    told = say("began between {earlier} and {later}")
    return told.format(earlier=interval.after.wall_utc, later=interval.before.wall_utc)


def _ended(interval: Interval) -> str:
    if interval.after is None:
        return say("ended before {time}").format(time=interval.before.wall_utc)
    told = say("ended between {earlier} and {later}")
    return told.format(earlier=interval.after.wall_utc, later=interval.before.wall_utc)
