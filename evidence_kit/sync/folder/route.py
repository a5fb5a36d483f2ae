"""The address of a folder: `folder:/path`, percent-encoded. Nothing here opens anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.destination_form import ShownAddress
from evidence_kit.sync.network import Network
from evidence_kit.sync.transport import Transport
from evidence_kit.words.marked import marked


@dataclass(frozen=True, slots=True)
class FolderRoute:
    """A folder that is there: on this disk, a stick or a share."""

    path: Path

    def url(self) -> str:
        """Its address, whatever characters its name has."""
        return f"folder:{quote(str(self.path))}"

    def url_shown(self) -> str:
        return self.url()

    def shown(self) -> ShownAddress:
        """The path as every other program shows it, not as the address encodes it."""
        return ShownAddress(marked("Folder or stick: {path}"), {"path": str(self.path)})

    def values(self) -> Mapping[str, str]:
        return {"path": str(self.path)}

    def transport(self, _network: Network) -> Transport:
        from evidence_kit.sync.folder.transport import FolderTransport

        return FolderTransport(self.path)


def read(untrusted_url: str) -> FolderRoute:
    """Raises `Refused` with "destination-format" or "folder-not-absolute"."""
    name = unquote(untrusted_url.partition(":")[2])
    if "\0" in name:
        raise Refused(Code.DESTINATION_FORMAT)
    path = Path("/" + name.lstrip("/") if name.startswith("//") else name)
    if not path.is_absolute():
        raise Refused(Code.FOLDER_NOT_ABSOLUTE, path=name)
    return FolderRoute(path)
