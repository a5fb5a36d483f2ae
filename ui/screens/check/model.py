"""What a check came to: the verdict first, then the findings in groups, the worst first."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence_kit.codes import Code
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from ui.parts.findings import Group, groups
from ui.parts.tone import Manner
from ui.words import say


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict in one line and one sentence, and the groups. `holds` is false where anything is broken."""

    holds: bool
    verdict: str
    meaning: str
    manner: Manner
    groups: tuple[Group, ...]
    raw: str


def outcome(findings: Sequence[Finding]) -> Outcome:
    """Tell findings in words."""
    is_broken = any(finding.verdict is Verdict.BROKEN for finding in findings)
    codes = {finding.code for finding in findings}
    verdict, meaning, manner = _verdict(codes, is_broken=is_broken)
    return Outcome(not is_broken, verdict, meaning, manner, groups(findings), _raw(findings))


def _verdict(codes: set[FindingCode | Code], *, is_broken: bool) -> tuple[str, str, Manner]:
    if is_broken:
        return (
            say("This does not hold"),
            say("Do not rely on it, and keep the file as it came. What is wrong stands below."),
            Manner.BAD,
        )
    if FindingCode.NOTICE in codes:
        return (
            say("This is a notice, not yet the report"),
            say("Nothing in it is broken, and it proves nothing by itself. The report should follow."),
            Manner.PLAIN,
        )
    if "sender-confirmed" in codes:
        return (
            say("This report holds, and it is from the sender that you expected"),
            say("Nothing was changed since it was made. What it does not prove stands below."),
            Manner.GOOD,
        )
    return (
        say("This report holds, but whose it is has not been confirmed"),
        say("Nothing was changed since it was made. Compare the sender's fingerprint over another way."),
        Manner.WARN,
    )


def _raw(findings: Sequence[Finding]) -> str:
    lines = []
    for finding in findings:
        facts = "  ".join(f"{name}={value}" for name, value in finding.facts)
        code = finding.code.value
        lines.append("  ".join(part for part in (finding.verdict.value, code, finding.subject, facts) if part))
    return "\n".join(lines)
