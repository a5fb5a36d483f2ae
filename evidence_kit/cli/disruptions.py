"""`disruptions`: the times without a connection, with their intervals."""

import typer

from evidence_kit.cli.output import say, say_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import disruption_shape
from evidence_kit.cli.words import state_words
from evidence_kit.jobs.look import ListDisruptions
from evidence_kit.model.disruption import Interval


def add_to(app: typer.Typer) -> None:
    app.command("disruptions")(disruptions)


def disruptions(context: typer.Context) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        found = kit.run(ListDisruptions())
    if session.json:
        say_json([disruption_shape(disruption) for disruption in found])
        return
    if not found:
        say("No disruption was noticed. `evidence-kit watch` keeps looking.")
    for disruption in found:
        say(f"{disruption.id}  {state_words(disruption.state)}  ({disruption.grade})")
        say(f"  began {_between(disruption.started)}")
        say(f"  ended {_between(disruption.ended)}" if disruption.ended else "  still going on when last seen")
        say(f"  {len(disruption.entries)} measurements and captures")


def _between(interval: Interval) -> str:
    if interval.after is None:
        return f"before {interval.before.wall_utc}"
    return f"between {interval.after.wall_utc} and {interval.before.wall_utc}"
