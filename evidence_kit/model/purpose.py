"""What the network is used for: bytes are counted, limited and told by it."""

from enum import StrEnum


class Purpose(StrEnum):
    """What the network is used for."""

    CHECKS = "checks"
    TESTS = "tests"
    SENDING = "sending"
