"""`doctor`: what works on this machine, and whether the vault holds."""

import typer

from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.verify import finding_shape
from evidence_kit.cli.words import finding_sentence, verdict_words
from evidence_kit.errors import Broken, KitError, written_facts
from evidence_kit.jobs.doctor import examine_machine
from evidence_kit.jobs.upkeep import CheckVault
from evidence_kit.model.finding import Finding, Verdict, code_found


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    accept_loss: bool = typer.Option(
        False, "--accept-loss", help="Open a journal that was cut or rolled back all the same; it says so for ever."
    ),
) -> None:
    session = session_of(context)
    findings = list(examine_machine(session.vault))
    stopped: KitError | None = None
    if session.vault.is_dir() and session.can_unlock:
        try:
            with session.unlock(accept_loss=accept_loss) as kit:
                findings += kit.run(CheckVault())
        except Broken as error:
            # A vault that does not hold is what a doctor is asked about; whatever else stops it is said at the end.
            facts = tuple((name, str(fact)) for name, fact in written_facts(error).items() if fact is not None)
            findings.append(Finding(code_found(error.code), Verdict.BROKEN, facts=facts))
        except KitError as error:
            stopped = error
    broken = any(finding.verdict is Verdict.BROKEN for finding in findings)
    if session.json:
        show_json({"verdict": "broken" if broken else "holds", "findings": [finding_shape(one) for one in findings]})
    else:
        for finding in findings:
            show(" ".join([verdict_words(finding.verdict), finding_sentence(finding)]))
    if stopped is not None:
        raise stopped
    if broken:
        raise typer.Exit(4)
