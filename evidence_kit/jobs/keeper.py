"""Where what is captured and written goes: an unlocked vault's journal, or the intake of a locked one."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self, TypeVar

from evidence_kit.clock import Clock
from evidence_kit.jobs.keep import Bytes, Keep, WriteNote
from evidence_kit.jobs.kit import Kit
from evidence_kit.model.bodies.body import Body
from evidence_kit.model.bodies.statements import NoteWritten
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.entry import Entry, LockedAtSealing
from evidence_kit.model.exhibit import Exhibit
from evidence_kit.vault.intake import Intake
from evidence_kit.watch.memory import open_disruption

Kept_co = TypeVar("Kept_co", covariant=True)
Describe = Callable[[tuple[Exhibit, ...], str | None], Body]


class Keeper(Protocol[Kept_co]):
    """Where captures go. `folder` is the vault's."""

    folder: Path
    clock: Clock

    def keep(self, streams: tuple[Bytes, ...], describe: Describe, reading: ClockReading) -> Kept_co:
        """Keep the bytes, and the body made of their exhibits and the open disruption's id; durable on return."""
        ...

    def note(self, text: str, pseudonym: str | None) -> Kept_co:
        """Keep what a person wrote; durable on return."""
        ...


class JournalKeeper:
    """Keeps in the journal of an unlocked vault; answers with the entry."""

    def __init__(self, kit: Kit) -> None:
        self.folder = kit.folder
        self.clock = kit.clock
        self._kit = kit

    def keep(self, streams: tuple[Bytes, ...], describe: Describe, reading: ClockReading) -> Entry:
        return self._kit.run(Keep(streams=streams, describe=describe, reading=reading))

    def note(self, text: str, pseudonym: str | None) -> Entry:
        return self._kit.run(WriteNote(text=text, pseudonym=pseudonym))


class IntakeKeeper:
    """Seals into the intake, whether the vault is locked or not; answers with the body, which enters the journal later.

    `locked` as `Intake` has it. Raises `Refused(Code.NO_VAULT)`.
    """

    def __init__(
        self, folder: Path, clock: Clock, locked: Callable[[], LockedAtSealing] = lambda: LockedAtSealing.NOT_KNOWN
    ) -> None:
        self.folder = folder
        self.clock = clock
        self._intake = Intake(folder, locked)

    def keep(self, streams: tuple[Bytes, ...], describe: Describe, reading: ClockReading) -> Body:
        exhibits = tuple(
            self._intake.stage(stream.chunks, stream.media_type, stream.role, stream.tiles, stream.tile_seed)
            for stream in streams
        )
        body = describe(exhibits, open_disruption(self.folder, reading))
        self._intake.seal(body, reading)
        return body

    def note(self, text: str, pseudonym: str | None) -> Body:
        reading = self.clock.read()
        body = NoteWritten(text=text, pseudonym=pseudonym, disruption=open_disruption(self.folder, reading))
        self._intake.seal(body, reading)
        return body

    def close(self) -> None:
        """Drop what was staged and not sealed."""
        self._intake.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
