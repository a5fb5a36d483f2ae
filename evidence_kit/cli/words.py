"""The command line's sentences: for every error code, state and finding one that says what happened and what to do."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.words.sentences import CAMERA, DRILL, ERRORS_FOUND, FINDINGS, SENTENCES, UNWRITTEN

STATES: Final[Mapping[NetworkState, str]] = {
    NetworkState.UNKNOWN: "Not known yet",
    NetworkState.ONLINE: "Online",
    NetworkState.LOCAL_FAULT: "Fault on this computer or its network",
    NetworkState.CAPTIVE_PORTAL: "A login page stands before the internet",
    NetworkState.BEYOND_PROVIDER: "No connection beyond the provider",
    NetworkState.ABROAD_CUT: "Cut off from abroad, alive at home",
}

DELIVERY_STATES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.SENDING: "sending",
    DeliveryState.UNCERTAIN: "handed over, no answer came",
    DeliveryState.CLAIMED: "the server says it has it",
    DeliveryState.READ_BACK: "delivered and read back",
    DeliveryState.RECEIPTED: "received, with the recipient's receipt",
    DeliveryState.NEEDS_ANOTHER_WAY: "needs another way",
}

# A watch over a disk that takes nothing.
LOSING: Final = "The memory for what waits is used up. Single measurements go now; how disruptions begin and end stays."
KEEPING_RESUMED: Final = "The disk takes what is seen again. All that waited is kept."
KEEPING_RESUMED_LESS: Final = "The disk takes what is seen again. All that still waited is kept. Not kept: {lost}."
SENDING_RESUMED: Final = "The disk takes notes of what is sent again. Sending goes on."

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.BROKEN: "Does not hold:",
    Verdict.HOLDS: "Checked and right:",
    Verdict.UNPROVEN: "Not proven:",
    Verdict.NOTE: "Good to know:",
}


class _Facts(dict[str, object]):
    """Facts that a sentence asks for and an error does not have read as "unknown"."""

    def __missing__(self, name: str) -> str:
        return "unknown"


def sentence(error: KitError) -> str:
    """What happened and what to do, for one error."""
    return reason(error.code, error.facts)


def reason(code: Code, facts: Mapping[str, object] | None = None) -> str:
    """The sentence of a code; facts that a delivery did not keep read as "unknown"."""
    known = _Facts(facts or {})
    template = SENTENCES[code]
    if "code" not in known:
        template = template.replace(" ({code})", "")
    why = known.get("why")
    if code is Code.PAGE_CAMERA:
        template = CAMERA.get(str(known["reason"]), template)
    elif code is Code.NOT_WRITTEN_DOWN and isinstance(why, Code):
        template = UNWRITTEN.get(why, template)
    elif isinstance(why, Code):
        known["why"] = reason(why, {name: fact for name, fact in known.items() if name != "why"})
    return template.format_map(known)


def finding_sentence(finding: Finding) -> str:
    """What a check found, in plain words."""
    facts = _Facts(dict(finding.facts))
    facts["subject"] = finding.subject
    # A check that an error stopped tells the error.
    template = FINDINGS.get(finding.code) or ERRORS_FOUND.get(finding.code, finding.code)
    return template.format_map(facts)


def drill_sentence(name: str, facts: Mapping[str, object]) -> str:
    """What a step of the drill did, or why it could not."""
    if isinstance(why := facts.get("why"), Code):
        return f"{name}: {reason(why, facts)}"
    return DRILL.get(name, name).format_map(_Facts(facts))
