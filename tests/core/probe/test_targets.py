"""Targets are read strictly, and a mistake is named by its key."""

from pathlib import Path

import pytest

from evidence_kit.errors import Refused
from evidence_kit.probe.targets import Endpoint, load_targets, read_targets

ANCHORS = """
[[anchor]]
operator = "A"
address = "127.0.0.1"
server_name = "a.test"
[[anchor]]
operator = "B"
address = "::1"
port = 853
server_name = "b.test"
region = "domestic"
[[anchor]]
operator = "C"
address = "127.0.0.2"
server_name = "c.test"
"""


def refusal_of(text: str) -> tuple[str, object, object]:
    with pytest.raises(Refused) as refused:
        read_targets(text.encode(), folder=Path())
    return refused.value.code.value, refused.value.facts.get("key"), refused.value.facts.get("problem")


def test_the_default_set_has_three_operators_two_resolvers_and_no_domestic_anchor() -> None:
    targets = load_targets()
    assert len({anchor.operator for anchor in targets.anchors}) >= 3
    assert len(targets.independent_resolvers) >= 2
    assert not any(anchor.domestic for anchor in targets.anchors)
    assert targets.system_resolver is None
    assert targets.link_check


def test_everything_can_be_pointed_elsewhere() -> None:
    targets = read_targets(
        f'version = 1\n[policy]\nretry_s = [1, 2.5]\nconfirm_rounds = 2\n[link]\ncheck = false\ngateway = "127.0.0.9"\n'
        f'gateway_ports = [8053]\n[dns]\nsystem = "[::1]:5353"\n{ANCHORS}'.encode(),
        folder=Path(),
    )
    assert targets.policy.retry_s == (1.0, 2.5)
    assert targets.policy.confirm_rounds == 2
    assert targets.system_resolver == Endpoint("::1", 5353)
    assert [anchor.domestic for anchor in targets.anchors] == [False, True, False]
    assert (targets.link_check, targets.gateway, targets.gateway_ports) == (False, "127.0.0.9", (8053,))


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        (f"version = 1\n[policy]\ninterval = 3\n{ANCHORS}", "policy.interval", "unknown-key"),
        (f"version = 1\n[policy]\njitter = 1.5\n{ANCHORS}", "policy.jitter", "out-of-range"),
        (f"version = 1\n[timeouts]\ntcp_s = true\n{ANCHORS}", "timeouts.tcp_s", "not-a-number"),
        (f"version = 1\n[dns]\nsystem = 'dns.example'\n{ANCHORS}", "dns.system", "not-an-address-and-port"),
        (f"version = 1\n[tls]\nca_file = 'nowhere.pem'\n{ANCHORS}", "tls.ca_file", "no-such-file"),
        ("version = 1\n[[anchor]]\noperator = 'A'\naddress = 'a.example'", "anchor[0].address", "not-an-address"),
        ("version = 1\n[[anchor]]\noperator = 'A'\naddress = '127.0.0.1'", "anchor[0].server_name", "missing"),
        ("version = 1", "anchor", "two-operators-needed"),
        (
            f"version = 1\n{ANCHORS}[[http_check]]\noperator='A'\nurl='https://x.test/'",
            "http_check[0].url",
            "not-a-plain-http-address",
        ),
        (ANCHORS, "version", "missing"),
    ],
)
def test_a_mistake_is_named_by_its_key(text: str, key: str, problem: str) -> None:
    assert refusal_of(text) == ("targets-key", key, problem)


def test_what_is_no_toml_or_newer_is_refused() -> None:
    assert refusal_of("version = ")[0] == "targets-not-toml"
    assert refusal_of("version = 2")[0] == "targets-newer"
