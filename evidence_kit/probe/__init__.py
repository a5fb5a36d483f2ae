"""Measure, never judge: link, gateway, names, anchors, connectivity checks and chosen targets."""

from evidence_kit.probe.link import LinkWatch
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import Targets, load_targets

__all__ = ["LinkWatch", "Targets", "load_targets", "measure_round", "measure_url"]
