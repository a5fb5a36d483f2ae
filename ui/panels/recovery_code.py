"""What of the recovery code is asked back, and whether it was typed right."""

import secrets
from collections.abc import Sequence
from typing import Final

from evidence_kit.jobs.passphrase import same_group

_ASKED: Final = 2


def asked_groups(groups: Sequence[str]) -> tuple[int, ...]:
    """Which groups of the recovery code to type back, counted from 0, in the order of the sheet."""
    return tuple(sorted(secrets.SystemRandom().sample(range(len(groups)), _ASKED)))


def typed_back(typed: Sequence[str], groups: Sequence[str], asked: Sequence[int]) -> bool:
    """Whether what was typed are the groups that were asked for."""
    return all(same_group(one, groups[at]) for one, at in zip(typed, asked, strict=True))
