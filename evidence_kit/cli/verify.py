"""`verify`: what a recipient can check, in plain words; needs no vault."""

from pathlib import Path

import typer

from evidence_kit.cli.language import as_written, say
from evidence_kit.cli.output import show, show_json
from evidence_kit.cli.session import session_of
from evidence_kit.cli.words import finding_sentence, verdict_words
from evidence_kit.jobs.checking import check_report, extract_report
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode


def add_to(app: typer.Typer) -> None:
    app.command("verify")(verify)


def verify(
    context: typer.Context,
    path: Path = typer.Argument(..., metavar="FILE-OR-FOLDER"),
    homedir: Path | None = typer.Option(
        None, metavar="DIR", help="The gpg home that can open it; else your own (~/.gnupg)."
    ),
    sender: str | None = typer.Option(
        None, metavar="FPR", help="The fingerprint that the sender gave you another way."
    ),
    extract: Path | None = typer.Option(None, metavar="DIR", help="Also unpack what was checked into this new folder."),
) -> None:
    session = session_of(context)
    findings = check_report(path, homedir, sender)
    broken = [finding for finding in findings if finding.verdict is Verdict.BROKEN]
    if extract is not None and not broken:
        extract_report(path, homedir, extract)
    if session.json:
        show_json(
            {
                "verdict": "broken" if broken else "holds",
                "findings": [finding_shape(finding) for finding in findings],
            }
        )
    else:
        show(_headline(findings, broken=bool(broken)))
        for verdict in (Verdict.BROKEN, Verdict.HOLDS, Verdict.UNPROVEN, Verdict.NOTE):
            chosen = [finding for finding in findings if finding.verdict is verdict]
            if chosen:
                show()
                show(verdict_words(verdict))
                for finding in chosen:
                    show("", finding_sentence(finding))
    if broken:
        raise typer.Exit(4)


def _headline(findings: list[Finding], *, broken: bool) -> str:
    if broken:
        return say("BROKEN: this does not hold. Do not rely on it.")
    if any(finding.code is FindingCode.NOTICE for finding in findings):
        return say("This is a notice, not a report: nothing in it is broken, and it proves nothing by itself.")
    return say("This report holds, within the limits said below.")


def finding_shape(finding: Finding) -> dict[str, object]:
    """A finding as JSON, with its sentence in English."""
    return {
        "code": finding.code.value,
        "verdict": finding.verdict.value,
        "subject": finding.subject,
        "facts": dict(finding.facts),
        "message": finding_sentence(finding, as_written),
    }
