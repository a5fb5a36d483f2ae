"""The places that the rail leads to, by name."""

from enum import StrEnum


class PlaceName(StrEnum):
    """From top to bottom. `SET_UP` and `MISSING` are shown only while there is no vault to work with."""

    SET_UP = "set-up"
    MISSING = "missing"
    NOW = "now"
    JOURNAL = "journal"
    REPORTS = "reports"
    DELIVERIES = "deliveries"
    PEOPLE = "people"
    CHECK = "check"
    GUIDE = "guide"
    SETTINGS = "settings"
