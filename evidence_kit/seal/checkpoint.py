"""The text of a checkpoint, as C2SP tlog-checkpoint has it; signing it is `pgp`'s work."""

import base64
import binascii
import unicodedata
from dataclasses import dataclass
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.seal.merkle import HASH_SIZE

TEXT_CAP: Final = 1024
_ORIGIN_CAP: Final = 256
_SIZE_LIMIT: Final = 2**63


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The journal `origin` had `size` entries under `root` (32 bytes).

    Raises `Broken(Code.CHECKPOINT_FORMAT)` for an origin, size or root that the text could not hold.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        # One line: no control, separator or bidirectional character may hide in it.
        printable = all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in self.origin)
        if not (
            printable
            and self.origin == self.origin.strip() != ""
            and len(self.origin.encode(errors="replace")) <= _ORIGIN_CAP
            and 0 <= self.size < _SIZE_LIMIT
            and len(self.root) == HASH_SIZE
        ):
            raise Broken(Code.CHECKPOINT_FORMAT)


def text(checkpoint: Checkpoint) -> bytes:
    """Origin, size in decimal and root in base64, one line each, every line ended by LF; UTF-8."""
    encoded = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{encoded}\n".encode()


def parse(untrusted: bytes) -> Checkpoint:
    """The checkpoint whose `text` is exactly `untrusted`.

    Raises `Broken(Code.CHECKPOINT_FORMAT)` for anything else: extension lines, leading zeros, other line ends,
    more than 1,024 bytes.
    """
    if len(untrusted) > TEXT_CAP:
        raise Broken(Code.CHECKPOINT_FORMAT)
    try:
        origin, size, encoded, rest = untrusted.decode("utf-8").split("\n")
        if not (size.isascii() and size.isdigit()):
            raise Broken(Code.CHECKPOINT_FORMAT)
        found = Checkpoint(origin, int(size), base64.b64decode(encoded, validate=True))
    except (UnicodeDecodeError, ValueError, binascii.Error):
        raise Broken(Code.CHECKPOINT_FORMAT) from None
    if rest or text(found) != untrusted:
        raise Broken(Code.CHECKPOINT_FORMAT)
    return found
