"""`drill`: a rehearsal of the whole journey on this machine alone, with real parts and throw-away keys."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from evidence_kit.cli.language import say
from evidence_kit.cli.output import show, show_json_line
from evidence_kit.cli.session import session_of
from evidence_kit.cli.words import drill_sentence
from evidence_kit.codes import Code

if TYPE_CHECKING:
    from evidence_kit.drill.run import DrillStep

_MARKS = {"done": "✔", "skipped": "–", "failed": "✖"}


def add_to(app: typer.Typer) -> None:
    app.command("drill")(drill)


def drill(
    context: typer.Context,
    keep: Path | None = typer.Option(None, metavar="DIR", help="Keep the drill's files here, to look at them."),
) -> None:
    # Its internet and its mail server would be a tenth of the start of every other command.
    from evidence_kit.drill.run import StepState, rehearse

    session = session_of(context)
    failed = False
    steps = 0
    if not session.json:
        show(say("A rehearsal on this machine alone: a small internet on loopback goes away and comes back."))
        show(say("No word of it leaves this machine, and no vault of yours is touched."))
    for step in rehearse(keep):
        steps += 1
        failed = failed or step.state is StepState.FAILED
        _tell(step, as_json=session.json)
    if session.json:
        show_json_line({"drill": "failed" if failed else "passed", "steps": steps})
    elif failed:
        show(say("The drill failed. `evidence-kit doctor` tells what is missing on this machine."))
    else:
        show(say("The drill passed: noticed, captured, sealed, encrypted, delivered, checked and receipted."))
        if keep is not None:
            show(say("Its files are in {folder}").format(folder=keep))
    if failed:
        raise typer.Exit(4)


def _tell(step: "DrillStep", *, as_json: bool) -> None:
    if as_json:
        facts = {name: fact.value if isinstance(fact, Code) else fact for name, fact in step.facts}
        show_json_line({"step": step.name, "state": step.state.value, "seconds": round(step.seconds, 2), **facts})
    else:
        took = say("{mark} {seconds} s").format(mark=_MARKS[step.state.value], seconds=f"{step.seconds:5.1f}")
        show(took, drill_sentence(step.name, dict(step.facts)))
