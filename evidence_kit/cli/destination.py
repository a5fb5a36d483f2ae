"""`destination`: where reports go."""

import getpass
import sys

import typer

from evidence_kit.cli.language import say, say_marked
from evidence_kit.cli.output import show, show_json, table
from evidence_kit.cli.session import session_of
from evidence_kit.cli.shapes import destination_shape
from evidence_kit.jobs.destination_types import shown, usages
from evidence_kit.jobs.look import ListDestinations
from evidence_kit.jobs.people import AddDestination, ChangeDestination, RemoveDestination
from evidence_kit.model.delivery import Destination


def add_to(app: typer.Typer) -> None:
    destinations = typer.Typer(no_args_is_help=True)
    usage = say("Add a destination. URL is one of these: {addresses}").format(addresses="; ".join(usages()))
    destinations.command("add", help=usage)(add)
    destinations.command("change", help="Give a destination another address; what waits for it goes there.")(change)
    destinations.command("list", help="List the destinations.")(list_all)
    destinations.command("remove", help="Remove a destination; what waits for it stays and is shown.")(remove)
    app.add_typer(destinations, name="destination")


def add(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="NAME"),
    url: str = typer.Argument(
        ..., metavar="URL", help="`-` reads it from standard input, so that a password in it shows nowhere."
    ),
    recipient: list[str] = typer.Option(..., metavar="FPR", help="Who can open what goes there; may be given again."),
) -> None:
    session = session_of(context)
    given = AddDestination(name=name, untrusted_url=_address(url), untrusted_recipients=tuple(recipient))
    with session.unlock() as kit:
        destination = kit.run(given)
    if session.json:
        show_json(destination_shape(destination))
    else:
        show(say("Destination {name} added").format(name=destination.name))


def change(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="NAME"),
    url: str = typer.Argument(..., metavar="URL", help="`-` asks for it without showing it."),
) -> None:
    session = session_of(context)
    given = ChangeDestination(name=name, untrusted_url=_address(url))
    with session.unlock() as kit:
        destination = kit.run(given)
    if session.json:
        show_json(destination_shape(destination))
    else:
        told = say("Destination {name} changed. `deliveries --send-again ID` frees what needed another way.")
        show(told.format(name=destination.name))


def _address(url: str) -> str:
    """The address as given; `-` asks for it unseen, or reads a line where nobody types."""
    if url != "-":
        return url
    if sys.stdin.isatty():
        return getpass.getpass(say("Address (not shown while you type): ")).strip()
    return sys.stdin.readline(4096).strip()


def list_all(context: typer.Context) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        destinations = kit.run(ListDestinations())
    if session.json:
        show_json([destination_shape(destination) for destination in destinations])
    elif not destinations:
        show(say("No destination yet. Add one: evidence-kit destination add NAME URL --recipient FPR"))
    else:
        table((one.name, _told(one), " ".join(one.recipients)) for one in destinations)


def _told(destination: Destination) -> str:
    """Where it leads, for people."""
    told = shown(destination.url)
    return say_marked(told.words).format_map(told.facts)


def remove(context: typer.Context, name: str = typer.Argument(..., metavar="NAME")) -> None:
    session = session_of(context)
    with session.unlock() as kit:
        destination = kit.run(RemoveDestination(name=name))
    if session.json:
        show_json(destination_shape(destination))
    else:
        show(say("Destination {name} removed").format(name=destination.name))
