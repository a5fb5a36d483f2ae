"""Name what went wrong, in OONI's failure strings (df-007); never say what it means."""

import errno
import http.client
import re
import socket
import ssl
from typing import Final

import dns.exception
import dns.rcode
import socks

from evidence_kit.model.failure import AnyFailure, Failure, UnknownFailure
from evidence_kit.model.scrub import scrub_addresses
from evidence_kit.system import LookupFault, lookup_fault

# By name, not by number: the numbers differ between systems.
_BY_ERRNO: Final = {
    "ECONNREFUSED": Failure.CONNECTION_REFUSED,
    "ECONNRESET": Failure.CONNECTION_RESET,
    "EPIPE": Failure.CONNECTION_RESET,
    "EHOSTUNREACH": Failure.HOST_UNREACHABLE,
    "ETIMEDOUT": Failure.TIMED_OUT,
    "EAFNOSUPPORT": Failure.ADDRESS_FAMILY_NOT_SUPPORTED,
    "EADDRINUSE": Failure.ADDRESS_IN_USE,
    "EADDRNOTAVAIL": Failure.ADDRESS_NOT_AVAILABLE,
    "EISCONN": Failure.ALREADY_CONNECTED,
    "EFAULT": Failure.BAD_ADDRESS,
    "EBADF": Failure.BAD_FILE_DESCRIPTOR,
    "ECONNABORTED": Failure.CONNECTION_ABORTED,
    "EALREADY": Failure.CONNECTION_ALREADY_IN_PROGRESS,
    "EDESTADDRREQ": Failure.DESTINATION_ADDRESS_REQUIRED,
    "EINTR": Failure.INTERRUPTED,
    "EINVAL": Failure.INVALID_ARGUMENT,
    "EMSGSIZE": Failure.MESSAGE_SIZE,
    "ENETDOWN": Failure.NETWORK_DOWN,
    "ENETRESET": Failure.NETWORK_RESET,
    "ENETUNREACH": Failure.NETWORK_UNREACHABLE,
    "ENOBUFS": Failure.NO_BUFFER_SPACE,
    "ENOPROTOOPT": Failure.NO_PROTOCOL_OPTION,
    "ENOTSOCK": Failure.NOT_A_SOCKET,
    "ENOTCONN": Failure.NOT_CONNECTED,
    "EWOULDBLOCK": Failure.OPERATION_WOULD_BLOCK,
    "EAGAIN": Failure.OPERATION_WOULD_BLOCK,
    "EACCES": Failure.PERMISSION_DENIED,
    "EPERM": Failure.PERMISSION_DENIED,
    "EPROTONOSUPPORT": Failure.PROTOCOL_NOT_SUPPORTED,
    "EPROTOTYPE": Failure.WRONG_PROTOCOL_TYPE,
}
_BY_RCODE: Final[dict[int, Failure]] = {
    dns.rcode.NXDOMAIN: Failure.DNS_NXDOMAIN,
    dns.rcode.SERVFAIL: Failure.DNS_SERVFAIL,
    dns.rcode.REFUSED: Failure.DNS_REFUSED,
}
# SOCKS5 replies (RFC 1928 §6): what the far end of the proxy met.
_BY_SOCKS_REPLY: Final = {
    3: Failure.NETWORK_UNREACHABLE,
    4: Failure.HOST_UNREACHABLE,
    5: Failure.CONNECTION_REFUSED,
    6: Failure.TIMED_OUT,
    8: Failure.ADDRESS_FAMILY_NOT_SUPPORTED,
}
_HOSTNAME_MISMATCH: Final = {62, 64}
_UNKNOWN_AUTHORITY: Final = {18, 19, 20, 21}
_CUT: Final = (
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
    http.client.RemoteDisconnected,
    http.client.IncompleteRead,
    EOFError,
)


def failure_of(error: BaseException) -> AnyFailure:
    """The failure that an exception is, subclasses first; `UnknownFailure` (scrubbed) for what has no name."""
    match error:
        case socks.ProxyError():
            return _socks_failure(error)
        case socket.gaierror():
            return _lookup_failure(error)
        case ssl.SSLCertVerificationError():
            return _certificate_failure(error.verify_code)
        case _ if isinstance(error, _CUT):
            return Failure.EOF
        case ssl.SSLError():
            return (
                Failure.SSL_INVALID_HOSTNAME
                if error.reason == "TLSV1_UNRECOGNIZED_NAME"
                else Failure.SSL_FAILED_HANDSHAKE
            )
        case TimeoutError() if error.errno is None:
            return Failure.TIMEOUT
        case OSError() if error.errno is not None:
            name = errno.errorcode.get(error.errno, "").removeprefix("WSA")
            return _BY_ERRNO.get(name) or _unknown(error)
        case dns.exception.Timeout():
            return Failure.TIMEOUT
        case dns.exception.DNSException():
            return Failure.DNS_SERVER_MISBEHAVING
        case _:
            return _unknown(error)


def failure_of_rcode(rcode: int) -> Failure | None:
    """The failure that a DNS response code is; None for NOERROR."""
    return None if rcode == dns.rcode.NOERROR else _BY_RCODE.get(rcode, Failure.DNS_SERVER_MISBEHAVING)


def _lookup_failure(error: socket.gaierror) -> Failure:
    match lookup_fault(error):
        case LookupFault.NO_SUCH_NAME:
            return Failure.DNS_NXDOMAIN
        case LookupFault.NO_ADDRESS:
            return Failure.DNS_NO_ANSWER
        case LookupFault.TEMPORARY:
            return Failure.DNS_TEMPORARY
        case LookupFault.NON_RECOVERABLE:
            return Failure.DNS_NON_RECOVERABLE
        case LookupFault.OTHER:
            return Failure.DNS_SERVER_MISBEHAVING


def _certificate_failure(verify_code: int) -> Failure:
    if verify_code in _HOSTNAME_MISMATCH:
        return Failure.SSL_INVALID_HOSTNAME
    return Failure.SSL_UNKNOWN_AUTHORITY if verify_code in _UNKNOWN_AUTHORITY else Failure.SSL_INVALID_CERTIFICATE


def _socks_failure(error: socks.ProxyError) -> AnyFailure:
    cause = error.socket_err
    if isinstance(cause, socks.ProxyError):
        return _socks_failure(cause)
    if isinstance(cause, BaseException):
        return failure_of(cause)
    reply = re.match(r"0x(\d\d):", error.msg or "")
    return _BY_SOCKS_REPLY.get(int(reply[1], 16) if reply else 0) or _unknown(error)


def _unknown(error: BaseException) -> UnknownFailure:
    return UnknownFailure(scrub_addresses(str(error) or type(error).__name__)[:200])
