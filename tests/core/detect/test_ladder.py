"""The scenarios that a judgement of one round must get right, as pure data."""

import pytest

from evidence_kit.detect.ladder import judge
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.judgement import Judgement
from evidence_kit.model.measurement import AnchorSeen, Expected, Interface, Round
from tests.core.detect.rounds import (
    ALL_DEAD,
    WIRED,
    alive,
    check,
    cut,
    dead,
    query,
    seen,
    tcp,
    timed_out,
)

TRUE_NAME = query("93.184.216.34")
FINE = (query("93.184.216.34", transaction=8), query("93.184.216.34", transaction=9))


def outcome(scene: Round) -> tuple[NetworkState, tuple[str, ...]]:
    judgement = judge(scene)
    return judgement.state, tuple(method for method in judgement.methods if not method.startswith("cut."))


SCENARIOS = {
    "L1 no link: everything unplugged": (
        seen(interfaces=(Interface("eth0", "ethernet", True, False),)),
        (NetworkState.LOCAL_FAULT, ("local-fault.no-link",)),
    ),
    "L1 a bridge of this machine is no link": (
        seen(interfaces=(Interface("docker0", "virtual", True, True, ("172.17.0.1",)),)),
        (NetworkState.LOCAL_FAULT, ("local-fault.no-link",)),
    ),
    "L2 only a self-assigned address": (
        seen(interfaces=(Interface("eth0", "ethernet", True, True, ("169.254.9.9", "fe80::1")),)),
        (NetworkState.LOCAL_FAULT, ("local-fault.no-address",)),
    ),
    "L3 an address and no route": (
        seen(routed=False),
        (NetworkState.LOCAL_FAULT, ("local-fault.no-route",)),
    ),
    "L4 a dead gateway": (
        seen(*ALL_DEAD, gateway=False),
        (NetworkState.LOCAL_FAULT, ("local-fault.gateway",)),
    ),
    "L4 a gateway that hides but lets through": (
        seen(alive(), gateway=False),
        (NetworkState.ONLINE, ()),
    ),
    "L5 only the system's resolver is down": (
        seen(alive(), system=(timed_out(),), independent=FINE),
        (NetworkState.ONLINE, ("dns-fault.local-resolver",)),
    ),
    "L6 the machine slept meanwhile": (
        seen(*ALL_DEAD, disturbed=("suspended",)),
        (NetworkState.UNKNOWN, ("round-discarded",)),
    ),
    "L7 the network changed meanwhile, even with an anchor": (
        seen(alive(), disturbed=("network-changed",)),
        (NetworkState.UNKNOWN, ("round-discarded",)),
    ),
    "B1 blackout, with dead domestic anchors": (
        seen(*ALL_DEAD, dead("Home", domestic=True), checks=(check(None),)),
        (NetworkState.BEYOND_PROVIDER, ("blackout.total",)),
    ),
    "B1 blackout, without domestic anchors": (
        seen(*ALL_DEAD, checks=(check(None),), system=(timed_out(),)),
        (NetworkState.BEYOND_PROVIDER, ("blackout.beyond-provider",)),
    ),
    "B2 only the domestic anchor lives": (
        seen(*ALL_DEAD, alive("Home", domestic=True)),
        (NetworkState.ABROAD_CUT, ("blackout.international",)),
    ),
    "B3 one anchor of several is down": (
        seen(dead("A"), dead("B"), alive("C")),
        (NetworkState.ONLINE, ()),
    ),
    "B4 TCP works, every certificate is somebody else's": (
        seen(
            cut("A", "ssl_unknown_authority", code=19),
            cut("B", "ssl_invalid_hostname", code=62),
            checks=(check(204),),
        ),
        (NetworkState.CAPTIVE_PORTAL, ("tls-interception",)),
    ),
    "B4 TCP works, every handshake is cut, the plain web answers": (
        seen(cut("A", "connection_reset"), cut("B", "eof_error"), checks=(check(204),)),
        (NetworkState.BEYOND_PROVIDER, ("protocol-block.tls",)),
    ),
    "B4 TCP is answered by a middlebox and nothing more": (
        seen(cut("A", "generic_timeout_error"), cut("B", "generic_timeout_error"), checks=(check(None),)),
        (NetworkState.BEYOND_PROVIDER, ("blackout.beyond-provider",)),
    ),
    "the anchors' addresses alone are filtered": (
        seen(*ALL_DEAD, checks=(check(204),)),
        (NetworkState.UNKNOWN, ("anchors-filtered",)),
    ),
    "B5 only UDP is blocked": (
        seen(alive(), system=(TRUE_NAME,), independent=(timed_out("a"), timed_out("b"))),
        (NetworkState.ONLINE, ("protocol-block.udp",)),
    ),
    "no resolver answers, the anchors do": (
        seen(alive(), system=(timed_out(),), independent=(timed_out("a"),)),
        (NetworkState.ONLINE, ("dns-fault.all-resolvers",)),
    ),
    "C1 a redirect to a login": (
        seen(*ALL_DEAD, checks=(check(302), check(302, operator="Two"))),
        (NetworkState.CAPTIVE_PORTAL, ("captive-portal",)),
    ),
    "C2 another body, and one address for every name": (
        seen(
            *ALL_DEAD,
            checks=(check(200, body=b"<html>Log in", expected=Expected((200,), "Rehearsal OK")),),
            wildcard=(query("10.0.0.1"),),
        ),
        (NetworkState.CAPTIVE_PORTAL, ("captive-portal", "dns-wildcard")),
    ),
    "C3 network authentication required": (
        seen(*ALL_DEAD, checks=(check(511),)),
        (NetworkState.CAPTIVE_PORTAL, ("captive-portal",)),
    ),
    "C5 no more credit, but free sites answer": (
        seen(*ALL_DEAD, alive("Home", domestic=True), checks=(check(302),)),
        (NetworkState.CAPTIVE_PORTAL, ("captive-portal.billing",)),
    ),
    "a block page of 403 is no portal": (
        seen(*ALL_DEAD, checks=(check(403),)),
        (NetworkState.BEYOND_PROVIDER, ("blackout.beyond-provider",)),
    ),
    "a page cut in the middle is no portal": (
        seen(*ALL_DEAD, checks=(check(200, failure="eof_error", expected=Expected((200,), "OK")),)),
        (NetworkState.BEYOND_PROVIDER, ("blackout.beyond-provider",)),
    ),
    "N1 every name resolves": (
        seen(alive(), system=(TRUE_NAME,), independent=FINE, wildcard=(query("10.0.0.1"),)),
        (NetworkState.ONLINE, ("dns-wildcard",)),
    ),
    "N4 two answers to one question": (
        seen(alive(), system=(query("10.0.0.1"),), independent=FINE, duplicates=(query("93.184.216.34"),)),
        (NetworkState.ONLINE, ("dns.injected",)),
    ),
    "S6 the device's clock is wrong": (
        seen(cut("A", "ssl_invalid_certificate", code=10), cut("B", "ssl_invalid_certificate", code=9)),
        (NetworkState.LOCAL_FAULT, ("local-fault.clock",)),
    ),
    "S6 one certificate out of date is not the clock": (
        seen(cut("A", "ssl_invalid_certificate", code=10), dead("B"), dead("C")),
        (NetworkState.BEYOND_PROVIDER, ("blackout.beyond-provider",)),
    ),
    "I1 a broken IPv6 is nobody's doing": (
        seen(
            dead("A", "network_unreachable", ip="2606:4700:4700::1111"),
            dead("B", "host_unreachable", ip="2620:fe::fe"),
        ),
        (NetworkState.UNKNOWN, ()),
    ),
    "one operator alone proves nothing": (
        seen(dead("A"), dead("A")),
        (NetworkState.UNKNOWN, ()),
    ),
    "the proxy itself is dead": (
        seen(*ALL_DEAD, proxy=tcp("127.0.0.1", "connection_refused")),
        (NetworkState.LOCAL_FAULT, ("local-fault.proxy",)),
    ),
    "nothing answers behind the proxy": (
        seen(*ALL_DEAD, proxy=tcp("127.0.0.1")),
        (NetworkState.BEYOND_PROVIDER, ("blackout.seen-through-proxy",)),
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: str) -> None:
    scene, expected = SCENARIOS[scenario]
    assert outcome(scene) == expected


def test_the_reasons_carry_the_numbers() -> None:
    judgement = judge(
        seen(*ALL_DEAD, dead("Home", domestic=True), checks=(check(None),), system=(timed_out(),), independent=FINE)
    )
    assert set(judgement.reasons) == {
        "anchors.authenticated=0/3",
        "anchors.operators=3",
        "domestic.authenticated=0/1",
        "http-checks.expected=0/1",
        "system-dns.answered=0/1",
        "independent-dns.answered=2/2",
    }
    assert "cut.timeout" in judgement.methods


@pytest.mark.parametrize(
    ("anchors", "way"),
    [
        ((cut("A", "connection_reset"), cut("B", "eof_error")), "cut.reset"),
        ((dead("A", "connection_refused"), dead("B", "connection_refused")), "cut.refused"),
        ((dead("A", "host_unreachable"), dead("B", "network_unreachable")), "cut.unreachable"),
    ],
)
def test_the_way_of_the_cut_is_named(anchors: tuple[AnchorSeen, ...], way: str) -> None:
    assert way in judge(seen(*anchors)).methods


def test_grades_say_how_far_one_round_goes() -> None:
    def grade(scene: Round) -> DisruptionGrade:
        judgement: Judgement = judge(scene)
        return judgement.grade

    assert grade(seen(*ALL_DEAD)) is DisruptionGrade.OBSERVED
    assert grade(seen(*ALL_DEAD, alive("Home", domestic=True))) is DisruptionGrade.PROBABLE
    assert grade(seen(*ALL_DEAD, checks=(check(302),))) is DisruptionGrade.OBSERVED
    assert grade(seen(*ALL_DEAD, checks=(check(302), check(511, operator="Two")))) is DisruptionGrade.PROBABLE


def test_an_expected_header_counts() -> None:
    expected = Expected((200,), None, ("X-NetworkManager-Status", "online"))
    header = (("x-networkmanager-status", "online"),)
    online = check(200, expected=expected, headers=header)
    assert outcome(seen(*ALL_DEAD, checks=(online,))) == (NetworkState.UNKNOWN, ("anchors-filtered",))
    assert outcome(seen(*ALL_DEAD, checks=(check(200, expected=expected),)))[0] is NetworkState.CAPTIVE_PORTAL


def test_no_judgement_ever_says_shutdown_or_who() -> None:
    for scene, _ in SCENARIOS.values():
        judgement = judge(scene)
        said = " ".join((*judgement.methods, *judgement.reasons)).lower()
        assert not any(word in said for word in ("shutdown", "government", "censor"))


def test_a_wired_link_is_a_link() -> None:
    assert outcome(seen(alive(), interfaces=(WIRED,))) == (NetworkState.ONLINE, ())
