"""Jobs that only look."""

from dataclasses import dataclass
from pathlib import Path

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import write_stream
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.delivery import Delivery, Destination, Recipient
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.entry import Entry
from evidence_kit.report.contents import name_of


@dataclass(frozen=True, slots=True)
class ListEntries(Job[tuple[Entry, ...]]):
    """Entries, oldest first; with `search` those that match; `limit` keeps the newest so many (0: all)."""

    search: str | None = None
    limit: int = 0

    def run(self, context: JobContext) -> tuple[Entry, ...]:
        if self.search:
            found = sorted(
                context.vault.index.search(self.search, limit=self.limit or 10_000), key=lambda entry: entry.sequence
            )
            return tuple(found)
        first = max(context.vault.size - self.limit, 0) if self.limit else 0
        return tuple(context.vault.entries(after=first - 1))


@dataclass(frozen=True, slots=True)
class ExportExhibits(Job[tuple[Path, ...]]):
    """Write the originals of one entry into a folder; the paths. Nothing is overwritten, and all or none is written.

    Raises `Refused` with "no-such-entry", "nothing-to-export", "folder-missing" or "file-exists", `Broken` where an
    exhibit is damaged.
    """

    entry: str
    folder: Path

    def run(self, context: JobContext) -> tuple[Path, ...]:
        entry = context.vault.entry(self.entry)
        exhibits = tuple(entry.body.exhibits)
        if not exhibits:
            raise Refused(Code.NOTHING_TO_EXPORT, id=entry.id)
        if not self.folder.is_dir():
            raise Refused(Code.FOLDER_MISSING)
        written: list[Path] = []
        try:
            for exhibit in exhibits:
                path = self.folder / f"{entry.id[-12:]}-{name_of(entry, exhibit)}"
                write_stream(path, context.vault.exhibits.read(exhibit.sha256), replace=False)
                written.append(path)
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return tuple(written)


@dataclass(frozen=True, slots=True)
class ListDisruptions(Job[tuple[Disruption, ...]]):
    """Every disruption, oldest first."""

    def run(self, context: JobContext) -> tuple[Disruption, ...]:
        return tuple(context.vault.disruptions.all())


@dataclass(frozen=True, slots=True)
class ListRecipients(Job[tuple[Recipient, ...]]):
    """Every recipient."""

    def run(self, context: JobContext) -> tuple[Recipient, ...]:
        return tuple(context.vault.register.recipients())


@dataclass(frozen=True, slots=True)
class ListDestinations(Job[tuple[Destination, ...]]):
    """Every destination, passwords included: whoever shows them leaves those out."""

    def run(self, context: JobContext) -> tuple[Destination, ...]:
        return tuple(context.vault.register.destinations())


@dataclass(frozen=True, slots=True)
class ListDeliveries(Job[tuple[tuple[Delivery, str | None], ...]]):
    """Every delivery with its destination's name, or null where that was removed."""

    def run(self, context: JobContext) -> tuple[tuple[Delivery, str | None], ...]:
        names = {destination.id: destination.name for destination in context.vault.register.destinations()}
        return tuple((delivery, names.get(delivery.destination)) for delivery in context.vault.outbox.deliveries())
