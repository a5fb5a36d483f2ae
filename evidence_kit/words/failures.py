"""Why a question on the network got no answer, in plain words: one wording for each of OONI's failure strings."""

from collections.abc import Callable

from evidence_kit.model.failure import AnyFailure, Failure, UnknownFailure


def failure_words(failure: AnyFailure, say: Callable[[str], str]) -> str:
    """A failure as the end of "failed (…)"; `say` translates."""
    if isinstance(failure, UnknownFailure):
        return say("something unforeseen: {text}").format(text=failure.text)
    return _near(say).get(failure) or _on_the_way(say).get(failure) or _far(say)[failure]


def _near(say: Callable[[str], str]) -> dict[Failure, str]:
    """What this computer's own system refuses or cannot do."""
    return {
        Failure.ADDRESS_FAMILY_NOT_SUPPORTED: say("this computer does not speak that kind of address"),
        Failure.ADDRESS_IN_USE: say("this computer's end of the connection was in use"),
        Failure.ADDRESS_NOT_AVAILABLE: say("this computer has no address to send from"),
        Failure.ALREADY_CONNECTED: say("this computer was connected already"),
        Failure.BAD_ADDRESS: say("the system was given a place in memory that is none"),
        Failure.BAD_FILE_DESCRIPTOR: say("the connection was closed on this computer"),
        Failure.CONNECTION_ALREADY_IN_PROGRESS: say("this computer was connecting already"),
        Failure.DESTINATION_ADDRESS_REQUIRED: say("no address was given"),
        Failure.INTERRUPTED: say("interrupted on this computer"),
        Failure.INVALID_ARGUMENT: say("the system does not take the address"),
        Failure.MESSAGE_SIZE: say("too large for one packet"),
        Failure.NETWORK_DOWN: say("this computer's network is switched off"),
        Failure.NO_BUFFER_SPACE: say("the system had no memory left for the network"),
        Failure.NO_PROTOCOL_OPTION: say("the system does not know a setting of the connection"),
        Failure.NOT_A_SOCKET: say("the system does not know the connection"),
        Failure.NOT_CONNECTED: say("this computer was not connected"),
        Failure.OPERATION_WOULD_BLOCK: say("the system was not ready"),
        Failure.PERMISSION_DENIED: say("this computer does not allow it"),
        Failure.PROTOCOL_NOT_SUPPORTED: say("this computer does not speak that protocol"),
        Failure.WRONG_PROTOCOL_TYPE: say("the protocol does not fit the connection"),
    }


def _on_the_way(say: Callable[[str], str]) -> dict[Failure, str]:
    """What connections meet."""
    return {
        Failure.CONNECTION_ABORTED: say("broken off"),
        Failure.CONNECTION_REFUSED: say("refused"),
        Failure.CONNECTION_RESET: say("broken off by force"),
        Failure.EOF: say("ended without an answer"),
        Failure.HOST_UNREACHABLE: say("no way there"),
        Failure.NETWORK_RESET: say("broken off by the network"),
        Failure.NETWORK_UNREACHABLE: say("no way out of the network"),
        Failure.TIMED_OUT: say("the system gave up waiting for an answer"),
        Failure.TIMEOUT: say("no answer in time"),
    }


def _far(say: Callable[[str], str]) -> dict[Failure, str]:
    """What name servers and servers answer."""
    return {
        Failure.DNS_NO_ANSWER: say("no address for the name"),
        Failure.DNS_NON_RECOVERABLE: say("the name cannot be looked up"),
        Failure.DNS_NXDOMAIN: say("no such name"),
        Failure.DNS_REFUSED: say("the name server refused"),
        Failure.DNS_REPLY_WITH_WRONG_QUERY_ID: say("an answer to a question that was not asked"),
        Failure.DNS_SERVER_MISBEHAVING: say("the name server's answer makes no sense"),
        Failure.DNS_SERVFAIL: say("the name server failed"),
        Failure.DNS_TEMPORARY: say("the name could not be looked up"),
        Failure.SSL_FAILED_HANDSHAKE: say("no encrypted connection came about"),
        Failure.SSL_INVALID_CERTIFICATE: say("a certificate that is not valid"),
        Failure.SSL_INVALID_HOSTNAME: say("the certificate of another site"),
        Failure.SSL_UNKNOWN_AUTHORITY: say("a certificate from nobody who is trusted"),
    }
