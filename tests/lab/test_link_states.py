"""Real link states in network namespaces: a laptop, a router and the world behind it, with real routes and firewalls.

Needs root, `ip` and `nft`; nothing here can reach, or be reached from, the network of this machine.
"""

import functools
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.world import ABROAD, GATEWAY, HOME

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("nft"),
        reason="network namespaces need Linux, root, ip and nft",
    ),
]

LAPTOP = "10.77.0.2"


def command(*words: str) -> str:
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=30)
    return done.stdout


@functools.cache
def namespaces_work() -> bool:
    """Not in every container, and in no chroot: there `ip netns exec` cannot mount what it needs."""
    trial = f"ek-trial-{secrets.token_hex(3)}"
    if subprocess.run(["ip", "netns", "add", trial], capture_output=True, check=False).returncode:
        return False
    works = subprocess.run(["ip", "netns", "exec", trial, "true"], capture_output=True, check=False).returncode == 0
    command("ip", "netns", "delete", trial)
    return works


class Lab:
    """Two namespaces and a cable between them."""

    def __init__(self, folder: Path) -> None:
        if not namespaces_work():
            pytest.skip("no network namespace can be used here")
        self.folder = folder
        mark = secrets.token_hex(3)
        self.near, self.far = f"ek-near-{mark}", f"ek-far-{mark}"
        command("ip", "netns", "add", self.near)
        command("ip", "netns", "add", self.far)
        self.world: subprocess.Popen[str] | None = None

    def build(self) -> None:
        cable = f"ek{secrets.token_hex(3)}"
        command(
            "ip", "link", "add", cable, "netns", self.near, "type", "veth", "peer", "name", "eth0", "netns", self.far
        )
        self.at_near("ip", "link", "set", cable, "name", "eth0")
        for address in (f"{GATEWAY}/24", f"{ABROAD}/32", f"{HOME}/32"):
            where = "eth0" if address.startswith(GATEWAY) else "lo"
            self.at_far("ip", "address", "add", address, "dev", where)
        for link in ("lo", "eth0"):
            self.at_far("ip", "link", "set", link, "up")
            self.at_near("ip", "link", "set", link, "up")
        self.at_near("ip", "address", "add", f"{LAPTOP}/24", "dev", "eth0")
        self.at_near("ip", "route", "add", "default", "via", GATEWAY)
        self.world = subprocess.Popen(
            ["ip", "netns", "exec", self.far, sys.executable, "-m", "tests.lab.world", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def hear(self) -> str:
        assert self.world is not None
        assert self.world.stdout is not None
        return self.world.stdout.readline().strip()

    def asked_of_proxy(self) -> list[str]:
        assert self.world is not None
        assert self.world.stdin is not None
        self.world.stdin.write("asked\n")
        self.world.stdin.flush()
        return self.hear().split()

    def at_near(self, *words: str) -> str:
        return command("ip", "netns", "exec", self.near, *words)

    def at_far(self, *words: str) -> str:
        return command("ip", "netns", "exec", self.far, *words)

    def firewall(self, *rules: str, laptop: bool = False) -> None:
        """Replace the rules at the router's entrance, or at the laptop's exit."""
        chain = "\n".join((f"type filter hook {'output' if laptop else 'input'} priority 0; policy accept;", *rules))
        path = self.folder / "rules.nft"
        path.write_text(f"flush ruleset\ntable inet lab {{\nchain gate {{\n{chain}\n}}\n}}\n")
        (self.at_near if laptop else self.at_far)("nft", "-f", str(path))

    def packets(self) -> dict[str, int]:
        """What the counting rules at the laptop's exit have counted, by their comments."""
        listed = json.loads(self.at_near("nft", "-j", "list", "ruleset"))["nftables"]
        rules = (item["rule"] for item in listed if item.get("rule", {}).get("comment"))
        return {
            rule["comment"]: next(part["counter"]["packets"] for part in rule["expr"] if "counter" in part)
            for rule in rules
        }

    def look(self, mode: str = "") -> dict[str, Any]:
        words = (sys.executable, "-m", "tests.lab.look", str(self.folder / "targets.toml"), mode)
        return dict(json.loads(self.at_near(*words)))

    def close(self) -> None:
        if self.world is not None:
            self.world.communicate("", timeout=20)
        for namespace in (self.near, self.far):
            command("ip", "netns", "delete", namespace)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        lab.build()
        yield lab
    finally:
        lab.close()


@pytest.fixture
def lab(built: Lab) -> Iterator[Lab]:
    """The lab in good order, and put in order again afterwards."""
    yield built
    built.firewall()
    built.firewall(laptop=True)
    built.at_far("ip", "link", "set", "eth0", "up")
    built.at_near("ip", "link", "set", "eth0", "up")
    built.at_near("ip", "address", "replace", f"{LAPTOP}/24", "dev", "eth0")
    built.at_near("ip", "route", "replace", "default", "via", GATEWAY)
    built.at_near("ip", "neighbour", "flush", "all")


def test_the_healthy_lab_is_online_through_a_live_gateway(lab: Lab) -> None:
    seen = lab.look()
    assert seen["state"] == "online"
    assert seen["gateway"] is True
    assert LAPTOP in seen["own"]
    assert seen["network"] == lab.look()["network"]
    assert len(seen["network"]) == 16


def test_l1_no_carrier(lab: Lab) -> None:
    lab.at_far("ip", "link", "set", "eth0", "down")
    seen = lab.look()
    assert (seen["state"], seen["methods"], seen["sent"]) == ("local-fault", ["local-fault.no-link"], 0)


def test_l2_no_address(lab: Lab) -> None:
    lab.at_near("ip", "address", "flush", "dev", "eth0")
    seen = lab.look()
    assert (seen["state"], seen["methods"], seen["sent"]) == ("local-fault", ["local-fault.no-address"], 0)


def test_l3_no_route(lab: Lab) -> None:
    lab.at_near("ip", "route", "delete", "default")
    seen = lab.look()
    assert (seen["state"], seen["methods"], seen["sent"]) == ("local-fault", ["local-fault.no-route"], 0)


def test_l4_a_dead_gateway(lab: Lab) -> None:
    lab.at_near("ip", "route", "replace", "default", "via", "10.77.0.9")
    seen = lab.look()
    assert (seen["state"], seen["methods"]) == ("local-fault", ["local-fault.gateway"])
    assert (seen["gateway"], seen["how"]) == (False, "neighbour")


def test_b1_everything_beyond_the_router_is_dropped(lab: Lab) -> None:
    lab.firewall(f"ip daddr {{ {ABROAD}, {HOME} }} drop")
    seen = lab.look()
    assert seen["state"] == "no-connection-beyond-provider"
    assert seen["methods"] == ["blackout.total", "cut.timeout"]
    assert seen["gateway"] is True


def test_b1_a_gateway_that_answers_nothing_but_lives_is_seen_by_its_hardware(lab: Lab) -> None:
    lab.firewall("meta l4proto { tcp, udp } drop")
    lab.at_near("ip", "neighbour", "flush", "all")
    seen = lab.look()
    assert seen["state"] == "no-connection-beyond-provider"
    assert (seen["gateway"], seen["how"]) == (True, "neighbour")


def test_b2_only_the_country_is_left(lab: Lab) -> None:
    lab.firewall(f"ip daddr {ABROAD} drop")
    seen = lab.look()
    assert seen["state"] == "cut-from-abroad"
    assert "blackout.international" in seen["methods"]


def test_b1_a_router_that_rejects_says_so(lab: Lab) -> None:
    lab.firewall(f"ip daddr {{ {ABROAD}, {HOME} }} reject with icmp type host-unreachable")
    seen = lab.look()
    assert seen["state"] == "no-connection-beyond-provider"
    assert "cut.unreachable" in seen["methods"]


COUNTING = (
    'oifname "lo" accept',
    f'ip daddr {GATEWAY} tcp dport 1080 counter accept comment "proxy"',
    'meta l4proto { tcp, udp, icmp } counter accept comment "beside"',
)


def test_with_a_proxy_no_packet_goes_anywhere_else(lab: Lab) -> None:
    lab.firewall(*COUNTING, laptop=True)
    seen = lab.look(f"socks5h://{GATEWAY}:1080")
    assert seen["state"] == "online"
    assert any(host.startswith("check-") for host in lab.asked_of_proxy())
    counted = lab.packets()
    assert counted["proxy"] > 10
    assert counted["beside"] == 0
    # The same counters do see what goes another way.
    lab.look()
    assert lab.packets()["beside"] > 10


def test_the_watch_is_woken_by_a_pulled_cable(lab: Lab) -> None:
    watching = subprocess.Popen(
        [
            "ip",
            "netns",
            "exec",
            lab.near,
            sys.executable,
            "-m",
            "tests.lab.look",
            str(lab.folder / "targets.toml"),
            "watch",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    assert watching.stdout.readline().strip() == "watching"
    lab.at_far("ip", "link", "set", "eth0", "down")
    said, _ = watching.communicate(timeout=15)
    assert json.loads(said) is True
