"""What the command line says, in the language of the environment (LC_ALL, LC_MESSAGES, LANG)."""

from collections.abc import Mapping
from functools import cache

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.words.findings import finding_words
from evidence_kit.words.languages import Say, catalogue
from evidence_kit.words.states import DELIVERY_STATES, STATES, VERDICTS
from evidence_kit.words.telling import drill_words, error_words


@cache
def _speaker() -> Say:
    return catalogue(None).gettext


def say(text: str) -> str:
    """A text of the command line in the language of the environment."""
    return _speaker()(text) if text else ""


def state_words(state: NetworkState) -> str:
    """What was observed."""
    return say(STATES[state])


def delivery_words(state: DeliveryState) -> str:
    """How far a part of a delivery has come."""
    return say(DELIVERY_STATES[state])


def verdict_words(verdict: Verdict) -> str:
    """What the findings below it have in common."""
    return say(VERDICTS[verdict])


def sentence(error: KitError) -> str:
    """What happened and what to do, for one error."""
    return reason(error.code, error.facts)


def reason(code: Code, facts: Mapping[str, object]) -> str:
    """The sentence of a code with its facts."""
    return error_words(say, code, facts)


def finding_sentence(finding: Finding) -> str:
    """What a check found, in plain words."""
    return finding_words(say, finding)


def drill_sentence(name: str, facts: Mapping[str, object]) -> str:
    """What a step of the drill did, or why it could not."""
    if isinstance(why := facts.get("why"), Code):
        return f"{name}: {reason(why, {fact: facts[fact] for fact in facts if fact != 'why'})}"
    return drill_words(say, name, facts)
