"""The command line's sentences: for every error code, state and finding one that says what happened and what to do."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.errors import KitError
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.words.sentences import CAMERA, DRILL, FINDINGS, SENTENCES, UNWRITTEN

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
    return reason(error.what, error.facts)


def reason(code: str, facts: Mapping[str, object] | None = None) -> str:
    """The sentence of a code; a code without one is shown as it is (a test holds that there is none)."""
    known = _Facts(facts or {})
    template = SENTENCES.get(code, code)
    if "code" not in known:
        template = template.replace(" ({code})", "")
    if code == "page-camera":
        template = CAMERA.get(str(known["reason"]), template)
    if code == "not-written-down":
        template = UNWRITTEN.get(str(known["reason"]), template)
    if code == "desktop-copy-only":
        known["why"] = reason(str(known["why"]), facts)
    return template.format_map(known)


def finding_sentence(finding: Finding) -> str:
    """What a check found, in plain words."""
    facts = _Facts(dict(finding.facts))
    facts["subject"] = finding.subject
    # A check that an error stopped tells the error.
    template = FINDINGS.get(finding.code) or SENTENCES.get(finding.code, finding.code)
    return template.format_map(facts)


def drill_sentence(name: str, facts: Mapping[str, object]) -> str:
    """What a step of the drill did, or why it could not."""
    if "why" in facts:
        return f"{name}: {reason(str(facts['why']), facts)}"
    return DRILL.get(name, name).format_map(_Facts(facts))
