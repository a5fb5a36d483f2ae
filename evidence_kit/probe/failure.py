"""Name what went wrong, in OONI's failure strings (df-007); never say what it means."""

import errno
import http.client
import re
import socket
import ssl
import sys
from typing import Final

import dns.exception
import dns.rcode
import socks

from evidence_kit.model.scrub import scrub_addresses

# By name, not by number: the numbers differ between systems.
_BY_ERRNO: Final = {
    "ECONNREFUSED": "connection_refused",
    "ECONNRESET": "connection_reset",
    "EPIPE": "connection_reset",
    "EHOSTUNREACH": "host_unreachable",
    "ETIMEDOUT": "timed_out",
    "EAFNOSUPPORT": "address_family_not_supported",
    "EADDRINUSE": "address_in_use",
    "EADDRNOTAVAIL": "address_not_available",
    "EISCONN": "already_connected",
    "EFAULT": "bad_address",
    "EBADF": "bad_file_descriptor",
    "ECONNABORTED": "connection_aborted",
    "EALREADY": "connection_already_in_progress",
    "EDESTADDRREQ": "destination_address_required",
    "EINTR": "interrupted",
    "EINVAL": "invalid_argument",
    "EMSGSIZE": "message_size",
    "ENETDOWN": "network_down",
    "ENETRESET": "network_reset",
    "ENETUNREACH": "network_unreachable",
    "ENOBUFS": "no_buffer_space",
    "ENOPROTOOPT": "no_protocol_option",
    "ENOTSOCK": "not_a_socket",
    "ENOTCONN": "not_connected",
    "EWOULDBLOCK": "operation_would_block",
    "EAGAIN": "operation_would_block",
    "EACCES": "permission_denied",
    "EPERM": "permission_denied",
    "EPROTONOSUPPORT": "protocol_not_supported",
    "EPROTOTYPE": "wrong_protocol_type",
}
_BY_RCODE: Final[dict[int, str]] = {
    dns.rcode.NXDOMAIN: "dns_nxdomain_error",
    dns.rcode.SERVFAIL: "dns_servfail_error",
    dns.rcode.REFUSED: "dns_refused_error",
}
# SOCKS5 replies (RFC 1928 §6): what the far end of the proxy met.
_BY_SOCKS_REPLY: Final = {
    3: "network_unreachable",
    4: "host_unreachable",
    5: "connection_refused",
    6: "timed_out",
    8: "address_family_not_supported",
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


def failure_of(error: BaseException) -> str:
    """The failure string of an exception, subclasses first; "unknown_failure: …" (scrubbed) for what is not known."""
    match error:
        case socks.ProxyError():
            return _socks_failure(error)
        case socket.gaierror():
            return _lookup_failure(error)
        case ssl.SSLCertVerificationError():
            return _certificate_failure(error.verify_code)
        case _ if isinstance(error, _CUT):
            return "eof_error"
        case ssl.SSLError():
            return "ssl_invalid_hostname" if error.reason == "TLSV1_UNRECOGNIZED_NAME" else "ssl_failed_handshake"
        case TimeoutError() if error.errno is None:
            return "generic_timeout_error"
        case OSError() if error.errno is not None:
            name = errno.errorcode.get(error.errno, "").removeprefix("WSA")
            return _BY_ERRNO.get(name) or _unknown(error)
        case dns.exception.Timeout():
            return "generic_timeout_error"
        case dns.exception.DNSException():
            return "dns_server_misbehaving"
        case _:
            return _unknown(error)


def failure_of_rcode(rcode: int) -> str | None:
    """The failure string of a DNS response code; None for NOERROR."""
    return None if rcode == dns.rcode.NOERROR else _BY_RCODE.get(rcode, "dns_server_misbehaving")


def _lookup_failure(error: socket.gaierror) -> str:
    if sys.platform == "win32":
        windows = {
            11001: "dns_nxdomain_error",
            11002: "dns_temporary_failure",
            11003: "dns_non_recoverable_failure",
            11004: "dns_no_answer",
        }
        return windows.get(error.errno or 0, "dns_server_misbehaving")
    if error.errno == socket.EAI_NONAME:
        return "dns_nxdomain_error"
    if sys.platform == "linux" and error.errno == socket.EAI_NODATA:
        return "dns_no_answer"
    return "dns_server_misbehaving"


def _certificate_failure(verify_code: int) -> str:
    if verify_code in _HOSTNAME_MISMATCH:
        return "ssl_invalid_hostname"
    return "ssl_unknown_authority" if verify_code in _UNKNOWN_AUTHORITY else "ssl_invalid_certificate"


def _socks_failure(error: socks.ProxyError) -> str:
    cause = error.socket_err
    if isinstance(cause, socks.ProxyError):
        return _socks_failure(cause)
    if isinstance(cause, BaseException):
        return failure_of(cause)
    reply = re.match(r"0x(\d\d):", error.msg or "")
    return _BY_SOCKS_REPLY.get(int(reply[1], 16) if reply else 0) or _unknown(error)


def _unknown(error: BaseException) -> str:
    return f"unknown_failure: {scrub_addresses(str(error) or type(error).__name__)[:200]}"
