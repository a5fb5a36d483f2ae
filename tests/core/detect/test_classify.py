"""Verdicts on one target, as pure data: nothing is claimed without a control."""

import pytest

from evidence_kit.detect.classify import classify, is_bogon
from evidence_kit.model.disruption import DisruptionGrade
from evidence_kit.model.measurement import Measurement
from tests.core.detect.rounds import address, dead, measured, page, query, tls

TRUE = query("93.184.216.34", resolver="system")
BESIDE = (query("93.184.216.34", resolver="8.8.8.8:53"), query("93.184.216.34", resolver="9.9.9.9:53"))
GOOD = address(shaken=tls())
NXDOMAIN = query(failure="dns_nxdomain_error")

CONFIRMED, PROBABLE, OBSERVED = DisruptionGrade.CONFIRMED, DisruptionGrade.PROBABLE, DisruptionGrade.OBSERVED

CASES: dict[str, tuple[Measurement, tuple[str, DisruptionGrade | None, object, object]]] = {
    "a page over verified TLS": (
        measured(GOOD, system=(TRUE,), independent=BESIDE, requests=(page(),)),
        ("accessible", None, False, True),
    ),
    "a page over verified TLS needs no anchor": (
        measured(GOOD, anchors=(dead("A"),), requests=(page(),)),
        ("accessible", None, False, True),
    ),
    "everything is gone": (
        measured(address(connected="generic_timeout_error"), anchors=(dead("A"),)),
        ("unknown.no-control", None, None, None),
    ),
    "the name does not exist here alone": (
        measured(
            address(named_by=("independent",), shaken=tls()),
            system=(NXDOMAIN,),
            independent=BESIDE,
            requests=(page(),),
        ),
        ("dns.nxdomain", PROBABLE, "dns", False),
    ),
    "the name does not exist here, and the others' answer is not proven": (
        measured(
            address(named_by=("independent",), connected="generic_timeout_error"),
            system=(NXDOMAIN,),
            independent=BESIDE,
        ),
        ("dns.nxdomain", OBSERVED, "dns", False),
    ),
    "the name exists nowhere": (
        measured(system=(NXDOMAIN,), independent=(NXDOMAIN, NXDOMAIN)),
        ("unreachable.unknown", OBSERVED, None, None),
    ),
    "one other resolver is not two": (
        measured(system=(NXDOMAIN,), independent=BESIDE[:1]),
        ("unreachable.unknown", OBSERVED, None, None),
    ),
    "N2 a bogon, the true address is proven": (
        measured(
            address("10.10.34.35", ("system",), connected="connection_refused"),
            address(named_by=("independent",), shaken=tls(), transaction=2),
            system=(query("10.10.34.35"),),
            independent=BESIDE,
            requests=(page(transaction=2),),
        ),
        ("dns.spoofed", PROBABLE, "dns", False),
    ),
    "a site that really is set up on a bogon": (
        measured(
            address("127.0.0.1", connected="connection_refused"),
            system=(query("127.0.0.1"),),
            independent=(query("127.0.0.1", resolver="a"), query("127.0.0.1", resolver="b")),
        ),
        ("unreachable.tcp", OBSERVED, None, None),
    ),
    "a wrong address with somebody else's certificate": (
        measured(
            address("93.0.0.1", ("system",), shaken=tls("ssl_unknown_authority", code=19)),
            address(named_by=("independent",), shaken=tls(), transaction=2),
            system=(query("93.0.0.1"),),
            independent=BESIDE,
        ),
        ("dns.spoofed", PROBABLE, "dns", False),
    ),
    "N3 another address that proves itself is a content network": (
        measured(
            address("93.0.0.1", ("system",), shaken=tls()),
            system=(query("93.0.0.1"),),
            independent=BESIDE,
            requests=(page(),),
        ),
        ("accessible", None, False, True),
    ),
    "N4 two answers, the first does not prove itself": (
        measured(
            address("93.0.0.1", ("system",), shaken=tls("generic_timeout_error")),
            system=(query("93.0.0.1", transaction=9),),
            independent=BESIDE,
            duplicates=(query("93.184.216.34", transaction=9),),
        ),
        ("dns.injected", CONFIRMED, "dns", False),
    ),
    "S1 the name is cut, a harmless one is not": (
        measured(address(shaken=tls("connection_reset"), neutral=tls()), system=(TRUE,), independent=BESIDE),
        ("tls.sni", CONFIRMED, "http-failure", False),
    ),
    "S3 the harmless name is cut just so": (
        measured(
            address(shaken=tls("connection_reset"), neutral=tls("connection_reset")), system=(TRUE,), independent=BESIDE
        ),
        ("unreachable.unknown", OBSERVED, None, None),
    ),
    "S3 the server refuses everybody": (
        measured(address(connected="connection_refused"), system=(TRUE,), independent=BESIDE),
        ("unreachable.tcp", OBSERVED, None, None),
    ),
    "S4 somebody else's certificate": (
        measured(address(shaken=tls("ssl_unknown_authority", code=20)), system=(TRUE,), independent=BESIDE),
        ("tls.mitm", PROBABLE, "http-failure", False),
    ),
    "an expired certificate is the site's own business": (
        measured(address(shaken=tls("ssl_invalid_certificate", code=10)), system=(TRUE,), independent=BESIDE),
        ("tls.invalid-certificate", OBSERVED, None, None),
    ),
    "a web page instead of TLS": (
        measured(
            address(shaken=tls("ssl_failed_handshake", reason="WRONG_VERSION_NUMBER")),
            system=(TRUE,),
            independent=BESIDE,
        ),
        ("tls.injected-http", OBSERVED, "http-failure", False),
    ),
    "unavailable for legal reasons": (
        measured(address(), system=(TRUE,), independent=BESIDE, requests=(page(451, scheme="http"),)),
        ("http.legal", PROBABLE, "http-diff", False),
    ),
    "a plain page proves nothing": (
        measured(address(), system=(TRUE,), independent=BESIDE, requests=(page(200, scheme="http"),)),
        ("http.unproven", None, None, None),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    measurement, expected = CASES[case]
    verdict = classify(measurement)
    assert (verdict.code, verdict.grade, verdict.blocking, verdict.accessible) == expected


def test_consistency_follows_what_is_shared_or_proven() -> None:
    def consistency(measurement: Measurement) -> str | None:
        return classify(measurement).dns_consistency

    assert consistency(measured(GOOD, system=(TRUE,), independent=BESIDE)) == "consistent"
    assert consistency(measured(system=(NXDOMAIN,), independent=BESIDE)) == "inconsistent"
    assert consistency(measured(system=(query("93.0.0.1"),), independent=BESIDE)) == "inconsistent"
    assert consistency(measured(system=(TRUE,))) is None
    assert consistency(measured(system=(NXDOMAIN,), independent=(NXDOMAIN,))) is None


@pytest.mark.parametrize(
    ("ip", "bogus"),
    [
        ("10.10.34.35", True), ("100.64.0.1", True), ("127.0.53.53", True), ("169.254.1.1", True), ("240.0.0.1", True),
        ("8.8.8.8", False), ("192.0.3.1", False), ("::1", True), ("fe80::1", True), ("2001:db8::1", True),
        ("2606:4700:4700::1111", False), ("2002:0a0a:2223::1", True), ("2002:0808:0808::1", False),
    ],
)  # fmt: skip
def test_addresses_no_site_can_have(ip: str, bogus: bool) -> None:
    assert is_bogon(ip) is bogus
