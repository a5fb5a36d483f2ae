"""The pages of the assistant: their order, their titles, and which page an error belongs to."""

from enum import Enum
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import KitError
from ui.words import clock_time, say

# What is wrong with somebody's key, which is mended where the recipients are chosen.
_ABOUT_KEYS: Final = frozenset(
    {
        Code.CERTIFICATE_REVOKED,
        Code.CERTIFICATE_EXPIRED,
        Code.CERTIFICATE_CANNOT_ENCRYPT,
        Code.CERTIFICATE_UNFIT,
        Code.CERTIFICATE_MISSING,
        Code.CERTIFICATE_SECRET,
        Code.CERTIFICATE_SEVERAL,
        Code.CERTIFICATE_TOO_LARGE,
        Code.CERTIFICATE_UNREADABLE,
    }
)


class AssistantStep(Enum):
    """The pages of the assistant, in order."""

    DISRUPTION = 0
    EXHIBITS = 1
    WORDS = 2
    RECIPIENTS = 3
    LEAVING = 4


def step_of(error: KitError) -> AssistantStep | None:
    """The page on which the person can mend it; None where it is nobody's field."""
    code = error.code
    if code in {Code.NO_SUCH_DISRUPTION, Code.UNKNOWN_DISRUPTION}:
        return AssistantStep.DISRUPTION
    if code in {
        Code.NOTHING_TO_REPORT,
        Code.NO_SUCH_ENTRY,
        Code.NOT_REPORTABLE,
        Code.CONSENT_MISSING,
        Code.REPORT_TOO_MANY,
    }:
        return AssistantStep.EXHIBITS
    if code is Code.ENTRY_TOO_LONG:
        return AssistantStep.WORDS
    if code in _ABOUT_KEYS or code in {Code.UNKNOWN_DESTINATION, Code.UNKNOWN_RECIPIENT, Code.NO_DESTINATION}:
        return AssistantStep.RECIPIENTS
    return AssistantStep.RECIPIENTS if code is Code.NO_RECIPIENT else None


def title_of(step: AssistantStep) -> str:
    """What a page is about."""
    return {
        AssistantStep.DISRUPTION: say("Which disruption is it about?"),
        AssistantStep.EXHIBITS: say("What goes in?"),
        AssistantStep.WORDS: say("What happened, in your words"),
        AssistantStep.RECIPIENTS: say("Who receives it?"),
        AssistantStep.LEAVING: say("What will leave this computer"),
    }[step]


def saved_words(changed_utc: str) -> str:
    """That the draft is safe."""
    return say("The draft was kept in the vault at {time}.").format(time=clock_time(changed_utc))
