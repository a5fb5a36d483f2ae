"""Whole rounds against the little internet: what is asked, what is spared, and what never leaves beside a proxy."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.drill.fake_internet import SITE, FakeInternet
from evidence_kit.drill.resolver import LOOPBACK, Names
from evidence_kit.drill.servers import Behaviour
from evidence_kit.errors import Refused
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.measurement import AddressSeen, Measurement, Skipped
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import Targets, load_targets
from tests.fakes.clock import FakeClock
from tests.fakes.internet import SocksRecorder

KNOWN = {"check-one.test": LOOPBACK, "check-two.test": LOOPBACK, SITE: LOOPBACK}


def test_a_healthy_round_asks_two_operators_and_one_check_and_spares_the_rest(
    internet: FakeInternet, targets: Targets
) -> None:
    seen = measure_round(targets, SystemClock())
    assert [anchor.authenticated for anchor in seen.anchors] == [True, True]
    assert len({anchor.operator for anchor in seen.anchors}) == 2
    assert len(seen.http_checks) == 1
    assert Skipped("more-anchors", "not-needed") in seen.skipped
    assert [query.failure for query in seen.independent_dns] == [None, None]
    assert [query.failure for query in seen.wildcard_dns] == ["dns_nxdomain_error"]
    assert seen.gateway.alive
    assert 1000 < seen.bytes_sent + seen.bytes_received < 8000
    assert not seen.disturbed
    assert seen.ended.boottime_ns > seen.started.boottime_ns


def test_without_an_anchor_everything_is_tried(internet: FakeInternet, targets: Targets) -> None:
    internet.black_out()
    seen = measure_round(targets, SystemClock())
    assert len(seen.anchors) == 4
    assert not any(anchor.authenticated for anchor in seen.anchors)
    assert len(seen.http_checks) == 2
    assert {check.transaction.failure for check in seen.http_checks} == {"generic_timeout_error"}


def test_a_refusing_gateway_is_alive_and_a_silent_one_cannot_be_told(internet: FakeInternet, targets: Targets) -> None:
    internet.gateway.behave(Behaviour.REFUSED)
    assert measure_round(targets, SystemClock()).gateway.alive is True
    internet.gateway.behave(Behaviour.UNANSWERED)
    assert measure_round(targets, SystemClock()).gateway.alive is None


def test_the_whole_round_ends_at_its_deadline(internet: FakeInternet, targets: Targets) -> None:
    internet.black_out()
    hurried = replace(targets, timeouts=replace(targets.timeouts, round_s=0.3, tcp_s=5, dns_s=5, gateway_s=5))
    seen = measure_round(hurried, SystemClock())
    assert seen.runtime_s < 2
    assert Skipped("more-anchors", "deadline") in seen.skipped


class SteppingClock(FakeClock):
    """Its wall clock jumps an hour at the third reading."""

    def __init__(self) -> None:
        super().__init__()
        self.readings = 0

    def read(self) -> ClockReading:
        self.readings += 1
        if self.readings == 3:
            self.step_wall(3600)
        return super().read()


def test_a_step_of_the_clock_during_a_round_is_told(internet: FakeInternet, targets: Targets) -> None:
    assert measure_round(targets, SteppingClock()).disturbed == ("wall-step",)


def test_with_a_proxy_nothing_is_asked_beside_it(internet: FakeInternet, targets: Targets) -> None:
    before = connections(internet), questions(internet)
    with SocksRecorder(KNOWN) as proxy:
        seen = measure_round(targets, SystemClock(), proxy=proxy.url)
        asked = list(proxy.asked)
    assert [anchor.authenticated for anchor in seen.anchors] == [True, True]
    assert seen.http_checks[0].transaction.failure is None
    assert not (seen.system_dns or seen.independent_dns or seen.wildcard_dns or seen.gateway.connects)
    assert {skipped.step for skipped in seen.skipped if skipped.reason == "proxy"} == {
        "gateway",
        "system-dns",
        "independent-dns",
        "wildcard-dns",
    }
    # The proxy resolves the check's name; anchors stay addresses.
    assert {host for host, _ in asked} - {LOOPBACK} <= set(KNOWN)
    assert any(host in KNOWN for host, _ in asked)
    assert questions(internet) == before[1]
    assert sum(connections(internet)) - sum(before[0]) == len(asked)


def connections(internet: FakeInternet) -> list[int]:
    servers = (*internet.abroad, internet.home, internet.gateway, internet.site, internet.plain_site, *internet.checks)
    return [server.connections for server in servers]


def questions(internet: FakeInternet) -> int:
    return sum(len(resolver.questions) for resolver in (internet.system, *internet.independent))


def test_a_dead_proxy_is_told_from_a_dead_world(internet: FakeInternet, targets: Targets) -> None:
    internet.gateway.behave(Behaviour.REFUSED)
    seen = measure_round(targets, SystemClock(), proxy=f"socks5h://127.0.0.1:{internet.gateway.port}")
    assert seen.proxy is not None
    assert seen.proxy.failure == "connection_refused"


def test_a_proxy_that_would_leak_names_is_refused(targets: Targets) -> None:
    with pytest.raises(Refused, match="proxy-scheme"):
        measure_round(targets, SystemClock(), proxy="socks5://127.0.0.1:9050")


def site_url(internet: FakeInternet, scheme: str = "https") -> str:
    server = internet.site if scheme == "https" else internet.plain_site
    return f"{scheme}://{SITE}:{server.port}/"


def measure(internet: FakeInternet, targets: Targets, scheme: str = "https") -> Measurement:
    return measure_url(site_url(internet, scheme), targets, SystemClock())


def test_a_site_is_measured_from_name_to_page(internet: FakeInternet, targets: Targets) -> None:
    seen = measure(internet, targets)
    assert [query.failure for query in seen.system_dns] == [None, "dns_no_answer"]
    assert [(address.ip, address.named_by) for address in seen.addresses] == [(LOOPBACK, ("system", "independent"))]
    assert seen.requests[0].status == 200
    assert any(anchor.authenticated for anchor in seen.anchors)
    assert {event.operation for event in seen.events} >= {"connect", "tls_handshake_start", "read", "write"}


def test_a_site_cut_by_its_name_is_asked_for_another_name_too(internet: FakeInternet, targets: Targets) -> None:
    internet.site.cut_names = frozenset({SITE})
    (address,) = measure(internet, targets).addresses
    assert address.tls is not None
    assert address.tls.failure == "connection_reset"
    assert address.neutral is not None
    assert address.neutral.failure is None


def test_a_forged_name_is_measured_beside_the_true_one(internet: FakeInternet, targets: Targets) -> None:
    internet.system.answering = Names.BOGUS
    seen = measure(internet, targets)
    assert {address.named_by: outcome(address) for address in seen.addresses} == {
        ("system",): "connection_refused",
        ("independent",): None,
    }


def outcome(address: AddressSeen) -> str | None:
    return address.tls.failure if address.tls else address.tcp.failure


def test_a_site_behind_a_proxy_is_never_looked_up_here(internet: FakeInternet, targets: Targets) -> None:
    before = questions(internet)
    with SocksRecorder(KNOWN) as proxy:
        seen = measure_url(site_url(internet), targets, SystemClock(), proxy=proxy.url)
        assert (SITE, internet.site.port) in proxy.asked
    assert seen.requests[0].status == 200
    assert questions(internet) == before
    assert not seen.system_dns


@pytest.mark.parametrize("url", ["ftp://x.test/", "https://", "javascript:1", "http://me@x.test/", "http://x.test:x/"])
def test_what_is_no_web_address_is_refused(targets: Targets, url: str) -> None:
    with pytest.raises(Refused, match="url-not-web"):
        measure_url(url, targets, SystemClock())


def test_the_rehearsals_targets_survive_being_written_and_read(internet: FakeInternet, tmp_path: Path) -> None:
    assert load_targets(internet.write_targets(tmp_path)).policy.confirm_rounds == 3
