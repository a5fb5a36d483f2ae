"""The command line's words for errors, findings, states and steps of the drill."""

from collections.abc import Mapping

from evidence_kit.cli.language import say, say_marked
from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.words.findings import finding_words
from evidence_kit.words.languages import Say
from evidence_kit.words.states import DELIVERY_STATES, GRADES, NETWORK_STATES, VERDICTS
from evidence_kit.words.telling import drill_words, error_words


def state_words(state: NetworkState) -> str:
    """What was observed."""
    return say_marked(NETWORK_STATES[state])


def disruption_words(state: NetworkState, grade: DisruptionGrade) -> str:
    """What was observed, and how far the judgement goes."""
    return say("{state} ({grade})").format(state=state_words(state), grade=say_marked(GRADES[grade]))


def delivery_words(state: DeliveryState) -> str:
    """How far a part of a delivery has come."""
    return say_marked(DELIVERY_STATES[state])


def verdict_words(verdict: Verdict) -> str:
    """What the findings after it have in common."""
    return say("{verdict}:").format(verdict=say_marked(VERDICTS[verdict]))


def sentence(error: KitError, told: Say = say) -> str:
    """What happened and what to do, for one error."""
    return error_words(told, error.code, error.facts)


def reason(code: Code, facts: Mapping[str, object]) -> str:
    """The sentence of a code with its facts."""
    return error_words(say, code, facts)


def finding_sentence(finding: Finding, told: Say = say) -> str:
    """What a check found, in plain words."""
    return finding_words(told, finding)


def drill_sentence(name: str, facts: Mapping[str, object]) -> str:
    """What a step of the drill did, or why it could not."""
    if isinstance(why := facts.get("why"), Code):
        behind = {fact: facts[fact] for fact in facts if fact != "why"}
        return say("{what}: {told}").format(what=name, told=reason(why, behind))
    return drill_words(say, name, facts)
