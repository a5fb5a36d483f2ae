"""What will leave this computer with a report, and what it reveals, in words."""

import re
from typing import Final

from evidence_kit.jobs.drafts import MeasuredPace
from evidence_kit.jobs.report_preview import FileDisclosure, PreviewFile, ReportPreview
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.words.kinds import counted_kind
from ui.words import number, say, say_many, size, span

LIST_CAP: Final = 400
_TELLING_CAP: Final = 100
_STYLE: Final = re.compile(r"<style>.*?</style>", re.DOTALL)


def counts_of(leaving: ReportPreview) -> list[str]:
    """The entries that leave, by kind; the steps of a disruption count as one kind."""
    merged: dict[str, int] = {}
    for kind, count in leaving.counts:
        kind = "disruption-opened" if kind.startswith("disruption-") else kind
        merged[kind] = merged.get(kind, 0) + count
    return [counted_kind(kind, count, say, say_many) for kind, count in merged.items()]


def seconds_for(leaving: ReportPreview, pace: MeasuredPace) -> str:
    """How long a report takes to a destination."""
    if pace.bytes_per_s is None:
        return say("To {name}: how long it takes is not measured yet.").format(name=pace.name)
    took = span(max(1, leaving.size // max(1, pace.bytes_per_s)))
    return say("To {name}: about {time}, at the speed of an earlier report.").format(name=pace.name, time=took)


def file_line(file: PreviewFile) -> str:
    """A file as it will lie in the report."""
    name = file.path.removeprefix("data/exhibits/")
    return say("{name}, {size}").format(name=name, size=size(file.size))


def telling_lines(telling: FileDisclosure) -> list[str]:
    """What a file says of itself."""
    lines = []
    if telling.place:
        lines.append(say("{name} tells where it was taken: {place}").format(name=telling.label, place=telling.place))
    if telling.device:
        lines.append(say("{name} names the device: {device}").format(name=telling.label, device=telling.device))
    if telling.owner:
        lines.append(say("{name} names a person: {owner}").format(name=telling.label, owner=telling.owner))
    if telling.unread:
        lines.append(
            say("{name} may hold an author, a place or a device that Evidence Kit cannot read.").format(
                name=telling.label
            )
        )
    return lines


def warnings_of(leaving: ReportPreview) -> list[str]:
    """What the report reveals, the gravest first: every line a whole sentence."""
    choice = leaving.choice
    counts = dict(leaving.counts)
    pictures = sum(file.role == ExhibitRole.PHOTO for file in leaving.files)
    found = [line for one in leaving.telling[:_TELLING_CAP] for line in telling_lines(one)]
    if len(leaving.telling) > _TELLING_CAP:
        found.append(
            say("There are {number} more files: what they say of themselves is in the journal.").format(
                number=number(len(leaving.telling) - _TELLING_CAP)
            )
        )
    if pictures:
        found.append(say("Photos may show faces, number plates or reflections. Look at each of them again."))
    if counts.get("screen"):
        found.append(
            say("Pictures of the screen show everything that was open: window titles, names, chats, the user name.")
        )
    if leaving.words or choice.text:
        found.append(say("Your words and notes leave as they are, with every name, place and job in them."))
    if choice.pseudonym:
        found.append(say("The report is signed with the name {name}.").format(name=choice.pseudonym))
    if choice.place:
        found.append(say("The report names the place {place}.").format(place=choice.place))
    if counts.get("page"):
        found.append(say("Captured pages leave with their addresses. Some pages print your internet address."))
    if counts.get("file"):
        found.append(say("File names and dates leave with the files."))
    if counts.get("measurement"):
        found.append(say("Measurements name the servers that your network uses, which can tell your provider."))
    found.append(
        say(
            "Every report carries your vault's key, your clock's times and zone, "
            "and that your journal has {number} entries."
        ).format(number=number(leaving.journal_size))
    )
    return found


def preview_markup(leaving: ReportPreview) -> str:
    """report.html for a text browser, which knows little of style sheets: without the page's own."""
    return _STYLE.sub("", leaving.page)
