"""The pages of the assistant: their order, their titles, and which page an error belongs to."""

from enum import Enum

from evidence_kit.errors import KitError
from ui.words import clock_time, say


class Step(Enum):
    """The pages of the assistant, in order."""

    DISRUPTION = 0
    EXHIBITS = 1
    WORDS = 2
    RECIPIENTS = 3
    LEAVING = 4


def step_of(error: KitError) -> Step | None:
    """The page on which the person can mend it; None where it is nobody's field."""
    code = error.what
    if code in {"no-such-disruption", "unknown-disruption"}:
        return Step.DISRUPTION
    if code in {"nothing-to-report", "no-such-entry", "not-reportable", "consent-missing", "report-too-many"}:
        return Step.EXHIBITS
    if code == "entry-too-long":
        return Step.WORDS
    if code.startswith("certificate-") or code in {"unknown-destination", "unknown-recipient", "no-destination"}:
        return Step.RECIPIENTS
    return Step.RECIPIENTS if code == "no-recipient" else None


def title_of(step: Step) -> str:
    """What a page is about."""
    return {
        Step.DISRUPTION: say("Which disruption is it about?"),
        Step.EXHIBITS: say("What goes in?"),
        Step.WORDS: say("What happened, in your words"),
        Step.RECIPIENTS: say("Who receives it?"),
        Step.LEAVING: say("What will leave this computer"),
    }[step]


def saved_words(changed_utc: str) -> str:
    """That the draft is safe."""
    return say("The draft was kept in the vault at {time}.").format(time=clock_time(changed_utc))
