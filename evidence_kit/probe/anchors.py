"""The anchors probe: do well-known places answer, and prove who they are?"""

from collections.abc import Iterable, Sequence
from typing import Final

from evidence_kit.probe.probe import AskingOrder, Gathered, Probe, Question
from evidence_kit.probe.step import Run, try_anchor
from evidence_kit.probe.targets import Anchor

_FIRST: Final = 2


def _of_two_operators(order: AskingOrder) -> list[Anchor]:
    first: dict[str, Anchor] = {}
    for anchor in order.anchors:
        if not anchor.domestic:
            first.setdefault(anchor.operator, anchor)
    return list(first.values())[:_FIRST]


def _questions(run: Run, anchors: Iterable[Anchor]) -> Sequence[Question]:
    def question(anchor: Anchor) -> Question:
        return lambda: Gathered(anchors=(try_anchor(run, anchor),))

    return [question(anchor) for anchor in anchors]


def _first(run: Run, order: AskingOrder) -> Sequence[Question]:
    return _questions(run, _of_two_operators(order))


def _more(run: Run, order: AskingOrder) -> Sequence[Question]:
    asked = _of_two_operators(order)
    return _questions(run, (anchor for anchor in order.anchors if anchor not in asked))


PROBE: Final = Probe("anchors", first=_first, more=_more, awaited=True, proxied=True)
