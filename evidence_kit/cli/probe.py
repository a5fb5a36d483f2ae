"""`probe`: measure addresses now, as OONI JSON lines; needs no vault and keeps nothing."""

from pathlib import Path

import typer

from evidence_kit.app.addresses import measure_addresses
from evidence_kit.cli.output import show
from evidence_kit.cli.session import session_of


def add_to(app: typer.Typer) -> None:
    app.command("probe")(probe)


def probe(
    context: typer.Context,
    addresses: list[str] = typer.Argument(..., metavar="URL…"),
    targets: Path | None = typer.Option(None, metavar="FILE", help="Controls, resolvers and deadlines (TOML)."),
) -> None:
    for line in measure_addresses(session_of(context).vault, addresses, targets):
        show(line.decode("utf-8"))
