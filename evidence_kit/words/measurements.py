"""What became of a tested site, and what the network was judged to be in a round, in words."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.disruption import NetworkState
from evidence_kit.model.judgement import TargetOutcome
from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked
from evidence_kit.words.states import NETWORK_STATES

_NAME: Final = marked("its name is not found, or found wrongly")
_ENCRYPTION: Final = marked("the encrypted connection is broken or faked")
_PAGE: Final = marked("the page is blocked or replaced")
_NO_CONNECTION: Final = marked("no connection to it comes about")

OUTCOMES: Final[Mapping[TargetOutcome, str]] = {
    TargetOutcome.ACCESSIBLE: marked("it answers"),
    TargetOutcome.NO_CONTROL: marked("the test could not tell"),
    TargetOutcome.DNS_INJECTED: _NAME,
    TargetOutcome.DNS_SPOOFED: _NAME,
    TargetOutcome.DNS_NXDOMAIN: _NAME,
    TargetOutcome.DNS_SERVFAIL: _NAME,
    TargetOutcome.DNS_REFUSED: _NAME,
    TargetOutcome.DNS_NO_ANSWER: _NAME,
    TargetOutcome.DNS_TIMEOUT: _NAME,
    TargetOutcome.DNS_FAILURE: _NAME,
    TargetOutcome.HTTP_FAILURE: _PAGE,
    TargetOutcome.HTTP_LEGAL: _PAGE,
    TargetOutcome.HTTP_UNPROVEN: _PAGE,
    TargetOutcome.TLS_SNI: _ENCRYPTION,
    TargetOutcome.TLS_INJECTED_HTTP: _ENCRYPTION,
    TargetOutcome.TLS_MITM: _ENCRYPTION,
    TargetOutcome.TLS_INVALID_CERTIFICATE: _ENCRYPTION,
    TargetOutcome.UNREACHABLE_TCP: _NO_CONNECTION,
    TargetOutcome.UNREACHABLE: _NO_CONNECTION,
}


def verdict_words(verdict: TargetOutcome | NetworkState, translate: Say) -> str:
    """What a measurement came to."""
    return translate(NETWORK_STATES[verdict] if isinstance(verdict, NetworkState) else OUTCOMES[verdict])
