"""What a check found, one line at a time."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """HOLDS was checked and is right; BROKEN is not; UNPROVEN cannot be told from what is here; NOTE is information."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNPROVEN = "unproven"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable ("manifest-hash"), `subject` names the file or entry (untrusted text made printable),
    `facts` are (name, value) pairs for the sentence."""

    code: str
    verdict: Verdict
    subject: str = ""
    facts: tuple[tuple[str, str], ...] = ()
