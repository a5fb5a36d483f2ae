"""What the network is used for, in words: one entry for each purpose that bytes are counted by."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.purpose import Purpose
from evidence_kit.words.marked import marked

PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.CHECKS: marked("Checks of the connection"),
    Purpose.TESTS: marked("Addresses you had measured"),
    Purpose.SENDING: marked("Sending"),
}
