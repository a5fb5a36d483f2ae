"""Single steps against real loopback servers that misbehave in every way."""

import socket
import ssl
import threading

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.drill.fake_internet import NEUTRAL, SITE, FakeInternet
from evidence_kit.drill.resolver import BOGON, LOOPBACK, Names
from evidence_kit.drill.servers import Behaviour, WebAnswer
from evidence_kit.errors import Refused
from evidence_kit.probe.dns import ask_resolver, ask_system
from evidence_kit.probe.http import get
from evidence_kit.probe.step import Run, secure, shake_neutrally, start_run
from evidence_kit.probe.targets import Endpoint, Targets
from evidence_kit.probe.tcp import connect, read_proxy
from evidence_kit.probe.tls import handshake, verifying_context
from evidence_kit.probe.trace import Trace


@pytest.fixture
def trace() -> Trace:
    return Trace(SystemClock(), 10)


@pytest.fixture
def run(trace: Trace, targets: Targets) -> Run:
    return start_run(trace, targets, None)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (Behaviour.UP, None),
        (Behaviour.REFUSED, "connection_refused"),
        (Behaviour.UNANSWERED, "generic_timeout_error"),
        (Behaviour.SILENT, "generic_timeout_error"),
        (Behaviour.RESET, "connection_reset"),
        (Behaviour.CLOSED, "eof_error"),
        (Behaviour.STRANGER, "ssl_unknown_authority"),
        (Behaviour.EXPIRED, "ssl_invalid_certificate"),
    ],
)
def test_each_interference_has_its_failure(
    internet: FakeInternet, run: Run, behaviour: Behaviour, failure: str | None
) -> None:
    internet.site.behave(behaviour)
    secured = secure(run, internet.site.address, internet.site.port, SITE)
    assert (secured.tls.failure if secured.tls else secured.tcp.failure) == failure
    assert (secured.tls is None) == (behaviour in {Behaviour.REFUSED, Behaviour.UNANSWERED})
    assert (secured.wire is not None) == (failure is None)
    if secured.wire is not None:
        secured.wire.close()


def test_a_certificate_for_another_name_is_refused_and_recorded(internet: FakeInternet, run: Run) -> None:
    secured = secure(run, internet.site.address, internet.site.port, "elsewhere.test")
    assert secured.tls is not None
    assert (secured.tls.failure, secured.tls.verify_code) == ("ssl_invalid_hostname", 62)
    assert secured.leaf is not None
    assert secured.leaf.unverified
    assert secured.leaf.failure is None
    assert SITE.encode() in secured.leaf.certificates[0]


def test_a_good_handshake_tells_version_cipher_and_leaf_and_resumes_nothing(internet: FakeInternet, run: Run) -> None:
    for _ in range(2):
        secured = secure(run, internet.site.address, internet.site.port, SITE)
        assert secured.wire is not None
        assert secured.tls is not None
        assert secured.tls.tls_version == "TLSv1.3"
        assert secured.tls.cipher_suite.startswith("TLS_")
        assert ssl.DER_cert_to_PEM_cert(secured.tls.certificates[0])
        assert secured.tls.client_hello_len > 200
        assert not secured.wire.session.session_reused
        secured.wire.close()


def test_only_the_blocked_name_is_cut(internet: FakeInternet, run: Run) -> None:
    internet.site.cut_names = frozenset({SITE})
    secured = secure(run, internet.site.address, internet.site.port, SITE)
    assert secured.tls is not None
    assert secured.tls.failure == "connection_reset"
    neutral = shake_neutrally(run, internet.site.address, internet.site.port)
    assert neutral is not None
    assert (neutral.failure, neutral.server_name) == (None, NEUTRAL)


def test_plain_http_on_the_secure_port_is_told_by_its_reason(run: Run) -> None:
    with socket.create_server((LOOPBACK, 0)) as listening:
        # Somebody answers a ClientHello with a block page.
        listening.settimeout(5)
        below, wire = connect(run.trace, LOOPBACK, listening.getsockname()[1], timeout_s=1)
        accepted, _ = listening.accept()
        with accepted:
            accepted.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            assert wire is not None
            seen, _ = handshake(run.trace, wire, SITE, run.verifying, timeout_s=1)
            wire.close()
    assert below.failure is None
    assert (seen.failure, seen.openssl_reason) == ("ssl_failed_handshake", "WRONG_VERSION_NUMBER")


def fetch(trace: Trace, internet: FakeInternet, *, cap: int = 65536) -> tuple[int | None, str | None, bytes, bool]:
    server = internet.plain_site
    tcp, wire = connect(trace, server.address, server.port, timeout_s=1)
    assert wire is not None
    url = f"http://{SITE}:{server.port}/page?q=1"
    got = get(
        trace,
        wire,
        url,
        address=wire.address,
        transaction=tcp.transaction,
        timeout_s=0.4,
        user_agent="Test",
        cap=cap,
    )
    wire.close()
    return got.status, got.failure, got.body, got.body_is_truncated


def test_a_page_is_read_up_to_its_cap(internet: FakeInternet, trace: Trace) -> None:
    status, failure, body, truncated = fetch(trace, internet)
    assert (status, failure, truncated) == (200, None, False)
    assert body.endswith(b"</html>")
    assert fetch(trace, internet, cap=10)[2:] == (body[:10], True)


def test_a_redirect_is_recorded_and_not_followed(internet: FakeInternet, trace: Trace) -> None:
    internet.plain_site.page = WebAnswer.REDIRECT
    before = internet.plain_site.connections
    assert fetch(trace, internet)[0] == 302
    assert internet.plain_site.connections == before + 1


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (Behaviour.CLOSED, "eof_error"),
        (Behaviour.RESET, "connection_reset"),
        (Behaviour.SILENT, "generic_timeout_error"),
    ],
)
def test_a_page_that_breaks_off_has_its_failure(
    internet: FakeInternet, trace: Trace, behaviour: Behaviour, failure: str
) -> None:
    internet.plain_site.behave(behaviour)
    assert fetch(trace, internet)[:2] == (None, failure)


def exchange(trace: Trace, answer: bytes) -> tuple[int | None, str | None, bytes]:
    """What `get` makes of raw bytes followed by the end of the stream."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        tcp, wire = connect(trace, LOOPBACK, listening.getsockname()[1], timeout_s=1)
        accepted, _ = listening.accept()
        assert wire is not None
        with accepted:
            accepted.sendall(answer)
            accepted.shutdown(socket.SHUT_WR)
            got = get(
                trace, wire, "http://x.test/", address="x", transaction=tcp.transaction, timeout_s=1, user_agent="T"
            )
        wire.close()
    return got.status, got.failure, got.body


def test_a_body_shorter_than_promised_is_no_success(trace: Trace) -> None:
    assert exchange(trace, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") == (200, "eof_error", b"half")


def test_chunks_are_joined_and_a_broken_chunk_is_no_success(trace: Trace) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert exchange(trace, head + b"4\r\nwhol\r\n1\r\ne\r\n0\r\n\r\n") == (200, None, b"whole")
    assert exchange(trace, head + b"4\r\nwh")[1] == "eof_error"


def test_noise_instead_of_http_is_an_unknown_failure(trace: Trace) -> None:
    assert str(exchange(trace, b"SSH-2.0-OpenSSH\r\n\r\n")[1]).startswith("unknown_failure:")


def ask(trace: Trace, internet: FakeInternet, names: Names, **more: float) -> tuple[tuple[str, ...], str | None, int]:
    internet.system.answering = names
    resolver = Endpoint(internet.system.address, internet.system.port)
    query, later = ask_resolver(trace, resolver, SITE, timeout_s=0.3, **more)
    return query.addresses, query.failure, len(later)


def test_each_answer_of_a_resolver_has_its_failure(internet: FakeInternet, trace: Trace) -> None:
    assert ask(trace, internet, Names.TRUE) == ((LOOPBACK,), None, 0)
    assert ask(trace, internet, Names.MISSING) == ((), "dns_nxdomain_error", 0)
    assert ask(trace, internet, Names.FAILING) == ((), "dns_servfail_error", 0)
    assert ask(trace, internet, Names.NOTHING) == ((), "generic_timeout_error", 0)
    assert ask(trace, internet, Names.BOGUS) == ((BOGON,), None, 0)


def test_a_second_contradicting_answer_is_kept(internet: FakeInternet, trace: Trace) -> None:
    assert ask(trace, internet, Names.INJECTED, duplicates_s=0.1) == ((BOGON,), None, 1)
    assert ask(trace, internet, Names.TRUE, duplicates_s=0.05) == ((LOOPBACK,), None, 0)


def test_a_resolver_that_is_not_there_refuses(trace: Trace) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind((LOOPBACK, 0))
        port = gone.getsockname()[1]
    query, _ = ask_resolver(trace, Endpoint(LOOPBACK, port), SITE, timeout_s=0.3)
    assert query.failure == "connection_refused"


def test_an_answer_with_another_number_is_not_believed(trace: Trace) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind((LOOPBACK, 0))
        resolver.settimeout(5)

        def forge() -> None:
            question, asker = resolver.recvfrom(512)
            resolver.sendto(bytes([question[0] ^ 1]) + question[1:2] + b"\x81\x80" + question[4:], asker)

        forging = threading.Thread(target=forge)
        forging.start()
        query, _ = ask_resolver(trace, Endpoint(*resolver.getsockname()), SITE, timeout_s=0.3)
        forging.join()
    assert query.failure == "dns_reply_with_wrong_query_id"


def test_the_systems_own_resolver_knows_localhost(trace: Trace) -> None:
    query = ask_system(trace, "localhost", timeout_s=5)
    assert query.failure is None
    assert {"127.0.0.1", "::1"} & set(query.addresses)


def test_a_name_that_is_none_does_not_exist(trace: Trace) -> None:
    assert ask_system(trace, "a" * 70 + ".test", timeout_s=5).failure == "dns_nxdomain_error"


def test_a_proxy_must_resolve_names_itself_and_be_an_address() -> None:
    proxy = read_proxy("socks5h://me:p%40ss@127.0.0.1:9050")
    assert (proxy.address, proxy.port, proxy.username, proxy.password) == ("127.0.0.1", 9050, "me", "p@ss")
    assert read_proxy("socks5h://localhost:9050").address == "127.0.0.1"
    for url, what in (
        ("socks5://127.0.0.1:9050", "proxy-scheme"),
        ("http://127.0.0.1:8080", "proxy-scheme"),
        ("socks5h://proxy.example:9050", "proxy-address"),
        ("socks5h://127.0.0.1", "proxy-address"),
        ("socks5h://127.0.0.1:99999", "proxy-address"),
    ):
        with pytest.raises(Refused, match=what):
            read_proxy(url)


def test_pythons_own_strictness_is_off(targets: Targets) -> None:
    context = verifying_context(targets.ca_file)
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_run_whose_time_is_over_sends_nothing(internet: FakeInternet) -> None:
    late = Trace(SystemClock(), 0)
    tcp, wire = connect(late, internet.site.address, internet.site.port, timeout_s=1)
    assert (tcp.failure, wire, late.bytes_sent) == ("generic_timeout_error", None, 0)
