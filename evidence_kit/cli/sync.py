"""`sync`: send what waits, now; keeps no keys while it sends."""

import typer

from evidence_kit.app.handover import become_station
from evidence_kit.cli.session import session_of


def add_to(app: typer.Typer) -> None:
    app.command("sync")(sync)


def sync(context: typer.Context, once: bool = typer.Option(False, "--once", help="One round, then stop.")) -> None:
    session = session_of(context)
    become_station(
        session.vault, session.passphrase(), mode="sync", seconds=None, targets=None, once=once, as_json=session.json
    )
