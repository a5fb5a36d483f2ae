"""The export in OONI's formats: its envelope, its parts, and that it names no address of this machine."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

from evidence_kit.clock import SystemClock
from evidence_kit.detect.classify import classify
from evidence_kit.detect.ladder import judge
from evidence_kit.drill.fake_internet import SITE, FakeInternet
from evidence_kit.drill.resolver import Names
from evidence_kit.drill.servers import Behaviour, WebAnswer
from evidence_kit.model.measurement import GatewaySeen, Interface, LinkSeen
from evidence_kit.model.ooni import round_to_ooni, to_ooni
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import Targets
from tests.core.detect.rounds import ALL_DEAD, check, measured, page, query, seen

NEVER_OMITTED = {
    "data_format_version",
    "input",
    "measurement_start_time",
    "test_start_time",
    "test_runtime",
    "probe_asn",
    "probe_cc",
    "probe_ip",
    "software_name",
    "software_version",
    "test_name",
    "test_version",
    "test_keys",
}


def round_json(internet: FakeInternet, targets: Targets) -> dict[str, Any]:
    record = measure_round(targets, SystemClock())
    return dict(json.loads(round_to_ooni(record, judge(record))))


def target_json(internet: FakeInternet, targets: Targets) -> dict[str, Any]:
    record = measure_url(f"https://{SITE}:{internet.site.port}/", targets, SystemClock())
    return dict(json.loads(to_ooni(record, classify(record))))


def test_the_envelope_withholds_who_and_where(internet: FakeInternet, targets: Targets) -> None:
    for exported in (round_json(internet, targets), target_json(internet, targets)):
        assert exported.keys() >= NEVER_OMITTED
        assert (exported["probe_ip"], exported["probe_asn"], exported["probe_cc"]) == ("127.0.0.1", "AS0", "ZZ")
        assert exported["data_format_version"] == "0.2.0"
        assert len(exported["measurement_start_time"]) == len("2026-11-23 14:02:10")


def test_a_round_carries_its_judgement_and_its_parts(internet: FakeInternet, targets: Targets) -> None:
    keys = round_json(internet, targets)["test_keys"]
    assert keys["x_state"] == "online"
    assert targets.ca_file is not None
    assert keys["x_ca_bundle_sha256"] == hashlib.sha256(targets.ca_file.read_bytes()).hexdigest()
    assert {part["status"]["success"] for part in keys["tcp_connect"]} == {True}
    handshake = keys["tls_handshakes"][0]
    assert handshake["tls_version"] == "TLSv1.3"
    assert handshake["peer_certificates"][0]["format"] == "base64"
    assert handshake["no_tls_verify"] is False
    assert keys["requests"][0]["response"]["code"] in {200, 204}
    udp = [part for part in keys["queries"] if part["engine"] == "udp"]
    assert {part["failure"] for part in udp} == {None, "dns_nxdomain_error"}
    anchors = {anchor["transaction_id"] for anchor in keys["x_anchors"]}
    assert anchors == {part["transaction_id"] for part in keys["tls_handshakes"]}


def test_a_failed_certificate_is_kept_from_a_second_handshake(internet: FakeInternet, targets: Targets) -> None:
    internet.site.behave(Behaviour.STRANGER)
    first, second = target_json(internet, targets)["test_keys"]["tls_handshakes"]
    assert (first["failure"], first["no_tls_verify"], first["peer_certificates"]) == (
        "ssl_unknown_authority",
        False,
        [],
    )
    assert (second["failure"], second["no_tls_verify"]) == (None, True)
    assert len(second["peer_certificates"]) == 1


def test_a_target_carries_oonis_keys_and_our_verdict(internet: FakeInternet, targets: Targets) -> None:
    internet.system.answering = Names.MISSING
    keys = target_json(internet, targets)["test_keys"]
    assert (keys["blocking"], keys["accessible"], keys["dns_consistency"]) == ("dns", False, "inconsistent")
    assert keys["dns_experiment_failure"] == "dns_nxdomain_error"
    assert keys["x_verdict"]["code"] == "dns.nxdomain"
    assert keys["control"] == {}


def test_a_portals_redirect_keeps_no_hardware_address(internet: FakeInternet, targets: Targets) -> None:
    internet.put_portal(WebAnswer.REDIRECT)
    headers = round_json(internet, targets)["test_keys"]["requests"][0]["response"]["headers"]
    assert headers["Location"] == "http://login.portal.test/?mac=[scrubbed]"


def test_nothing_of_this_machine_is_left_in_a_round() -> None:
    link = LinkSeen(
        checked=True,
        interfaces=(Interface("eth0", "ethernet", True, True, ("192.168.1.7", "2001:db8:7::9")),),
        hardware=("02:00:5e:10:00:01",),
    )
    body = (
        b'<a href="?u=192.168.1.7&m=02005e100001&h=02-00-5E-10-00-01">You are 192.168.1.7:4000 (2001:db8:7::9), '
        b"192.168.1.70 is not, version 1.2.3 is no address</a>"
    )
    record = replace(
        seen(*ALL_DEAD, checks=(check(302, body=body),), system=(query("192.168.1.7"),)),
        link=link,
        gateway=GatewaySeen("192.168.1.1", True, "tcp"),
    )
    exported = round_to_ooni(record, judge(record)).decode()
    for secret in ("192.168.1.7", "192.168.1.1", "2001:db8:7::9", "02005e100001", "02-00-5e", "02:00:5e", "eth0"):
        assert secret.lower() not in exported.lower()
    assert "version 1.2.3 is no address" in exported
    assert json.loads(exported)["test_keys"]["x_link"]["interfaces"] == [
        {"kind": "ethernet", "up": True, "carrier": True, "address_kinds": ["private-v4", "private-v6"]}
    ]


def test_a_body_that_is_no_text_travels_as_base64() -> None:
    record = measured(requests=(replace(page(), body=b"\xff\xfe\x00 at 10.1.2.3"),))
    response = json.loads(to_ooni(record, classify(record)))["test_keys"]["requests"][0]["response"]
    assert response["body"]["format"] == "base64"
    assert b"10.1.2.3" not in base64.b64decode(response["body"]["data"])


def test_times_inside_are_seconds_since_the_start(internet: FakeInternet, targets: Targets) -> None:
    exported = target_json(internet, targets)
    keys = exported["test_keys"]
    for part in (*keys["queries"], *keys["tcp_connect"], *keys["tls_handshakes"], *keys["requests"]):
        assert 0 <= part["t0"] <= part["t"] <= exported["test_runtime"]
    stamps = [event["t"] for event in keys["network_events"]]
    assert stamps == sorted(stamps)
