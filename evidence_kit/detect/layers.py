"""Which layer works, from the cable outwards, as far as one round can tell; the picture beside `ladder`'s judgement."""

from collections.abc import Callable, Sequence
from typing import Final

from evidence_kit.detect.ladder import Answer, answer_of
from evidence_kit.model.measurement import AnchorSeen, Round

OK: Final = "ok"
FAILED: Final = "failed"
UNKNOWN: Final = "unknown"

# OpenSSL: certificate not yet valid, certificate has expired; the device's clock may be what is wrong.
_WRONG_TIME: Final = {9, 10}
_KINDS: Final = ("wifi", "ethernet", "mobile")


def layers(seen: Round) -> tuple[tuple[str, str], ...]:
    """(layer, "ok" | "failed" | "unknown") for "link" ("link.wifi" and the like), "gateway", "names", "abroad", "home".

    What was not tried, or what a disturbed round tried, is unknown and never failed.
    """
    found: tuple[tuple[str, Callable[[Round], str]], ...] = (
        (_link_name(seen), _link),
        ("gateway", _gateway),
        ("names", _names),
        ("abroad", _abroad),
        ("home", _home),
    )
    return tuple((name, UNKNOWN if seen.disturbed else state(seen)) for name, state in found)


def _link_name(seen: Round) -> str:
    kinds = {interface.kind for interface in seen.link.linked} if seen.link.checked else set()
    only = next(iter(kinds)) if len(kinds) == 1 else ""
    return f"link.{only}" if only in _KINDS else "link"


def _link(seen: Round) -> str:
    link = seen.link
    if not link.checked:
        return UNKNOWN
    return OK if link.linked and link.addressed and link.routed else FAILED


def _gateway(seen: Round) -> str:
    # Whatever answers from beyond came through it, also where it does not answer for itself.
    beyond = any(anchor.authenticated for anchor in seen.anchors) or (
        not seen.proxied and any(anchor.tcp.failure is None for anchor in seen.anchors)
    )
    if seen.gateway.alive or beyond:
        return OK
    return UNKNOWN if seen.gateway.alive is None else FAILED


def _names(seen: Round) -> str:
    if not seen.system_dns:
        return UNKNOWN
    return OK if any(query.failure is None for query in seen.system_dns) else FAILED


def _abroad(seen: Round) -> str:
    anchors = [anchor for anchor in seen.anchors if not anchor.domestic]
    if any(anchor.authenticated for anchor in anchors):
        return OK
    operators = {anchor.operator for anchor in anchors}
    is_web = any(answer_of(check) is Answer.EXPECTED for check in seen.http_checks)
    is_filtered = is_web and not any(anchor.tcp.failure is None for anchor in anchors)
    return UNKNOWN if len(operators) < 2 or is_filtered or _clock_is_wrong(anchors) else FAILED


def _home(seen: Round) -> str:
    anchors = [anchor for anchor in seen.anchors if anchor.domestic]
    if any(anchor.authenticated for anchor in anchors):
        return OK
    return UNKNOWN if not anchors or _clock_is_wrong(anchors) else FAILED


def _clock_is_wrong(anchors: Sequence[AnchorSeen]) -> bool:
    return any(anchor.tls is not None and anchor.tls.verify_code in _WRONG_TIME for anchor in anchors)
