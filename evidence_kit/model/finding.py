"""What a check found, one line at a time."""

from dataclasses import dataclass
from enum import StrEnum

from evidence_kit.codes import Code
from evidence_kit.model.finding_code import FindingCode


class Verdict(StrEnum):
    """HOLDS was checked and is right; BROKEN is not; UNPROVEN cannot be told from what is here; NOTE is information."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNPROVEN = "unproven"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable in JSON, an error's own where that stopped the check. `subject` names the file or entry
    (untrusted text made printable), `facts` are (name, value) pairs for the sentence."""

    code: FindingCode | Code
    verdict: Verdict
    subject: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def code_found(error: Code) -> FindingCode | Code:
    """What an error that stopped a check is among findings: the finding of that name, else the error itself."""
    return next((code for code in FindingCode if code == error.value), error)
