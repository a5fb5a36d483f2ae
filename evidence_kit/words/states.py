"""The command line's words for states of the network, of deliveries and of findings, and for a disk that is full."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.delivery import DeliveryState
from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.finding import Verdict

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
