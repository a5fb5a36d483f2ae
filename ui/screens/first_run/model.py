"""Which first-run pages there are, and in which order."""

from collections.abc import Sequence
from enum import StrEnum


class FirstRunStep(StrEnum):
    """The first-run pages."""

    LANGUAGE = "language"
    PROTECTION = "protection"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a page
    SHEET = "sheet"
    NETWORK = "network"
    RECIPIENT = "recipient"
    DESTINATION = "destination"
    READY = "ready"


def steps_for(*, has_vault: bool) -> tuple[FirstRunStep, ...]:
    """All pages, in order; where a vault is there already, those that need no passphrase.

    Where reports go is asked only once there is a recipient: see `with_destination`.
    """
    if has_vault:
        return (FirstRunStep.LANGUAGE, FirstRunStep.PROTECTION, FirstRunStep.NETWORK, FirstRunStep.READY)
    return tuple(step for step in FirstRunStep if step is not FirstRunStep.DESTINATION)


def with_destination(steps: Sequence[FirstRunStep]) -> tuple[FirstRunStep, ...]:
    """The same pages, and the one on where reports go after the one on the recipient."""
    return tuple(step for step in FirstRunStep if step in steps or step is FirstRunStep.DESTINATION)
