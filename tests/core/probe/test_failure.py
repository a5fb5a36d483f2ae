"""Every way a step can fail has OONI's name for it."""

import errno
import http.client
import socket
import ssl

import dns.exception
import pytest
import socks

from evidence_kit.probe.failure import failure_of, failure_of_rcode


def certificate_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


def ssl_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no"), "dns_nxdomain_error"),
        (socket.gaierror(socket.EAI_NODATA, "no"), "dns_no_answer"),
        (socket.gaierror(socket.EAI_AGAIN, "no"), "dns_server_misbehaving"),
        (certificate_error(10), "ssl_invalid_certificate"),
        (certificate_error(9), "ssl_invalid_certificate"),
        (certificate_error(62), "ssl_invalid_hostname"),
        (certificate_error(64), "ssl_invalid_hostname"),
        (certificate_error(18), "ssl_unknown_authority"),
        (certificate_error(20), "ssl_unknown_authority"),
        (ssl.SSLEOFError(8, "EOF"), "eof_error"),
        (ssl_error("TLSV1_UNRECOGNIZED_NAME"), "ssl_invalid_hostname"),
        (ssl_error("WRONG_VERSION_NUMBER"), "ssl_failed_handshake"),
        (http.client.RemoteDisconnected("gone"), "eof_error"),
        (TimeoutError("the handshake operation timed out"), "generic_timeout_error"),
        (OSError(errno.ETIMEDOUT, "timed out"), "timed_out"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "connection_reset"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "connection_refused"),
        (OSError(errno.ENETUNREACH, "no route"), "network_unreachable"),
        (OSError(errno.EHOSTUNREACH, "no host"), "host_unreachable"),
        (dns.exception.Timeout(), "generic_timeout_error"),
        (socks.SOCKS5Error("0x05: Connection refused"), "connection_refused"),
        (socks.GeneralProxyError("Socket error", socks.SOCKS5Error("0x04: Host unreachable")), "host_unreachable"),
        (socks.ProxyConnectionError("dead", ConnectionRefusedError(errno.ECONNREFUSED, "x")), "connection_refused"),
    ],
)
def test_an_exception_gets_its_failure_string(error: Exception, failure: str) -> None:
    assert failure_of(error) == failure


def test_an_unknown_failure_keeps_its_text_without_addresses() -> None:
    failure = failure_of(OSError("strange things at 192.0.2.7:443 and 2001:db8::1"))
    assert str(failure) == "unknown_failure: strange things at [scrubbed] and [scrubbed]"


def test_response_codes_have_their_own_names() -> None:
    assert [failure_of_rcode(code) for code in (0, 2, 3, 4, 5)] == [
        None,
        "dns_servfail_error",
        "dns_nxdomain_error",
        "dns_server_misbehaving",
        "dns_refused_error",
    ]
