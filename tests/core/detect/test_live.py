"""Real rounds and measurements of the little internet, judged: from sockets to verdicts."""

from collections.abc import Callable

import pytest

from evidence_kit.clock import SystemClock
from evidence_kit.detect.classify import classify
from evidence_kit.detect.disruptions import DisruptionsState, advance
from evidence_kit.detect.ladder import judge
from evidence_kit.drill.fake_internet import SITE, FakeInternet
from evidence_kit.drill.resolver import Names
from evidence_kit.drill.servers import Behaviour, WebAnswer
from evidence_kit.model.disruption import NetworkState
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import Targets

pytestmark = pytest.mark.slow


def strangers(internet: FakeInternet) -> None:
    for server in (*internet.abroad, internet.home):
        server.behave(Behaviour.STRANGER)


def expired(internet: FakeInternet) -> None:
    for server in internet.abroad:
        server.behave(Behaviour.EXPIRED)


def anchors_reset(internet: FakeInternet) -> None:
    for server in (*internet.abroad, internet.home):
        server.behave(Behaviour.RESET)


def resolver_down(internet: FakeInternet) -> None:
    internet.system.answering = Names.NOTHING


def udp_blocked(internet: FakeInternet) -> None:
    for resolver in internet.independent:
        resolver.answering = Names.NOTHING


def wildcard(internet: FakeInternet) -> None:
    internet.system.answering = Names.EVERYTHING


def one_anchor_down(internet: FakeInternet) -> None:
    internet.abroad[0].behave(Behaviour.REFUSED)


def login_page(internet: FakeInternet) -> None:
    internet.put_portal(WebAnswer.LOGIN)
    internet.checks[0].page = WebAnswer.NETWORK_AUTHENTICATION
    internet.home.behave(Behaviour.REFUSED)


def no_credit(internet: FakeInternet) -> None:
    internet.put_portal(WebAnswer.REDIRECT)
    internet.home.behave(Behaviour.UP)


def all_refused(internet: FakeInternet) -> None:
    internet.black_out(Behaviour.REFUSED)


SCENES: dict[str, tuple[Callable[[FakeInternet], None], NetworkState, str | None]] = {
    "healthy": (FakeInternet.restore, NetworkState.ONLINE, None),
    "L5": (resolver_down, NetworkState.ONLINE, "dns-fault.local-resolver"),
    "B1": (FakeInternet.black_out, NetworkState.BEYOND_PROVIDER, "blackout.total"),
    "B1 refused": (all_refused, NetworkState.BEYOND_PROVIDER, "cut.refused"),
    "B2": (FakeInternet.cut_abroad, NetworkState.ABROAD_CUT, "blackout.international"),
    "B3": (one_anchor_down, NetworkState.ONLINE, None),
    "B4 strangers": (strangers, NetworkState.CAPTIVE_PORTAL, "tls-interception"),
    "B4 resets": (anchors_reset, NetworkState.BEYOND_PROVIDER, "protocol-block.tls"),
    "B5": (udp_blocked, NetworkState.ONLINE, "protocol-block.udp"),
    "C1": (FakeInternet.put_portal, NetworkState.CAPTIVE_PORTAL, "captive-portal"),
    "C2 and C3": (login_page, NetworkState.CAPTIVE_PORTAL, "captive-portal"),
    "C5": (no_credit, NetworkState.CAPTIVE_PORTAL, "captive-portal.billing"),
    "N1": (wildcard, NetworkState.ONLINE, "dns-wildcard"),
    "S6": (expired, NetworkState.LOCAL_FAULT, "local-fault.clock"),
}


@pytest.mark.parametrize("scene", SCENES)
def test_scene(internet: FakeInternet, targets: Targets, scene: str) -> None:
    arrange, state, method = SCENES[scene]
    arrange(internet)
    judgement = judge(measure_round(targets, SystemClock()))
    assert judgement.state is state
    assert method is None or method in judgement.methods


def site_gone(internet: FakeInternet) -> None:
    internet.site.behave(Behaviour.REFUSED)


def site_cut(internet: FakeInternet) -> None:
    internet.site.cut_names = frozenset({SITE})


def site_reset(internet: FakeInternet) -> None:
    internet.site.behave(Behaviour.RESET)


def site_stranger(internet: FakeInternet) -> None:
    internet.site.behave(Behaviour.STRANGER)


def name_missing(internet: FakeInternet) -> None:
    internet.system.answering = Names.MISSING


def name_forged(internet: FakeInternet) -> None:
    internet.system.answering = Names.BOGUS


def name_injected(internet: FakeInternet) -> None:
    internet.system.answering = Names.INJECTED


TARGETS: dict[str, tuple[Callable[[FakeInternet], None], str, object]] = {
    "healthy": (FakeInternet.restore, "accessible", False),
    "blackout": (FakeInternet.black_out, "unknown.no-control", None),
    "server down": (site_gone, "unreachable.tcp", None),
    "cut by name": (site_cut, "tls.sni", "http-failure"),
    "cut whatever the name": (site_reset, "unreachable.unknown", None),
    "somebody else": (site_stranger, "tls.mitm", "http-failure"),
    "missing name": (name_missing, "dns.nxdomain", "dns"),
    "forged name": (name_forged, "dns.spoofed", "dns"),
    "injected name": (name_injected, "dns.injected", "dns"),
}


@pytest.mark.parametrize("scene", TARGETS)
def test_target(internet: FakeInternet, targets: Targets, scene: str) -> None:
    arrange, code, blocking = TARGETS[scene]
    arrange(internet)
    verdict = classify(measure_url(f"https://{SITE}:{internet.site.port}/", targets, SystemClock()))
    assert (verdict.code, verdict.blocking) == (code, blocking)


def test_a_blackout_is_noticed_changes_its_form_and_ends(internet: FakeInternet, targets: Targets) -> None:
    clock = SystemClock()
    state = DisruptionsState()
    kinds: list[str] = []
    backs: list[int] = []
    script = [FakeInternet.restore, *[FakeInternet.black_out] * 3, *[restore_and_cut] * 2, *[FakeInternet.restore] * 4]
    for number, arrange in enumerate(script):
        arrange(internet)
        seen = measure_round(targets, clock)
        advanced = advance(
            state,
            judge(seen),
            started=seen.started,
            ended=seen.ended,
            network=seen.network,
            reading=clock.read(),
            policy=targets.policy,
        )
        state = advanced.state
        kinds += [body.KIND for body in advanced.bodies]
        if advanced.back:
            backs.append(number)
    assert kinds[:2] == ["disruption-opened", "disruption-changed"]
    assert backs == [0, 6]
    assert state.track.phase in {"recovering", "ok"}


def restore_and_cut(internet: FakeInternet) -> None:
    internet.restore()
    internet.cut_abroad()
