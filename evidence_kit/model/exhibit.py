"""Captured bytes and what is said of them."""

from dataclasses import dataclass
from enum import StrEnum


class ExhibitRole(StrEnum):
    """What captured bytes are to their entry. PAGE_TEXT: the words that could be read on a page."""

    SCREENSHOT = "screenshot"
    PAGE_PICTURE = "page-picture"
    PAGE_MHTML = "page-mhtml"
    PAGE_TEXT = "page-text"
    PHOTO = "photo"
    FILE = "file"
    MEASUREMENT = "measurement"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class TileRoot:
    """The second commitment of a picture: Merkle root (64 hex) over salted 64×64 tiles of its RGB pixels."""

    root: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Bytes in the vault, named by their SHA-256 (64 hex); never altered, stored once."""

    sha256: str
    size: int
    media_type: str
    role: ExhibitRole
    tiles: TileRoot | None = None
