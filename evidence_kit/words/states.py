"""States in words: of the network, of deliveries, of findings, of a disk that is full. One entry for each member."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.events import HeldBecause
from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.finding import Verdict
from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked

NETWORK_STATES: Final[Mapping[NetworkState, str]] = {
    NetworkState.UNKNOWN: marked("The state of the connection could not be told"),
    NetworkState.ONLINE: marked("Connected"),
    NetworkState.LOCAL_FAULT: marked("A fault on this computer or its network"),
    NetworkState.CAPTIVE_PORTAL: marked("A login page stands before the internet"),
    NetworkState.BEYOND_PROVIDER: marked("No connection beyond the provider"),
    NetworkState.ABROAD_CUT: marked("Connections at home work, those abroad do not"),
}
"""What was observed, never who is behind it."""

STATE_HINTS: Final[Mapping[NetworkState, str]] = {
    NetworkState.UNKNOWN: marked("The last look could not tell. The next one may."),
    NetworkState.ONLINE: marked(
        "Well-known places abroad answer and prove who they are. Single sites can still be blocked."
    ),
    NetworkState.LOCAL_FAULT: marked("The trouble is near you. Check cable, Wi-Fi, router and proxy."),
    NetworkState.CAPTIVE_PORTAL: marked("Log in or accept the terms in your browser, then look again here."),
    NetworkState.BEYOND_PROVIDER: marked(
        "Your own network is there, but nothing beyond it answers. It can be a shutdown: record what you see."
    ),
    NetworkState.ABROAD_CUT: marked(
        "Places in your country answer, those abroad do not. It can be a shutdown: record what you see."
    ),
}
"""What a state means for the person before the computer, and what to do."""

GRADES: Final[Mapping[DisruptionGrade, str]] = {
    DisruptionGrade.OBSERVED: marked("observed: this computer saw it, nothing else agrees yet"),
    DisruptionGrade.PROBABLE: marked("probable: several rounds of measurement agree"),
    DisruptionGrade.CONFIRMED: marked("confirmed over a second path"),
}
"""How far a judgement goes."""

DELIVERY_STATES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.WAITING: marked("waits to be sent"),
    DeliveryState.SENDING: marked("is being sent"),
    DeliveryState.UNCERTAIN: marked("handed over, no answer came"),
    DeliveryState.CLAIMED: marked("the server says it has it"),
    DeliveryState.READ_BACK: marked("delivered and read back"),
    DeliveryState.RECEIPTED: marked("received, with the recipient's receipt"),
    DeliveryState.NEEDS_ANOTHER_WAY: marked("needs another way"),
}
"""How far a part of a delivery has come."""

AWAITING_ANSWER: Final = marked("handed over, waiting for the answer")
"""`DeliveryState.UNCERTAIN` while the sender is at it: it lasts a moment and is nothing to be frightened of."""

WATCH_HELD: Final[Mapping[HeldBecause, str]] = {
    HeldBecause.CHECKS_OFF: marked("Checks are switched off; `evidence-kit network --checks` has it look again."),
    HeldBecause.CHECKS_LIMIT: marked(
        "Today's limit for checks is used up; it looks again tomorrow, or once the limit is raised."
    ),
}
"""Why a watch does not look."""

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.BROKEN: marked("Does not hold"),
    Verdict.HOLDS: marked("Checked and right"),
    Verdict.UNPROVEN: marked("Not proven"),
    Verdict.NOTE: marked("Good to know"),
}
"""What findings have in common, the worst first."""

# A watch over a disk that takes nothing.
LOSING: Final = marked(
    "The memory for what waits is used up. Single measurements go now; how disruptions begin and end stays."
)
KEEPING_RESUMED: Final = marked("The disk takes what is seen again. All that waited is kept.")
KEEPING_RESUMED_LESS: Final = marked(
    "The disk takes what is seen again. All that still waited is kept. Not kept: {lost}."
)
SENDING_RESUMED: Final = marked("The disk takes notes of what is sent again. Sending goes on.")


def state_words(state: NetworkState, say: Say) -> str:
    """What was observed; `say` translates."""
    return say(NETWORK_STATES[state])


def spell_words(state: NetworkState, say: Say) -> str:
    """A state that a disruption had; within one, being connected is a good spell that did not last."""
    if state is NetworkState.ONLINE:
        return say("Connected for a while; it comes and goes")
    return state_words(state, say)


def grade_words(grade: DisruptionGrade, say: Say) -> str:
    """How far a judgement goes; `say` translates."""
    return say(GRADES[grade])
