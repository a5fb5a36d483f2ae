"""What the clock did, in words."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.bodies.vault_events import ClockChange
from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked

CLOCK_FORWARD: Final[Mapping[ClockChange, str]] = {
    ClockChange.WALL_STEP: marked("The clock was set forward by {span}"),
    ClockChange.SUSPENDED: marked("The computer slept for {span}"),
    ClockChange.ZONE: marked("The time zone was moved {span} to the east"),
    ClockChange.REBOOTED: marked("The computer was started anew; meanwhile its clock went on by {span}"),
}
CLOCK_BACK: Final[Mapping[ClockChange, str]] = {
    ClockChange.WALL_STEP: marked("The clock was set back by {span}"),
    ClockChange.SUSPENDED: marked("The computer slept for {span}"),
    ClockChange.ZONE: marked("The time zone was moved {span} to the west"),
    ClockChange.REBOOTED: marked("The computer was started anew, and its clock stood {span} earlier than before"),
}


def clock_words(change: ClockChange, amount_ms: int, span: str, translate: Say) -> str:
    """What the clock did; `span` is the size of `amount_ms` for people, without its sign."""
    return translate((CLOCK_BACK if amount_ms < 0 else CLOCK_FORWARD)[change]).format(span=span)
