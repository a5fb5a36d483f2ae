"""What the watch observed, in plain words: states, layers, ways of failing, reasons. Never who or why."""

from typing import Final

from evidence_kit.model.failure import read_failure
from evidence_kit.words.failures import failure_words
from ui.words import number, say

_CUT: Final = ("bad", "bad")
_NEAR: Final = ("warning", "warn")
_LOOKS: Final = {
    "online": ("good", "good"),
    "local-fault": _NEAR,
    "captive-portal": _NEAR,
    "no-connection-beyond-provider": _CUT,
    "cut-from-abroad": _CUT,
}
# Reasons whose value is a failure.
_WHY: Final = {"route-v4", "route-v6", "proxy.failure"}
_LAYER_LOOKS: Final = {"ok": ("good", "good"), "failed": ("bad", "bad")}


def state_look(state: str) -> tuple[str, str]:
    """Icon and colour of a state."""
    return _LOOKS.get(state, ("unknown", "text"))


def state_words(state: str) -> str:
    """A state (`model.disruption.NetworkState`) as a heading."""
    return {
        "online": say("Connected"),
        "local-fault": say("A fault on this computer or its network"),
        "captive-portal": say("A login page stands before the internet"),
        "no-connection-beyond-provider": say("No connection beyond your provider"),
        "cut-from-abroad": say("Cut off from abroad, working at home"),
    }.get(state) or say("Not known")


def state_hint(state: str) -> str:
    """What a state means and what to do."""
    return {
        "online": say("Well-known places abroad answer and prove who they are. Single sites can still be blocked."),
        "local-fault": say("The trouble is near you. Check cable, Wi-Fi, router and proxy."),
        "captive-portal": say("Log in or accept the terms in your browser, then look again here."),
        "no-connection-beyond-provider": say(
            "Your own network is there, but nothing beyond it answers. It can be a shutdown: record what you see."
        ),
        "cut-from-abroad": say(
            "Places in your country answer, those abroad do not. It can be a shutdown: record what you see."
        ),
    }.get(state) or say("The last look could not tell. The next one may.")


def grade_words(grade: str) -> str:
    """How far a judgement goes (`model.disruption.DisruptionGrade`)."""
    return {
        "observed": say("Observed: this computer saw it; nothing else agrees yet."),
        "probable": say("Probable: several looks agree."),
        "confirmed": say("Confirmed: seen over a second path too."),
    }.get(grade, grade)


# Layers


def layer_look(state: str) -> tuple[str, str]:
    """Icon and colour of a layer's state."""
    return _LAYER_LOOKS.get(state, ("unknown", "faint"))


def layer_words(layer: str) -> str:
    """A layer's name."""
    return {
        "link": say("Network"),
        "link.wifi": say("Wi-Fi"),
        "link.ethernet": say("Cable"),
        "link.mobile": say("Mobile data"),
        "gateway": say("Router"),
        "names": say("Names"),
        "abroad": say("Abroad"),
        "home": say("In your country"),
    }.get(layer, layer)


def layer_state_words(state: str) -> str:
    """How a layer does."""
    return {"ok": say("works"), "failed": say("fails")}.get(state) or say("not known")


def layer_meaning(layer: str) -> str:
    """What a layer is."""
    return {
        "link": say("{name}: whether this computer is connected to a network."),
        "gateway": say("Router: the first box on the way out."),
        "names": say("Names: whether addresses such as news.example are found."),
        "abroad": say("Abroad: whether well-known places in other countries answer."),
        "home": say("In your country: whether places at home answer. Known only if some are set up."),
    }[layer.partition(".")[0]].format(name=layer_words(layer))


# Ways and reasons


def method_words(code: str) -> str:
    """A way of being cut, or something amiss, in a sentence; an unknown code stands for itself."""
    return _methods().get(code, code)


def _methods() -> dict[str, str]:
    return {
        "round-discarded": say("The computer slept or changed its network during the look, so the look says nothing."),
        "local-fault.no-link": say("No cable or Wi-Fi is connected."),
        "local-fault.no-address": say("The network gave this computer no address."),
        "local-fault.no-route": say("This computer has no way out of its network."),
        "local-fault.proxy": say("The proxy does not run or does not answer."),
        "local-fault.clock": say("This computer's clock is wrong, so nothing can prove who it is. Set the clock."),
        "local-fault.gateway": say("The router does not answer."),
        "protocol-block.udp": say("Questions to name servers abroad get no answer, other connections do."),
        "protocol-block.tls": say("Plain connections work, encrypted ones do not."),
        "dns-fault.local-resolver": say("Your network's name server does not answer; others do."),
        "dns-fault.all-resolvers": say("No name server answers."),
        "dns-wildcard": say("The name server answers for names that do not exist."),
        "dns.injected": say("One question for a name got two different answers."),
        "http-interference": say("Unencrypted pages are answered by somebody else."),
        "captive-portal": say("A page asks to log in."),
        "captive-portal.billing": say("A page asks to pay; sites that cost nothing still answer."),
        "tls-interception": say("Somebody answers in place of every site, with a certificate of their own."),
        "blackout.international": say("Nothing abroad answers, places at home do."),
        "blackout.total": say("Nothing answers, neither abroad nor at home."),
        "blackout.beyond-provider": say("Nothing beyond your own network answers."),
        "blackout.seen-through-proxy": say("Nothing answers through the proxy. The proxy itself may be the cause."),
        "anchors-filtered": say("Web pages answer, but the places that could prove it do not."),
        "cut.timeout": say("Connections get no answer at all."),
        "cut.reset": say("Connections are broken off."),
        "cut.refused": say("Connections are refused."),
        "cut.unreachable": say("The network says that there is no way there."),
    }


def reason_words(code: str) -> str:
    """A reason with its number ("anchors.authenticated=0/6") in a sentence; an unknown code stands for itself."""
    name, _, value = code.partition("=")
    known = _reasons().get(name)
    if known is None:
        return code
    if name in _WHY:
        return known.format(value=failure_words(read_failure(value), say))
    part, _, whole = value.partition("/")
    return known.format(value=_counted(value), part=_counted(part), whole=_counted(whole))


def _counted(text: str) -> str:
    return number(int(text)) if text.isascii() and text.isdigit() else text


def _reasons() -> dict[str, str]:
    return {
        "anchors.authenticated": say(
            "Well-known places abroad that answered and proved who they are: {part} of {whole}."
        ),
        "anchors.operators": say("They are run by {value} different companies or groups."),
        "anchors.bad-certificate": say("Places that showed a wrong certificate: {value}."),
        "domestic.authenticated": say(
            "Places in your country that answered and proved who they are: {part} of {whole}."
        ),
        "http-checks.expected": say("Plain web checks with the expected answer: {part} of {whole}."),
        "http-checks.portal": say("Plain web checks answered by a login page: {part} of {whole}."),
        "http-checks.status": say("The answers' numbers: {value}."),
        "system-dns.answered": say("Names found by your network's name server: {part} of {whole}."),
        "independent-dns.answered": say("Names found by other name servers: {part} of {whole}."),
        "interfaces": say("Network devices in this computer: {value}."),
        "links": say("Of them connected: {value}."),
        "route-v4": say("The way out (IPv4): {value}."),
        "route-v6": say("The way out (IPv6): {value}."),
        "proxy.failure": say("The proxy failed: {value}."),
        "proxy.only-path": say("Everything was seen through the proxy alone."),
        "certificates.wrong-time": say("Places whose certificates do not fit this computer's clock: {value}."),
        "gateway.unknown": say("Whether the router works could not be told."),
        "gateway.tcp": say("The router did not answer when asked."),
        "gateway.neighbour": say("The router is gone from this computer's list of neighbours."),
        "gateway.not-asked": say("The router was not asked."),
        "disturbed.suspended": say("The computer slept during the look."),
        "disturbed.wall-step": say("The clock was set during the look."),
        "disturbed.zone": say("The time zone changed during the look."),
        "disturbed.network-changed": say("The network changed during the look."),
        "rounds.failed": say("Looks in a row that failed: {value}."),
        "second-network.agrees": say("A second network shows the same."),
        "flapping": say("Times that the connection went or came lately: {value}."),
    }
