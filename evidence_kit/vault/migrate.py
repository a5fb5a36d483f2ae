"""Bring a database to the newest schema: numbered steps, each whole or not at all, with a copy beside meanwhile."""

import os
from collections.abc import Sequence
from pathlib import Path

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.files import disk_errors, sync_folder
from evidence_kit.vault.database import Database


def steps() -> tuple[str, ...]:
    """The SQL of every step, in order of their numbers."""
    found = sorted((Path(__file__).parent / "schema").glob("*.sql"))
    return tuple(entry.read_text(encoding="utf-8") for entry in found)


def migrate(database: Database, path: Path, known: Sequence[str]) -> None:
    """Run the steps of `known` that the database at `path` has not seen.

    A copy, encrypted with the same key, lies beside the file until all went well. Raises
    `Refused(Code.NEWER_VERSION)`, nothing touched, for a schema that is not known here.
    """
    row = database.one("PRAGMA user_version")
    version = int(row[0]) if row else 0
    if version > len(known):
        raise Refused(Code.NEWER_VERSION, found=version, known=len(known))
    copy = path.with_name(f"{path.name}.before")
    if version == len(known):
        copy.unlink(missing_ok=True)
        return
    if version:
        copy.unlink(missing_ok=True)
        with disk_errors():
            database.copy_to(copy)
            with copy.open("rb") as written:
                os.fsync(written.fileno())
            sync_folder(path.parent)
    for number in range(version, len(known)):
        database.script(f"{known[number]}\nPRAGMA user_version = {number + 1};")
    copy.unlink(missing_ok=True)
