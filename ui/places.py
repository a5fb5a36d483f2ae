"""What the rail leads to: each place with its title, its icon and the screen that is shown there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ui.bridge import Bridge
from ui.parts.place import PlaceName
from ui.parts.screen import Screen
from ui.screens.check.view import CheckScreen
from ui.screens.deliveries.view import DeliveriesScreen
from ui.screens.first_run.view import FirstRunScreen
from ui.screens.guide.view import GuideScreen
from ui.screens.journal.view import JournalScreen
from ui.screens.missing.view import MissingScreen
from ui.screens.now.view import NowScreen
from ui.screens.people.view import PeopleScreen
from ui.screens.reports.view import ReportsScreen
from ui.screens.settings.view import SettingsScreen
from ui.words import say

# What the guide is opened at by F1, for each place whose screen has no topic of its own.
TOPICS: Final[Mapping[PlaceName, str]] = {
    PlaceName.MISSING: "stick",
    PlaceName.NOW: "shutdown",
    PlaceName.JOURNAL: "proof",
    PlaceName.REPORTS: "reports",
    PlaceName.DELIVERIES: "deliveries",
    PlaceName.PEOPLE: "recipients",
    PlaceName.CHECK: "check",
}


@dataclass(frozen=True, slots=True)
class RailEntry:
    """An entry of the rail. `locked` places work without an open vault, `before` ones before there is any."""

    name: PlaceName
    title: str
    icon: str
    make: Callable[[Bridge], Screen]
    locked: bool = False
    before: bool = False


def places() -> list[RailEntry]:
    """What the rail leads to, from top to bottom, in the language of now."""
    return [
        RailEntry(PlaceName.SET_UP, say("Set up"), "app", FirstRunScreen, locked=True, before=True),
        RailEntry(PlaceName.MISSING, say("Vault"), "warning", MissingScreen, locked=True, before=True),
        RailEntry(PlaceName.NOW, say("Now"), "now", NowScreen, locked=True),
        RailEntry(PlaceName.JOURNAL, say("Journal"), "journal", JournalScreen),
        RailEntry(PlaceName.REPORTS, say("Reports"), "reports", ReportsScreen),
        RailEntry(PlaceName.DELIVERIES, say("Deliveries"), "deliveries", DeliveriesScreen),
        RailEntry(PlaceName.PEOPLE, say("Recipients"), "people", PeopleScreen),
        RailEntry(PlaceName.CHECK, say("Check"), "check", CheckScreen, locked=True, before=True),
        RailEntry(PlaceName.GUIDE, say("Guide"), "guide", GuideScreen, locked=True, before=True),
        RailEntry(PlaceName.SETTINGS, say("Settings"), "settings", SettingsScreen, locked=True),
    ]
