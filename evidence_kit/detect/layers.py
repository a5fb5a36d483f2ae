"""Which layer works, from the cable outwards, as far as one round can tell; the picture beside `ladder`'s judgement."""

from collections.abc import Callable, Sequence
from typing import Final

from evidence_kit.detect.rules import CheckAnswer, answer_of
from evidence_kit.model.judgement import Layer, LayerState
from evidence_kit.model.measurement import AnchorSeen, InterfaceKind, Round

# OpenSSL: certificate not yet valid, certificate has expired; the device's clock may be what is wrong.
_WRONG_TIME: Final = {9, 10}
_KINDS: Final = {
    InterfaceKind.WIFI: Layer.WIFI,
    InterfaceKind.ETHERNET: Layer.ETHERNET,
    InterfaceKind.MOBILE: Layer.MOBILE,
}


def layers(seen: Round) -> tuple[tuple[Layer, LayerState], ...]:
    """Each layer with how it does, the link's under the name of its kind where there is one kind.

    What was not tried, or what a disturbed round tried, is unknown and never failed.
    """
    found: tuple[tuple[Layer, Callable[[Round], LayerState]], ...] = (
        (_link_name(seen), _link),
        (Layer.GATEWAY, _gateway),
        (Layer.NAMES, _names),
        (Layer.ABROAD, _abroad),
        (Layer.HOME, _home),
    )
    return tuple((name, LayerState.UNKNOWN if seen.disturbed else state(seen)) for name, state in found)


def _link_name(seen: Round) -> Layer:
    kinds = {interface.kind for interface in seen.link.linked} if seen.link.checked else set()
    return _KINDS.get(next(iter(kinds)), Layer.LINK) if len(kinds) == 1 else Layer.LINK


def _link(seen: Round) -> LayerState:
    link = seen.link
    if not link.checked:
        return LayerState.UNKNOWN
    return LayerState.OK if link.linked and link.addressed and link.routed else LayerState.FAILED


def _gateway(seen: Round) -> LayerState:
    # Whatever answers from beyond came through it, also where it does not answer for itself.
    beyond = any(anchor.authenticated for anchor in seen.anchors) or (
        not seen.proxied and any(anchor.tcp.failure is None for anchor in seen.anchors)
    )
    if seen.gateway.alive or beyond:
        return LayerState.OK
    return LayerState.UNKNOWN if seen.gateway.alive is None else LayerState.FAILED


def _names(seen: Round) -> LayerState:
    if not seen.system_dns:
        return LayerState.UNKNOWN
    return LayerState.OK if any(query.failure is None for query in seen.system_dns) else LayerState.FAILED


def _abroad(seen: Round) -> LayerState:
    anchors = [anchor for anchor in seen.anchors if not anchor.domestic]
    if any(anchor.authenticated for anchor in anchors):
        return LayerState.OK
    operators = {anchor.operator for anchor in anchors}
    is_web = any(answer_of(check) is CheckAnswer.EXPECTED for check in seen.http_checks)
    is_filtered = is_web and not any(anchor.tcp.failure is None for anchor in anchors)
    return LayerState.UNKNOWN if len(operators) < 2 or is_filtered or _clock_is_wrong(anchors) else LayerState.FAILED


def _home(seen: Round) -> LayerState:
    anchors = [anchor for anchor in seen.anchors if anchor.domestic]
    if any(anchor.authenticated for anchor in anchors):
        return LayerState.OK
    return LayerState.UNKNOWN if not anchors or _clock_is_wrong(anchors) else LayerState.FAILED


def _clock_is_wrong(anchors: Sequence[AnchorSeen]) -> bool:
    return any(anchor.tls is not None and anchor.tls.verify_code in _WRONG_TIME for anchor in anchors)
