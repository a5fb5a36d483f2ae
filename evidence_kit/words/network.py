"""What a look at the network found, in plain words: layers, ways of failing, reasons. Never who or why."""

from collections.abc import Callable
from typing import Final

from evidence_kit.model.failure import read_failure
from evidence_kit.model.judgement import Layer, LayerState, Method, Reason
from evidence_kit.words.failures import failure_words
from evidence_kit.words.languages import Say

# Reasons whose value is a failure.
_WHY: Final = {Reason.ROUTE_V4, Reason.ROUTE_V6, Reason.PROXY_FAILURE}


def layer_words(layer: Layer, say: Say) -> str:
    """A layer's name."""
    return {
        Layer.LINK: say("Network"),
        Layer.WIFI: say("Wi-Fi"),
        Layer.ETHERNET: say("Cable"),
        Layer.MOBILE: say("Mobile data"),
        Layer.GATEWAY: say("Router"),
        Layer.NAMES: say("Names"),
        Layer.ABROAD: say("Abroad"),
        Layer.HOME: say("In your country"),
    }[layer]


def layer_state_words(state: LayerState, say: Say) -> str:
    """How a layer does."""
    return {
        LayerState.OK: say("works"),
        LayerState.FAILED: say("fails"),
        LayerState.UNKNOWN: say("not known"),
    }[state]


def layer_meaning(layer: Layer, say: Say) -> str:
    """What a layer is."""
    return {
        "link": say("{name}: whether this computer is connected to a network."),
        "gateway": say("Router: the first box on the way out."),
        "names": say("Names: whether addresses such as news.example are found."),
        "abroad": say("Abroad: whether well-known places in other countries answer."),
        "home": say("In your country: whether places at home answer. Known only if some are set up."),
    }[layer.partition(".")[0]].format(name=layer_words(layer, say))


def method_words(code: str, say: Say) -> str:
    """A way of being cut, or something amiss, in a sentence; an unknown code stands for itself."""
    return _methods(say).get(code, code)


def _methods(say: Say) -> dict[str, str]:
    return {
        Method.ROUND_DISCARDED: say(
            "The computer slept or changed its network during the look, so the look says nothing."
        ),
        Method.NO_LINK: say("No cable or Wi-Fi is connected."),
        Method.NO_ADDRESS: say("The network gave this computer no address."),
        Method.NO_ROUTE: say("This computer has no way out of its network."),
        Method.PROXY_FAULT: say("The proxy does not run or does not answer."),
        Method.CLOCK_FAULT: say("This computer's clock is wrong, so nothing can prove who it is. Set the clock."),
        Method.GATEWAY_FAULT: say("The router does not answer."),
        Method.UDP_BLOCKED: say("Questions to name servers abroad get no answer, other connections do."),
        Method.TLS_BLOCKED: say("Plain connections work, encrypted ones do not."),
        Method.LOCAL_RESOLVER: say("Your network's name server does not answer; others do."),
        Method.ALL_RESOLVERS: say("No name server answers."),
        Method.DNS_WILDCARD: say("The name server answers for names that do not exist."),
        Method.DNS_INJECTED: say("One question for a name got two different answers."),
        Method.HTTP_INTERFERENCE: say("Unencrypted pages are answered by somebody else."),
        Method.CAPTIVE_PORTAL: say("A page asks to log in."),
        Method.BILLING_PORTAL: say("A page asks to pay; sites that cost nothing still answer."),
        Method.TLS_INTERCEPTION: say("Somebody answers in place of every site, with a certificate of their own."),
        Method.BLACKOUT_INTERNATIONAL: say("Nothing abroad answers, places at home do."),
        Method.BLACKOUT_TOTAL: say("Nothing answers, neither abroad nor at home."),
        Method.BLACKOUT_BEYOND_PROVIDER: say("Nothing beyond your own network answers."),
        Method.BLACKOUT_THROUGH_PROXY: say("Nothing answers through the proxy. The proxy itself may be the cause."),
        Method.ANCHORS_FILTERED: say("Web pages answer, but the places that could prove it do not."),
        Method.CUT_TIMEOUT: say("Connections get no answer at all."),
        Method.CUT_RESET: say("Connections are broken off."),
        Method.CUT_REFUSED: say("Connections are refused."),
        Method.CUT_UNREACHABLE: say("The network says that there is no way there."),
    }


def reason_words(code: str, say: Say, number: Callable[[int], str] = str) -> str:
    """A reason with its number ("anchors.authenticated=0/6") in a sentence; an unknown code stands for itself.

    `number` writes a number as the language does.
    """
    name, _, value = code.partition("=")
    known = _reasons(say).get(name)
    if known is None:
        return code
    if name in _WHY:
        return known.format(value=failure_words(read_failure(value), say))
    part, _, whole = value.partition("/")
    return known.format(value=_counted(value, number), part=_counted(part, number), whole=_counted(whole, number))


def _counted(text: str, number: Callable[[int], str]) -> str:
    return number(int(text)) if text.isascii() and text.isdigit() else text


def _reasons(say: Say) -> dict[str, str]:
    return {
        Reason.ANCHORS_AUTHENTICATED: say(
            "Well-known places abroad that answered and proved who they are: {part} of {whole}."
        ),
        Reason.ANCHORS_OPERATORS: say("They are run by {value} different companies or groups."),
        Reason.ANCHORS_BAD_CERTIFICATE: say("Places that showed a wrong certificate: {value}."),
        Reason.DOMESTIC_AUTHENTICATED: say(
            "Places in your country that answered and proved who they are: {part} of {whole}."
        ),
        Reason.CHECKS_EXPECTED: say("Plain web checks with the expected answer: {part} of {whole}."),
        Reason.CHECKS_PORTAL: say("Plain web checks answered by a login page: {part} of {whole}."),
        Reason.CHECKS_STATUS: say("The answers' numbers: {value}."),
        Reason.SYSTEM_DNS_ANSWERED: say("Names found by your network's name server: {part} of {whole}."),
        Reason.INDEPENDENT_DNS_ANSWERED: say("Names found by other name servers: {part} of {whole}."),
        Reason.INDEPENDENT_DNS_AGREEING: say("Other name servers that agree with each other: {value}."),
        Reason.SYSTEM_DNS_BOGONS: say("Addresses of the answer that no public site can have: {value}."),
        Reason.ADDRESSES_CONNECTED: say("Addresses of the site that could be reached: {part} of {whole}."),
        Reason.ADDRESSES_TLS_VALID: say("Addresses that proved to be the site: {part} of {whole}."),
        Reason.INTERFACES: say("Network devices in this computer: {value}."),
        Reason.LINKS: say("Of them connected: {value}."),
        Reason.ROUTE_V4: say("The way out (IPv4): {value}."),
        Reason.ROUTE_V6: say("The way out (IPv6): {value}."),
        Reason.PROXY_FAILURE: say("The proxy failed: {value}."),
        Reason.PROXY_ONLY_PATH: say("Everything was seen through the proxy alone."),
        Reason.WRONG_TIME: say("Places whose certificates do not fit this computer's clock: {value}."),
        Reason.GATEWAY_UNKNOWN: say("Whether the router works could not be told."),
        Reason.GATEWAY_BY_TCP: say("The router did not answer when asked."),
        Reason.GATEWAY_BY_NEIGHBOUR: say("The router is gone from this computer's list of neighbours."),
        Reason.DISTURBED_SUSPENDED: say("The computer slept during the look."),
        Reason.DISTURBED_WALL_STEP: say("The clock was set during the look."),
        Reason.DISTURBED_ZONE: say("The time zone changed during the look."),
        Reason.DISTURBED_REBOOTED: say("The computer was started anew during the look."),
        Reason.DISTURBED_NETWORK_CHANGED: say("The network changed during the look."),
        Reason.ROUNDS_FAILED: say("Looks in a row that failed: {value}."),
        Reason.SECOND_NETWORK_AGREES: say("A second network shows the same."),
        Reason.FLAPPING: say("Times that the connection went or came lately: {value}."),
    }
