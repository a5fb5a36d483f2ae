"""A job that carries a delivery out by hand: its ciphertext, copied to a stick or a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import write_stream
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.delivery import Part, PartRole
from evidence_kit.vault.outbox import Outbox

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class SaveDelivery(Job[tuple[Path, ...]]):
    """Write the encrypted parts of a delivery into a folder; the paths. Nothing is overwritten, all or none is written.

    The files are what a mail would carry: only the recipients can open them. Raises `Refused` with "folder-missing" or
    "file-exists", `Broken(Code.PARCEL_MISSING)`.
    """

    delivery: str
    folder: Path

    def run(self, context: JobContext) -> tuple[Path, ...]:
        outbox = context.vault.outbox
        delivery = outbox.delivery(self.delivery)
        if not self.folder.is_dir():
            raise Refused(Code.FOLDER_MISSING)
        written: list[Path] = []
        try:
            for part in delivery.parts:
                path = self.folder / f"{delivery.id}{'' if part.role is PartRole.REPORT else '-' + part.role}.pgp"
                write_stream(path, _pieces(outbox, part), replace=False)
                written.append(path)
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        return tuple(written)


def _pieces(outbox: Outbox, part: Part) -> Iterator[bytes]:
    with outbox.open_parcel(part) as content:
        while piece := content.read(_CHUNK):
            yield piece
