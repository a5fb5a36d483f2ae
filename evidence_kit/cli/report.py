"""`report`: chosen entries become an archive, signed and encrypted, and wait in the outbox."""

import sys
from pathlib import Path

import typer

from evidence_kit.cli.language import say, say_many, size_words
from evidence_kit.cli.output import show, show_json, table, warn
from evidence_kit.cli.session import check_words, read_words, session_of
from evidence_kit.cli.shapes import delivery_shape, entry_shape, row
from evidence_kit.events import Event, WorkProgressed
from evidence_kit.jobs.report_gathering import GatherReport
from evidence_kit.jobs.report_sealing import EncryptReport, SealedReport
from evidence_kit.model.bodies.captures import FileAdded
from evidence_kit.model.entry import Entry

_TEXT_CAP = 32 * 1024


def add_to(app: typer.Typer) -> None:
    reports = typer.Typer(no_args_is_help=True)
    reports.command(
        "create",
        help="Make a report. Without --disruption or --entry: every capture and note that no report held before.",
    )(create)
    app.add_typer(reports, name="report")


def create(
    context: typer.Context,
    to: list[str] = typer.Option(..., metavar="NAME", help="A destination; may be given again."),
    disruption: str | None = typer.Option(
        None, metavar="ID", help="A disruption with all that belongs to it; `last` for the newest."
    ),
    entry: list[str] | None = typer.Option(None, metavar="ID", help="One entry; may be given again."),
    text: Path | None = typer.Option(
        None, metavar="FILE", help="What happened, in your words; `-` for standard input."
    ),
    pseudonym: str | None = typer.Option(None, help="The name to show; not the real one."),
    place: str | None = typer.Option(None, help="Where, as coarse as is safe: a region, a city."),
    consent: str | None = typer.Option(None, help="What the people concerned agreed to, in your words."),
    language: str = typer.Option(
        "en", metavar="TAG", help="The language of the report's own words, as a tag such as `fr`."
    ),
    preview: bool = typer.Option(False, "--preview", help="Only show what would go in; make nothing."),
) -> None:
    session = session_of(context)
    words = "" if text is None else read_words(text, _TEXT_CAP)
    for given in (pseudonym, place, consent):
        check_words(given or "")
    with session.unlock() as kit:
        if sys.stderr.isatty():
            kit.listen(_Progress())
        choice = GatherReport(
            disruption=disruption,
            entries=tuple(entry or ()),
            destinations=tuple(to),
            text=words,
            pseudonym=pseudonym,
            place=place,
            consent=consent,
            language=language,
        )
        gathered = kit.run(choice)
        chosen = [disclosed.entry for disclosed in gathered.contents.entries]
        if preview:
            _tell_preview(chosen, as_json=session.json)
            return
        made = kit.run(EncryptReport(gathered))
    _tell_made(made, chosen, as_json=session.json)


def _tell_made(made: SealedReport, chosen: list[Entry], *, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "report": made.report,
                "entries": list(made.entries),
                "deliveries": [delivery_shape(delivery, name) for delivery, name in made.deliveries],
            }
        )
        return
    _tell_entries(chosen)
    told = say_many(
        "Report {report} with {number} entry is encrypted and waits to be sent:",
        "Report {report} with {number} entries is encrypted and waits to be sent:",
        len(made.entries),
        report=made.report,
    )
    show(told)
    for delivery, name in made.deliveries:
        size = size_words(delivery.parts[-1].size)
        show("", say("to {name}: {size}, delivery {delivery}").format(name=name, size=size, delivery=delivery.id))


def _tell_preview(chosen: list[Entry], *, as_json: bool) -> None:
    if as_json:
        show_json({"entries": [entry_shape(entry) for entry in chosen]})
        return
    _tell_entries(chosen)
    show(say("Nothing was made. Without --preview these would go out."))


def _tell_entries(chosen: list[Entry]) -> None:
    table(row(entry) for entry in chosen)
    for entry in chosen:
        if isinstance(entry.body, FileAdded) and any(fact.name == "GPSPosition" for fact in entry.body.metadata):
            warn(say("{name} tells where it was taken.").format(name=entry.body.name))


class _Progress:
    """Says how far the work is, each tenth once."""

    def __init__(self) -> None:
        self._said = -1

    def __call__(self, event: Event) -> None:
        if isinstance(event, WorkProgressed) and event.total and (tenth := event.done * 10 // event.total) > self._said:
            self._said = tenth
            warn(say("  {number} % encrypted").format(number=tenth * 10))
