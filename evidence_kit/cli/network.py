"""`network`: through which way everything goes."""

import typer

from evidence_kit.app.network import NetworkChoice, read_choice, write_choice
from evidence_kit.cli.output import say, say_json
from evidence_kit.cli.session import session_of


def add_to(app: typer.Typer) -> None:
    app.command("network", help="Show or set the proxy. With one set, everything goes through it or not at all.")(
        network
    )


def network(
    context: typer.Context,
    proxy: str | None = typer.Option(None, metavar="socks5h://HOST:PORT", help="For Tor: socks5h://127.0.0.1:9050"),
    direct: bool = typer.Option(False, "--direct", help="No proxy."),
) -> None:
    session = session_of(context)
    if proxy is not None or direct:
        write_choice(session.vault, NetworkChoice(proxy=None if direct else proxy))
    choice = read_choice(session.vault)
    if session.json:
        say_json({"proxy": choice.proxy})
    else:
        say(f"Everything goes through {choice.proxy}" if choice.proxy else "No proxy: connections go out directly.")
