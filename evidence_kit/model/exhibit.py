"""Captured bytes and what is said of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TileRoot:
    """The second commitment of a picture: Merkle root (64 hex) over salted 64×64 tiles of its RGB pixels."""

    root: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Bytes in the vault, named by their SHA-256 (64 hex); never altered, stored once.

    `role` is what they are to their entry: "screenshot", "page-picture", "page-mhtml", "photo", "file",
    "measurement" or "receipt".
    """

    sha256: str
    size: int
    media_type: str
    role: str
    tiles: TileRoot | None = None
