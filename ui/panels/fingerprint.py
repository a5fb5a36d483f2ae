"""How a fingerprint that was typed stands beside a key's."""

import re
from enum import StrEnum


class Compared(StrEnum):
    """How a typed fingerprint stands beside a key's."""

    EMPTY = "empty"
    BEGUN = "begun"
    SAME = "same"
    OTHER = "other"


def compared(typed: str, fingerprint: str) -> Compared:
    """Blanks, colons, a leading 0x and case do not matter; only the whole of it is the same."""
    found = re.sub(r"[\s:]", "", typed).upper().removeprefix("0X")
    if not found:
        return Compared.EMPTY
    if found == fingerprint:
        return Compared.SAME
    return Compared.BEGUN if fingerprint.startswith(found) else Compared.OTHER
