"""What a person fills in for a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.destination_form import Field, FieldKind, Form
from evidence_kit.sync.folder.route import FolderRoute
from evidence_kit.words.marked import marked

FORM: Final = Form(
    type="folder",
    title=marked("Into a folder or onto a stick"),
    fields=(Field("path", marked("The folder"), FieldKind.FOLDER),),
    note=marked("A stick that is not there yet is waited for. What lies on it is encrypted."),
)


def from_values(untrusted_values: Mapping[str, str]) -> FolderRoute:
    """Raises `Refused` with "folder-not-absolute" or "destination-format"."""
    name = untrusted_values["path"]
    if "\0" in name:
        raise Refused(Code.DESTINATION_FORMAT)
    path = Path(name)
    if not path.is_absolute():
        raise Refused(Code.FOLDER_NOT_ABSOLUTE, path=name)
    return FolderRoute(path)
