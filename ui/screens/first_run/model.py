"""Which first-run pages there are, in which order, and what is asked on the one about the recovery sheet."""

import re
import secrets
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from evidence_kit.jobs.passphrase import same_group

_ASKED: Final = 2


class Compared(StrEnum):
    """How a typed fingerprint stands beside a key's."""

    EMPTY = "empty"
    BEGUN = "begun"
    SAME = "same"
    OTHER = "other"


def compared(typed: str, fingerprint: str) -> Compared:
    """Blanks, colons, a leading 0x and case do not matter; only the whole of it is the same."""
    found = re.sub(r"[\s:]", "", typed).upper().removeprefix("0X")
    if not found:
        return Compared.EMPTY
    if found == fingerprint:
        return Compared.SAME
    return Compared.BEGUN if fingerprint.startswith(found) else Compared.OTHER


class Step(StrEnum):
    """The first-run pages."""

    LANGUAGE = "language"
    PROTECTION = "protection"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a page
    SHEET = "sheet"
    NETWORK = "network"
    RECIPIENT = "recipient"
    DESTINATION = "destination"
    READY = "ready"


def steps_for(*, has_vault: bool) -> tuple[Step, ...]:
    """All pages, in order; where a vault is there already, those that need no passphrase.

    Where reports go is asked only once there is a recipient: see `with_destination`.
    """
    if has_vault:
        return (Step.LANGUAGE, Step.PROTECTION, Step.NETWORK, Step.READY)
    return tuple(step for step in Step if step is not Step.DESTINATION)


def with_destination(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same pages, and the one on where reports go after the one on the recipient."""
    return tuple(step for step in Step if step in steps or step is Step.DESTINATION)


def asked_groups(groups: Sequence[str]) -> tuple[int, ...]:
    """Which groups of the recovery code to type back, counted from 0, in the order of the sheet."""
    return tuple(sorted(secrets.SystemRandom().sample(range(len(groups)), _ASKED)))


def typed_back(typed: Sequence[str], groups: Sequence[str], asked: Sequence[int]) -> bool:
    """Whether what was typed are the groups that were asked for."""
    return all(same_group(one, groups[at]) for one, at in zip(typed, asked, strict=True))
