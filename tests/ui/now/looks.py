"""Looks at the connection made by hand."""

from dataclasses import replace

from evidence_kit.events import RoundJudged

DISRUPTION = "01a20a5a-c9a9-7f78-ad95-551cd7208c6f"
DOWN = RoundJudged(
    state="no-connection-beyond-provider",
    grade="probable",
    methods=("blackout.total", "cut.timeout"),
    reasons=("anchors.authenticated=0/6",),
    layers=(("link.wifi", "ok"), ("gateway", "ok"), ("names", "failed"), ("abroad", "failed"), ("home", "unknown")),
    phase="down",
    unstable=False,
    at_utc="2026-11-20T16:15:00.000Z",
    boottime_ns=1_000_000_000_000,
    since_after="2026-11-20T14:01:40.000Z",
    since_before="2026-11-20T14:02:10.000Z",
    lasting_s=7_970.0,
    disruption=DISRUPTION,
    began_after="2026-11-20T14:01:40.000Z",
    began_before="2026-11-20T14:02:10.000Z",
    next_s=300.0,
)
UP = replace(
    DOWN,
    state="online",
    grade="confirmed",
    methods=(),
    reasons=("anchors.authenticated=6/6",),
    layers=tuple((name, "ok") for name, _ in DOWN.layers),
    phase="ok",
    disruption="",
    began_after="",
    began_before="",
    lasting_s=0.0,
)
