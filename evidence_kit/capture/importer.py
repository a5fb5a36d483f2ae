"""Take a person's photo or file as it is, byte for byte, with what it says of itself read elsewhere.

The file stays where it is; what changes while it is read is refused, so that no mixture of two states becomes evidence.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from evidence_kit import files, programs
from evidence_kit.capture.media import HEAD_SIZE, media_type
from evidence_kit.capture.metadata import FACTS_CAP, NAME_CAP, OUTPUT_CAP, READABLE, VALUE_CAP
from evidence_kit.capture.reader import ask
from evidence_kit.clock.reading import wall_text
from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused
from evidence_kit.model.bodies.captures import Fact, FileAdded, MetadataState
from evidence_kit.model.codec import Json, parse
from evidence_kit.model.exhibit import Exhibit, ExhibitRole
from evidence_kit.plain_text import plain_line

METADATA_COMMAND: Final = programs.program("evidence_kit.capture.metadata")
METADATA_DEADLINE_S: Final = 10.0
# As large as the pieces in which exhibits are encrypted, so that none is put together from others.
CHUNK: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An open file and what is known of it; the words are those of `model.entry.FileAdded`."""

    name: str
    size: int
    media_type: str
    modified_utc: str
    metadata: tuple[Fact, ...]
    metadata_state: MetadataState
    _source: BinaryIO
    _opened: tuple[int, int, int]

    @property
    def role(self) -> ExhibitRole:
        return ExhibitRole.PHOTO if self.media_type.startswith("image/") else ExhibitRole.FILE

    def chunks(self) -> Iterator[bytes]:
        """All bytes of the file; after the last, `Refused(Code.FILE_CHANGED)` if it changed since it was opened."""
        size = 0
        # A reader of its own: the metadata's child shares the place in the file, and an older buffer would not know.
        with os.fdopen(os.dup(self._source.fileno()), "rb") as source:
            source.seek(0)
            for chunk in files.chunks_of(source, CHUNK):
                size += len(chunk)
                yield chunk
        if size != self.size or _state(self._source) != self._opened:
            raise Refused(Code.FILE_CHANGED, name=self.name)

    def added(self, original: Exhibit, disruption: str | None = None) -> FileAdded:
        """The entry's body, once the bytes are an exhibit."""
        return FileAdded(
            original=original,
            name=self.name,
            modified_utc=self.modified_utc,
            metadata=self.metadata,
            metadata_state=self.metadata_state,
            disruption=disruption,
        )


@contextlib.contextmanager
def open_file(
    path: Path, *, reader: Sequence[str] = METADATA_COMMAND, deadline_s: float = METADATA_DEADLINE_S
) -> Iterator[ImportedFile]:
    """The file at `path`, open until the end of the `with`. `reader` is the command that reads metadata.

    Raises `Refused` with "no-such-file", "not-a-file" or "no-permission"; never because of what is in the file.
    """
    with files.open_original(path) as source:
        opened = _state(source)
        name = files.safe_name(path.name)
        kind = media_type(source.read(HEAD_SIZE), name)
        facts, state = _metadata(source, reader, deadline_s) if kind in READABLE else ((), MetadataState.NONE)
        yield ImportedFile(name, opened[0], kind, wall_text(opened[1]), facts, state, source, opened)


def _state(source: BinaryIO) -> tuple[int, int, int]:
    """Size, time of modification and of the last change of any kind, which nobody can set back."""
    found = os.fstat(source.fileno())
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _metadata(source: BinaryIO, reader: Sequence[str], deadline_s: float) -> tuple[tuple[Fact, ...], MetadataState]:
    source.seek(0)
    untrusted = ask(source, reader, OUTPUT_CAP, deadline_s)
    try:
        facts = () if untrusted is None else tuple(_fact(pair) for pair in _pairs(parse(untrusted, OUTPUT_CAP)))
    except (Broken, ValueError):
        untrusted = None
    if untrusted is None:
        return (), MetadataState.UNREADABLE
    return facts, MetadataState.READ if facts else MetadataState.NONE


def _pairs(untrusted: Json) -> list[Json]:
    if isinstance(untrusted, list) and len(untrusted) <= FACTS_CAP:
        return untrusted
    raise ValueError


def _fact(untrusted: Json) -> Fact:
    match untrusted:
        case [str() as name, str() as value] if len(name) <= NAME_CAP and len(value) <= VALUE_CAP:
            return Fact(plain_line(name, NAME_CAP), plain_line(value, VALUE_CAP))
        case _:
            raise ValueError
