"""`network`: through which way everything goes, what may happen by itself, and how many bytes it took."""

from dataclasses import replace
from pathlib import Path

import typer

from evidence_kit.cli.language import say, say_marked, size_words
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.clock import SystemClock
from evidence_kit.errors import Broken
from evidence_kit.watch.network import NetworkChoice, read_choice, write_choice
from evidence_kit.watch.traffic import Traffic, read_traffic
from evidence_kit.words.purposes import PURPOSES

_MB = 1_000_000


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
        show_json(_shape(choice, traffic))
        return
    _tell(choice, traffic)


def _tell(choice: NetworkChoice, traffic: Traffic) -> None:
    if choice.proxy:
        show(say("Everything goes through {proxy}").format(proxy=choice.proxy))
    else:
        show(say("No proxy: connections go out directly."))
    checks = say("Checks while watching: on, {limit}") if choice.checks else say("Checks while watching: off, {limit}")
    show(checks.format(limit=_limit(choice.checks_cap)))
    sends = (
        say("Sending while watching: on, {limit}") if choice.sending else say("Sending while watching: off, {limit}")
    )
    show(sends.format(limit=_limit(choice.sending_cap)))
    for one in traffic.spent:
        told = say("{what}: {today} today, {total} since {day}")
        what = say_marked(PURPOSES[one.purpose])
        show(told.format(what=what, today=size_words(one.today), total=size_words(one.total), day=traffic.since))


def _known(vault: Path, *, mending: bool) -> NetworkChoice:
    """The choice until now; one that cannot be read begins anew where the way out is given along, unguessed."""
    try:
        return read_choice(vault)
    except Broken:
        if mending:
            return NetworkChoice()
        raise


def _limit(cap: int | None) -> str:
    return say("no limit") if cap is None else say("at most {number} MB a day").format(number=cap // _MB)


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
