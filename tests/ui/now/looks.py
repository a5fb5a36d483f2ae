"""Looks at the connection made by hand."""

from dataclasses import replace

from evidence_kit.events import RoundJudged
from evidence_kit.model.disruption import DisruptionGrade, Interval, Moment, NetworkState
from evidence_kit.model.judgement import Layer, LayerState, Method, Phase

BOOT = "11111111-2222-3333-4444-555555555555"
DISRUPTION = "01a20a5a-c9a9-7f78-ad95-551cd7208c6f"
BEGAN = Interval(
    Moment("2026-11-20T14:01:40.000Z", 990_000_000_000, BOOT), Moment("2026-11-20T14:02:10.000Z", 990_030_000_000, BOOT)
)
DOWN = RoundJudged(
    state=NetworkState.BEYOND_PROVIDER,
    grade=DisruptionGrade.PROBABLE,
    methods=(Method.BLACKOUT_TOTAL, Method.CUT_TIMEOUT),
    reasons=("anchors.authenticated=0/6",),
    layers=(
        (Layer.WIFI, LayerState.OK),
        (Layer.GATEWAY, LayerState.OK),
        (Layer.NAMES, LayerState.FAILED),
        (Layer.ABROAD, LayerState.FAILED),
        (Layer.HOME, LayerState.UNKNOWN),
    ),
    phase=Phase.DOWN,
    unstable=False,
    at=Moment("2026-11-20T16:15:00.000Z", 1_000_000_000_000, BOOT),
    since=BEGAN,
    lasting_s=7_970.0,
    disruption=DISRUPTION,
    began=BEGAN,
    next_s=300.0,
)
UP = replace(
    DOWN,
    state=NetworkState.ONLINE,
    grade=DisruptionGrade.CONFIRMED,
    methods=(),
    reasons=("anchors.authenticated=6/6",),
    layers=tuple((name, LayerState.OK) for name, _ in DOWN.layers),
    phase=Phase.OK,
    disruption=None,
    began=None,
    lasting_s=0.0,
)
