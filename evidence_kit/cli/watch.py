"""`watch`: keep looking at the connection, seal what is seen, and send what waits; keeps no keys while it runs."""

from pathlib import Path

import typer

from evidence_kit.app.build import become_station, run_station
from evidence_kit.cli.output import say, say_json_line, warn
from evidence_kit.cli.session import session_of
from evidence_kit.cli.words import DELIVERY_STATES, STATES
from evidence_kit.clock import SystemClock
from evidence_kit.events import DeliveryMoved, Event, StateChanged, WatchHeld
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState

# While the sender is at it, a state that lasts a moment is nothing to be frightened of.
_AT_WORK = {DeliveryState.UNCERTAIN.value: "handed over, waiting for the answer"}
_HELD = {
    "checks-off": "Checks are switched off; `evidence-kit network --checks` has it look again.",
    "checks-limit": "Today's limit for checks is used up; it looks again tomorrow, or once the limit is raised.",
}
_LEFT = {
    0: "Nothing waits to be sent.",
    2: "Something needs another way: `evidence-kit deliveries` says what and why.",
    3: "Something still waits: `evidence-kit deliveries` says what and why.",
}


def add_to(app: typer.Typer) -> None:
    app.command("watch", help="Watch the connection; send what waits as soon as it returns.")(watch)
    app.command("station", hidden=True, help="What `watch` and `sync` become once the keys are gone.")(station)


def watch(
    context: typer.Context,
    seconds: float | None = typer.Option(
        None, "--for", metavar="SECONDS", min=0, help="Stop after so long; else on Ctrl-C."
    ),
    targets: Path | None = typer.Option(None, metavar="FILE", help="What to look at (TOML)."),
) -> None:
    session = session_of(context)
    secret = (
        session.passphrase("Passphrase (Enter alone: watch without sending): ") if session.can_unlock else bytearray()
    )
    if not secret:
        warn("Watching without the passphrase: what is seen is sealed, nothing can be sent before the next unlock.")
    become_station(
        session.vault, secret, mode="watch", seconds=seconds, targets=targets, once=False, as_json=session.json
    )


def _word(state: str) -> str:
    return DELIVERY_STATES[DeliveryState(state)]


def _now() -> str:
    return SystemClock().read().wall_utc[:19] + "Z"


def station(
    context: typer.Context,
    routes: int = typer.Option(..., help="The pipe with the destinations."),
    mode: str = typer.Option(...),
    seconds: float | None = typer.Option(None, "--for"),
    targets: Path | None = typer.Option(None),
    once: bool = typer.Option(False),
) -> None:
    session = session_of(context)

    def tell(event: Event) -> None:
        match event:
            case StateChanged(state=state):
                if session.json:
                    say_json_line({"event": "state", "state": state})
                else:
                    say(f"{_now()}  {STATES[NetworkState(state)]}")
            case WatchHeld(why=why):
                if session.json:
                    say_json_line({"event": "held", "why": why})
                else:
                    say(f"{_now()}  {_HELD[why]}")
            case DeliveryMoved(delivery_id=delivery, part=part, state=state):
                if session.json:
                    say_json_line({"event": "delivery", "delivery": delivery, "part": part, "state": state})
                else:
                    say(f"{_now()}  Delivery {delivery}, {part}: {_AT_WORK.get(state) or _word(state)}")
            case _:
                pass

    if mode == "watch" and not session.json:
        say("Watching. Ctrl-C stops it.")
    code = run_station(session.vault, routes, mode=mode, seconds=seconds, targets=targets, once=once, tell=tell)
    if mode == "sync" and not session.json:
        say(_LEFT[code])
    if code:
        raise typer.Exit(code)
