"""`watch`: keep looking at the connection, seal what is seen, and send what waits; keeps no keys while it runs."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typer

from evidence_kit.app.handover import become_station
from evidence_kit.app.station import run_station
from evidence_kit.cli.language import say, say_marked
from evidence_kit.cli.output import show, show_json_line, warn
from evidence_kit.cli.session import session_of
from evidence_kit.cli.words import delivery_words, state_words
from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.events import (
    DeliveryMoved,
    Event,
    KeepingHeld,
    KeepingResumed,
    SendingHeld,
    SendingResumed,
    StateChanged,
    WatchHeld,
)
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.words.marked import marked
from evidence_kit.words.sentences import KEEPING_HELD, SENDING_HELD
from evidence_kit.words.states import (
    AWAITING_ANSWER,
    KEEPING_RESUMED,
    KEEPING_RESUMED_LESS,
    LOSING,
    SENDING_RESUMED,
    WATCH_HELD,
)

# While the sender is at it, a state that lasts a moment is nothing to be frightened of.
_AT_WORK = {DeliveryState.UNCERTAIN: AWAITING_ANSWER}
_LEFT = {
    0: marked("Nothing waits to be sent."),
    2: marked("Something needs another way: `evidence-kit deliveries` says what and why."),
    3: marked("Something still waits: `evidence-kit deliveries` says what and why."),
}


def add_to(app: typer.Typer) -> None:
    app.command("watch")(watch)
    app.command("station")(station)


def watch(
    context: typer.Context,
    seconds: float | None = typer.Option(
        None, "--for", metavar="SECONDS", min=0, help="Stop after so long; else on Ctrl-C."
    ),
    targets: Path | None = typer.Option(None, metavar="FILE", help="What to look at (TOML)."),
) -> None:
    session = session_of(context)
    secret = (
        session.passphrase(say("Passphrase (Enter alone: watch without sending): "))
        if session.can_unlock
        else bytearray()
    )
    if not secret:
        warn(
            say("Watching without the passphrase: what is seen is sealed, nothing can be sent before the next unlock.")
        )
    become_station(
        session.vault, secret, mode="watch", seconds=seconds, targets=targets, once=False, as_json=session.json
    )


class DiskTold:
    """What was said of a disk that takes nothing, so that it is said once and not at every round."""

    def __init__(self) -> None:
        self._keeping: Code | None = None
        self._sending: Code | None = None
        self._is_losing = False

    def heard(self, event: KeepingHeld | KeepingResumed | SendingHeld | SendingResumed) -> Iterator[tuple[str, str]]:
        """The event's name for scripts and its line for people, where there is something new to say."""
        match event:
            case KeepingHeld(reason=reason, lost=lost):
                if reason != self._keeping:
                    self._keeping = reason
                    yield "keeping-held", say_marked(KEEPING_HELD[reason])
                if lost and not self._is_losing:
                    self._is_losing = True
                    yield "keeping-held", say_marked(LOSING)
            case KeepingResumed(lost=lost):
                self._keeping, self._is_losing = None, False
                yield (
                    "keeping-resumed",
                    say_marked(KEEPING_RESUMED_LESS).format(lost=lost) if lost else say_marked(KEEPING_RESUMED),
                )
            case SendingHeld(reason=reason):
                if reason != self._sending:
                    self._sending = reason
                    yield "sending-held", say_marked(SENDING_HELD[reason])
            case SendingResumed():
                self._sending = None
                yield "sending-resumed", say_marked(SENDING_RESUMED)


def facts_of(event: KeepingHeld | KeepingResumed | SendingHeld | SendingResumed) -> dict[str, str | int]:
    """An event's fields as scripts read them, a code by its name."""
    return {name: value.value if isinstance(value, Code) else value for name, value in asdict(event).items()}


def _word(state: DeliveryState) -> str:
    return say_marked(_AT_WORK[state]) if state in _AT_WORK else delivery_words(state)


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
    disk = DiskTold()

    def tell(event: Event) -> None:
        match event:
            case KeepingHeld() | KeepingResumed() | SendingHeld() | SendingResumed():
                for name, line in disk.heard(event):
                    if session.json:
                        show_json_line({"event": name, **facts_of(event)})
                    else:
                        show(_now(), line)
            case StateChanged(state=state):
                if session.json:
                    show_json_line({"event": "state", "state": state})
                else:
                    show(_now(), state_words(state))
            case WatchHeld(why=why):
                if session.json:
                    show_json_line({"event": "held", "why": why})
                else:
                    show(_now(), say_marked(WATCH_HELD[why]))
            case DeliveryMoved(delivery_id=delivery, part=part, state=state):
                if session.json:
                    show_json_line(
                        {"event": "delivery", "delivery": delivery, "part": part.value, "state": state.value}
                    )
                else:
                    told = say("Delivery {delivery}, {part}: {state}")
                    show(_now(), told.format(delivery=delivery, part=part.value, state=_word(state)))
            case _:
                pass

    if mode == "watch" and not session.json:
        show(say("Watching. Ctrl-C stops it."))
    code = run_station(session.vault, routes, mode=mode, seconds=seconds, targets=targets, once=once, tell=tell)
    if mode == "sync" and not session.json:
        show(say_marked(_LEFT[code]))
    if code:
        raise typer.Exit(code)
