"""With a proxy chosen, every command goes through it or not at all: counted at the exit of a namespace of its own.

Needs root, `ip` and `nft`; nothing here can reach, or be reached from, the network of this machine.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes.correspondent import Correspondent
from tests.fakes.product import Product, Watching
from tests.journeys.far_side import PROXY_PORT
from tests.lab.test_link_states import Lab
from tests.lab.world import ABROAD, GATEWAY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("nft"),
        reason="network namespaces need Linux, root, ip and nft",
    ),
]


def counting(port: int) -> tuple[str, ...]:
    """What leaves for the proxy, and what leaves for anywhere else; on loopback a local resolver would be asked."""
    return (
        'oifname "lo" meta l4proto { tcp, udp } counter accept comment "loopback"',
        f'ip daddr {GATEWAY} tcp dport {port} counter accept comment "proxy"',
        'meta l4proto { tcp, udp, icmp } counter accept comment "beside"',
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """The product in a namespace whose only way out is a cable to the proxy's machine."""

    product: Product
    lab: Lab
    mail: str
    page: str
    far: "subprocess.Popen[str]"

    def asked(self) -> list[tuple[str, int]]:
        """Every host and port that the proxy has been asked for."""
        assert self.far.stdin is not None
        assert self.far.stdout is not None
        self.far.stdin.write("\n")
        self.far.stdin.flush()
        return [(host, port) for host, port in json.loads(self.far.stdout.readline())]

    @property
    def targets(self) -> str:
        return str(self.lab.folder / "targets.toml")


@pytest.fixture
def behind(product: Product, desk: Correspondent, tmp_path: Path) -> Iterator[Behind]:
    lab = Lab(tmp_path)
    (tmp_path / "inbox").mkdir()
    resolver = Path("/etc/netns") / lab.near / "resolv.conf"
    # Whoever asks the system for a name asks there, and is counted.
    resolver.parent.mkdir(parents=True)
    resolver.write_text(f"nameserver {ABROAD}\noptions timeout:1 attempts:1\n")
    try:
        lab.build()
        far = subprocess.Popen(
            ["ip", "netns", "exec", lab.far, sys.executable, "-m", "tests.journeys.far_side", str(tmp_path / "inbox")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with far:
            assert far.stdout is not None
            mail = far.stdout.readline().strip()
            (port,) = re.findall(r"check-two\.test:(\d+)/", (tmp_path / "targets.toml").read_text())
            product.prepare("destination", "add", "desk", mail, "--recipient", desk.fingerprint)
            product.prepare("note", "through the proxy alone")
            product.prepare("report", "create", "--to", "desk")
            inside = replace(product, prefix=["ip", "netns", "exec", lab.near])
            lab.firewall(*counting(PROXY_PORT), laptop=True)
            yield Behind(inside, lab, mail, f"http://check-two.test:{port}/connect", far)
            far.communicate("", timeout=20)
    finally:
        lab.close()
        shutil.rmtree(resolver.parent)
        with contextlib.suppress(OSError):  # somebody else's is there
            resolver.parent.parent.rmdir()


def test_with_a_proxy_not_one_packet_goes_beside_it_and_names_are_resolved_there(
    behind: Behind, tmp_path: Path
) -> None:
    behind.product.run("network", "--proxy", f"socks5h://{GATEWAY}:{PROXY_PORT}")
    told = behind.product.tell("probe", behind.page, "--targets", behind.targets)
    assert (told.code, told.err) == (0, "")
    (page,) = behind.product.run("capture", "page", behind.page)
    assert page["body"]["page_state"] == "live"
    assert behind.product.tell("sync", "--once").code == 0
    assert len(list((tmp_path / "inbox").glob("*.eml"))) == 2
    before_watch = len(behind.asked())
    with Watching(behind.product.start("watch", "--targets", behind.targets)) as watch:
        watch.until_state("online")
        assert watch.end() == (0, "")
    counted = behind.lab.packets()
    assert (counted["beside"], counted["loopback"]) == (0, 0)
    assert counted["proxy"] > 100
    asked = behind.asked()
    mail_port = int(re.findall(r"@localhost:(\d+)/", behind.mail)[0])
    page_port = int(behind.page.split(":")[2].partition("/")[0])
    assert ("localhost", mail_port) in asked
    assert asked.count(("check-two.test", page_port)) >= 2  # by the probe and by the camera
    assert any(host.startswith("check-") for host, _ in asked[before_watch:])
    # What has a name is asked for by it: the proxy's machine alone looks it up.
    assert not {("127.0.0.1", mail_port), (ABROAD, page_port)} & set(asked)


def test_with_a_dead_proxy_nothing_goes_out_another_way(behind: Behind) -> None:
    nobody = 9
    behind.lab.firewall(*counting(nobody), laptop=True)
    behind.product.run("network", "--proxy", f"socks5h://{GATEWAY}:{nobody}")
    behind.product.tell("probe", behind.page, "--targets", behind.targets)
    (page,) = behind.product.run("capture", "page", behind.page)
    assert page["body"]["page_state"] == "error-page"
    assert behind.product.tell("sync", "--once").code == 3
    (delivery,) = behind.product.run("deliveries")
    assert delivery["parts"][0]["error"] == "proxy-unreachable"
    with Watching(behind.product.start("watch", "--targets", behind.targets)) as watch:
        assert watch.expect(lambda told: told["event"] == "state")["state"] != "online"
    counted = behind.lab.packets()
    assert (counted["beside"], counted["loopback"]) == (0, 0)
    assert counted["proxy"] >= 4


def test_without_a_proxy_the_same_counters_see_every_command(behind: Behind) -> None:
    seen = []
    for command in (
        ("probe", behind.page, "--targets", behind.targets),
        ("capture", "page", behind.page),
        ("sync", "--once"),
        ("watch", "--for", "1", "--targets", behind.targets),
    ):
        behind.product.tell(*command)
        counted = behind.lab.packets()
        seen.append(counted["beside"] + counted["loopback"])
        behind.lab.firewall(*counting(PROXY_PORT), laptop=True)
    assert all(seen), seen
    assert behind.asked() == []
