"""Judge, never measure; pure functions over what `probe` saw."""

from evidence_kit.detect.classify import classify
from evidence_kit.detect.episodes import EpisodesState, advance
from evidence_kit.detect.ladder import judge

__all__ = ["EpisodesState", "advance", "classify", "judge"]
