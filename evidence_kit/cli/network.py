"""`network`: through which way everything goes, what may happen by itself, and how many bytes it took."""

from dataclasses import replace
from pathlib import Path

import typer

from evidence_kit.cli.output import say, say_json
from evidence_kit.cli.session import session_of
from evidence_kit.clock import SystemClock
from evidence_kit.errors import Broken
from evidence_kit.watch.network import NetworkChoice, read_choice, write_choice
from evidence_kit.watch.traffic import Purpose, Traffic, read_traffic

_MB = 1_000_000
_PURPOSES = {Purpose.CHECKS: "Checks", Purpose.TESTS: "Addresses you measured", Purpose.SENDING: "Sending"}


def add_to(app: typer.Typer) -> None:
    app.command("network")(network)


def network(
    context: typer.Context,
    proxy: str | None = typer.Option(None, metavar="socks5h://HOST:PORT", help="For Tor: socks5h://127.0.0.1:9050"),
    direct: bool = typer.Option(False, "--direct", help="No proxy."),
    checks: bool | None = typer.Option(None, "--checks/--no-checks", help="Whether `watch` looks at the connection."),
    sending: bool | None = typer.Option(None, "--sending/--no-sending", help="Whether `watch` sends what waits."),
    checks_limit: int | None = typer.Option(None, metavar="MB", min=0, help="Checks, per day; 0 for no limit."),
    sending_limit: int | None = typer.Option(None, metavar="MB", min=0, help="Sending, per day; 0 for no limit."),
) -> None:
    session = session_of(context)
    choice = _known(session.vault, mending=direct or proxy is not None)
    changes = (proxy, checks, sending, checks_limit, sending_limit)
    if direct or proxy is not None:
        choice = replace(choice, proxy=None if direct else proxy)
    if checks is not None:
        choice = replace(choice, checks=checks)
    if sending is not None:
        choice = replace(choice, sending=sending)
    if checks_limit is not None:
        choice = replace(choice, checks_cap=checks_limit * _MB or None)
    if sending_limit is not None:
        choice = replace(choice, sending_cap=sending_limit * _MB or None)
    if direct or any(change is not None for change in changes):
        write_choice(session.vault, choice)
    traffic = read_traffic(session.vault, SystemClock())
    if session.json:
        say_json(_shape(choice, traffic))
        return
    say(f"Everything goes through {choice.proxy}" if choice.proxy else "No proxy: connections go out directly.")
    say(f"Checks while watching: {'on' if choice.checks else 'off'}, {_limit(choice.checks_cap)}")
    say(f"Sending while watching: {'on' if choice.sending else 'off'}, {_limit(choice.sending_cap)}")
    for one in traffic.spent:
        say(f"{_PURPOSES[one.purpose]}: {one.today} bytes today, {one.total} bytes since {traffic.since}")


def _known(vault: Path, *, mending: bool) -> NetworkChoice:
    """The choice until now; one that cannot be read begins anew where the way out is given along, unguessed."""
    try:
        return read_choice(vault)
    except Broken:
        if mending:
            return NetworkChoice()
        raise


def _limit(cap: int | None) -> str:
    return "no limit" if cap is None else f"at most {cap // _MB} MB a day"


def _shape(choice: NetworkChoice, traffic: Traffic) -> dict[str, object]:
    return {
        "proxy": choice.proxy,
        "checks": choice.checks,
        "sending": choice.sending,
        "checks_cap": choice.checks_cap,
        "sending_cap": choice.sending_cap,
        "since": traffic.since,
        "bytes": {one.purpose.value: {"today": one.today, "total": one.total} for one in traffic.spent},
    }
