"""The picture of layers: what one round says of each, and what it does not say."""

from dataclasses import replace

import pytest

from evidence_kit.detect.layers import layers
from evidence_kit.model.measurement import Expected, GatewaySeen, Interface, Round
from tests.core.detect.rounds import ALL_DEAD, alive, check, cut, dead, query, seen, tcp, timed_out

WIFI = Interface("wlan0", "wifi", True, True, ("192.168.1.7",))
NAMES = (query("93.184.216.34"),)


def picture(round_: Round) -> dict[str, str]:
    return {name.partition(".")[0]: state for name, state in layers(round_)}


def test_everything_works() -> None:
    round_ = seen(alive("A"), alive("B"), alive("C", domestic=True), system=NAMES)
    assert picture(round_) == {"link": "ok", "gateway": "ok", "names": "ok", "abroad": "ok", "home": "ok"}


def test_a_total_blackout_leaves_cable_and_gateway() -> None:
    round_ = seen(*ALL_DEAD, dead("H", domestic=True), system=(timed_out(),))
    assert picture(round_) == {"link": "ok", "gateway": "ok", "names": "failed", "abroad": "failed", "home": "failed"}


def test_home_works_where_only_abroad_is_cut() -> None:
    round_ = seen(*ALL_DEAD, alive("H", domestic=True), system=NAMES, gateway=None)
    assert picture(round_) == {"link": "ok", "gateway": "ok", "names": "ok", "abroad": "failed", "home": "ok"}


def test_what_was_not_tried_is_unknown() -> None:
    assert picture(seen(interfaces=(), gateway=None)) == {
        "link": "failed",
        "gateway": "unknown",
        "names": "unknown",
        "abroad": "unknown",
        "home": "unknown",
    }


def test_a_disturbed_round_says_nothing() -> None:
    assert set(picture(seen(*ALL_DEAD, disturbed=("suspended",), system=(timed_out(),))).values()) == {"unknown"}


def test_a_dead_gateway_is_believed_only_while_nothing_answers_from_beyond() -> None:
    assert picture(seen(*ALL_DEAD, gateway=False))["gateway"] == "failed"
    assert picture(seen(*ALL_DEAD, cut("D", "connection_reset"), gateway=False))["gateway"] == "ok"


def test_a_proxy_that_connects_says_nothing_of_the_gateway() -> None:
    round_ = replace(seen(cut("A", "eof_error"), proxy=tcp()), gateway=GatewaySeen(None, None, "none"))
    assert picture(round_)["gateway"] == "unknown"


@pytest.mark.parametrize(
    "round_",
    [
        seen(dead("A")),
        seen(cut("A", "ssl_invalid_certificate", code=10), cut("B", "ssl_invalid_certificate", code=10)),
        seen(*ALL_DEAD, checks=(check(204, expected=Expected((204,))),)),
    ],
    ids=["one operator alone", "a wrong clock", "the web answers and only the anchors do not"],
)
def test_abroad_is_not_called_failed_without_two_witnesses(round_: Round) -> None:
    assert picture(round_)["abroad"] == "unknown"


def test_the_link_is_named_by_its_kind_where_there_is_one_kind() -> None:
    assert layers(seen(interfaces=(WIFI,)))[0] == ("link.wifi", "ok")
    assert layers(seen(interfaces=(WIFI, replace(WIFI, name="eth0", kind="ethernet"))))[0] == ("link", "ok")


def test_a_link_that_was_to_be_taken_as_given_is_neither_named_nor_judged() -> None:
    round_ = seen(alive("A"))
    assert layers(replace(round_, link=replace(round_.link, checked=False)))[0] == ("link", "unknown")
