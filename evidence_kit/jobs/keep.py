"""Jobs that keep something: notes, screens, pages, files, measurements."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evidence_kit.clock.reading import moment_of
from evidence_kit.events import EntrySealed
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.entry import Entry
from evidence_kit.model.exhibit import Exhibit, ExhibitRole, TileRoot
from evidence_kit.watch.memory import recall


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes on their way into the vault: a stream, and what they are."""

    chunks: Iterable[bytes]
    media_type: str
    role: ExhibitRole
    tiles: TileRoot | None = None
    tile_seed: bytes | None = None


def seal_entry(context: JobContext, body: Body, reading: ClockReading | None = None) -> Entry:
    """Append and say so; what the clock did meanwhile comes first."""
    context.note_clock()
    entry = context.vault.append(body, reading=reading)
    context.tell(EntrySealed(sequence=entry.sequence, kind=entry.kind))
    return entry


def linked_disruption(context: JobContext, reading: ClockReading) -> str | None:
    """The disruption that something seen at that moment belongs to: the watch knows before the journal does."""
    disruptions = recall(context.vault.folder).disruptions
    return (
        context.vault.disruptions.newest_open()
        if disruptions.last_round is None
        else disruptions.present(moment_of(reading))
    )


@dataclass(frozen=True, slots=True)
class WriteNote(Job[Entry]):
    """Keep what a person wrote, linked to the disruption that is open or suspected."""

    text: str
    pseudonym: str | None = None

    def run(self, context: JobContext) -> Entry:
        body = NoteWritten(
            text=self.text, pseudonym=self.pseudonym, disruption=linked_disruption(context, context.clock.read())
        )
        return seal_entry(context, body)


@dataclass(frozen=True, slots=True)
class Keep(Job[Entry]):
    """Keep captured bytes and the entry that names them: staged and synced first, then committed together.

    `describe` gets the exhibits in the order of `streams` and the open disruption's id, and makes the body. `reading`
    is the clock at the moment of capture.
    """

    streams: tuple[Bytes, ...]
    describe: Callable[[tuple[Exhibit, ...], str | None], Body]
    reading: ClockReading

    def run(self, context: JobContext) -> Entry:
        exhibits = tuple(
            context.vault.exhibits.stage(
                stream.chunks,
                media_type=stream.media_type,
                role=stream.role,
                tiles=stream.tiles,
                tile_seed=stream.tile_seed,
            )
            for stream in self.streams
        )
        return seal_entry(context, self.describe(exhibits, linked_disruption(context, self.reading)), self.reading)
