"""The layers nearest to the machine."""

import threading

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.model.measurement import Interface, LinkSeen
from evidence_kit.probe.link import LinkWatch, default_gateway, interface_kind, network_id, read_link
from evidence_kit.probe.targets import Targets

ROUTES = """Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wlan0	00000000	FE01A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	010200C0	0003	0	0	100	00000000	0	0	0
tun0	00000000	00000000	0001	0	0	50	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
"""


def link(*interfaces: Interface) -> LinkSeen:
    return LinkSeen(True, interfaces)


def test_the_gateway_is_that_of_the_cheapest_default_route_that_has_one() -> None:
    assert default_gateway(ROUTES) == "192.0.2.1"
    assert default_gateway(ROUTES.splitlines()[0]) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [("lo", "loopback"), ("eth0", "ethernet"), ("enp3s0", "ethernet"), ("wlp2s0", "wifi"), ("wwan0", "mobile"),
     ("tun0", "tunnel"), ("wg0", "tunnel"), ("docker0", "virtual"), ("Wi-Fi", "wifi"), ("Strange", "other")],
)  # fmt: skip
def test_interfaces_are_told_apart_by_name(name: str, kind: str) -> None:
    assert interface_kind(name) == kind


def test_a_self_assigned_address_is_no_address_and_a_bridge_is_no_link() -> None:
    self_assigned = link(Interface("eth0", "ethernet", True, True, ("169.254.3.4", "fe80::1")))
    assert self_assigned.linked
    assert not self_assigned.addressed
    assert not link(Interface("docker0", "virtual", True, True, ("172.17.0.1",))).linked
    assert not link(Interface("eth0", "ethernet", True, False, ("192.0.2.2",))).linked
    assert link(Interface("eth0", "ethernet", True, None, ("192.0.2.2",))).addressed


def test_reading_the_link_of_this_machine_finds_its_loopback(targets: Targets) -> None:
    assert any("127.0.0.1" in interface.addresses for interface in read_link(targets).interfaces)


def test_a_network_has_another_name_under_another_salt(targets: Targets) -> None:
    seen = LinkSeen(False)
    names = {network_id(seen, targets, salt) for salt in (b"one", b"two")}
    assert len(names) == 2
    assert network_id(seen, targets, b"one") in names


def test_a_nudge_wakes_the_watch_at_once_and_nothing_else_does(targets: Targets) -> None:
    with LinkWatch(targets, SystemClock()) as watch:
        assert not watch.wait(0.01)
        nudging = threading.Thread(target=watch.nudge)
        nudging.start()
        assert watch.wait(30)
        nudging.join()
        assert not watch.wait(0.01)


def test_a_nudge_that_comes_after_the_end_is_let_be(targets: Targets) -> None:
    watch = LinkWatch(targets, SystemClock())
    watch.close()
    watch.nudge()
