"""What is done to destinations and what the messages of a delivery are, in words."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.bodies.sharing import DestinationChange
from evidence_kit.model.delivery import PartRole
from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked

DESTINATION_CHANGES: Final[Mapping[DestinationChange, str]] = {
    DestinationChange.ADDED: marked("A destination was added"),
    DestinationChange.CHANGED: marked("A destination was changed"),
    DestinationChange.REMOVED: marked("A destination was removed"),
}

PART_ROLES: Final[Mapping[PartRole, str]] = {
    PartRole.NOTICE: marked("Notice"),
    PartRole.REPORT: marked("Report"),
}


def destination_words(change: DestinationChange, translate: Say) -> str:
    """What was done to a destination."""
    return translate(DESTINATION_CHANGES[change])


def part_words(role: PartRole, translate: Say) -> str:
    """What one message of a delivery is."""
    return translate(PART_ROLES[role])
