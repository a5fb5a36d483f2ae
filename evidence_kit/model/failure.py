"""Why one exchange on the network came to nothing, in OONI's failure strings (df-007). Never what it means.

Specification: https://github.com/ooni/spec/blob/master/data-formats/df-007-errors.md
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

UNKNOWN: Final = "unknown_failure: "


class Failure(StrEnum):
    """Every failure that a probe names; `words.failures` has its words."""

    ADDRESS_FAMILY_NOT_SUPPORTED = "address_family_not_supported"
    ADDRESS_IN_USE = "address_in_use"
    ADDRESS_NOT_AVAILABLE = "address_not_available"
    ALREADY_CONNECTED = "already_connected"
    BAD_ADDRESS = "bad_address"
    BAD_FILE_DESCRIPTOR = "bad_file_descriptor"
    CONNECTION_ABORTED = "connection_aborted"
    CONNECTION_ALREADY_IN_PROGRESS = "connection_already_in_progress"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    DESTINATION_ADDRESS_REQUIRED = "destination_address_required"
    DNS_NO_ANSWER = "dns_no_answer"
    DNS_NON_RECOVERABLE = "dns_non_recoverable_failure"
    DNS_NXDOMAIN = "dns_nxdomain_error"
    DNS_REFUSED = "dns_refused_error"
    DNS_REPLY_WITH_WRONG_QUERY_ID = "dns_reply_with_wrong_query_id"
    DNS_SERVER_MISBEHAVING = "dns_server_misbehaving"
    DNS_SERVFAIL = "dns_servfail_error"
    DNS_TEMPORARY = "dns_temporary_failure"
    EOF = "eof_error"
    HOST_UNREACHABLE = "host_unreachable"
    INTERRUPTED = "interrupted"
    INVALID_ARGUMENT = "invalid_argument"
    MESSAGE_SIZE = "message_size"
    NETWORK_DOWN = "network_down"
    NETWORK_RESET = "network_reset"
    NETWORK_UNREACHABLE = "network_unreachable"
    NO_BUFFER_SPACE = "no_buffer_space"
    NO_PROTOCOL_OPTION = "no_protocol_option"
    NOT_A_SOCKET = "not_a_socket"
    NOT_CONNECTED = "not_connected"
    OPERATION_WOULD_BLOCK = "operation_would_block"
    PERMISSION_DENIED = "permission_denied"
    PROTOCOL_NOT_SUPPORTED = "protocol_not_supported"
    SSL_FAILED_HANDSHAKE = "ssl_failed_handshake"
    SSL_INVALID_CERTIFICATE = "ssl_invalid_certificate"
    SSL_INVALID_HOSTNAME = "ssl_invalid_hostname"
    SSL_UNKNOWN_AUTHORITY = "ssl_unknown_authority"
    TIMED_OUT = "timed_out"
    TIMEOUT = "generic_timeout_error"
    WRONG_PROTOCOL_TYPE = "wrong_protocol_type"


@dataclass(frozen=True, slots=True)
class UnknownFailure:
    """A failure without a name of its own: `text` is the system's, without addresses."""

    text: str

    def __str__(self) -> str:
        return f"{UNKNOWN}{self.text}"


AnyFailure = Failure | UnknownFailure


def read_failure(untrusted: str) -> AnyFailure:
    """A failure string as a record has it; one of a name that is not known here keeps it as its text."""
    try:
        return Failure(untrusted)
    except ValueError:
        return UnknownFailure(untrusted.removeprefix(UNKNOWN))
