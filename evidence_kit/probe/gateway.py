"""The gateway probe: is the next hop alive?"""

from collections.abc import Sequence
from typing import Final

from evidence_kit.probe.link import see_gateway
from evidence_kit.probe.probe import AskingOrder, Gathered, Probe, Question
from evidence_kit.probe.step import Run


def _first(run: Run, _order: AskingOrder) -> Sequence[Question]:
    return (lambda: Gathered(gateway=(see_gateway(run.trace, run.targets),)),)


def _silent(run: Run, _order: AskingOrder) -> Sequence[Question]:
    return (lambda: Gathered(gateway=(see_gateway(run.trace, run.targets, silent=True),)),)


PROBE: Final = Probe("gateway", first=_first, silent=_silent, steps=("gateway",))
